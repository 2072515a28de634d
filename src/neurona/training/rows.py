"""Rows to learn from, or to score, as plain arrays that any engine can read."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurona.network import Network, Vector


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
    to convert, and the places of a sparse matrix, so that they stay what was checked.

    ValueError for a sparse matrix whose places lie outside it.
    """
    dtype = np.dtype(dtype)
    none, no_index = np.zeros(0, dtype), np.zeros(0, np.int32)
    targets = np.zeros((0, 0), dtype) if targets is None else np.ascontiguousarray(targets, dtype)
    weights = none if weights is None else np.ascontiguousarray(weights, dtype)
    if not isinstance(X, np.ndarray) and hasattr(X, "tocsr"):
        X = X.tocsr()
        indptr, indices = places_of(X.indptr, X.indices, len(X.data), *X.shape)
        data = np.ascontiguousarray(X.data, dtype)
        return Table(X.shape[1], np.zeros((0, 0), dtype), indptr, indices, data, targets, weights)
    dense = np.ascontiguousarray(X, dtype)
    return Table(X.shape[1], dense, np.zeros(0, np.int64), no_index, none, targets, weights)


def places_of(
    indptr: Any, indices: Any, numbers: int, rows: int, columns: int
) -> tuple[Vector, Vector]:
    """Return a CSR matrix's `indptr` and `indices` as the kernels take them: copies that nobody can
    write to.

    ValueError unless all of its `numbers` lie inside `rows` x `columns`.
    """
    starts, places = np.array(indptr, np.int64), np.asarray(indices)
    inside = (
        starts.shape == (rows + 1,)
        and starts[0] == 0
        and starts[-1] <= min(numbers, places.size)
        and bool((starts[1:] >= starts[:-1]).all())
        and places.ndim == 1
        and (not places.size or (places.min() >= 0 and places.max() < columns))
    )
    if not inside:
        raise ValueError(
            f"The sparse matrix of {rows} rows and {columns} columns has entries outside of it: "
            "its indices or its indptr were changed, or do not belong to it."
        )
    places = np.array(places, np.int32)
    starts.flags.writeable = places.flags.writeable = False
    return starts, places


def as_read(array: Vector) -> Vector:
    """Return a view that nobody can write to."""
    shown = array.view()
    shown.flags.writeable = False
    return shown


def check_places(X: Any) -> None:
    """ValueError for a CSR matrix with entries outside of it; SciPy itself does not look."""
    if not isinstance(X, np.ndarray):
        places_of(X.indptr, X.indices, len(X.data), *X.shape)


def checked_table(table: Table, network: Network, with_targets: bool = True) -> Table:
    """Return a table as a kernel may read it: views that keep their shapes, places that nobody can
    write to.

    ValueError, saying what is wrong, unless it fits the network.
    """
    inputs, outputs, dtype = network.sizes[0], network.sizes[-1], network.dtype
    sparse = table.indptr.size > 0
    rows = table.indptr.size - 1 if sparse else len(table.dense)
    expected: dict[str, tuple[int, ...]] = (
        {"data": (table.data.size,)} if sparse else {"dense": (rows, inputs)}
    )
    if with_targets:
        expected["targets"] = (rows, outputs)
    if table.weights.size:
        expected["weights"] = (rows,)
    for name, shape in expected.items():
        array = getattr(table, name)
        if array.shape != shape or array.dtype != dtype or not array.flags.c_contiguous:
            raise ValueError(
                f"The table's {name} must be a C-contiguous array of {dtype} of shape {shape} for "
                f"{network!r}. Got {array.dtype} of shape {array.shape}."
            )
    if table.width != inputs:
        raise ValueError(f"{network!r} takes {inputs} inputs. Got rows of {table.width}.")
    indptr, indices = table.indptr, table.indices
    if sparse:
        indptr, indices = places_of(indptr, indices, table.data.size, rows, inputs)
    own = (one.view() for one in (table.data, table.targets, table.weights))
    return Table(inputs, table.dense.view(), indptr, indices, *own)


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
