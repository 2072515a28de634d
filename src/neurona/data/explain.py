"""Explain: why a cell does not fit its column, and what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence

from neurona.data.cells import SPREADSHEET_ERRORS, NumberFormat, code_among
from neurona.data.flags import flag_of
from neurona.data.marks import proof
from neurona.data.notation import sign_of
from neurona.data.table import Column
from neurona.spelling import can_be_set, parameter

_SHOWN = 40
_BARE_POWER = re.compile(r"\d+[eE]\d+")
_DIGITS = re.compile(r"\d+(\.\d+)?")
"""Digits alone, or two parts of a day: 01.03."""
_CODE = 3
"""Digits from which zeros in front speak for a name; two may be an hour, or a month."""


def explain(cell: str, form: NumberFormat, column: str = "COLUMN") -> str:
    """Return why a cell is no number and what to do, as the end of a sentence."""
    shown = show(cell)
    text = cell.strip()
    if text in SPREADSHEET_ERRORS:
        return (
            f"the cell {shown} is a spreadsheet's error; repair the formula or empty the cell, or "
            f"{_counted_missing()}"
        )
    if text.lstrip("+-").lower() in ("inf", "infinity"):
        return (
            f"the cell {shown} is infinite; empty the cell or write a finite number, or "
            f"{_counted_missing()}"
        )
    if flag_of(text):
        return (
            f"the cell {shown} is a number with a flag; {flags_left_out()}, or "
            f"{_counted_missing()}{_or_text(column)}"
        )
    if text.endswith("%"):
        return f"the cell {shown} is no number; write percentages without the sign"
    sign = sign_of(text)
    if sign:
        return (
            f"the cell {shown} is no number; write all cells of the column with the sign {sign}, "
            "or none"
        )
    said = f"the cell {shown} is no number; "
    if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d*)?", text) and form.decimal == ".":
        return f"{said}if commas separate thousands, pass {parameter('thousands', ',')}"
    if re.fullmatch(r"[-+]?(0|[1-9]\d*)?,\d+([eE][-+]?\d+)?", text) and form.decimal == ".":
        return f"{said}if it has a decimal comma, pass {parameter('decimal', ',')}"
    if re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})+(,\d*)?", text) and form.decimal == ",":
        return f"{said}if points separate thousands, pass {parameter('thousands', '.')}"
    if proof(text) not in ("", form.decimal):
        marks = {",": "comma", ".": "point"}
        return (
            f"{said}it has a decimal {marks[proof(text)]} where others have a "
            f"{marks[form.decimal]}; write all alike"
        )
    said += f"correct it, or {_counted_missing()}"
    return f"{said}{_or_text(column)}"


def flags_left_out() -> str:
    """Return what to do about numbers that have a flag beside them, for a sentence."""
    return f"pass {parameter('bad_cells', 'number')} to take the number alone"


def names_here(cell: str, row: int, before: int) -> str:
    """Return the end of a sentence on a word in the first row: it may be a second row of names,
    which `before` lines above it hide.
    """
    if row or any(map(str.isdigit, cell)):
        return ""
    if not before:
        return f"; if its row has the names of the columns, pass {parameter('header', True)}"
    return f"; if its row has the names of the columns, pass {parameter('skip_rows', before)}"


def zeros_in_front(cells: Sequence[str], column: str) -> str | None:
    """Return what is to be said of names that look like numbers, digits with zeros in front (which
    numbers lose) and 5E3; None if they are none, or nobody can say what they are.

    >>> zeros_in_front(["01067", "99084"], "zip")[:44]
    "its cells have zeros in front, e.g. '01067',"
    """
    known = [cell.strip() for cell in cells if cell.strip()]
    advice = _or_text(column).removeprefix(", or ")
    if not known or not advice:
        return None
    if all(map(_BARE_POWER.fullmatch, known)):
        return (
            f"its cells, such as {known[0]!r}, count as numbers with an exponent; if not, {advice}"
        )
    if not all(map(_DIGITS.fullmatch, known)):
        return None
    example = next((cell for cell in known if re.match(r"0\d", cell) and cell.strip("0")), "")
    if len(example) < _CODE or len(set(map(len, known))) > 1:
        return None
    return (
        f"its cells have zeros in front, e.g. {example!r}, and count as numbers; if not, {advice}"
    )


def code_said(values: Column) -> list[str]:
    """Return what is to be said of a number that may mean a missing cell, as the end of a sentence;
    none if there is none.
    """
    code = code_among(values)
    if code is None:
        return []
    count, shown = int((values == code).sum()), f"{code:.10g}"
    cells = "1 cell" if count == 1 else f"{count:,} cells"
    return [
        f"{shown} ({cells}) lies far from all other numbers; if it means that a cell is missing, "
        f"pass {parameter('missing_marks', shown)}"
    ]


def _counted_missing() -> str:
    return f"pass {parameter('bad_cells', 'missing')} to count it as missing"


def _or_text(column: str) -> str:
    """Return the end of a sentence: how the reader says that a column is text."""
    flag = parameter("data.types", f"{column}=category")
    if flag.startswith("--"):
        return f", or pass {flag} to read the column as text"
    return ", or give the column the type 'text'" if can_be_set("types") else ""


def explain_date(cell: str, form: NumberFormat, column: str = "COLUMN") -> str:
    """Return why a cell among dates is none and what to do, as the end of a sentence."""
    said = f"the cell {show(cell)} is no date; correct it, or {_counted_missing()}"
    return f"{said}{_or_text(column)}"


def show(cell: str) -> str:
    """Return a cell as a message shows it: quoted, and cut when long."""
    return repr(cell if len(cell) <= _SHOWN else cell[:_SHOWN] + "...")
