"""write_fixed: a model as C in integers, with its test vectors and its error."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neurona.data.task import Task
from neurona.errors import IncompatibleError
from neurona.export.code.c import header_text, word_lines
from neurona.export.code.c_words import cell_lines, has_words, info_lines, macros, prototype
from neurona.export.code.costs import Costs
from neurona.export.code.error_bars import check_error_bars
from neurona.export.code.evaluate import evaluate as evaluated
from neurona.export.code.form import Program
from neurona.export.code.printer import plain
from neurona.export.code.program import check_length, program_of
from neurona.export.code.readme import readme
from neurona.export.code.texts import output_line, unit_text, version
from neurona.export.code.vectors import Difference, cells, sample_rows
from neurona.export.integers.bars import check_bars
from neurona.export.integers.c import FixedPrinter
from neurona.export.integers.cells import range_of
from neurona.export.integers.evaluate import evaluate, integers_of, numbers_of, refused
from neurona.export.integers.helpers import ABSENT_TEXT
from neurona.export.integers.network import NOTHING, Asked, FixedNetwork, fixed_network
from neurona.export.integers.row_back import DIGITS, MOST
from neurona.export.integers.width import NARROW, WIDE, TooWideError, Width
from neurona.export.source import Exportable
from neurona.network import Vector

ROWS = 4_000
SCORE = MOST / 2**DIGITS
"""The largest anomaly score."""
WORST = 0.05
"""What 32 bits may be off by (root mean square): a step's border may move past a row."""
MISSING = 0.03
"""Of the cells that may be missing, so many are in rows that are drawn."""
GOAL = 1e-3
"""What 16 bits may be off by, in spreads of the target, or of which part of rows another class;
else numbers have 32.
"""


class Fixed(NamedTuple):
    """What is written: files by name, the error, the figures, test vectors in integers, and why
    numbers are wider than was asked for ("": they are not).
    """

    files: dict[str, str]
    difference: Difference
    figures: Costs
    rows: Vector
    answers: Vector
    why: str


def write_fixed(
    model: Exportable,
    name: str,
    dtype: str = "int16",
    rows: Any = None,
    units: Any = None,
    asked: Asked = NOTHING,
) -> Fixed:
    """Return a model in integers of 16 bits, or of 32 where 16 err by more than `GOAL`.

    The error is over the given rows of numbers and codes, otherwise over rows drawn from the range
    of each column; a model of arrays must be given rows, which say where inputs lie.
    """
    check_error_bars(model, *asked)
    if asked.bars:
        check_bars(model)
    program = program_of(model, name, std=asked.std, interval=asked.coverage, units=units)
    check_length(program)
    ranges = _ranges(program, rows) if model.preparation is None else None
    some = _drawn(model, program) if rows is None else np.asarray(rows, np.float64)
    network, far, why = _chosen(model, program, dtype, ranges, some, asked)
    sampled = _within(ranges, sample_rows(program))
    test = integers_of(network, sampled)
    test = test[~refused(network, test)]
    answers = evaluate(network, test)
    printer = FixedPrinter(network, name)
    body = printer.predict()
    said = _head(model, program, network, far, why, units)
    found = _figures(network, printer)
    said.append(
        f"Tables {found.table_bytes:,} bytes, work arrays {found.work_bytes:,} bytes on the stack; "
        f"a call: {found.products:,} products of weights."
    )
    source = [
        f'#include "{name}.h"',
        "",
        printer.macros(),
        *([macros(name)] if has_words(program.inputs) else []),
        *printer.helpers(),
        *body,
        *printer.selftest(test[:8], answers[:8]),
        *cell_lines(name, "int32_t", ABSENT_TEXT, program.inputs),
        *info_lines(name, "\n".join(line for line in said if line)),
    ]
    heads = [f"x{k}" for k in range(test.shape[1])] + [f"y{k}" for k in range(answers.shape[1])]
    table = [",".join(heads)]
    table += [",".join(map(str, row)) for row in np.column_stack([test, answers]).tolist()]
    files = {
        f"{name}.h": _header(program, printer, said),
        f"{name}.c": "\n".join(source) + "\n",
        f"{name}-test-vectors.csv": "\n".join(table) + "\n",
    }
    files[f"{name}-README.txt"] = readme("c", program, far, found, list(files), dtype, said)
    return Fixed(files, far, found, test, answers, why)


