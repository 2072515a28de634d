"""read_table: a file becomes a Table, whatever program wrote it."""

from __future__ import annotations

import importlib
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, Literal, NamedTuple, get_args

from neurona.data.cells import MISSING_MARKS, marks_of, without_codes
from neurona.data.csv_file import CsvFile
from neurona.data.frames import from_arrow
from neurona.data.gather import ColumnType
from neurona.data.limits import MAX_CELLS, OF_WORKBOOKS, check_cells, check_unpacked
from neurona.data.options import CsvOptions
from neurona.data.other_books import LOCKED
from neurona.data.reading import read_in_blocks, read_whole
from neurona.data.sheets import Sheet
from neurona.data.signature import is_locked, is_old_workbook, no_table
from neurona.data.table import Table
from neurona.data.text import unpacked
from neurona.data.workbooks import Cells, other_cells, read_cells
from neurona.errors import TableError
from neurona.nearest import nearest
from neurona.spelling import parameter

_BATCH = 16_384
FIRST = 0
"""The sheet that is read if nobody names one."""
WORKBOOKS = ("excel", "xls", "xlsb", "ods")
BadCells = Literal["refuse", "missing", "number"]


def read_table(
    path: str | Path,
    *,
    delimiter: str | None = None,
    decimal: str | None = None,
    thousands: str | None = None,
    header: bool | None = None,
    encoding: str | None = None,
    skip_rows: int | None = None,
    units_row: bool | None = None,
    comment: str | None = None,
    types: Mapping[str, ColumnType] | None = None,
    bad_cells: BadCells = "refuse",
    missing_marks: frozenset[str] | str = MISSING_MARKS,
    sheet: str | int = 0,
    other_types: ColumnType | None = None,
    max_cells: int = MAX_CELLS,
) -> Table:
    """Read a CSV, TSV (both plain or .gz), Parquet or Excel file.

    Parameters
    ----------
    path : str or Path
        The file; its first bytes, not its name, say what it is.
    delimiter, decimal, thousands, header, encoding :
        How a text file is written; None is found from its first 200 lines (thousands: none).
    skip_rows, units_row, comment :
        How many lines stand before the header of a text file, whether a row of units stands below
        it, and what lines that are comments begin with; None is found, and said in `notes`.
    types : mapping of column name to "number", "text", "date" or "auto"
        Types that are not to be guessed. A column is numbers unless most of its cells, or more
        than a tenth of them in three or more forms, are words, or dates. A column of dates stays
        text.
    bad_cells : {"refuse", "missing", "number"}
        What to do with a cell of a number column that is no number ("1,5", "#DIV/0!", words), or
        of a column of dates that is none (30 February):
        refuse the file and name the cell, or take it as missing and count it in `notes`; or, where
        a flag is beside a number ("<0,5", "21.6 b"), take the number alone, and refuse others.
    missing_marks : frozenset of str, or str
        Texts that mean a missing cell: nothing, NA, N/A, NaN, null, None, ?, #N/A and the like; a
        str such as "-9999,bad" has more of them.
    sheet : str or int
        The sheet of an Excel file; a number counts those that are tables, from 0.
    other_types : str
        The type of all columns that `types` leaves out: "text" copies their cells as they stand.
    max_cells : int, default=200_000_000
        The most cells of a table, 1.6 GB as numbers; of a workbook a tenth of that. A larger file
        is refused before it fills the memory, and one that is packed if it becomes more than 32
        bytes for each of them. `read_blocks` has no limit on rows.

    Returns
    -------
    Table

    Raises
    ------
    TableError
        A file that cannot be read, in one sentence with file, row, column and cell.

    Examples
    --------
    >>> import os, tempfile
    >>> from neurona import read_table
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "pump.csv")
    ...     with open(path, "w") as file:
    ...         _ = file.write("speed;load\\n100;0,5\\n200;0,7\\n")
    ...     read_table(path)["load"]
    array([0.5, 0.7])
    """
    opened = open_table(
        path, sheet=sheet, bad_cells=bad_cells, missing_marks=missing_marks, max_cells=max_cells,
        delimiter=delimiter, decimal=decimal, thousands=thousands, header=header,
        encoding=encoding, skip_rows=skip_rows, units_row=units_row, comment=comment,
    )  # fmt: skip
    return opened.table(types or {}, other_types)


