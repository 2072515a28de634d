"""Scores with intervals, beside those of the linear model and of the trivial answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from neurona import metrics
from neurona.insight.charts.chart import MOST_TARGETS
from neurona.insight.exhibit import Exhibit
from neurona.insight.telling import intervals
from neurona.insight.telling.contenders import LINEAR, MODEL, TRIVIAL, Contenders, contenders
from neurona.insight.telling.intervals import Estimate, estimate
from neurona.progress.numbers import AT_MOST_ONE, count, score_text
from neurona.reports.page.document import Block, Grid, Text

Array = np.ndarray[Any, np.dtype[Any]]
Scorer = tuple[str, str, Callable[..., Any], Callable[[Array], list[Array]]]
"""A score: its key, its title, what computes it, and what of an answer it takes."""
WHERE = {
    "test": "test rows, which the model had not seen",
    "validation": "validation rows: training stopped, or kept its best weights, by them, so that "
    "new rows may come out a little worse",
    "training": "rows that it was trained on, which say little of others; give test rows",
    "rows": "rows; whether the model was fitted to them is not known",
}


def scores_of(exhibit: Exhibit) -> tuple[list[Block], str]:
    """Return the section's blocks, and the main score in a sentence."""
    against = contenders(exhibit)
    found: list[Block] = []
    rows = exhibit.part.rows
    where = WHERE[exhibit.telling]
    found.append(Text(f"On {rows:,} {where if rows > 1 else where.replace('rows', 'row', 1)}."))
    sentences = []
    for of, scorers in _scorers(exhibit):
        table, said = _table(against, scorers)
        if of:
            found.append(Text(f"{of}:"))
        found.append(table)
        if said:
            sentences.append(f"{of}: {said}" if of else said)
    found += [Text(f"{sentence}.") for sentence in sentences[1:]]
    left = 0 if exhibit.classifies else len(exhibit.targets) - MOST_TARGETS
    if left > 0:
        found.append(Text(f"These are the first {MOST_TARGETS} of {len(exhibit.targets)} targets."))
    both = f"{against.linear} on the same prepared inputs" if LINEAR in against.said else ""
    others = f"The trivial answer is {against.trivial}"
    others += f", the linear model {both}; both learned from {against.learned}" if both else ""
    how = (
        f" In brackets: 95 % intervals, by drawing the {rows:,} rows again "
        f"({intervals.RESAMPLES if rows < intervals.MANY_ROWS else intervals.FEWER:,} times)."
    )
    how = how if rows >= intervals.FEWEST else ""
    others = f"{others}.{how}" if TRIVIAL in against.said else ""
    small = " ".join([others, *against.notes]).strip()
    found += [Text(small, small=True)] if small else []
    which = "" if exhibit.telling == "rows" else f"{exhibit.telling} "
    return found, f"On {count(rows, f'{which}row')}: {sentences[0]}"


def _table(against: Contenders, scorers: list[Scorer]) -> tuple[Grid, str]:
    """Return a table of contenders by scores, and the model's main score in a sentence."""
    rows, first = [], []
    for name, answer in against.said.items():
        cells = [name]
        for key, _, statistic, takes in scorers:
            found = estimate(statistic, takes(answer))
            first += [(name, found)] if key == scorers[0][0] else []
            cells.append(_cell(key, found))
        rows.append(cells)
    head = ["", *(title for _, title, _, _ in scorers)]
    grid = Grid(head, rows, range(1, len(head)), 0)
    return grid, _sentence(dict(first), against, scorers[0])


def _sentence(found: dict[str, Estimate], against: Contenders, scorer: Scorer) -> str:
    """Say the model's score beside the others, with an interval of the difference from the linear
    model's.
    """
    key, title, _, _ = scorer
    said = [f"{name} {score_text(key, found[name].value)}" for name in (LINEAR, TRIVIAL)
            if name in found]  # fmt: skip
    text = f"{title} {score_text(key, found[MODEL].value)}"
    text += f" ({', '.join(said)})" if said else ""
    return f"{text}; it is {_gap(against, scorer)}" if LINEAR in found else text


def _gap(against: Contenders, scorer: Scorer) -> str:
    """Say how far the model is from the linear model."""
    key, _, statistic, takes = scorer
    ours, theirs = takes(against.said[MODEL]), takes(against.said[LINEAR])

    def gap(*arrays: Array) -> Any:
        half = len(arrays) // 2
        return statistic(*arrays[:half]) - statistic(*arrays[half:])

    apart = estimate(gap, [*ours, *theirs])
    less_is_better = key in ("rmse", "mae", "log_loss")
    better = (apart.value < 0) == less_is_better
    how = "better" if better else "worse"
    size = score_text("", abs(apart.value))
    if apart.low is None or apart.high is None:
        return f"{size} {how} than the linear model's"
    low, high = sorted((abs(apart.low), abs(apart.high)))
    if apart.low <= 0 <= apart.high:
        return f"{size} {how} than the linear model's, which chance explains"
    between = f"95 %: {score_text('', low)} to {score_text('', high)}"
    return f"{size} {how} than the linear model's ({between})"


def _scorers(exhibit: Exhibit) -> Iterator[tuple[str, list[Scorer]]]:
    """Yield a target's name, if there are several, and its scores."""
    if not exhibit.classifies:
        found = exhibit.quantities(exhibit.telling)
        for k, name in enumerate(found.names[:MOST_TARGETS]):
            true = found.true[:, k]

            def both(answer: Array, k: int = k, true: Array = true) -> list[Array]:
                return [true, answer[:, k]]

            yield (
                name if len(found.names) > 1 else "",
                [
                    ("rmse", "RMSE", intervals.rmse, both),
                    ("mae", "MAE", intervals.mae, both),
                    ("r2", "R\N{SUPERSCRIPT TWO}", intervals.r2, both),
                ],
            )
        return
    chances = exhibit.chances(exhibit.telling)
    on, codes = chances.on(), chances.codes

    def right(answer: Array) -> Array:
        if chances.several:
            same: Array = ((answer > 0.5) == codes).all(axis=1).astype(np.float64)
            return same
        found: Array = (answer.argmax(axis=1) == codes).astype(np.float64)
        return found

    def losses(answer: Array) -> Array:
        if chances.several:
            return metrics.log_losses(codes > 0, answer, True)
        return metrics.surprise((answer * on).sum(axis=1))

    scorers: list[Scorer] = [
        ("log_loss", "log loss", intervals.mean, lambda answer: [losses(answer)]),
        ("accuracy", "accuracy", intervals.mean, lambda answer: [right(answer)]),
    ]
    if not chances.several:
        take = "balanced_accuracy", "balanced accuracy", intervals.balanced
        scorers.append((*take, lambda answer: [codes, right(answer)]))
    yield "", scorers


def _cell(key: str, found: Estimate) -> str:
    value = _text(key, found.value if np.isfinite(found.value) else None)
    if found.low is None or found.high is None or found.low == found.high:
        return value
    return f"{value} ({_text(key, found.low)} to {_text(key, found.high)})"


def _text(key: str, value: float | None) -> str:
    """Return a score; what is next to nothing beside 1 is not written with an exponent."""
    if value is not None and key in AT_MOST_ONE and abs(value) < 1e-3:
        return f"{value:.4f}".replace("-0.0000", "0.0000")
    return score_text(key, value)
