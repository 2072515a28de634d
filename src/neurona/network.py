"""Network: layer sizes, an activation per layer, and the layout of the flat weight vector.

Layer k takes `inputs` numbers to `outputs` numbers. Its weights are a matrix of `outputs` columns:
one row per input, then the row of the biases, then zero rows up to a multiple of TILE_ROWS; every
row is padded with zeros to whole vectors. Padding stays zero through training (its gradient is
zero), so `views` of the flat vector are the layer's weights and biases, and the kernels have no
tails.

The flat vector is cut into chunks (whole groups of rows). A chunk is the unit of work of a thread
and owns a piece of the optimizer's state. The cut depends on the network alone, so results do not
depend on the number of threads.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from neurona.compiled.tile import TILE_ROWS, VECTOR_BYTES
from neurona.numerics.activations import Activation

CHUNK = 4_096
"""Numbers per chunk, about: its gradient, weights and state stay in a core's own cache."""

(
    INPUTS, OUTPUTS, WIDTH_IN, WIDTH_OUT, WEIGHTS, TURNED, VALUES_IN, VALUES_OUT,
    APPLY, CHAIN, OPTIONS, MATRIX_AT, BIASES_AT, TWIN,
) = range(14)  # fmt: skip
"""Columns of `Layout.layers`: sizes, padded sizes, offsets into the flat arrays, addresses of the
activation, where the layer stands in `Network.parameters`, and the layer that it is tied to, -1 if
none.
"""
LAYER, FIRST_ROW, LAST_ROW = range(3)
"""Columns of `Layout.strips`: a strip is a run of weight rows of one layer."""
FIRST_STRIP, LAST_STRIP, FIRST_WEIGHT, LAST_WEIGHT = range(4)
"""Columns of `Layout.chunks`."""

Vector = np.ndarray[Any, np.dtype[Any]]


