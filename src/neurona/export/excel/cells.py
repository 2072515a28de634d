"""Cells: references, styles, and texts that stay texts."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from neurona.errors import IncompatibleError

MOST_COLUMNS, MOST_ROWS, MOST_TEXT, MOST_FORMULA = 16_384, 1_048_576, 32_767, 8_192
MOST_CELLS = 1_000_000
"""Formulas in a workbook: more would take minutes to open."""
FONT = "Calibri"
HEAD_HEIGHT = 30
UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Look(StrEnum):
    """What a cell is, as its style says."""

    TITLE = "neurona title"
    HINT = "neurona hint"
    GROUP = "neurona group"
    HEAD = "neurona head"
    NAME = "neurona name"
    INPUT = "neurona input"
    WEIGHT = "neurona weight"
    WORK = "neurona work"
    ANSWER = "neurona answer"
    PLAIN = "neurona plain"
    LINK = "neurona link"


FILLS = {
    Look.GROUP: "1F3864",
    Look.HEAD: "D9E1F2",
    Look.INPUT: "DDEBF7",
    Look.WEIGHT: "FFF2CC",
    Look.ANSWER: "E2EFDA",
}
COLORS = {
    Look.TITLE: "1F3864",
    Look.HINT: "595959",
    Look.GROUP: "FFFFFF",
    Look.INPUT: "0000CC",
    Look.WORK: "404040",
    Look.LINK: "0563C1",
}
FORMATS = {Look.WEIGHT: "0.0000", Look.WORK: "0.0000", Look.ANSWER: "0.0000"}
BORDERED = {Look.INPUT, Look.WEIGHT, Look.WORK, Look.ANSWER, Look.HEAD}


def add_styles(book: Any) -> None:
    """Make the styles known to a workbook."""
    from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

    thin = Side(style="thin", color="D0D0D0")
    for look in Look:
        style = NamedStyle(name=str(look))
        bold = look in (Look.TITLE, Look.GROUP, Look.HEAD, Look.ANSWER)
        size = 15 if look is Look.TITLE else 10
        line = "single" if look is Look.LINK else None
        color = COLORS.get(look, "000000")
        style.font = Font(FONT, size=size, bold=bold, color=color, underline=line)
        if look in FILLS:
            style.fill = PatternFill("solid", start_color=FILLS[look])
        if look in BORDERED:
            style.border = Border(left=thin, right=thin, top=thin, bottom=thin)
        if look is Look.HEAD:
            style.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        style.number_format = FORMATS.get(look, "General")
        book.add_named_style(style)


def column_letters(column: int) -> str:
    """Return the letters of a column, counted from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def at(row: int, column: int, fixed: bool = False, sheet: str = "") -> str:
    """Return a reference to a cell; `fixed` with dollars, `sheet` as a formula elsewhere needs."""
    letters = column_letters(column)
    cell = f"${letters}${row}" if fixed else f"{letters}{row}"
    return f"'{sheet}'!{cell}" if sheet else cell


def across(row: int, first: int, last: int, fixed: bool = False, sheet: str = "") -> str:
    """Return a reference to some cells of a row."""
    return f"{at(row, first, fixed, sheet)}:{at(row, last, fixed)}"


def down(column: int, first: int, last: int, fixed: bool = False, sheet: str = "") -> str:
    """Return a reference to some cells of a column."""
    return f"{at(first, column, fixed, sheet)}:{at(last, column, fixed)}"


def put(sheet: Any, row: int, column: int, value: Any, look: Look = Look.PLAIN) -> Any:
    """Write a number, a boolean or a text; a text is never taken for a formula."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = clean(value)
        cell.data_type = "s"
        cell.style = str(look)
        if value[:1] in ("=", "+", "-", "@", "\t", "\r", "'"):
            cell.quotePrefix = True
    else:
        cell.value = value
        cell.style = str(look)
    return cell


def put_formula(sheet: Any, row: int, column: int, formula: str, look: Look = Look.WORK) -> Any:
    """Write a formula, without its equals sign."""
    if len(formula) + 1 > MOST_FORMULA:
        raise IncompatibleError(
            f"A formula of {len(formula):,} characters is longer than the {MOST_FORMULA:,} that a "
            "spreadsheet takes; the model is too large for it."
        )
    cell = sheet.cell(row, column)
    cell.value = f"={formula}"
    cell.style = str(look)
    return cell


def clean(text: str) -> str:
    """Return a text without the characters that a workbook cannot hold."""
    if len(text) > MOST_TEXT:
        raise IncompatibleError(
            f"A text of {len(text):,} characters ({text[:40]!r}...) is longer than the "
            f"{MOST_TEXT:,} that a cell takes."
        )
    return UNHOLDABLE.sub("\ufffd", text)


def title(sheet: Any, text: str, hint: str) -> None:
    """Write a sheet's title and, under it, what it is."""
    put(sheet, 1, 1, text, Look.TITLE)
    put(sheet, 2, 1, hint, Look.HINT)
    sheet.row_dimensions[1].height = 24
    sheet.sheet_view.showGridLines = False


def widen(sheet: Any, column: int, text: str, least: float = 10.0, most: float = 26.0) -> None:
    """Make a column wide enough for a text, within limits."""
    dimension = sheet.column_dimensions[column_letters(column)]
    now = dimension.width if dimension.customWidth else 0.0
    dimension.width = max(min(most, len(text) * 1.1 + 3), least, now)
