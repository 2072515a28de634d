"""What `neurona evaluate` says: scores beside the baseline's, and which classes are confused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neurona.cli.gates import Gate, Miss
from neurona.cli.text.layout import bold, grid
from neurona.progress.numbers import TITLES, count, score_text
from neurona.runs.answered import Scored
from neurona.runs.evaluation import Evaluation, Others
from neurona.runs.model import Model
from neurona.runs.scores import Pair, means

MOST_CLASSES = 12


def evaluation_document(
    model: Model, found: Evaluation, gates: Sequence[Gate], missed: Sequence[Miss]
) -> dict[str, Any]:
    """Return scores and gates as plain data."""
    scored, failing = found.scored, {miss.gate for miss in missed}
    return {
        "schema": 1,
        "event": "evaluation",
        "model": str(model.path),
        "table": found.source,
        "rows": found.rows,
        "task": model.task,
        "targets": {name: pair._asdict() for name, pair in scored.pairs.items()},
        "mean": means(list(scored.pairs.values()))._asdict(),
        "seen": None if found.seen is None else found.seen._asdict(),
        "others": None if found.others is None else _others(found.others),
        "classes": scored.labels,
        "confusion": scored.confusion,
        "gates": [
            {"metric": gate.metric, "bound": gate.bound, "passed": gate not in failing}
            for gate in gates
        ],
    }


def evaluation_text(model: Model, found: Evaluation, no_color: bool) -> str:
    """Return the scores as text that fits the terminal."""
    lines = [f"{found.source}   {count(found.rows, 'row')}   {model.task}", ""]
    lines += _scores(model, found.scored.pairs, no_color)
    if found.others is not None:
        rows = count(found.others.rows, "row")
        lines += ["", f"{rows} of these that the model was not made of:", ""]
        lines += _scores(model, found.others.pairs, no_color)
    if found.scored.labels:
        lines += ["", *_confusion(found.scored, no_color)]
    return "\n".join(lines)


def _others(others: Others) -> dict[str, Any]:
    return {
        "rows": others.rows,
        "targets": {name: pair._asdict() for name, pair in others.pairs.items()},
    }


def _scores(model: Model, given: Mapping[str, Pair], no_color: bool) -> list[str]:
    """Return the scores of each target, and of all, beside the baseline."""
    lines, pairs = [], dict(given)
    if len(pairs) > 1:
        pairs["(mean)"] = means(list(pairs.values()))
    baseline = "class shares" if model.classifies else "the mean"
    if len(pairs) == 1:
        pair = next(iter(pairs.values()))
        head = [next(iter(pairs)), "model", f"baseline ({baseline})"]
        body = [
            [TITLES[name], score_text(name, value), score_text(name, pair.baseline[name])]
            for name, value in pair.model.items()
        ]
        lines.append(grid(head, body, right={1, 2}, no_color=no_color))
    else:
        names = list(next(iter(pairs.values())).model)
        head = ["target", *(word for name in names for word in (TITLES[name], "(base)"))]
        body = [
            [target, *(score_text(name, side[name]) for name in names for side in pair)]
            for target, pair in pairs.items()
        ]
        lines.append(grid(head, body, right=set(range(1, len(head))), no_color=no_color))
        lines.append(f"(base): always saying {baseline}")
    return lines


def _confusion(scored: Scored, no_color: bool) -> list[str]:
    number = len(scored.labels)
    if number <= MOST_CLASSES:
        head = ["true \\ said", *scored.labels]
        body = [
            [label, *(f"{n:,}" if n else "." for n in row)]
            for label, row in zip(scored.labels, scored.confusion, strict=True)
        ]
        return [grid(head, body, right=set(range(1, number + 1)), most=14, no_color=no_color)]
    wrong = sorted(
        (
            (-n, scored.labels[i], scored.labels[j])
            for i, row in enumerate(scored.confusion)
            for j, n in enumerate(row)
            if i != j and n
        )
    )
    body = [[true, said, f"{-n:,}"] for n, true, said in wrong[:MOST_CLASSES]]
    if not body:
        return [bold(f"{number} classes, no row was taken for another", no_color)]
    title = f"{number} classes; most often taken for another:"
    return [title, grid(["true", "said", "rows"], body, right={2}, no_color=no_color)]
