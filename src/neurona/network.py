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
from typing import Any, NamedTuple

import numpy as np

from neurona.compiled.simd import TILE_ROWS, VECTOR_BYTES
from neurona.numerics.activations import Activation

CHUNK = 4_096
"""Numbers per chunk, about: its gradient, weights and state stay in a core's own cache."""

(
    INPUTS, OUTPUTS, WIDTH_IN, WIDTH_OUT, WEIGHTS, TURNED, VALUES_IN, VALUES_OUT,
    APPLY, CHAIN, OPTIONS, MATRIX_AT, BIASES_AT,
) = range(13)  # fmt: skip
"""Columns of `Layout.layers`: sizes, padded sizes, offsets into the flat arrays, addresses of the
activation, and where the layer stands in `Network.parameters`.
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
    """

    def __init__(self, sizes: Sequence[int], activations: Sequence[Activation], dtype: Any) -> None:
        if len(activations) != len(sizes) - 1:
            raise ValueError(
                f"{len(sizes) - 1} layers need as many activations. Got {len(activations)}."
            )
        self.sizes = tuple(int(size) for size in sizes)
        self.activations = tuple(activations)
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

    @property
    def n_parameters(self) -> int:
        """Number of weights and biases, padding not counted."""
        return count_parameters(self.sizes)

    @property
    def turned_size(self) -> int:
        """Length of the array that holds each later layer's weights transposed."""
        return self.turned_offsets[-1]

    def views(self, weights: Vector) -> tuple[list[Vector], list[Vector]]:
        """Return weight matrices (inputs x outputs) and bias vectors as views of a flat vector."""
        matrices, biases = [], []
        for k in range(self.n_layers):
            n, m, width = self.sizes[k], self.sizes[k + 1], self.widths[k + 1]
            block = weights[self.offsets[k] : self.offsets[k + 1]].reshape(-1, width)
            matrices.append(block[:n, :m])
            biases.append(block[n, :m])
        return matrices, biases

    def _all_views(self, weights: Vector) -> list[Vector]:
        matrices, biases = self.views(weights)
        return [*matrices, *biases]

    def pack(self, matrices: Sequence[Any], biases: Sequence[Any]) -> Vector:
        """Return a flat vector with these weights and biases."""
        weights = np.zeros(self.size, self.dtype)
        for view, values in zip(self._all_views(weights), [*matrices, *biases], strict=True):
            view[...] = values
        return weights

    def parameters(self, weights: Vector) -> Vector:
        """Return weights and biases without padding, all matrices first, as one new vector."""
        matrices, biases = self.views(weights)
        return np.concatenate([a.ravel() for a in (*matrices, *biases)])

    def from_parameters(self, parameters: Vector) -> Vector:
        """Return the flat vector of a vector that `parameters` made."""
        weights = np.zeros(self.size, self.dtype)
        start = 0
        for view in self._all_views(weights):
            view[...] = parameters[start : start + view.size].reshape(view.shape)
            start += view.size
        return weights

    def parameter_places(self) -> tuple[list[int], list[int]]:
        """Return where each layer's matrix and its biases begin in `parameters`."""
        matrices = [n * m for n, m in zip(self.sizes, self.sizes[1:], strict=False)]
        starts = np.cumsum([0, *matrices, *self.sizes[1:]]).tolist()
        return starts[: self.n_layers], starts[self.n_layers : -1]

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
        return f"Network({'-'.join(map(str, self.sizes))}; {names}; {self.dtype})"
