"""Cells that are copied to a workbook or a Parquet file: numbers where nothing is lost by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from neurona.data.cells import NumberFormat

WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-][0-9]{1,3})?", re.IGNORECASE)
MOST_DIGITS = 17
INT, FLOAT, BOOL, TEXT = "int", "float", "bool", "text"


def plain(cell: str, form: NumberFormat) -> str | None:
    """Return a number as Python writes it; None for a text, and for what is no number to everyone:
    00037, 12E4, -0, +5, 1 234, more than 17 digits. Blanks around it say nothing.
    """
    cell = cell.strip(" ")
    if form.decimal != ".":
        if "." in cell:
            return None
        cell = cell.replace(form.decimal, ".")
    if not NUMBER.fullmatch(cell) or cell == "-0":
        return None
    digits = re.sub(r"e.*|[-.]", "", cell.lower()).lstrip("0")
    return cell if len(digits) <= MOST_DIGITS else None


def value_of(cell: str, form: NumberFormat) -> Any:
    """Return what a cell is: None, a whole number, a number, or a text."""
    if cell == "":
        return None
    number = plain(cell, form)
    if number is None:
        return cell
    return int(number) if WHOLE.fullmatch(number) else float(number)


def type_of(cells: Sequence[str], form: NumberFormat) -> str:
    """Return the type in which a column's cells lose nothing: "int", "float", "bool" or "text"."""
    present = {cell for cell in cells if cell}
    if not present:
        return TEXT
    if present <= {"true", "false"}:
        return BOOL
    numbers = [plain(cell, form) for cell in present]
    if any(number is None for number in numbers):
        return TEXT
    return INT if all(WHOLE.fullmatch(str(number)) for number in numbers) else FLOAT


def odd_one(cells: Sequence[str], form: NumberFormat) -> str | None:
    """Return the first cell for which a column of numbers is none; None if most are no numbers."""
    present = [cell for cell in dict.fromkeys(cells) if cell]
    odd = [cell for cell in present if plain(cell, form) is None]
    return odd[0] if odd and 2 * len(odd) <= len(present) else None


def as_type(cells: Sequence[str], kind: str, form: NumberFormat) -> list[Any] | None:
    """Return a column's cells in a type, None for empty ones; None if one is of another type."""
    if kind == TEXT:
        return [cell or None for cell in cells]
    if kind == BOOL:
        known = {"true": True, "false": False, "": None}
        return [known[c] for c in cells] if set(cells) <= set(known) else None
    found = type_of(cells, form)
    if found == kind or (found == INT and kind == FLOAT) or not any(cells):
        make = int if kind == INT else float
        return [make(str(plain(cell, form))) if cell else None for cell in cells]
    return None