class Opened(NamedTuple):
    """A file whose columns are known by name, and the way to its table: a function of the types of
    columns, and of all others.
    """

    names: list[str]
    table: Callable[[Mapping[str, ColumnType], ColumnType | None], Table]
    notes: tuple[str, ...] = ()


def open_table(
    path: str | Path,
    *,
    sheet: str | int = 0,
    bad_cells: BadCells = "refuse",
    missing_marks: frozenset[str] | str = MISSING_MARKS,
    max_cells: int = MAX_CELLS,
    **how: Any,
) -> Opened:
    """Open a file as `read_table` does, to say of what types its columns are once they are known by
    name.
    """
    path = Path(path)
    if bad_cells not in get_args(BadCells):
        raise TableError(
            f"bad_cells must be 'refuse', 'missing' or 'number'. Got {bad_cells!r} instead."
        )
    kind, marks = file_kind(path), marks_of(missing_marks)
    source = path.name
    if how.get("delimiter") is None and is_tsv(path):
        how["delimiter"] = "\t"
    options = CsvOptions(
        **how, bad_cells=bad_cells, missing_marks=missing_marks, max_cells=max_cells
    )
    if kind not in WORKBOOKS:
        check_no_sheet(source, sheet)
    if kind == "parquet":
        frame = _parquet(path, max_cells)
        return Opened(
            list(frame.column_names),
            lambda types, others: _marked(from_arrow(frame, source, types, others), marks),
        )
    if kind in WORKBOOKS:
        cells = _book(path, kind, sheet, max_cells // OF_WORKBOOKS)
        read = Sheet(cells, source, options)
        return Opened(read.names, read.table, tuple(read.notes))
    with open_file(path) as stream:
        names = list(CsvFile(stream, source, options).names)
    return Opened(
        names,
        lambda types, others: read_whole(
            lambda: open_file(path), source, options._replace(types=types, other_types=others)
        ),
    )


def _marked(table: Table, marks: frozenset[str]) -> Table:
    """Return a table whose numbers that are marks for missing cells are missing."""
    columns = {name: without_codes(column, marks) for name, column in table.columns.items()}
    return replace(table, columns=columns)


def check_no_sheet(source: str, sheet: str | int) -> None:
    """Raise a TableError if a sheet is named of a file that has none."""
    if sheet != FIRST:
        raise TableError(f"{source} is no workbook and has no sheets; drop {parameter('sheet')}.")


def read_blocks(
    path: str | Path,
    rows: int = 50_000,
    *,
    types: Mapping[str, ColumnType] | None = None,
    bad_cells: BadCells = "refuse",
    **how: Any,
) -> Iterator[Table]:
    """Yield a file as Tables of at most `rows` rows, for files larger than memory.

    Text files and Parquet are never in memory as a whole; Excel is. Give `types` (a model's
    `preparation_.types()`), else the first block decides; `other_types="text"` reads columns that
    `types` leaves out as they stand. Other words are those of `read_table`.
    """
    path = Path(path)
    kind = file_kind(path)
    if kind == "text":
        how.setdefault("delimiter", "\t" if is_tsv(path) else None)
        check_no_sheet(path.name, how.pop("sheet", FIRST))
        options = CsvOptions(**how, types=types or {}, bad_cells=bad_cells)
        yield from read_in_blocks(lambda: open_file(path), path.name, options, rows)
    elif kind == "parquet":
        first = 1
        for frame in parquet_frames(path, rows):
            table = from_arrow(frame, path.name, types, how.get("other_types"))
            table = _marked(table, marks_of(how.get("missing_marks", MISSING_MARKS)))
            yield Table(table.columns, table.source, first, None, table.notes, table.empty_rows)
            first += table.rows
    else:
        yield from read_table(path, types=types, bad_cells=bad_cells, **how).blocks(rows)


def is_tsv(path: Path) -> bool:
    """Whether a file's name says that tabs separate its cells."""
    return any(suffix.lower() in (".tsv", ".tab") for suffix in path.suffixes[-2:])


def open_file(path: Path) -> IO[bytes]:
    """Open a file; a TableError says why not."""
    try:
        stream = path.open("rb")
        if stream.seekable():
            return stream
        stream.close()
        raise TableError(
            f"{str(path)!r} is a pipe, which can be read but once; give it as standard input (-), "
            "or write it to a file."
        )
    except FileNotFoundError:
        raise TableError(f"There is no file {str(path)!r}{_nearest(path)}") from None
    except IsADirectoryError:
        raise TableError(f"{str(path)!r} is a folder; name a file in it.") from None
    except OSError as error:
        raise TableError(f"{str(path)!r} cannot be opened: {error.strerror}.") from None


def _nearest(path: Path) -> str:
    """Return the end of a sentence: a file beside `path` with nearly its name, if there is one."""
    if not path.parent.is_dir():
        return f", nor a folder {str(path.parent)!r}."
    beside = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    near = nearest(path.name, beside)
    return f"; did you mean {str(path.parent / near)!r}?" if near else "."


def file_kind(path: Path) -> str:
    """Return "parquet", "excel", "xls", "xlsb", "ods" or "text", by what is in the file."""
    with open_file(path) as stream:
        start = stream.read(512)
        locked = is_old_workbook(start) and len(start) == 512 and is_locked(stream)
        stream.seek(0)
        inside = start
        with suppress(EOFError, zlib.error, OSError):  # what is damaged is said when it is read
            inside = unpacked(stream).read(512)
    other = LOCKED if locked else no_table(inside)
    if inside != start and inside.startswith((b"PAR1", b"PK\x03\x04")):
        other = "packed by gzip, and not text; unpack it"
    if other:
        raise TableError(f"{path.name} is {other}.")
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path)
    return "xls" if is_old_workbook(start) else "text"


