"""Options: what a caller says of a text file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from neurona.data.cells import MISSING_MARKS
from neurona.data.gather import ColumnType
from neurona.data.limits import MAX_CELLS


class CsvOptions(NamedTuple):
    """What a caller says of a CSV file; None is found from its first lines."""

    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    header: bool | None = None
    encoding: str | None = None
    types: Mapping[str, ColumnType] = {}
    bad_cells: str = "refuse"
    missing_marks: frozenset[str] | str = MISSING_MARKS
    other_types: ColumnType | None = None
    skip_rows: int | None = None
    units_row: bool | None = None
    comment: str | None = None
    max_cells: int = MAX_CELLS
