"""Limits: how large a table may be, so that no file fills the memory.

A table in memory has at most `max_cells` cells, which a person can set; a workbook a tenth of that,
since its cells take ten times as much room while it is read. What is packed may become at most
BYTES_OF_CELL times as many bytes. Tables that are read in blocks have no limit but that on columns.
"""

from __future__ import annotations

from neurona.errors import TableError
from neurona.spelling import parameter

MAX_CELLS = 200_000_000
"""Cells of a table: 1.6 GB as numbers."""
OF_WORKBOOKS = 10
"""How many cells of other tables one of a workbook counts for."""
MAX_COLUMNS = 100_000
MAX_BLANK = 5_000_000
BYTES_OF_CELL = 32
"""Bytes that a packed file may have for each cell that is allowed."""


def check_cells(source: str, cells: int, most: int, exact: bool = True) -> None:
    """Raise TableError if a table has more cells than it may; those of a part are not exact."""
    if cells > most:
        many = f"{cells:,} cells" if exact else f"far more than {most:,} cells"
        larger = parameter("max_cells", cells) if exact else parameter("max_cells")
        raise TableError(
            f"{source} has {many}; tables may have {most:,}, so that they fit into memory. Take "
            f"fewer rows or columns, or pass {larger}{'' if exact else ' with a larger number'}."
        )


def check_columns(source: str, columns: int, line: int = 0) -> None:
    """Raise TableError if a table, or one of its lines, has more columns than it may."""
    if columns > MAX_COLUMNS:
        where = f", line {line}," if line else ""
        raise TableError(
            f"{source}{where} has {columns:,} columns; tables may have {MAX_COLUMNS:,} "
            f"(a row of them takes {columns * 8 / 1e6:.0f} MB as numbers)."
        )


def check_blank(source: str, lines: int) -> None:
    """Raise TableError if so many lines follow on each other without a cell."""
    if lines > MAX_BLANK:
        raise TableError(
            f"{source} has more than {MAX_BLANK:,} blank lines one after the other, so it is no "
            "table; check what kind of file it is."
        )


def check_unpacked(source: str, size: int, most: int) -> None:
    """Raise TableError if a packed file becomes more bytes than a table of `most` cells has."""
    if size > most * BYTES_OF_CELL:
        raise TableError(
            f"{source} unpacks to more than {most * BYTES_OF_CELL / 1e9:,.1f} GB, too much for "
            f"{most:,} cells; unpack it and look, or pass {parameter('max_cells', 2 * most)}."
        )
