"""Folds of a cross-validation as a person reads them: a line each, and what they come to."""

from __future__ import annotations

from typing import Any

from neurona.progress.events import Event
from neurona.progress.numbers import TITLES, count, several, short


def fold_parts(event: Event) -> list[str]:
    """Return what there is to say of a fold."""
    scores = event["metrics"]
    said = "diverged, no score" if scores is None else _scores(scores)
    return [
        f"{event['fold']}/{event['folds']}",
        f"{event['train']:,} rows trained on, {event['held']:,} held out",
        said,
        f"baseline {_scores(event['baseline'])}",
        f"{event['seconds']:.1f} s",
    ]


def folds_text(folds: dict[str, Any]) -> str:
    """Return what the folds come to: mean and spread of each score.

    >>> scores = {"rmse": {"mean": [2.0], "spread": [0.5]}}
    >>> print(folds_text({"folds": 5, "done": 5, "how": "random", "metrics": scores}))
    5 folds RMSE 2.000 +- 0.5000
    """
    done, of = folds["done"], folds["folds"]
    what = count(of, "fold") if done == of else f"{done} of {count(of, 'fold')}"
    return f"{what} {with_spread(folds['metrics'])}".rstrip()


def with_spread(scores: dict[str, Any]) -> str:
    """Return scores with their spread over folds."""
    return "  ".join(
        f"{TITLES.get(name, name)} {_value(one['mean'])} +- {_value(one['spread'])}"
        for name, one in scores.items()
    )


def _scores(scores: dict[str, Any]) -> str:
    return "  ".join(
        f"{TITLES.get(name, name)} {_value(value)}"
        for name, value in scores.items()
        if value is not None
    )


def _value(value: Any) -> str:
    return several(value) if isinstance(value, list) else short(value)
