"""Rows to learn from, or to score, as plain arrays that any engine can read."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurona.network import Vector


class Table(NamedTuple):
    """Inputs (dense rows, or rows of a CSR matrix: `dense` is empty), targets and row weights.

    All arrays are C-contiguous; `targets` and `weights` may be empty.
    """

    width: int
    dense: Vector
    indptr: Vector
    indices: Vector
    data: Vector
    targets: Vector
    weights: Vector


def make_table(X: Any, targets: Any, weights: Any, dtype: Any) -> Table:
    """Wrap inputs (an array or CSR matrix), targets (rows x outputs) and row weights; copies only
    to convert.
    """
    dtype = np.dtype(dtype)
    none, no_index = np.zeros(0, dtype), np.zeros(0, np.int32)
    targets = np.zeros((0, 0), dtype) if targets is None else np.ascontiguousarray(targets, dtype)
    weights = none if weights is None else np.ascontiguousarray(weights, dtype)
    if not isinstance(X, np.ndarray) and hasattr(X, "tocsr"):
        X = X.tocsr()
        indptr, indices = X.indptr.astype(np.int64), X.indices.astype(np.int32, copy=False)
        data = X.data.astype(dtype, copy=False)
        return Table(X.shape[1], np.zeros((0, 0), dtype), indptr, indices, data, targets, weights)
    dense = np.ascontiguousarray(X, dtype)
    return Table(X.shape[1], dense, np.zeros(0, np.int64), no_index, none, targets, weights)


def dense_inputs(table: Table) -> Vector:
    """Return a table's inputs as a matrix, those of a sparse one too."""
    if not table.indptr.size:
        return table.dense
    # not at the top: tables are dense but for a few, and this is slow to import
    from scipy import sparse

    shape = (table.indptr.size - 1, table.width)
    whole: Vector = sparse.csr_array((table.data, table.indices, table.indptr), shape).toarray()
    return whole


def dense_table(table: Table, inputs: Vector) -> Table:
    """Return a table with other inputs, a matrix; targets and weights are the same arrays."""
    return Table(*make_table(inputs, None, None, inputs.dtype)[:5], table.targets, table.weights)
