"""A saved model's predictions beside the rows of a table: read a block, predict it, hand it on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from neurona.data.cells import NumberFormat
from neurona.data.stream import Piece
from neurona.data.table import missing_columns
from neurona.files.atomic import write_atomically
from neurona.runs.absent import REFUSE, find_inputs
from neurona.runs.cells import encoded, number_cells, value_cells, written
from neurona.runs.columns import chosen
from neurona.runs.failures import Failure
from neurona.runs.model import Model
from neurona.runs.remarks import Remarks
from neurona.runs.sources import Source, open_source
from neurona.spelling import parameter

Sink = Callable[[Iterable[bytes]], bool]
"""Writes blocks; returns False if nobody reads on."""
OTHER_KINDS = (".parquet", ".xlsx", ".xls", ".gz", ".zip")


class Request(NamedTuple):
    """What a person asked for."""

    table: str
    output: str | None
    keep: str
    proba: bool = False
    std: bool = False
    interval: float | None = None
    name: str | None = None
    missing_columns: str = REFUSE
    reading: Mapping[str, Any] = {}
    block_rows: int = 16_384


class Predicted(NamedTuple):
    """How many rows were predicted, and what is to be said of them."""

    rows: int
    notes: list[str]


class Form(NamedTuple):
    """How the written file looks, and a pattern of cells that may be formulas."""

    delimiter: str
    numbers: NumberFormat
    suspect: re.Pattern[str]


def predict(model: Model, request: Request, write: Sink) -> Predicted | None:
    """Predict the rows of a table, and write them by `write`.

    Returns how many there were and what is to be said of them; None if `write` says, with False,
    that nobody reads on.
    """
    if request.proba and not model.classifies:
        raise Failure(
            "The model predicts quantities, which have no probabilities; drop "
            f"{parameter('proba')}."
        )
    if request.std or request.interval is not None:
        _check_error_bars(model, parameter("std" if request.std else "interval"))
    if request.output is not None and request.output.lower().endswith(OTHER_KINDS):
        raise Failure(f"predict writes CSV and TSV, not {request.output!r}; name a .csv file.")
    if request.output is not None and not Path(request.output).parent.is_dir():
        folder = str(Path(request.output).parent)
        raise Failure(f"There is no folder {folder!r} to write to; make it, or name another.")
    with open_source(request.table, **request.reading) as source:
        found = find_inputs(model, source.names, source.name, request.missing_columns)
        kept = _kept(request.keep, source.names, source.name)
        remarks = Remarks(model, source.name, source.names, source.notes, found)
        form = _form(source, request)
        types = model.types(found.present)
        pieces = source.pieces(found.present, types, request.block_rows)
        pieces = (piece._replace(table=found.whole(piece.table)) for piece in pieces)
        names = predicted_names(model, request, kept)
        if not write(_blocks(model, pieces, kept, source.names, names, request, form, remarks)):
            return None
    return Predicted(remarks.rows, remarks.all())


def to_file(path: str) -> Sink:
    """Return what writes a file, whole or not at all."""

    def write(blocks: Iterable[bytes]) -> bool:
        write_atomically(path, blocks)
        return True

    return write


def _check_error_bars(model: Model, flag: str) -> None:
    if model.classifies:
        raise Failure(
            f"The model predicts classes, which have no error bars; drop {flag}, or take "
            f"{parameter('proba')}."
        )
    if not model.has_error_bars:
        raise Failure(
            f"The model does not know how sure it is; drop {flag}, or train it with "
            f"{parameter('training.solver', 'bayesian-lm')}, which learns error bars."
        )


def _kept(keep: str, names: Sequence[str], source: str) -> list[str]:
    if keep == "all":
        return list(names)
    if keep == "none":
        return []
    given = chosen([keep], names)
    absent = [name for name in given if name not in names]
    if absent:
        raise Failure(missing_columns(absent, list(names), source))
    return given


def _form(source: Source, request: Request) -> Form:
    delimiter, numbers = source.dialect.delimiter, source.dialect.numbers
    suffix = "" if request.output is None else request.output.lower()
    if suffix.endswith((".tsv", ".tab")):
        delimiter = "\t"
    elif suffix.endswith(".csv") and delimiter not in ",;":
        delimiter = ";" if numbers.decimal == "," else ","
    cut, decimal = re.escape(source.dialect.delimiter), re.escape(numbers.decimal)
    number = rf"[+-](?:\d+(?:{decimal}\d*)?|{decimal}\d+)(?:[eE][+-]?\d+)?[ \r]*(?:{cut}|$)"
    # a cell that starts like a formula and is no plain number
    suspect = re.compile(rf"(?:^|{cut})(?:[=@\t\r](?<!{cut})|(?!{number})[+-])", re.MULTILINE)
    return Form(delimiter, numbers, suspect)


def predicted_names(model: Model, request: Request, kept: Sequence[str]) -> list[str]:
    """Return the names of the columns that are added, none of them taken."""
    single = len(model.targets) == 1
    if request.name is None:
        bases = [f"{target}_predicted" for target in model.targets]
        shares = model.targets
    else:
        bases = [request.name] if single else [f"{request.name}_{t}" for t in model.targets]
        shares = bases
        clash = sorted(set(bases) & set(kept))
        if clash:
            raise Failure(
                f"The table has a column {clash[0]!r} already; give another {parameter('name')}, "
                f"or leave the column out with {parameter('keep')}."
            )
    if request.proba:
        if model.task == "multilabel":
            bases = [*bases, *(f"{share}_p" for share in shares)]
        else:
            labels = value_cells(np.asarray(model.estimator.classes_), NumberFormat())
            bases = [*bases, *(f"{shares[0]}_p_{label}" for label in labels)]
    if request.std:
        bases = [*bases, *(f"{share}_std" for share in shares)]
    if request.interval is not None:
        bases = [*bases, *(f"{share}_{end}" for share in shares for end in ("low", "high"))]
    taken = set(kept)
    names = []
    for base in bases:
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        names.append(name)
    return names


def _blocks(
    model: Model,
    pieces: Iterator[Piece],
    kept: Sequence[str],
    columns: Sequence[str],
    names: Sequence[str],
    request: Request,
    form: Form,
    remarks: Remarks,
) -> Iterator[bytes]:
    """Yield the header, then every block of rows, as the bytes of the file."""
    header = written([*kept, *names], form.delimiter, form.numbers)
    yield (form.delimiter.join(header) + "\n").encode(errors="surrogateescape")
    places = [columns.index(name) for name in kept]
    whole = places == list(range(len(columns)))
    for piece in pieces:
        remarks.add(piece.table)
        if not piece.table.rows:
            continue
        parts: list[Sequence[str]] = _kept_parts(piece, places, whole, form)
        parts.extend(_predicted(model, piece, request, form))
        lines = map(form.delimiter.join, zip(*parts, strict=True))
        yield ("\n".join(lines) + "\n").encode(errors="surrogateescape")


def _kept_parts(piece: Piece, places: Sequence[int], whole: bool, form: Form) -> list[Any]:
    """Return what stands before the predictions: the lines as they are, or cells by column."""
    if not places:
        return []
    if piece.lines is None:
        return [written(piece.cells[place], form.delimiter, form.numbers) for place in places]
    # lines have no quotes and as many cells as the header
    given = piece.delimiter
    plain = piece.numbers or not form.suspect.search("".join(piece.lines))
    if whole and given == form.delimiter and plain:
        return [[line.rstrip("\r\n") for line in piece.lines]]
    rows = [line.rstrip("\r\n").split(given) for line in piece.lines]
    cells = list(zip(*rows, strict=True))
    if piece.numbers and given == form.delimiter:
        return [cells[place] for place in places]
    return [written(cells[place], form.delimiter, form.numbers) for place in places]


def _predicted(model: Model, piece: Piece, request: Request, form: Form) -> list[list[str]]:
    if request.std or request.interval is not None:
        return [_numbers(column, form) for column in _with_error_bars(model, piece, request)]
    values = model.predict(piece.table)
    if model.classifies:
        out = [
            written(value_cells(column, NumberFormat()), form.delimiter, form.numbers)
            for column in values.T
        ]
    else:
        out = [_numbers(column, form) for column in values.T]
    if request.proba:
        out += [_numbers(column, form) for column in model.probabilities(piece.table).T]
    return out


def _with_error_bars(model: Model, piece: Piece, request: Request) -> list[Any]:
    """Return the columns of a regression: predictions, deviations, then both ends per target."""
    columns = [*model.predict(piece.table).T]
    found = model.uncertainty(piece.table)
    if request.std:
        columns += [*found.std.T]
    if request.interval is not None:
        low, high = found.interval(request.interval)
        columns += [end[:, k] for k in range(low.shape[1]) for end in (low, high)]
    return columns


def _numbers(values: Any, form: Form) -> list[str]:
    cells = number_cells(values, form.numbers)
    # a decimal comma in a file of commas
    return (
        [encoded(c, form.delimiter) for c in cells]
        if form.numbers.decimal == form.delimiter
        else cells
    )
