"""Cells: which texts mean "missing", which are numbers, and how to name one that is neither."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from neurona.data.table import Column
from neurona.spelling import can_be_set, parameter

MISSING_MARKS = frozenset(
    {"", "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "-nan", "-NaN", "null", "NULL", "Null"}
    | {"None", "none", "<NA>", "#N/A", "#N/A N/A", "#NA", "?", "nil", "NIL", "missing"}
)
_SPREADSHEET_ERRORS = frozenset(
    {"#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!"}
)
_NUMBER_LIKE = re.compile(r"[-+\u2212]?[\d.,'\u00a0\u202f ]*\d[\d.,'\u00a0\u202f ]*\s*%?")
_SHOWN = 40


class NumberFormat(NamedTuple):
    """How numbers are written: the decimal mark, and what separates thousands ("" for nothing)."""

    decimal: str = "."
    thousands: str = ""

    def plain(self, cell: str) -> str:
        """Return the cell as Python writes numbers."""
        if self.thousands:
            cell = cell.replace(self.thousands, "")
        if self.decimal != ".":
            # a point in a decimal-comma file must not become a number by luck
            cell = cell.replace(".", "\0").replace(self.decimal, ".")
        return cell


class Numbers(NamedTuple):
    """A column's cells as numbers: values (nan: missing or bad), and the bad cells by position."""

    values: Column
    bad: dict[int, str]


def to_numbers(
    cells: Sequence[str],
    form: NumberFormat = NumberFormat(),  # noqa: B008 - immutable
    marks: frozenset[str] = MISSING_MARKS,
) -> Numbers:
    """Return cells as float64; infinite and unreadable cells are bad, missing ones nan."""
    if form == NumberFormat() and not has_numbers(marks):
        try:
            values = np.fromiter(map(float, cells), np.float64, len(cells))
        except ValueError:
            pass
        else:
            # float() takes '1_000', 'nan' and 'inf'
            if np.isfinite(values).all() and "_" not in "".join(cells):
                return Numbers(values, {})
        if marks >= MISSING_MARKS:
            try:
                found = [math.nan if cell in marks else float(cell) for cell in cells]
            except ValueError:
                pass
            else:
                values = np.array(found, np.float64)
                if not np.isinf(values).any() and "_" not in "".join(cells):
                    return Numbers(values, {})
    bad: dict[int, str] = {}
    values = np.full(len(cells), np.nan)
    for position, cell in enumerate(cells):
        value = to_number(cell, form, marks)
        if value is None:
            bad[position] = cell
        else:
            values[position] = value
    return Numbers(values, bad)


def to_number(
    cell: str,
    form: NumberFormat = NumberFormat(),  # noqa: B008 - immutable
    marks: frozenset[str] = MISSING_MARKS,
) -> float | None:
    """Return one cell's number, nan if it is missing, None if it is neither."""
    cell = cell.strip()
    if cell in marks:
        return math.nan
    if "_" in cell:
        return None
    try:
        value = float(form.plain(cell))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def has_numbers(marks: frozenset[str]) -> bool:
    """Whether a mark for missing cells is a number, such as -99."""
    own = marks - MISSING_MARKS
    return any(any(letter.isdigit() for letter in mark) for mark in own)


def is_number_like(cell: str) -> bool:
    """Whether a bad cell was meant as a number: a spreadsheet's error, other marks, infinity."""
    cell = cell.strip()
    if cell in _SPREADSHEET_ERRORS or _NUMBER_LIKE.fullmatch(cell):
        return True
    return cell.lstrip("+-").lower() in ("inf", "infinity")


def explain(cell: str, form: NumberFormat) -> str:
    """Return why a cell is no number and what to do, as the end of a sentence."""
    shown = show(cell)
    text = cell.strip()
    if text in _SPREADSHEET_ERRORS:
        return f"the cell {shown} is a spreadsheet's error; repair the formula or empty the cell"
    if text.lstrip("+-").lower() in ("inf", "infinity"):
        return f"the cell {shown} is infinite; empty the cell or write a finite number"
    if text.endswith("%"):
        return f"the cell {shown} is no number; write percentages without the sign"
    said = f"the cell {shown} is no number; "
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", text) and form.decimal == ".":
        return f"{said}if commas separate thousands, pass {parameter('thousands', ',')}"
    if re.fullmatch(r"[-+]?\d*,\d+([eE][-+]?\d+)?", text) and form.decimal == ".":
        return f"{said}if it has a decimal comma, pass {parameter('decimal', ',')}"
    if re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})+(,\d*)?", text) and form.decimal == ",":
        return f"{said}if points separate thousands, pass {parameter('thousands', '.')}"
    said += f"correct it, or pass {parameter('bad_cells', 'missing')} to count it as missing"
    return said + (", or give the column the type 'text'" if can_be_set("types") else "")


def show(cell: str) -> str:
    """Return a cell as a message shows it: quoted, and cut when long."""
    return repr(cell if len(cell) <= _SHOWN else cell[:_SHOWN] + "...")
