"""How good a model is, in a sentence: its score beside what always saying the same would score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from neurona.progress.numbers import percent, short

LEAST = 0.005
"""Share of the variance from which a model is called better than the mean."""
WHERE = {
    "test": "the test rows",
    "validation": "the validation rows",
    "training": "the rows that it was trained on, which say little of others",
}
MEAN, MEDIAN, USUAL = "the mean", "the median", "the most frequent class"


def worth(
    part: str, model: Mapping[str, Any], baseline: Mapping[str, Any], targets: Sequence[str]
) -> str:
    """Return what scores come to beside those of the baseline; nothing where nothing can be said.

    `part` is "test", "validation" or "training"; scores are by name, errors one per target.

    >>> worth("test", {"rmse": [1.1]}, {"rmse": [4.1]}, ["flow"])
    'explains 93 % of the variance that the mean leaves, on the test rows (RMSE 1.100, of the mean \
4.100)'
    >>> worth("test", {"accuracy": 0.3}, {"accuracy": 0.4}, ["kind"])
    'worse than always saying the most frequent class: right in 30 % of the rows, that in 40 %, on \
the test rows'
    """
    where = WHERE[part]
    if "accuracy" in model and "accuracy" in baseline:
        return _of_classes(model["accuracy"], baseline["accuracy"], where)
    if "rmse" in model:
        return _of_quantities(model["rmse"], baseline["rmse"], targets, where)
    if "mae" in model:
        return _of_sizes(model["mae"], baseline["mae"], targets, where)
    return ""


def _of_classes(right: float, usual: float, where: str) -> str:
    if right <= usual:
        how = "no better than" if right == usual else "worse than"
        both = f"right in {percent(right)} of the rows, that in {percent(usual)}"
        return f"{how} always saying {USUAL}: {both}, on {where}"
    return f"right in {percent(right)} of {where}; always saying {USUAL}: {percent(usual)}"


class _Beside(NamedTuple):
    """A target's error as a part of that of the trivial answer."""

    ratio: float
    name: str
    error: float
    usual: float


def _beside(
    errors: Sequence[float], trivial: Sequence[float], targets: Sequence[str]
) -> list[_Beside]:
    """Return the targets that the trivial answer does not know exactly, the best one first."""
    return sorted(
        _Beside(error / usual, name, error, usual)
        for name, error, usual in zip(targets, errors, trivial, strict=True)
        if usual > 0
    )


def _ratio(one: _Beside) -> float:
    return one.ratio


def _of_quantities(
    errors: Sequence[float], trivial: Sequence[float], targets: Sequence[str], where: str
) -> str:
    found = _beside(errors, trivial, targets)
    if not found:
        return ""
    best, worst = found[0], max(found, key=_ratio)
    share = 1 - worst.ratio**2
    of = f" of {worst.name!r}" if len(targets) > 1 else ""
    both = f"RMSE {short(worst.error)}, of {MEAN} {short(worst.usual)}"
    if share < LEAST:
        how = "worse than" if share < -LEAST else "no better than"
        return f"{how} always saying {MEAN}{of}, on {where} ({both})"
    said = f"explains {percent(share)} of the variance that {MEAN}{of} leaves"
    if len(found) > 1:
        said += f", and up to {percent(1 - best.ratio**2)} ({best.name!r})"
    return f"{said}, on {where} ({both})"


def _of_sizes(
    errors: Sequence[float], trivial: Sequence[float], targets: Sequence[str], where: str
) -> str:
    found = _beside(errors, trivial, targets)
    if not found:
        return ""
    worst = max(found, key=_ratio)
    of = f" of {worst.name!r}" if len(targets) > 1 else ""
    both = f"MAE {short(worst.error)}, of {MEDIAN} {short(worst.usual)}"
    if worst.ratio > 1 - LEAST:
        how = "worse than" if worst.ratio > 1 + LEAST else "no better than"
        return f"{how} always saying {MEDIAN}{of}, on {where} ({both})"
    return f"errs {percent(1 - worst.ratio)} less than {MEDIAN}{of}, on {where} ({both})"