def _chosen(
    model: Exportable, program: Program, dtype: str, ranges: Any, rows: Vector, asked: Asked
) -> tuple[FixedNetwork, Difference, str]:
    """Return the network, its error, and why it is wider than was asked for."""
    why = ""
    if dtype == "int16":
        try:
            network = fixed_network(model, NARROW, ranges, asked)
            far = error(model, program, network, rows)
            off = far.largest if model.answers.task is Task.REGRESSION else far.rms**2
            if off <= GOAL:
                return network, far, ""
            why = f"16 bits are off by {off:.1e}"
        except TooWideError:
            why = "16 bits do not hold its numbers"
    network = fixed_network(model, WIDE, ranges, asked)
    far = error(model, program, network, rows)
    if model.answers.task is Task.REGRESSION and far.rms > WORST:
        raise IncompatibleError(
            f"Integers of 32 bits are off by {far.rms:.1e} of the target's spread (root mean "
            "square), as its range is wide; export float32."
        )
    return network, far, why


def _ranges(program: Program, rows: Any) -> dict[str, tuple[float, float]] | None:
    """Return the least and the greatest of each column of the rows."""
    if rows is None:
        return None
    given = np.asarray(rows, np.float64)
    lows, highs = np.nanmin(given, axis=0).tolist(), np.nanmax(given, axis=0).tolist()
    return {one.name: pair for one, pair in zip(program.inputs, zip(lows, highs, strict=True),
                                                strict=True)}  # fmt: skip


def _within(ranges: Any, rows: Vector) -> Vector:
    """Return rows of usual numbers where training's lie."""
    if ranges is None:
        return rows
    lows, highs = (np.array(one) for one in zip(*ranges.values(), strict=True))
    return np.asarray((lows + highs) / 2 + rows * np.maximum(highs - lows, 1e-9) / 4)


def _drawn(model: Exportable, program: Program) -> Vector:
    if not model.encoders:
        return np.zeros((1, len(program.inputs)))
    random = np.random.default_rng(16)
    columns = []
    for one, encoder in zip(program.inputs, model.encoders, strict=True):
        if one.words:
            codes = [k for k, word in enumerate(one.words) if word is not None]
            columns.append(random.choice(codes, ROWS).astype(float))
        elif one.limit is None:
            columns.append(random.integers(0, 2, ROWS).astype(float))
        else:
            columns.append(random.uniform(*range_of(model, encoder), ROWS))
        if one.missing:
            columns[-1][random.random(ROWS) < MISSING] = np.nan
    return np.column_stack(columns)


def error(model: Exportable, program: Program, network: FixedNetwork, rows: Vector) -> Difference:
    """Return how far the integers are from `predict`: in spreads of the target, or 1 for another
    class.
    """
    integers = integers_of(network, rows)
    found = numbers_of(network, evaluate(network, integers))
    if network.after is not None:
        return _after(program, found, rows)
    must = np.asarray(model.predict(cells(model, program, rows)))
    if model.answers.task is Task.REGRESSION:
        must = must.reshape(len(rows), -1)
        spreads = np.array([one.spread for one in program.outputs])
        if model.answers.scaling is None:
            # nothing tells the target's spread but its own answers
            spreads = np.maximum(must.std(axis=0), 1e-300)
        gaps = np.abs(found - must) / spreads
    elif model.answers.task is Task.MULTILABEL:
        gaps = (found != must).astype(float)
    else:
        assert model.answers.classes is not None
        codes = {value: k for k, value in enumerate(model.answers.classes.tolist())}
        gaps = found[:, 0] != np.array([codes[value] for value in must.tolist()])
    named = model.answers.task is not Task.REGRESSION
    return Difference(float(gaps.max()), float(np.sqrt((gaps**2.0).mean())), len(rows), named)


def _after(program: Program, found: Vector, rows: Vector) -> Difference:
    """Return how far error bars, or columns given back and their score, are from the program's own,
    whose answers are those of `predict`; codes and missing cells count 1 if they are others.

    A score is told by its own size, and no further than integers go.
    """
    must = evaluated(program, rows)[0]
    scores = np.array([one.kind == "score" for one in program.outputs])
    coded = np.array([bool(one.words) for one in program.outputs])
    must = np.where(scores, np.minimum(must, SCORE), must)
    spreads = np.array([one.spread for one in program.outputs])
    sizes = np.where(scores, np.maximum(np.abs(must), 1.0), spreads)
    both = np.isnan(found) & np.isnan(must)
    gaps = np.where(both, 0.0, np.nan_to_num(np.abs(found - must) / sizes, nan=1.0))
    other = coded & (gaps > 0) | (np.isnan(found) != np.isnan(must))
    # what lies on the border between two codes may fall on either side of it
    numbers = np.where(other, 0.0, gaps)
    largest = max(float(numbers.max()), float(other.mean()))
    return Difference(largest, float(np.sqrt((numbers**2.0).mean())), len(rows))


