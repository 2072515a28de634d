"""A saved model's predictions beside the rows of a table: read a block, predict it, hand it on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.data.cells import NumberFormat
from neurona.data.dialect import Dialect
from neurona.data.stream import Piece
from neurona.runs import digits
from neurona.runs.absent import REFUSE, find_inputs, find_kept
from neurona.runs.asked import Asked, check_asked
from neurona.runs.cells import value_cells
from neurona.runs.copied_cells import FLOAT, TEXT
from neurona.runs.failures import Failure
from neurona.runs.model import Model
from neurona.runs.output import EXCEL, PARQUET, Sink, check_output, kind_of, needed
from neurona.runs.parquet_output import TYPES, OtherType, parquet_pieces
from neurona.runs.remarks import Remarks
from neurona.runs.sources import STDIN, open_source
from neurona.runs.text_output import Answered, Layout, form_of, gzipped, text_pieces
from neurona.spelling import parameter


class Request(NamedTuple):
    """What a person asked for."""

    table: str
    output: str | None
    keep: str
    proba: bool = False
    std: bool = False
    interval: float | None = None
    sets: float | None = None
    name: str | None = None
    missing_columns: str = REFUSE
    digits: str = digits.AUTO
    reading: Mapping[str, Any] = {}
    block_rows: int = 16_384


class Predicted(NamedTuple):
    """How many rows were predicted, and what is to be said of them."""

    rows: int
    notes: list[str]


def predict(model: Model, request: Request, write: Sink) -> Predicted | None:
    """Predict the rows of a table, and write them by `write`.

    Returns how many there were and what is to be said of them; None if `write` says, with False,
    that nobody reads on.
    """
    check_asked(model, Asked(request.proba, request.std, request.interval, request.sets))
    check_output(request.output, request.table)
    texts: dict[str, str] = {}
    while True:
        try:
            return _predict(model, request, write, texts)
        except OtherType as found:
            if request.table == "-":
                raise Failure(
                    f"The column {found.name!r} of {STDIN} is of another type in later rows than "
                    f"in the first; leave it out with {parameter('keep')}, or write .csv."
                ) from None
            texts[found.name] = found.cell


def _predict(
    model: Model, request: Request, write: Sink, texts: dict[str, str]
) -> Predicted | None:
    with open_source(request.table, **request.reading) as source:
        found = find_inputs(model, source.names, source.name, request.missing_columns)
        kept = find_kept(request.keep, source.names, source.name)
        remarks = Remarks(model, source.name, source.names, source.notes, found)
        types = model.types(found.present)
        pieces = source.pieces(found.present, types, request.block_rows)
        pieces = (piece._replace(table=found.whole(piece.table)) for piece in pieces)
        layout = Layout(source.names, kept, predicted_names(model, request, kept))
        blocks = _answered(model, pieces, request, remarks)
        empty = _types_without_rows(model, found.present, layout, request.sets is not None)
        if not write(_written(blocks, layout, source.dialect, request.output, texts, empty)):
            return None
    said = [
        f"{request.output}: the column {name!r} is written as text, since {cell!r} is no number "
        "as Excel and others write it."
        for name, cell in texts.items()
    ]
    return Predicted(remarks.rows, [*remarks.all(), *said])


def _answered(
    model: Model, pieces: Iterable[Piece], request: Request, remarks: Remarks
) -> Iterator[Answered]:
    for piece in pieces:
        remarks.add(piece.table)
        if piece.table.rows:
            yield piece, _answers(model, piece, request)


def _written(
    blocks: Iterable[Answered],
    layout: Layout,
    dialect: Dialect,
    output: str | None,
    texts: dict[str, str],
    empty: Mapping[str, str],
) -> Iterator[bytes]:
    """Return the bytes of the file that the output's name asks for."""
    kind = kind_of(output)
    if kind == EXCEL:
        from neurona.runs.workbook_output import workbook_pieces

        return workbook_pieces(blocks, layout, dialect.numbers, texts, needed("openpyxl"))
    if kind == PARQUET:
        arrow, parquet = needed("pyarrow"), needed("pyarrow.parquet")
        return parquet_pieces(blocks, layout, dialect.numbers, texts, empty, arrow, parquet)
    pieces = text_pieces(blocks, layout, form_of(dialect, output))
    return gzipped(pieces) if output is not None and output.lower().endswith(".gz") else pieces


