"""What `neurona evaluate` says: scores beside the baseline's, and which classes are confused."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurona.cli.gates import Gate, Miss
from neurona.cli.text.layout import bold, grid
from neurona.progress.numbers import TITLES, score_text
from neurona.runs.evaluation import Evaluation, Scored
from neurona.runs.model import Model
from neurona.runs.scores import means

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
        "classes": scored.labels,
        "confusion": scored.confusion,
        "gates": [
            {"metric": gate.metric, "bound": gate.bound, "passed": gate not in failing}
            for gate in gates
        ],
    }


def evaluation_text(model: Model, found: Evaluation, no_color: bool) -> str:
    """Return the scores as text that fits the terminal."""
    rows = f"{found.rows:,} {'row' if found.rows == 1 else 'rows'}"
    lines = [f"{found.source}   {rows}   {model.task}", ""]
    pairs = dict(found.scored.pairs)
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
    if found.scored.labels:
        lines += ["", *_confusion(found.scored, no_color)]
    return "\n".join(lines)


def _confusion(scored: Scored, no_color: bool) -> list[str]:
    count = len(scored.labels)
    if count <= MOST_CLASSES:
        head = ["true \\ said", *scored.labels]
        body = [
            [label, *(f"{n:,}" if n else "." for n in row)]
            for label, row in zip(scored.labels, scored.confusion, strict=True)
        ]
        return [grid(head, body, right=set(range(1, count + 1)), most=14, no_color=no_color)]
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
        return [bold(f"{count} classes, no row was taken for another", no_color)]
    title = f"{count} classes; most often taken for another:"
    return [title, grid(["true", "said", "rows"], body, right={2}, no_color=no_color)]
