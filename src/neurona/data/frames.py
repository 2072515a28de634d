"""Frames: pandas, polars and pyarrow frames, dicts, arrays and spreadsheets' cells become Tables.

narwhals speaks to all frames alike (scikit-learn brings it along).
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

import numpy as np

from neurona.data.cells import NUMBER_MARKS
from neurona.data.dates import find_dates
from neurona.data.table import Column, Table
from neurona.errors import TableError


def as_table(given: Any, source: str = "table") -> Table:
    """Return a Table from a Table, a pandas, polars or pyarrow frame, a dict of columns, or a
    matrix (whose columns are called x1, x2, ...).
    """
    if isinstance(given, Table):
        return given
    if isinstance(given, Mapping):
        return Table({str(n): to_column(c, str(n), source) for n, c in given.items()}, source)
    if is_frame(given):
        return from_frame(given, source)
    if hasattr(given, "tocsr"):
        raise TableError(f"{source} is a sparse matrix; pass a dense one (.toarray()) or a frame.")
    matrix = given if isinstance(given, np.ndarray) else np.asarray(given)
    if matrix.ndim == 1 and matrix.dtype.names:
        return as_table({name: matrix[name] for name in matrix.dtype.names}, source)
    if matrix.ndim != 2:
        raise TableError(
            f"{source} is an array with {matrix.ndim} dimensions; give rows and columns. Reshape "
            "your data with .reshape(-1, 1) for one column, .reshape(1, -1) for one row."
        )
    names = [f"x{position}" for position in range(1, matrix.shape[1] + 1)]
    columns = {n: to_column(matrix[:, i], n, source) for i, n in enumerate(names)}
    return Table(columns, source, empty_rows=matrix.shape[0])


def is_frame(given: Any) -> bool:
    """Whether this is a data frame of a library that narwhals knows."""
    import narwhals.stable.v2 as nw

    return isinstance(_wrapped(given), nw.DataFrame | nw.LazyFrame)


def _wrapped(given: Any, source: str = "The frame") -> Any:
    """Return a frame as narwhals's; what is none as it is."""
    import narwhals.stable.v2 as nw

    try:
        return nw.from_native(given, pass_through=True)
    except nw.exceptions.DuplicateError:
        raise TableError(
            f"{source} has several columns of the same name; give each its own name."
        ) from None


def first_row(given: Any) -> Any:
    """Return the first row of a frame in memory as an array; what is no frame as it is."""
    import narwhals.stable.v2 as nw

    wrapped = given if isinstance(given, np.ndarray) else _wrapped(given, "X")
    return wrapped.head(1).to_numpy() if isinstance(wrapped, nw.DataFrame) else given


def has_text_names(frame: Any) -> bool:
    """Whether a frame's columns are named by texts (pandas numbers them if nobody named them)."""
    import narwhals.stable.v2 as nw

    wrapped = nw.from_native(frame)
    names = (
        wrapped.collect_schema().names() if isinstance(wrapped, nw.LazyFrame) else wrapped.columns
    )
    return all(isinstance(name, str) for name in names)


def is_series(given: Any) -> bool:
    """Whether this is one column of such a frame."""
    import narwhals.stable.v2 as nw

    return isinstance(nw.from_native(given, pass_through=True, allow_series=True), nw.Series)


def from_frame(frame: Any, source: str = "table") -> Table:
    """Return a Table from a pandas, polars (eager or lazy) or pyarrow frame."""
    import narwhals.stable.v2 as nw

    wrapped = _wrapped(frame, source)
    if isinstance(wrapped, nw.LazyFrame):
        wrapped = wrapped.collect()
    names = [str(name) for name in wrapped.columns]
    check_names(names, source)
    columns = {}
    for name, series in zip(names, wrapped.iter_columns(), strict=True):
        columns[name] = from_series(series, name, source)
    return Table(columns, source, empty_rows=len(wrapped))


def check_names(names: Sequence[str], source: str) -> None:
    """Raise TableError if a name is that of several columns."""
    if len(set(names)) < len(names):
        twice = sorted(name for name in set(names) if names.count(name) > 1)
        raise TableError(
            f"{source} has several columns called {twice[0]!r}; give each its own name."
        )