def _types_without_rows(
    model: Model, inputs: Sequence[str], layout: Layout, with_sets: bool
) -> dict[str, str]:
    """Return what columns are by the model alone, for a table that has no rows to tell it."""
    known = {name: FLOAT for name, kind in model.types(inputs).items() if kind == "number"}
    if not model.classifies:
        return known | dict.fromkeys((*model.targets, *layout.names), FLOAT)
    classes = np.asarray(model.estimator.classes_ if model.classes else [0])
    kind = TYPES.get(_classes(classes).dtype.kind, TEXT)
    said = layout.names[: len(model.targets)]
    sets = layout.names[-len(model.targets) :] if with_sets else ()
    floats = dict.fromkeys(layout.names, FLOAT)
    return known | floats | dict.fromkeys(said, kind) | dict.fromkeys(sets, TEXT)


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
    if request.sets is not None:
        bases = [*bases, *(f"{share}_set" for share in shares)]
    taken = set(kept)
    names = []
    for base in bases:
        name, number = base, 2
        while name in taken:
            name, number = f"{base}_{number}", number + 1
        taken.add(name)
        names.append(name)
    return names


def _answers(model: Model, piece: Piece, request: Request) -> list[Any]:
    """Return what is predicted of rows, by column: numbers with the digits they deserve."""
    every = request.digits == digits.ALL
    if request.std or request.interval is not None:
        return _with_error_bars(model, piece, request, every)
    values = [*model.predict(piece.table).T]
    if model.classifies:
        out = [_classes(column) for column in values]
    else:
        out = values if every else digits.quantities(values, digits.decimals_of(model.estimator))
    if request.proba:
        chances = [*model.probabilities(piece.table).T]
        out += chances if every else [digits.chances(column) for column in chances]
    if request.sets is not None:
        out += set_cells(model, model.sets(piece.table, request.sets))
    return out


def set_cells(model: Model, sets: Any) -> list[Any]:
    """Return a column of texts for each target: the classes in the set of each row, between bars.

    Of labels they are 0 (off) and 1 (on).
    """
    labels = np.asarray(model.estimator.classes_ if model.classes else [0, 1])
    names = value_cells(labels, NumberFormat())
    columns = []
    for each in sets.swapaxes(0, 1) if sets.ndim == 3 else [sets]:
        texts = np.empty(len(each), object)
        texts[:] = [" | ".join(np.array(names, object)[row]) for row in each]
        columns.append(texts)
    return columns


def _classes(column: Any) -> Any:
    """Return classes as they are written: floats that are whole numbers, and labels, as these."""
    if column.dtype.kind != "f":
        return column
    if (column % 1 == 0).all():
        return column.astype(np.int64)
    texts = np.empty(len(column), object)
    texts[:] = value_cells(column, NumberFormat())
    return texts


def _with_error_bars(model: Model, piece: Piece, request: Request, every: bool) -> list[Any]:
    """Return the columns of a regression: predictions, deviations, then both ends per target."""

    def shown(columns: list[Any]) -> list[Any]:
        places = digits.decimals_of(model.estimator)
        return columns if every else digits.quantities(columns, places)

    columns = shown([*model.predict(piece.table).T])
    found = model.uncertainty(piece.table)
    if request.std:
        columns += [one if every else digits.deviations(one) for one in found.std.T]
    if request.interval is not None:
        ends = [shown([*end.T]) for end in found.interval(request.interval)]
        columns += [end for pair in zip(*ends, strict=True) for end in pair]
    return columns
