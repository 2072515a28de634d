"""The forms that parameters have while they are trained: one vector, or a tile for each matrix.

XLA likes one vector: an optimizer is then one operation. A program that keeps a whole network in
the registers of a GPU has no vectors that it could cut, only tiles whose sides are powers of two.
"""

from __future__ import annotations

from typing import Any, Protocol

import jax.numpy as jnp
import numpy as np

from neurona.network import Network

Array = Any


class Form(Protocol):
    """How the parameters lie: `leaves` are the arrays that an optimizer moves, one by one."""

    network: Network

    def matrices(self, leaves: list[Array]) -> tuple[list[Array], list[Array]]:
        """Return each layer's matrix (inputs x outputs) and its biases."""

    def gathered(self, slopes: list[Array], biases: list[Array]) -> list[Array]:
        """Return a gradient by matrices and biases as leaves."""

    def weights(self, leaves: list[Array]) -> list[Array]:
        """Return what penalties see of the leaves: the weights of matrices."""

    def add(self, leaves: list[Array], weights: list[Array]) -> list[Array]:
        """Return leaves to whose weights something is added."""

    def product(self, left: Array, right: Array) -> Array:
        """Return the product of two matrices."""

    def sums(self, k: int, sums: Array) -> Array:
        """Return the sums of layer k as its activation is to see them."""

    def values(self, k: int, values: Array) -> Array:
        """Return the values of layer k as all the others are to see them."""


class Flat:
    """The vector of `Network.parameters`: matrices first, a mirror left out, then the biases."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._count = network.n_parameters - sum(network.sizes[1:])

    def matrices(self, leaves: list[Array]) -> tuple[list[Array], list[Array]]:
        """Return each layer's matrix (inputs x outputs) and its biases."""
        network, (parameters,) = self.network, leaves
        places, biases = network.parameter_places()
        found = []
        for k, place in enumerate(places):
            n, m = network.sizes[k], network.sizes[k + 1]
            matrix = parameters[place : place + n * m]
            found.append(matrix.reshape(m, n).T if network.is_mirror(k) else matrix.reshape(n, m))
        ends = zip(biases, network.sizes[1:], strict=True)
        return found, [parameters[at : at + m] for at, m in ends]

    def gathered(self, slopes: list[Array], biases: list[Array]) -> list[Array]:
        """Return a gradient as one vector; a mirror's is added to its twin's."""
        network, own = self.network, []
        for k, slope in enumerate(slopes):
            if not network.is_mirror(k):
                twin = network.twin(k)
                own.append(slope + slopes[twin].T if twin > k else slope)
        return [jnp.concatenate([one.reshape(-1) for one in (*own, *biases)])]

    def weights(self, leaves: list[Array]) -> list[Array]:
        """Return the beginning of the vector."""
        return [leaves[0][: self._count]]

    def add(self, leaves: list[Array], weights: list[Array]) -> list[Array]:
        """Return the vector with something added to its beginning."""
        return [leaves[0].at[: self._count].add(weights[0])]

    def product(self, left: Array, right: Array) -> Array:
        """Return the product of two matrices."""
        return left @ right

    def sums(self, k: int, sums: Array) -> Array:
        """Return the sums themselves: there is no padding."""
        return sums

    def values(self, k: int, values: Array) -> Array:
        """Return the values themselves."""
        return values


SIDE = 16
"""The least side of a tile that a GPU multiplies as a matrix."""
AT_ONCE = 8192
"""Products of numbers that are made one by one, and summed, at a time."""
LOWEST = -1e30
"""The sum of a class that is not there: its share is 0."""


def power_of_two(size: int) -> int:
    """Return the least power of two that is no smaller."""
    return 1 << (size - 1).bit_length()


class Tiles:
    """A tile for each matrix and each layer's biases, every side a power of two.

    The padding of parameters is 0, and values of units that are not there are made 0, so their
    gradient is, too.
    """

    def __init__(self, network: Network, batch: int) -> None:
        self.network = network
        self.rows = power_of_two(batch)
        sides = [power_of_two(size) for size in network.sizes]
        for k in range(network.n_layers):
            if self.rows * sides[k] * sides[k + 1] > AT_ONCE:
                sides[k : k + 2] = (max(SIDE, side) for side in sides[k : k + 2])
                self.rows = max(SIDE, self.rows)
        self.sides = tuple(sides)

    def matrices(self, leaves: list[Array]) -> tuple[list[Array], list[Array]]:
        """Return the tiles: those of the matrices come first."""
        layers = self.network.n_layers
        return leaves[:layers], leaves[layers:]

    def gathered(self, slopes: list[Array], biases: list[Array]) -> list[Array]:
        """Return a gradient as tiles."""
        return [*slopes, *biases]

    def weights(self, leaves: list[Array]) -> list[Array]:
        """Return the tiles of the matrices."""
        return leaves[: self.network.n_layers]

    def add(self, leaves: list[Array], weights: list[Array]) -> list[Array]:
        """Return tiles with something added to those of the matrices."""
        layers = self.network.n_layers
        added = (one + more for one, more in zip(leaves[:layers], weights, strict=True))
        return [*added, *leaves[layers:]]

    def product(self, left: Array, right: Array) -> Array:
        """Return the product of two tiles: as matrices, or, if they are small, number by number."""
        if min(*left.shape, *right.shape) >= SIDE:
            return left @ right
        if left.shape[1] == 1:
            return left * right
        return (left[:, :, None] * right[None, :, :]).sum(axis=1)

    def sums(self, k: int, sums: Array) -> Array:
        """Return sums of which those of classes that are not there are far below the others."""
        network = self.network
        if not network.activations[k].sums_to_one or sums.shape[1] == network.sizes[k + 1]:
            return sums
        return jnp.where(self._there(k), sums, sums.dtype.type(LOWEST))

    def values(self, k: int, values: Array) -> Array:
        """Return values that are 0 for units that are not there."""
        if values.shape[1] == self.network.sizes[k + 1]:
            return values
        return jnp.where(self._there(k), values, values.dtype.type(0))

    def _there(self, k: int) -> Array:
        return jnp.arange(self.sides[k + 1])[None, :] < np.int32(self.network.sizes[k + 1])