def padded(size: int, multiple: int) -> int:
    """Round a size up to a multiple."""
    return -(-size // multiple) * multiple


def count_parameters(sizes: Sequence[int]) -> int:
    """Return the number of weights and biases of layers of these sizes."""
    return sum((n + 1) * m for n, m in itertools.pairwise(sizes))


class Layout(NamedTuple):
    """Where everything lies: integer tables that the kernels read."""

    layers: Vector
    strips: Vector
    chunks: Vector


class Network:
    """A feed-forward network: sizes of its layers and their activations, the last one the output's.

    Parameters
    ----------
    sizes : sequence of int
        Units per layer, inputs first, outputs last: `(8, 30, 1)`.
    activations : sequence of Activation
        One per layer after the inputs.
    dtype : float32 or float64
    tied : bool
        Whether the second half's matrices are the first half's transposed, the last layer's the
        first one's: a symmetric network such as an autoencoder, with half the weights. Biases are
        not tied.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activations: Sequence[Activation],
        dtype: Any,
        tied: bool = False,
    ) -> None:
        if len(activations) != len(sizes) - 1:
            raise ValueError(
                f"{len(sizes) - 1} layers need as many activations. Got {len(activations)}."
            )
        self.sizes = tuple(int(size) for size in sizes)
        self.activations = tuple(activations)
        self.tied = bool(tied)
        if tied and (len(self.sizes) % 2 == 0 or self.sizes != self.sizes[::-1]):
            raise ValueError(f"Tied weights need a symmetric network. Got layers {self.sizes}.")
        self.dtype = np.dtype(dtype)
        lanes = VECTOR_BYTES // self.dtype.itemsize
        self.widths = tuple(padded(size, lanes) for size in self.sizes)
        rows = [padded(size + 1, TILE_ROWS) for size in self.sizes[:-1]]
        self.offsets = tuple(
            int(n)
            for n in np.cumsum([0, *(r * w for r, w in zip(rows, self.widths[1:], strict=True))])
        )
        self.turned_offsets = tuple(
            int(n)
            for n in np.cumsum(
                [0, 0, *(s * w for s, w in zip(self.sizes[2:], self.widths[1:-1], strict=True))]
            )
        )

    @property
    def n_layers(self) -> int:
        """Number of layers with weights."""
        return len(self.sizes) - 1

    @property
    def size(self) -> int:
        """Length of the flat weight vector, padding included."""
        return self.offsets[-1]

    @cached_property
    def n_parameters(self) -> int:
        """Number of weights and biases, padding not counted, tied weights once."""
        return sum(n * m for n, m in self._shapes) + sum(self.sizes[1:])

    def twin(self, k: int) -> int:
        """Return the layer whose matrix is this one's transposed, -1 if none."""
        return self.n_layers - 1 - k if self.tied else -1

    def is_mirror(self, k: int) -> bool:
        """Whether layer k's matrix is the transpose of an earlier one, and not free to change."""
        return 0 <= self.twin(k) < k

    @cached_property
    def _shapes(self) -> list[tuple[int, int]]:
        """Return the shapes of the matrices, without mirrors."""
        shapes = list(zip(self.sizes, self.sizes[1:], strict=False))
        return shapes[: len(shapes) // 2] if self.tied else shapes

    @property
    def turned_size(self) -> int:
        """Length of the array that holds each later layer's weights transposed."""
        return self.turned_offsets[-1]

    def check_weights(self, weights: Any) -> None:
        """ValueError if these are not numbers for the flat vector."""
        given = np.asarray(weights)
        if given.shape != (self.size,) or given.dtype.kind not in "fiu":
            raise ValueError(
                f"{self!r} has a flat vector of {self.size} real numbers, padding included "
                f"(`Network.pack` and `Network.from_parameters` make it). Got {given.dtype} of "
                f"shape {given.shape}."
            )

    def views(self, weights: Vector) -> tuple[list[Vector], list[Vector]]:
        """Return weight matrices (inputs x outputs) and bias vectors as views of a flat vector."""
        matrices, biases = [], []
        for k in range(self.n_layers):
            n, m, width = self.sizes[k], self.sizes[k + 1], self.widths[k + 1]
            block = weights[self.offsets[k] : self.offsets[k + 1]].reshape(-1, width)
            matrices.append(block[:n, :m])
            biases.append(block[n, :m])
        return matrices, biases

    def _own_views(self, weights: Vector) -> list[Vector]:
        """Return the views of what is free to change: mirrors are left out."""
        matrices, biases = self.views(weights)
        return [*matrices[: len(self._shapes)], *biases]

    def tie(self, weights: Vector) -> None:
        """Make mirrors the transposes of their twins, in place; nothing if weights are not tied."""
        if self.tied:
            matrices, _ = self.views(weights)
            for matrix, mirror in zip(
                matrices, reversed(matrices[len(self._shapes) :]), strict=False
            ):
                mirror[...] = matrix.T

    def pack(self, matrices: Sequence[Any], biases: Sequence[Any]) -> Vector:
        """Return a flat vector with these weights and biases; mirrors follow their twins.

        ValueError for matrices or vectors of other shapes.
        """
        weights = np.zeros(self.size, self.dtype)
        for views, given in zip(self.views(weights), (matrices, biases), strict=True):
            shapes, needed = [np.shape(values) for values in given], [one.shape for one in views]
            if shapes != needed:
                raise ValueError(f"{self!r} needs arrays of the shapes {needed}. Got {shapes}.")
            for view, values in zip(views, given, strict=True):
                view[...] = values
        self.tie(weights)
        return weights

    def parameters(self, weights: Vector) -> Vector:
        """Return weights and biases without padding and mirrors, matrices first, as one vector."""
        return np.concatenate([view.ravel() for view in self._own_views(weights)])

    def from_parameters(self, parameters: Vector) -> Vector:
        """Return the flat vector of what `parameters` made; ValueError for another size."""
        if np.shape(parameters) != (self.n_parameters,):
            raise ValueError(
                f"{self!r} has {self.n_parameters} parameters. Got an array of shape "
                f"{np.shape(parameters)}."
            )
        weights = np.zeros(self.size, self.dtype)
        start = 0
        for view in self._own_views(weights):
            view[...] = parameters[start : start + view.size].reshape(view.shape)
            start += view.size
        self.tie(weights)
        return weights

    def parameter_places(self) -> tuple[list[int], list[int]]:
        """Return where each layer's matrix (a mirror's is its twin's) and its biases begin in
        `parameters`.
        """
        own = len(self._shapes)
        starts = np.cumsum([0, *(n * m for n, m in self._shapes), *self.sizes[1:]]).tolist()
        matrices = starts[:own]
        return matrices + matrices[::-1] * self.tied, starts[own:-1]

    def parameter_groups(self, by_input: bool) -> Vector:
        """Return a number for every parameter, the same for those that belong together: a layer's
        weights, its biases or, `by_input`, the first layer's weights of one input.
        """
        found = np.zeros(self.n_parameters, np.int64)
        group = 0
        for k, (matrix, biases) in enumerate(zip(*self.parameter_places(), strict=True)):
            n, m = self.sizes[k], self.sizes[k + 1]
            if not self.is_mirror(k):
                parts = n if k == 0 and by_input else 1
                found[matrix : matrix + n * m] = group + np.arange(n * m) // (n * m // parts)
                group += parts
            found[biases : biases + m] = group
            group += 1
        return found

    def strips(self) -> tuple[Vector, Vector]:
        """Cut the weight vector into strips (rows of one layer) and the strips into chunks."""
        strips: list[tuple[int, int, int]] = []
        chunks: list[list[int]] = []
        filled = CHUNK
        for k in range(self.n_layers):
            width = self.widths[k + 1]
            rows = (self.offsets[k + 1] - self.offsets[k]) // width
            row = 0
            while row < rows:
                if filled >= CHUNK:
                    start = self.offsets[k] + row * width
                    chunks.append([len(strips), len(strips), start, start])
                    filled = 0
                take = min(rows - row, padded(max(1, (CHUNK - filled) // width), TILE_ROWS))
                strips.append((k, row, row + take))
                row += take
                filled += take * width
                chunks[-1][LAST_STRIP] = len(strips)
                chunks[-1][LAST_WEIGHT] = self.offsets[k] + row * width
        return np.array(strips, np.int64), np.array(chunks, np.int64)

    def __repr__(self) -> str:
        names = ", ".join(a.name for a in self.activations)
        tied = "; tied" if self.tied else ""
        return f"Network({'-'.join(map(str, self.sizes))}; {names}; {self.dtype}{tied})"


def numbered(letter: str, count: int) -> tuple[str, ...]:
    """Return x1, x2, ... for a letter x."""
    return tuple(f"{letter}{k + 1}" for k in range(count))