def from_arrow(
    table: Any, source: str, types: Mapping[str, Any] | None = None, others: Any = None
) -> Table:
    """Return a Table from a pyarrow Table; columns of the type "text" are copied as they stand."""
    types = types or {}
    as_text = [n for n in table.column_names if types.get(n, others) == "text"]
    if not as_text:
        return from_frame(table, source)
    rest = table.select([name for name in table.column_names if name not in as_text])
    judged = from_frame(rest, source).columns if rest.num_columns else {}
    columns = {
        name: _vector(copied(table.column(name).to_pylist())) if name in as_text else judged[name]
        for name in table.column_names
    }
    return Table(columns, source, empty_rows=table.num_rows)


def copied(cells: Sequence[Any]) -> list[str | None]:
    """Return cells as texts that say just what they hold: 00037, all digits, the time zone."""
    return [None if is_absent(cell) else _copy(cell) for cell in cells]


def _copy(cell: Any) -> str:
    if isinstance(cell, bool | np.bool_):
        return "true" if cell else "false"
    if isinstance(cell, float | np.floating):
        return number_text(cell)
    if isinstance(cell, datetime.datetime):
        plain = cell.time() == datetime.time() and cell.tzinfo is None
        return cell.date().isoformat() if plain else cell.isoformat(" ")
    if isinstance(cell, bytes):
        return cell.decode("utf-8", "replace")
    return str(cell)


def from_series(series: Any, name: str, source: str) -> Column:
    """Return a column from a narwhals Series."""
    import narwhals.stable.v2 as nw

    kind = series.dtype
    if kind.is_numeric():
        if series.null_count() or kind in (nw.Int128, nw.UInt128):
            series = series.cast(nw.Float64)
            return np.asarray(series.fill_null(math.nan).to_numpy(), np.float64)
        return to_column(series.to_numpy(), name, source)
    if kind == nw.Boolean and not series.null_count():
        return np.asarray(series.to_numpy(), bool)
    if kind in (nw.Datetime, nw.Date):
        if kind == nw.Datetime and getattr(kind, "time_zone", None):
            series = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        elif kind == nw.Date:
            series = series.cast(nw.Datetime("us"))
        return np.asarray(series.to_numpy(), "datetime64[us]")
    if kind == nw.Duration:
        # whole microseconds: older versions of narwhals know no fractions
        micros = series.dt.total_microseconds().cast(nw.Float64)
        return np.asarray(micros.fill_null(math.nan).to_numpy(), np.float64) / 1e6
    if kind.is_nested():
        raise TableError(
            f"{source}: column {name!r} holds {type(kind).__name__.lower()}s, several values in a "
            "cell; make them columns of their own, or leave the column out."
        )
    if kind in (nw.Categorical, nw.Enum):
        # a cast to texts would make a word of what is missing, in older versions of pandas
        cells = [None if is_absent(cell) else str(cell) for cell in series.to_list()]
        return to_column(cells, name, source)
    return to_column(series.to_list(), name, source)


def to_column(values: Any, name: str, source: str) -> Column:
    """Return any vector as one of a Table's four kinds of column."""
    values = unmasked(values)
    if not isinstance(values, np.ndarray) and is_series(values):
        import narwhals.stable.v2 as nw

        return from_series(nw.from_native(values, series_only=True), name, source)
    array = values if isinstance(values, np.ndarray) else _vector(_in_order(values, name, source))
    if array.ndim != 1:
        raise TableError(f"{source}: column {name!r} has {array.ndim} dimensions; give vectors.")
    if array.dtype.kind == "c":
        raise TableError(
            f"{source}: column {name!r} has complex numbers. Complex data not supported; give "
            "real and imaginary parts as two columns."
        )
    if array.dtype.kind in "iuf":
        return array.astype(np.float64, copy=False)
    if array.dtype.kind == "b":
        return array
    if array.dtype.kind == "M":
        return array.astype("datetime64[us]")
    if array.dtype.kind == "m":
        return array.astype("timedelta64[us]").astype(np.float64) / 1e6
    return _from_objects(array.tolist(), name, source)


def unmasked(values: Any) -> Any:
    """Return a masked array as one whose masked cells are missing; others as they are."""
    if not isinstance(values, np.ma.MaskedArray):
        return values
    if not np.ma.is_masked(values):
        return values.data
    numbers = values.dtype.kind in "biuf"
    cells = np.array(values.data, np.float64 if numbers else object)
    cells[np.ma.getmaskarray(values)] = math.nan if numbers else None
    return cells


