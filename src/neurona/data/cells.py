"""Cells: which texts mean "missing", which are numbers, and how to name one that is neither."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from neurona.data.flags import flag_of, unflagged
from neurona.data.notation import CURRENCIES, grouping, respelled, sign_of, unsigned
from neurona.data.table import Column
from neurona.data.units import unit_beside, word_beside

MISSING_MARKS = frozenset(
    {"", "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "-nan", "-NaN", "null", "NULL", "Null"}
    | {
        "None",
        "none",
        "<NA>",
        "\\N",
        "#N/A",
        "#N/A N/A",
        "#NA",
        "?",
        "nil",
        "NIL",
        "missing",
        "(null)",
        "(NULL)",
    }
)
NUMBER_MARKS = frozenset(
    {"-", "--", "---", "----", "\u2013", "\u2014", ".", "..", "...", ":", "#N/D"}
    | {"*" * count for count in range(1, 6)}
    | {f".{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"}  # Stata's
    | {"n.a.", "N.A.", "n. a.", "n.d.", "n/d", "N/D", "k.A.", "k. A.", "s.d.", "nicht verfügbar"}
    | {"unavailable", "unknown", "undefined", "not available", "no data", "nodata", "NoData"}
    | {"n/e", "N/E", "[N/A]", "[Not Supported]", "MM", "NODATA", "No Data"}
)
"""Texts that mean a missing cell among numbers; among texts they are what they are."""
SPREADSHEET_ERRORS = frozenset(
    {"#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#GETTING_DATA", "#SPILL!"}
)
_OTHER_MARKS = re.compile(
    r"[-+\u2212]?((0|[1-9]\d*)?[.,]\d+([eE][-+]?\d+)?|\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?|"
    r"\d{1,3}(\.\d{3})+(,\d*)?|\d+(\.\d*)?[eE][-+]?\d{3,}|\d+(_\d+)+)"
)
_ADDRESS = re.compile(r"((25[0-5]|2[0-4]\d|1?\d?\d)(\.(?!$)|$)){4}")
_LEVEL = re.compile(
    r"\d+\s*\+|[<>\u2264\u2265]=?\s*\d+|\d+\s*[-\u2013]\s*\d+|"
    r"(\d+ (and|or) )?(more|over|less|fewer|under|many)( than \d+)?",
    re.IGNORECASE,
)


_CODE = re.compile(r"-?9{2,}(\.9+)?|-9(\.9+)?")
_FAR = 3
"""How many ranges of all other numbers lie between them and a code."""
_MOST_WORDS = 8
"""Different words beside numbers that say something of them; more are texts."""


class NumberFormat(NamedTuple):
    """How numbers are written: the decimal mark, what separates thousands ("" for nothing), what
    stands beside each (a currency's sign, that of percent, or a unit), and whether the number alone
    counts where a flag is beside it.
    """

    decimal: str = "."
    thousands: str = ""
    sign: str = ""
    flags: bool = False

    def plain(self, cell: str) -> str:
        """Return the cell as Python writes numbers."""
        if not self.sign:
            return self.unmarked(cell)
        if self.sign not in CURRENCIES and self.sign not in cell:
            return cell + "\0"
        return self.unmarked(unsigned(cell, self.sign))

    def unmarked(self, cell: str) -> str:
        """Return a cell without its sign, a point for the decimal mark and none for thousands."""
        thousands = self.thousands
        if self.sign in CURRENCIES:
            # beside a currency a mark between groups of three can be nothing else
            thousands = thousands or ("," if self.decimal == "." else ".")
        if thousands and thousands in cell and grouping(thousands).match(cell):
            cell = cell.replace(thousands, "")
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
    if form == NumberFormat():
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
        if form.flags and flag_of(cell):
            return to_number(unflagged(cell), form._replace(flags=False), marks)
        told = respelled(unsigned(cell, form.sign) if form.sign else cell)
        if told is None or (form.sign not in ("", *CURRENCIES) and form.sign not in cell):
            return None
        try:
            value = float(form.unmarked(told))
        except ValueError:
            return None
    return value if math.isfinite(value) else None


def common_sign(cells: Iterable[str]) -> str:
    """Return the sign or the unit that all cells have, "" if there is none."""
    cells = list(cells)
    signs = {sign_of(cell) or unit_beside(cell) for cell in cells}
    if signs == {None} and len(set(cells)) > 1:
        # a word that all have says nothing of any
        signs = {word_beside(cell) for cell in cells}
    return (signs.pop() or "") if len(signs) == 1 else ""


def words_beside(cells: Iterable[str]) -> list[str]:
    """Return the few words that stand beside the numbers of nearly all cells, [] if none do."""
    words = [word_beside(cell) for cell in cells if to_number(cell) is None]
    known = sorted({word for word in words if word})
    nearly = sum(map(bool, words)) > 0.9 * len(words) > len(known)
    return known if nearly and len(known) <= _MOST_WORDS else []


def marks_of(given: frozenset[str] | str) -> frozenset[str]:
    """Return the texts that mean a missing cell: those of a set, or the usual and, with commas
    between, others.
    """
    if not isinstance(given, str):
        return given
    return MISSING_MARKS.union(part.strip() for part in given.split(","))


def without_codes(values: Column, marks: frozenset[str]) -> Column:
    """Return numbers, nan where one is a mark for missing cells, such as -9999."""
    codes = [code for mark in marks - MISSING_MARKS if (code := to_number(mark)) is not None]
    if values.dtype.kind != "f" or not codes:
        return values
    return np.where(np.isin(values, codes), np.nan, values)


def code_among(values: Column) -> float | None:
    """Return a number that seems to mean a missing cell: nines, far from all others.

    >>> code_among(np.array([-9999.0, 12.0, 15.5])), code_among(np.array([99.0, 97.0, 95.0]))
    (-9999.0, None)
    """
    known = values[np.isfinite(values)] if values.dtype.kind == "f" else values[:0]
    for code in (known.min(), known.max()) if len(known) else ():
        others = known[known != code]
        if _CODE.fullmatch(f"{code:.10g}") and len(others):
            low, high = others.min(), others.max()
            apart = min(abs(code - low), abs(code - high)) > _FAR * max(high - low, 1)
            if apart and (code < 0 <= low or abs(code) > 2 * max(abs(low), abs(high))):
                return float(code)
    return None


def is_number_like(cell: str) -> bool:
    """Whether a bad cell was meant as a number: a spreadsheet's error, other marks, infinity."""
    cell = cell.strip()
    if _ADDRESS.fullmatch(cell):
        return False
    if cell in SPREADSHEET_ERRORS or _OTHER_MARKS.fullmatch(cell) or sign_of(cell):
        return True
    return cell.lstrip("+-").lower() in ("inf", "infinity")


def is_level(cell: str) -> bool:
    """Whether a cell stands among counts for all that are more or less: "3+", "more", "< 5"."""
    return _LEVEL.fullmatch(cell.strip()) is not None