def _kind_of_archive(path: Path) -> str:
    """Return which kind of workbook a zip archive is, by what is in it."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        names = set() if path.suffix.lower() == ".zip" else {_IN_WORKBOOK}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "mimetype" in names and "content.xml" in names:
        return "ods"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise TableError(
            f"{path.name} is a document, no workbook; copy its table to a spreadsheet, and save it."
        )
    if _IN_WORKBOOK in names:
        return "excel"
    raise TableError(f"{path.name} is a zip archive; unpack it and give the CSV inside.")


_IN_WORKBOOK = "[Content_Types].xml"


def needs(module: str, package: str, extra: str, what: str) -> Any:
    """Import what an extra of ours brings along; a TableError says which."""
    try:
        return importlib.import_module(module)
    except ImportError:
        raise TableError(
            f"Reading {what} needs {package}; install it with: pip install 'neurona[{extra}]'."
        ) from None


def _parquet(path: Path, max_cells: int) -> Any:
    arrow, parquet = _arrow()
    with parquet_error(path):
        said = parquet.read_metadata(path)
        schema = said.schema.to_arrow_schema()
    check_cells(path.name, said.num_rows * len(schema.names), max_cells)
    frames, size = [schema.empty_table()], 0
    for frame in parquet_frames(path, _BATCH):
        frames.append(frame)
        # a cell may be long
        size += frame.nbytes
        check_unpacked(path.name, size, max_cells)
    return arrow.concat_tables(frames)


def parquet_frames(path: Path, rows: int) -> Iterator[Any]:
    """Yield a Parquet file as Arrow tables of at most so many rows."""
    arrow, parquet = _arrow()
    # what is buffered before it is asked for is most of the file
    with parquet_error(path), parquet.ParquetFile(path, pre_buffer=False) as file:
        for batch in file.iter_batches(rows):
            yield arrow.Table.from_batches([batch])


@contextmanager
def parquet_error(path: Path) -> Iterator[None]:
    """Say as a TableError what is wrong with a Parquet file."""
    arrow, _ = _arrow()
    try:
        yield
    except (arrow.ArrowException, OSError) as error:
        raise TableError(_damaged(path, "Parquet", error)) from None


def _arrow() -> tuple[Any, Any]:
    parquet = needs("pyarrow.parquet", "pyarrow", "parquet", "Parquet files")
    return importlib.import_module("pyarrow"), parquet


def _damaged(path: Path, kind: str, error: Exception) -> str:
    return f"{path.name} is a damaged {kind} file ({said(error)}); get it anew."


def said(error: Exception) -> str:
    """Return what another library says of an error, for the middle of a sentence."""
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def _book(path: Path, kind: str, sheet: str | int, max_cells: int) -> Cells:
    if kind != "excel":
        return other_cells(path, kind, sheet, max_cells)
    openpyxl = needs("openpyxl", "openpyxl", "excel", "Excel files")
    try:
        return read_cells(path, openpyxl, sheet, max_cells)
    except TableError:
        raise
    except Exception as error:
        # openpyxl raises whatever its zip and XML readers raise
        raise TableError(_damaged(path, "Excel", error)) from None