def _figures(network: FixedNetwork, printer: FixedPrinter) -> Costs:
    width: Width = network.width
    table = products = 0
    for _, step in printer.tagged():
        products += step.weights.size
        table += width.value_bytes * step.weights.size + width.sum_bytes * len(step.biases)
        table += sum(map(len, printer.shifts_of(step).values()))
    table += width.value_bytes * sum(len(entries) for _, _, entries in printer.curves)
    work = width.value_bytes * sum(printer.arrays().values())
    outputs = len(network.members[0].steps[-1].biases)
    if not printer.direct():
        work += width.sum_bytes * outputs
    work += width.sum_bytes * printer.parts() + 4 * sum(printer.answered().values())
    table += 0 if network.after is None else network.after.table_bytes()
    return Costs(table, work, products, products, 0, 0)


def _head(
    model: Exportable,
    program: Program,
    network: FixedNetwork,
    far: Difference,
    why: str,
    units: Any,
) -> list[str]:
    width = network.width
    more = f" ({why})" if why else ""
    lines = [
        f"{program.name}: a {model.title}, {width.name}, written by neurona {version()}.",
        f"Weights and values have {8 * width.value_bytes} bits, sums {8 * width.sum_bytes}{more}.",
        f"Checksum of the model: {program.checksum}",
        "",
    ]
    for k, (one, cell) in enumerate(zip(program.inputs, network.cells, strict=True)):
        name = f"{plain(one.name)}{unit_text(one.unit)}"
        if cell.kind == "number":
            own = cell.pieces[0]
            unit = f"number by 2^-{cell.bits}" if cell.bits >= 0 else f"number by 2^{-cell.bits}"
            lines.append(f"x[{k}]  {name}: {unit}, cut off at {own.low}, {own.high}")
        elif one.words:
            codes = ", ".join(
                f"{code} = {plain(word, 30)}" for code, word in enumerate(one.words[:20]) if word
            )
            lines.append(f"x[{k}]  {name}: {codes}")
        else:
            lines.append(f"x[{k}]  {name}: 0 or 1")
    lines.append("-2147483648 is a missing cell" + (", refused." if network.refuse else "."))
    if network.after is not None:
        lines += _said_after(program, network)
    for k, (name, bits) in enumerate(zip(network.names, network.bits, strict=False)):
        if network.after is None:
            what = f"number by 2^-{bits}" if network.task is Task.REGRESSION else "code"
            unit = unit_text((units or {}).get(name, ""))
            lines.append(f"y[{k}]  {plain(name)}{unit}: {what}")
    if network.task in (Task.BINARY, Task.MULTICLASS):
        words = enumerate(model.answers.names[:20])
        lines.append("Classes: " + ", ".join(f"{k} = {plain(w, 30)}" for k, w in words))
    unit = "of the target's spread" if network.task is Task.REGRESSION else "(1: another class)"
    lines += [
        f"Error over {far.rows:,} rows {unit}: largest {far.largest:.2g}, rms {far.rms:.2g}",
        "No sum can overflow: formats come from bounds of every unit over all rows.",
    ]
    return lines


def _said_after(program: Program, network: FixedNetwork) -> list[str]:
    """Return the lines of error bars, or of columns given back."""
    lines, columns = [], getattr(network.after, "columns", ())
    codes = {k for k, one in enumerate(columns) if one.kind == "boolean"}
    for k, (one, bits) in enumerate(zip(program.outputs, network.bits, strict=True)):
        unit = f"number by 2^-{bits}" if bits >= 0 else f"number by 2^{-bits}"
        unit = "0 or 1" if k in codes else unit
        what = output_line(one) if one.words else f"{output_line(one)}; {unit}"
        most = f", at most {SCORE:.0f}" if one.kind == "score" else ""
        lines.append(f"y[{k}]  {what}{most}")
    return lines


def _header(program: Program, printer: FixedPrinter, said: list[str]) -> str:
    network = printer.network
    bits = network.bits if network.task is Task.REGRESSION else ()
    sizes = [
        ("INPUTS", f"{len(network.cells)}U"),
        ("OUTPUTS", f"{len(network.bits)}U"),
        *((f"X{k}_BITS", str(cell.bits)) for k, cell in enumerate(network.cells)
          if cell.kind == "number"),
        *((f"Y{k}_BITS", str(one)) for k, one in enumerate(bits)),
    ]  # fmt: skip
    functions = [f"{printer.prototype()};"]
    if has_words(program.inputs):
        functions.append(prototype(printer.name, "int32_t"))
    return header_text(printer.name, [*said, *word_lines(program)], sizes, functions)
