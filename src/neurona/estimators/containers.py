"""What transformers give back, in the frames that scikit-learn's `set_output` asks for."""

from __future__ import annotations

from typing import Any

from sklearn.utils._set_output import _get_container_adapter

from neurona.data.table import Table
from neurona.network import Vector


def framed_rows(model: Any, rows: Vector, names: Any, given: Any) -> Any:
    """Return a matrix as a frame of columns of these names, if `model` is set to give frames.

    A pandas frame has the index of `given`, what the rows were made of, if that has one.
    """
    adapter = _get_container_adapter("transform", model)
    return rows if adapter is None else adapter.create_container(rows, given, columns=names)


def framed_table(model: Any, table: Table, given: Any) -> Any:
    """Return a Table as a frame, if `model` is set to give frames, with the index of `given`."""
    adapter = _get_container_adapter("transform", model)
    if adapter is None:
        return table
    import narwhals.stable.v2 as nw

    texts = {name: column.tolist() for name, column in table.columns.items() if column.dtype == "O"}
    frame: Any = nw.from_dict({**table.columns, **texts}, backend=adapter.container_lib).to_native()
    wrapped = nw.from_native(given, pass_through=True)
    index = nw.maybe_get_index(wrapped) if isinstance(wrapped, nw.DataFrame) else None
    if index is not None and adapter.container_lib == "pandas":
        frame.index = index
    return frame
