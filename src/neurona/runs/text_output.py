"""Predictions as text: the rows as they stand in the file, with cells added."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from neurona.data.cells import NumberFormat
from neurona.data.dialect import Dialect
from neurona.data.stream import Piece
from neurona.runs import arrow_cells
from neurona.runs.cells import encoded, number_cells, value_cells, written

GZIP = 31
"""How zlib is told to write gzip's head and end."""


class Form(NamedTuple):
    """How the written file looks, and a pattern of cells that may be formulas."""

    delimiter: str
    numbers: NumberFormat
    suspect: re.Pattern[str]


class Layout(NamedTuple):
    """What stands in a row: columns of the table by their places, and predictions by name."""

    columns: Sequence[str]
    kept: Sequence[str]
    names: Sequence[str]

    @property
    def places(self) -> list[int]:
        """Where the kept columns stand."""
        return [self.columns.index(name) for name in self.kept]


Answered = tuple[Piece, Sequence[Any]]
"""Rows, and what is predicted of them by column."""


def form_of(dialect: Dialect, output: str | None) -> Form:
    """Return how to write: as the table is, unless the file's name says otherwise."""
    delimiter, numbers = dialect.delimiter, dialect.numbers
    suffix = "" if output is None else output.lower().removesuffix(".gz")
    if suffix.endswith((".tsv", ".tab")):
        delimiter = "\t"
    elif suffix.endswith(".csv") and delimiter not in ",;":
        delimiter = ";" if numbers.decimal == "," else ","
    cut, decimal = re.escape(dialect.delimiter), re.escape(numbers.decimal)
    number = rf"[+-](?:\d+(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+-]?\d+)?[ \r]*(?:{cut}|$)"
    number = rf"{number}|[+-]+[ \r]*(?:{cut}|$)"
    # a cell that starts like a formula, and is no plain number and no mark alone
    suspect = re.compile(rf"(?:^|{cut})(?:[=@\t\r](?<!{cut})|(?!(?:{number}))[+-])", re.MULTILINE)
    return Form(delimiter, numbers, suspect)


def text_pieces(answered: Iterable[Answered], layout: Layout, form: Form) -> Iterator[bytes]:
    """Yield the header with the first rows, then every block of rows, as the bytes of the file.

    The header waits for the first rows: where these cannot be predicted nothing is written.
    """
    cells = written([*layout.kept, *layout.names], form.delimiter, form.numbers)
    header = form.delimiter.join(cells) + "\n"
    places = layout.places
    whole = places == list(range(len(layout.columns)))
    for piece, answers in answered:
        if not piece.table.rows:
            continue
        parts: list[Sequence[str]] = _kept_parts(piece, places, whole, form)
        parts.extend(_answer(values, form) for values in answers)
        lines = map(form.delimiter.join, zip(*parts, strict=True))
        yield (header + "\n".join(lines) + "\n").encode(errors="surrogateescape")
        header = ""
    if header:
        yield header.encode(errors="surrogateescape")


def gzipped(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces packed, without a name or a time: the same rows are the same bytes."""
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def kept_cells(piece: Piece, places: Sequence[int]) -> list[Sequence[str]]:
    """Return the cells of kept columns as they stand, by column."""
    if not places:
        return []
    if piece.frame is not None:
        return [arrow_cells.texts(piece.frame.column(place)) for place in places]
    if piece.lines is None:
        return [piece.cells[place] for place in places]
    # lines have no quotes and as many cells as the header
    rows = [line.rstrip("\r\n").split(piece.delimiter) for line in piece.lines]
    columns = list(zip(*rows, strict=True))
    return [columns[place] for place in places]


def _kept_parts(piece: Piece, places: Sequence[int], whole: bool, form: Form) -> list[Any]:
    """Return what stands before the predictions: the lines as they are, or cells by column."""
    if piece.lines is not None and whole and piece.delimiter == form.delimiter:
        plain = piece.numbers or not form.suspect.search("".join(piece.lines))
        if plain:
            return [[line.rstrip("\r\n") for line in piece.lines]]
    if piece.frame is not None and places:
        names = [piece.frame.column_names[place] for place in places]
        return [arrow_cells.lines(piece.frame, names, form.delimiter)]
    cells = kept_cells(piece, places)
    if piece.numbers and piece.delimiter == form.delimiter:
        return cells
    return [written(column, form.delimiter, form.numbers) for column in cells]


def _answer(values: Any, form: Form) -> list[str]:
    if values.dtype.kind != "f":
        return written(value_cells(values, NumberFormat()), form.delimiter, form.numbers)
    cells = number_cells(values, form.numbers)
    # a decimal comma in a file of commas
    if form.numbers.decimal == form.delimiter:
        return [encoded(cell, form.delimiter) for cell in cells]
    return cells