def _in_order(values: Any, name: str, source: str) -> Any:
    """Return what holds cells one after the other; a single cell, or a set, is a TableError."""
    one_cell = not hasattr(values, "__iter__") and not hasattr(values, "__getitem__")
    if one_cell or isinstance(values, str | bytes | Mapping | AbstractSet):
        raise TableError(
            f"{source}: column {name!r} is a {type(values).__name__}; give a list or an array with "
            "a cell for each row."
        )
    return values


def _vector(values: Any) -> Column:
    values = list(values)
    array = np.empty(len(values), object)
    array[:] = values
    return array


def is_absent(cell: Any) -> bool:
    """Whether a cell is missing: None, NaN, NA or NaT."""
    if cell is None:
        return True
    if isinstance(cell, float):
        return math.isnan(cell)
    if isinstance(cell, Decimal):
        return cell.is_nan()
    return type(cell).__name__ in ("NAType", "NaTType")


def _from_objects(cells: list[Any], name: str, source: str) -> Column:
    """Return Python objects as numbers, dates, booleans or texts; other objects are refused."""
    present = [cell for cell in cells if not is_absent(cell)]
    if all(isinstance(cell, bool | np.bool_) for cell in present):
        if len(present) == len(cells) and cells:
            return np.array(cells, bool)
        return np.array([math.nan if is_absent(c) else float(c) for c in cells], np.float64)
    if all(_is_real(cell) for cell in present):
        return np.array([math.nan if is_absent(c) else _number(c) for c in cells], np.float64)
    if all(isinstance(cell, datetime.timedelta) for cell in present):
        seconds = [math.nan if is_absent(c) else c.total_seconds() for c in cells]
        return np.array(seconds, np.float64)
    if all(isinstance(cell, datetime.date | np.datetime64) for cell in present):
        plain = [np.datetime64("NaT", "us") if is_absent(c) else _utc(c) for c in cells]
        return np.array(plain, "datetime64[us]")
    column = np.empty(len(cells), object)
    for row, cell in enumerate(cells):
        if is_absent(cell):
            column[row] = None
        elif isinstance(cell, str):
            column[row] = cell
        elif _is_real(cell) or isinstance(cell, bool | _OF_TIME):
            column[row] = number_text(cell) if _is_real(cell) else str(cell)
        elif type(cell).__name__ in ("Period", "Interval"):
            column[row] = str(cell)
        elif isinstance(cell, bytes):
            column[row] = cell.decode("utf-8", "replace")
        elif isinstance(cell, list | tuple | set | np.ndarray):
            raise TableError(
                f"{source}, row {row + 1}, column {name!r}: a cell is a {type(cell).__name__}, "
                "several values; make them columns of their own, or leave the column out."
            )
        else:
            raise TypeError(
                f"{source}, row {row + 1}, column {name!r}: a cell is a {type(cell).__name__}; "
                "argument must be a string or a real number."
            )
    return _without_gaps(column)


def _without_gaps(column: Column) -> Column:
    """Return texts without those that mean a gap among dates, such as "-"."""
    texts = set(column.tolist()) - {None}
    gaps = texts & NUMBER_MARKS
    if gaps and find_dates(sorted(texts - gaps)):
        column[[cell in gaps for cell in column.tolist()]] = None
    return column


_OF_TIME = datetime.date | datetime.time | datetime.timedelta
_NO_NUMBERS = (
    bool,
    np.bool_,
    str,
    bytes,
    complex,
    np.complexfloating,
    np.datetime64,
    np.timedelta64,
)


def _is_real(cell: Any) -> bool:
    if isinstance(cell, _NO_NUMBERS):
        return False
    return isinstance(cell, int | float | np.number) or hasattr(cell, "__float__")


def _number(cell: Any) -> float:
    """Return a real number as a float: infinity if it is too large for one."""
    try:
        return float(cell)
    except OverflowError:
        return math.inf if cell > 0 else -math.inf


def _utc(cell: Any) -> np.datetime64:
    if isinstance(cell, datetime.datetime) and cell.tzinfo is not None:
        cell = cell.astimezone(datetime.UTC).replace(tzinfo=None)
    return np.datetime64(cell, "us")


def number_text(value: Any) -> str:
    """Return a number as a label: 3.0 is "3"."""
    number = _number(value)
    return str(int(number)) if number.is_integer() and abs(number) < 2**53 else repr(number)
