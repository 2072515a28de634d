"""The preparation of a table's columns as cells and formulas, one kind of column at a time.

What `data.encoders` says in Python is said here to a spreadsheet; a test holds both against each
other.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from neurona.data.cells import to_number
from neurona.data.contents import numbers_of, texts_of
from neurona.data.dates import as_dates, to_days
from neurona.data.encoders import LIMIT, Boolean, Category, Encoder
from neurona.data.frames import number_text
from neurona.data.table import Table
from neurona.errors import IncompatibleError
from neurona.export.excel.cells import Look, across, at, column_letters, put, title, widen

SHEET = "Preparation"
FIRST_ROW = 5
CENTER, SCALE, LIMITS, USUAL, LOW, HIGH, LEVELS = range(3, 10)
EPOCH = 25_569
"""The day 1970-01-01 as spreadsheets count days."""
FIRST_SURE_DAY = 61
"""Before 1900-03-01 spreadsheets disagree about the days."""
DATE_FORMAT = "yyyy-mm-dd"


def write_preparation(book: Any, encoders: tuple[Encoder, ...]) -> None:
    """Write the sheet of what the preparation has learned: a row per column of the table."""
    sheet = book.create_sheet(SHEET)
    title(
        sheet,
        "Preparation",
        "How each column becomes numbers: (x - center) / spread within the limit; an empty cell "
        "counts as the middle; a category has a 1 in the column of its level.",
    )
    heads = ("column", "kind", "center", "spread", "limit", "when empty", "0 is", "1 is", "levels")
    for column, head in enumerate(heads, 1):
        put(sheet, FIRST_ROW - 1, column, head, Look.HEAD)
        widen(sheet, column, head, 11)
    for row, encoder in enumerate(encoders, FIRST_ROW):
        put(sheet, row, 1, encoder.name, Look.NAME)
        put(sheet, row, 2, encoder.kind, Look.NAME)
        widen(sheet, 1, encoder.name)
        for column, value in form_of(encoder).learned(encoder).items():
            cell = put(sheet, row, column, value, Look.WEIGHT)
            cell.number_format = "General"
            if encoder.kind == "date" and column == CENTER:
                cell.number_format = DATE_FORMAT
    sheet.freeze_panes = at(FIRST_ROW, 2)


def feature_formulas(encoder: Encoder, learned: int, x: str, row: int, column: int) -> list[str]:
    """Return the formulas of a column's features.

    `learned` is the encoder's row in the sheet, `x` the cell of the example, `row` and `column`
    where the first feature goes.
    """
    return form_of(encoder).formulas(encoder, learned, x, row, column)


def _number(encoder: Any, learned: int, x: str, row: int, column: int) -> list[str]:
    center, scale, limit = (at(learned, which, True, SHEET) for which in (CENTER, SCALE, LIMITS))
    scaled = f'IF({x}="",0,MAX(-{limit},MIN({limit},({x}-{center})/{scale})))'
    return [scaled, *_indicator(encoder, x)]


def _steps(encoder: Any, learned: int, x: str, row: int, column: int) -> list[str]:
    scaled, *mark = _number(encoder, learned, x, row, column)
    center = at(learned, CENTER, True, SHEET)
    known = f'IF({x}="",{center},{x})'
    edges = [at(learned, LEVELS + k, True, SHEET) for k in range(len(encoder.edges))]
    steps = [f"MAX(0,MIN(1,({known}-{low})/({high}-{low})))" for low, high in pairwise(edges)]
    return [scaled, *steps, *mark]


def _indicator(encoder: Any, x: str) -> list[str]:
    return [f'IF({x}="",1,0)'] if encoder.indicator else []


def _boolean(encoder: Boolean, learned: int, x: str, row: int, column: int) -> list[str]:
    usual, low, high = (at(learned, which, True, SHEET) for which in (USUAL, LOW, HIGH))
    word = f'LOWER({x}&"")'
    if encoder.as_numbers():
        limit = int(LIMIT)
        known = (
            f"IF(ISNUMBER({x}),MAX(-{limit},MIN({limit},{x})),"
            f'IF(OR({word}="1",{word}="true"),1,IF(OR({word}="0",{word}="false"),0,NA())))'
        )
    else:
        known = f"IF({word}={high},1,IF({word}={low},0,NA()))"
    return [f'IF({x}="",{usual},{known})', *_indicator(encoder, x)]


def _category(encoder: Category, learned: int, x: str, row: int, column: int) -> list[str]:
    formulas = [
        f'IF({x}="",1,0)'
        if level is None
        else f'IF(EXACT({x}&"",{at(learned, LEVELS + k, True, SHEET)}),1,0)'
        for k, level in enumerate(encoder.levels)
    ]
    if encoder.other:
        own = across(row, column, column + len(encoder.levels) - 1)
        formulas.append(f"IF(SUM({own})=0,1,0)")
    return formulas


def example_cells(encoder: Encoder, table: Table) -> list[Any]:
    """Return a column of a table as cells that the formulas read; a missing cell is None."""
    return form_of(encoder).cells(encoder, table)


def _numbers(encoder: Encoder, table: Table) -> list[Any]:
    return _known(numbers_of(table, encoder.name))


def _values(encoder: Boolean, table: Table) -> list[Any]:
    if table[encoder.name].dtype.kind in "bf" and encoder.as_numbers():
        return _numbers(encoder, table)
    return list(texts_of(table[encoder.name]))


def _levels(encoder: Category, table: Table) -> list[Any]:
    return [_level(encoder, text) for text in texts_of(table[encoder.name])]


def _known(values: Any) -> list[Any]:
    return [None if value != value else value for value in values.tolist()]


def _days(encoder: Any, table: Table) -> list[Any]:
    column = table[encoder.name]
    if column.dtype.kind == "f":
        return [None] * len(column)
    days = to_days(as_dates(column, encoder.order or "ymd")[0]) + EPOCH
    early = np.flatnonzero(days < FIRST_SURE_DAY)
    if len(early):
        raise IncompatibleError(
            f"{table.where(early[0], encoder.name)}: a spreadsheet has no dates before 1900-03-01; "
            "leave the row out."
        )
    return _known(days)


def _level(encoder: Any, text: str | None) -> str | None:
    """Return a text as the levels have it: a file read as text may write 3 as "3.0"."""
    value = None if text is None or text in encoder.levels else to_number(text)
    return text if value is None or value != value else number_text(value)


def restored(encoder: Encoder, learned: int, outputs: list[str]) -> tuple[str, str]:
    """Return the formula of what a column's outputs stand for, empty where they say that it is
    missing, and the format of its cell ("" for a number).

    `learned` is the encoder's row in the sheet.
    """
    return form_of(encoder).restored(encoder, learned, outputs)


def _quantity(encoder: Any, learned: int, outputs: list[str]) -> tuple[str, str]:
    center, scale = (at(learned, which, True, SHEET) for which in (CENTER, SCALE))
    return _unless_missing(encoder, f"{center}+{scale}*{outputs[0]}", outputs), ""


def _nearer(encoder: Boolean, learned: int, outputs: list[str]) -> tuple[str, str]:
    low, high = (at(learned, which, True, SHEET) for which in (LOW, HIGH))
    if (encoder.low, encoder.high) == ("0", "1"):
        low, high = "0", "1"
    formula = f"IF({outputs[0]}>0.5,{high},{low})"
    return _unless_missing(encoder, formula, outputs), "General"


def _unless_missing(encoder: Any, formula: str, outputs: list[str]) -> str:
    return f'IF({outputs[-1]}>0.5,"",{formula})' if encoder.indicator else formula


def _likeliest(encoder: Category, learned: int, outputs: list[str]) -> tuple[str, str]:
    """Return the level of the largest output, "(other)" for what shares a column."""
    count = len(encoder.levels)
    levels = across(learned, LEVELS, LEVELS + count - 1, True, SHEET)
    every = f"{outputs[0]}:{outputs[-1]}"
    place = f"MATCH(MAX({every}),{every},0)"
    formula = f"INDEX({levels},1,MIN({count},{place}))"
    if None in encoder.levels:
        formula = f'IF({place}={encoder.levels.index(None) + 1},"",{formula})'
    formula = f'IF({place}>{count},"(other)",{formula})' if encoder.other else formula
    return formula, "General"


def _times(encoder: Any, table: Table) -> list[Any]:
    """Return times as a spreadsheet has them, in parts of a day."""
    column = table[encoder.name]
    if column.dtype.kind == "f":
        return [None] * len(column)
    return _known(to_days(as_dates(column, encoder.order)[0]))


class Form(NamedTuple):
    """How a kind of column is written: its learned numbers and texts by the column of the sheet
    that they go to, its formulas, the formula and the format of what outputs stand for, cells of a
    table, a typical cell, and where its words begin.
    """

    learned: Callable[[Any], dict[int, Any]]
    formulas: Callable[[Any, int, str, int, int], list[str]]
    restored: Callable[[Any, int, list[str]], tuple[str, str]]
    cells: Callable[[Any, Table], list[Any]]
    typical: Callable[[Any], Any] = lambda encoder: encoder.typical()
    words: int = LEVELS


def _scaling(encoder: Any, shift: int = 0) -> dict[int, Any]:
    return {CENTER: encoder.center + shift, SCALE: encoder.scale, LIMITS: encoder.limit}


FORMS = {
    "numeric": Form(_scaling, _number, _quantity, _numbers),
    "piecewise": Form(
        lambda encoder: _scaling(encoder) | dict(enumerate(encoder.edges, LEVELS)),
        _steps,
        _quantity,
        _numbers,
    ),
    "date": Form(
        lambda encoder: _scaling(encoder, EPOCH),
        _number,
        lambda *given: (_quantity(*given)[0], DATE_FORMAT),
        _days,
        lambda encoder: encoder.typical() + EPOCH,
    ),
    "time": Form(
        _scaling,
        _number,
        lambda *given: (_quantity(*given)[0], "[h]:mm:ss"),
        _times,
    ),
    "boolean": Form(
        lambda encoder: {USUAL: encoder.usual, LOW: encoder.low, HIGH: encoder.high},
        _boolean,
        _nearer,
        _values,
        words=LOW,
    ),
    "category": Form(
        lambda encoder: dict(
            enumerate(("(empty)" if one is None else one for one in encoder.levels), LEVELS)
        ),
        _category,
        _likeliest,
        _levels,
    ),
}


def form_of(encoder: Encoder) -> Form:
    """Return how a column is written; IncompatibleError if its kind offers no formula."""
    if encoder.kind not in FORMS:
        raise IncompatibleError(
            f"The column {encoder.name!r} is of the kind {encoder.kind!r}, which has no formula "
            "for a spreadsheet; leave the column out."
        )
    return FORMS[encoder.kind]


def typical_cell(encoder: Encoder) -> Any:
    """Return a value that is nothing unusual in a column."""
    return form_of(encoder).typical(encoder)


def offer_choices(sheet: Any, encoder: Encoder, learned: int, cells: str) -> None:
    """Let a person choose the words that a column may have from a list."""
    from openpyxl.worksheet.datavalidation import DataValidation

    choices, first = encoder.choices(), form_of(encoder).words
    if not choices:
        return
    start, end = column_letters(first), column_letters(first + len(choices) - 1)
    words = f"'{SHEET}'!${start}${learned}:${end}${learned}"
    choice = DataValidation(type="list", formula1=words, allow_blank=True, showErrorMessage=False)
    sheet.add_data_validation(choice)
    choice.add(cells)
