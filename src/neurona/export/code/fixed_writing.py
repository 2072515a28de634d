"""write_fixed: a model as C in integers of 16 bits, with its test vectors and its error."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.targets import Task
from neurona.export.code import fixed_point
from neurona.export.code.c import header_text, info_lines
from neurona.export.code.figures import Figures
from neurona.export.code.fixed_c import MACROS, FixedPrinter
from neurona.export.code.fixed_point import FixedNetwork, fixed_network
from neurona.export.code.form import Program
from neurona.export.code.printer import plain
from neurona.export.code.program import program_of
from neurona.export.code.texts import version
from neurona.export.code.vectors import Difference, cells, sample_rows
from neurona.export.source import Exportable
from neurona.network import Vector

ROWS = 4_000


def write_fixed(
    model: Exportable, name: str, rows: Any = None
) -> tuple[dict[str, str], Difference, Figures, Vector, Vector]:
    """Return the files by name, the error, the figures, and the test vectors in integers.

    The error is over the given rows of numbers and codes, otherwise over rows drawn from the range
    of each column.
    """
    network, program = fixed_network(model), program_of(model, name)
    test = fixed_point.integers_of(network, sample_rows(program))
    answers = fixed_point.evaluate(network, test)
    some = _drawn(model, program) if rows is None else np.asarray(rows, np.float64)
    far = error(model, program, network, some)
    printer = FixedPrinter(network, name)
    said = _head(model, program, network, far)
    head = _header(printer, said)
    source = [
        f'#include "{name}.h"',
        "",
        MACROS.format(upper=name.upper()),
        *printer.helpers(),
        *printer.predict(),
        *printer.selftest(test[:8], answers[:8]),
        *info_lines(name, "\n".join(line for line in said if line)),
    ]
    heads = [f"x{k}" for k in range(test.shape[1])] + [f"y{k}" for k in range(answers.shape[1])]
    table = [",".join(heads)]
    table += [",".join(map(str, row)) for row in np.column_stack([test, answers]).tolist()]
    files = {
        f"{name}.h": head,
        f"{name}.c": "\n".join(source) + "\n",
        f"{name}-test-vectors.csv": "\n".join(table) + "\n",
    }
    return files, far, _figures(network), test, answers


def _drawn(model: Exportable, program: Program) -> Vector:
    random = np.random.default_rng(16)
    columns = []
    for one, encoder in zip(program.inputs, model.encoders, strict=True):
        if one.words:
            columns.append(random.integers(0, len(one.words), ROWS).astype(float))
        elif one.limit is None:
            columns.append(random.integers(0, 2, ROWS).astype(float))
        else:
            columns.append(random.uniform(*fixed_point.range_of(model, encoder), ROWS))
    return np.column_stack(columns)


def error(model: Exportable, program: Program, network: FixedNetwork, rows: Vector) -> Difference:
    """Return how far the integers are from `predict`: in spreads of the target, or 1 for another
    class.
    """
    integers = fixed_point.integers_of(network, rows)
    found = fixed_point.numbers_of(network, fixed_point.evaluate(network, integers))
    must = np.asarray(model.predict(cells(model, program, rows)))
    if model.answers.task is Task.REGRESSION:
        spreads = np.array([one.spread for one in program.outputs])
        gaps = np.abs(found - must.reshape(len(rows), -1)) / spreads
    elif model.answers.task is Task.MULTILABEL:
        gaps = (found != must).astype(float)
    else:
        assert model.answers.classes is not None
        codes = {value: k for k, value in enumerate(model.answers.classes.tolist())}
        gaps = found[:, 0] != np.array([codes[value] for value in must.tolist()])
    return Difference(float(gaps.max()), float(np.sqrt((gaps**2.0).mean())), len(rows))


def _figures(network: FixedNetwork) -> Figures:
    products = sum(step.weights.size for step in network.steps)
    units = sum(len(step.biases) for step in network.steps[:-1])
    table = sum(2 * step.weights.size + 4 * len(step.biases) for step in network.steps) + units
    table += sum(len(step.plain) for step in network.steps if step.plain is not None)
    if any(step.activation in ("tanh", "logistic", "silu") for step in network.steps[:-1]):
        table += 2 * (fixed_point.ENTRIES + 1)
    widths = [network.features, *(len(step.biases) for step in network.steps[:-1])]
    work = 2 * (max(widths[::2]) + max(widths[1::2], default=0))
    return Figures(table, work, products, products, 0, 0)


def _head(model: Exportable, program: Program, network: FixedNetwork, far: Difference) -> list[str]:
    lines = [
        f"{program.name}: a {model.title}, int16, written by neurona {version()}.",
        f"Checksum of the model: {program.checksum}",
        "",
    ]
    for k, (one, cell) in enumerate(zip(program.inputs, network.cells, strict=True)):
        if cell.kind == "scaled":
            unit = f"number by 2^-{cell.bits}" if cell.bits >= 0 else f"number by 2^{-cell.bits}"
            lines.append(f"x[{k}]  {plain(one.name)}: {unit}, cut off at {cell.low}, {cell.high}")
        elif one.words:
            codes = ", ".join(
                f"{code} = {plain(word, 30)}" for code, word in enumerate(one.words[:20]) if word
            )
            lines.append(f"x[{k}]  {plain(one.name)}: {codes}")
        else:
            lines.append(f"x[{k}]  {plain(one.name)}: 0 or 1")
    lines.append("-2147483648 is a missing cell.")
    for k, (name, bits) in enumerate(zip(network.names, network.bits, strict=True)):
        what = f"number by 2^-{bits}" if network.task is Task.REGRESSION else "code"
        lines.append(f"y[{k}]  {plain(name)}: {what}")
    if network.task in (Task.BINARY, Task.MULTICLASS):
        words = enumerate(model.answers.names[:20])
        lines.append("Classes: " + ", ".join(f"{k} = {plain(w, 30)}" for k, w in words))
    unit = "of the target's spread" if network.task is Task.REGRESSION else "(1: another class)"
    lines += [
        f"Error over {far.rows:,} rows {unit}: largest {far.largest:.2g}, rms {far.rms:.2g}",
        "No sum can overflow: formats come from bounds of every unit over all rows.",
    ]
    return lines


def _header(printer: FixedPrinter, said: list[str]) -> str:
    network = printer.network
    bits = network.bits if network.task is Task.REGRESSION else ()
    macros = [
        ("INPUTS", f"{len(network.cells)}U"),
        ("OUTPUTS", f"{len(network.bits)}U"),
        *((f"X{k}_BITS", str(cell.bits)) for k, cell in enumerate(network.cells)
          if cell.kind == "scaled"),
        *((f"Y{k}_BITS", str(one)) for k, one in enumerate(bits)),
    ]  # fmt: skip
    return header_text(printer.name, said, macros, printer.prototype())
