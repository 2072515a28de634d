"""The work of `neurona evaluate`: read, predict, score, say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import click
import numpy as np

from neurona.cli import scores
from neurona.cli.failures import Code, Failure
from neurona.cli.gates import Gate, check_metrics, misses, sentence
from neurona.cli.layout import bold, grid
from neurona.cli.model import Model
from neurona.cli.scores import Array, Pair
from neurona.cli.sources import read_source
from neurona.data.encoders import texts_of
from neurona.data.gather import ColumnType
from neurona.data.table import Table, missing_columns
from neurona.data.targets import known_rows, label_matrix, numeric_targets
from neurona.metrics import confusion
from neurona.progress.numbers import TITLES

MOST_CLASSES = 12


class Result(NamedTuple):
    """Scores by target, the confusion table of a single target of classes, and notes."""

    pairs: dict[str, Pair]
    labels: list[str]
    confusion: list[list[int]]
    notes: list[str]


def run(
    model: Model,
    given: str,
    target: str | None,
    gates: Sequence[Gate],
    how: dict[str, Any],
    as_json: bool,
    quiet: bool,
    no_color: bool,
) -> None:
    """Score a model on a table; a gate that is missed is a Failure with its own code."""
    check_metrics(gates, model.classifies)
    targets = model.targets if target is None else _targets(model, target)
    table = read_source(given, types=_types(model, targets), **how)
    absent = [name for name in targets if name not in table.names]
    if absent:
        raise Failure(
            f"{missing_columns(absent, table.names, table.source)} The targets are needed to "
            "score; --target names them if they are called otherwise."
        )
    known = known_rows(table, targets)
    notes = list(table.notes)
    if not len(known):
        raise Failure(f"{table.source} has no row whose target is known; give rows with targets.")
    if len(known) < table.rows:
        notes.append(
            f"{table.source}: {table.rows - len(known):,} of {table.rows:,} rows have no target "
            "and are left out."
        )
        table = table.take(known)
    inputs = [name for name in table.names if name not in targets]
    needed = model.inputs(inputs, table.source)
    result = _score(model, table, table.select(needed), targets)
    notes += result.notes
    if as_json:
        click.echo(json.dumps(_document(model, table, result, gates)))
    else:
        click.echo(_text(model, table, result, no_color))
    if not quiet:
        for note in notes:
            click.echo(f"note    {note}", err=True)
    missed = misses(gates, {name: pair.model for name, pair in result.pairs.items()})
    if missed:
        raise Failure(sentence(missed, len(result.pairs) > 1), Code.GATE_MISSED)


def _targets(model: Model, given: str) -> list[str]:
    count = len(model.targets)
    names = [given] if count == 1 else [name.strip() for name in given.split(",")]
    if len(names) != count:
        raise Failure(f"The model has {count} targets but --target names {len(names)}.")
    return names


def _types(model: Model, targets: Sequence[str]) -> dict[str, ColumnType]:
    types = dict(model.types([])) if model.of_tables else {}
    if not model.classifies:
        types |= dict.fromkeys(targets, "number")
    elif model.task != "multilabel" and isinstance(model.classes[0], str):
        types |= dict.fromkeys(targets, "text")
    return types


def _score(model: Model, table: Table, inputs: Table, targets: Sequence[str]) -> Result:
    if not model.classifies:
        truth, said = numeric_targets(table, targets), model.predict(inputs)
        pairs = {n: scores.quantity(truth[:, k], said[:, k]) for k, n in enumerate(targets)}
        if model.has_error_bars:
            std = model.uncertainty(inputs).std
            pairs = {
                n: scores.with_error_bars(pairs[n], truth[:, k], said[:, k], std[:, k])
                for k, n in enumerate(targets)
            }
        return Result(pairs, [], [], [])
    shares = model.probabilities(inputs)
    if model.task == "multilabel":
        truth, said = label_matrix(table, targets), model.predict(inputs).astype(int)
        pairs = {}
        for k, name in enumerate(targets):
            both = np.column_stack([1 - shares[:, k], shares[:, k]])
            pairs[name] = scores.classes(truth[:, k], said[:, k], both)
        return Result(pairs, [], [], [])
    labels = [str(text) for text in texts_of(np.asarray(model.classes, _kind(model.classes)))]
    codes, unknown, notes = _codes(table, targets[0], labels)
    said = shares.argmax(axis=1)
    labels = [*labels, *unknown]
    pair = scores.classes(codes, said, shares)
    return Result({targets[0]: pair}, labels, confusion(codes, said, len(labels)), notes)


def _kind(found: Sequence[Any]) -> Any:
    return object if isinstance(found[0], str) else bool if isinstance(found[0], bool) else float


def _codes(table: Table, target: str, labels: Sequence[str]) -> tuple[Array, list[str], list[str]]:
    """Return the class number of each row, the classes that the model does not know, and notes."""
    texts = [str(text) for text in texts_of(table[target])]
    unknown = sorted(set(texts) - set(labels))
    numbers = {label: code for code, label in enumerate([*labels, *unknown])}
    notes = []
    if unknown:
        rows = sum(text in set(unknown) for text in texts)
        classes = "the class" if len(unknown) == 1 else "classes like"
        notes.append(
            f"{table.source}: {rows:,} {'row has' if rows == 1 else 'rows have'} {classes} "
            f"{unknown[0]!r}, which training had not; they count as wrong."
        )
    return np.array([numbers[text] for text in texts]), unknown, notes


def _document(model: Model, table: Table, result: Result, gates: Sequence[Gate]) -> dict[str, Any]:
    missed = {miss.gate for miss in misses(gates, {n: p.model for n, p in result.pairs.items()})}
    return {
        "schema": 1,
        "event": "evaluation",
        "model": str(model.path),
        "table": table.source,
        "rows": table.rows,
        "task": model.task,
        "targets": {name: pair._asdict() for name, pair in result.pairs.items()},
        "mean": scores.means(list(result.pairs.values()))._asdict(),
        "classes": result.labels,
        "confusion": result.confusion,
        "gates": [
            {"metric": gate.metric, "bound": gate.bound, "passed": gate not in missed}
            for gate in gates
        ],
    }


def _text(model: Model, table: Table, result: Result, no_color: bool) -> str:
    rows = f"{table.rows:,} {'row' if table.rows == 1 else 'rows'}"
    lines = [f"{table.source}   {rows}   {model.task}", ""]
    pairs = dict(result.pairs)
    if len(pairs) > 1:
        pairs["(mean)"] = scores.means(list(pairs.values()))
    baseline = "class shares" if model.classifies else "the mean"
    if len(pairs) == 1:
        pair = next(iter(pairs.values()))
        head = [next(iter(pairs)), "model", f"baseline ({baseline})"]
        body = [
            [TITLES[name], _number(value), _number(pair.baseline[name])]
            for name, value in pair.model.items()
        ]
        lines.append(grid(head, body, right={1, 2}, no_color=no_color))
    else:
        names = list(next(iter(pairs.values())).model)
        head = ["target", *(word for name in names for word in (TITLES[name], "(base)"))]
        body = [
            [target, *(_number(side[name]) for name in names for side in pair)]
            for target, pair in pairs.items()
        ]
        lines.append(grid(head, body, right=set(range(1, len(head))), no_color=no_color))
        lines.append(f"(base): always saying {baseline}")
    if result.labels:
        lines += ["", *_confusion(result, no_color)]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _confusion(result: Result, no_color: bool) -> list[str]:
    count = len(result.labels)
    if count <= MOST_CLASSES:
        head = ["true \\ said", *result.labels]
        body = [
            [label, *(f"{n:,}" if n else "." for n in row)]
            for label, row in zip(result.labels, result.confusion, strict=True)
        ]
        return [grid(head, body, right=set(range(1, count + 1)), most=14, no_color=no_color)]
    wrong = sorted(
        (
            (-n, result.labels[i], result.labels[j])
            for i, row in enumerate(result.confusion)
            for j, n in enumerate(row)
            if i != j and n
        )
    )
    body = [[true, said, f"{-n:,}"] for n, true, said in wrong[:MOST_CLASSES]]
    if not body:
        return [bold(f"{count} classes, no row was taken for another", no_color)]
    title = f"{count} classes; most often taken for another:"
    return [title, grid(["true", "said", "rows"], body, right={2}, no_color=no_color)]
