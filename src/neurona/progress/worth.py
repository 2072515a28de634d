"""How good a model is, in a sentence: its score beside what always saying the same would score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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


def _of_quantities(
    errors: Sequence[float], trivial: Sequence[float], targets: Sequence[str], where: str
) -> str:
    shares = [
        (1 - (error / usual) ** 2, name, error, usual)
        for name, error, usual in zip(targets, errors, trivial, strict=True)
        if usual > 0
    ]
    if not shares:
        return ""
    share, name, error, usual = min(shares)
    of = f" of {name!r}" if len(targets) > 1 else ""
    both = f"RMSE {short(error)}, of {MEAN} {short(usual)}"
    if share < LEAST:
        how = "worse than" if share < -LEAST else "no better than"
        return f"{how} always saying {MEAN}{of}, on {where} ({both})"
    said = f"explains {percent(share)} of the variance that {MEAN}{of} leaves"
    if len(shares) > 1:
        said += f", and up to {percent(max(shares)[0])} ({max(shares)[1]!r})"
    return f"{said}, on {where} ({both})"


def _of_sizes(
    errors: Sequence[float], trivial: Sequence[float], targets: Sequence[str], where: str
) -> str:
    ratios = [
        (error / usual, name, error, usual)
        for name, error, usual in zip(targets, errors, trivial, strict=True)
        if usual > 0
    ]
    if not ratios:
        return ""
    ratio, name, error, usual = max(ratios)
    of = f" of {name!r}" if len(targets) > 1 else ""
    both = f"MAE {short(error)}, of {MEDIAN} {short(usual)}"
    if ratio > 1 - LEAST:
        how = "worse than" if ratio > 1 + LEAST else "no better than"
        return f"{how} always saying {MEDIAN}{of}, on {where} ({both})"
    return f"errs {percent(1 - ratio)} less than {MEDIAN}{of}, on {where} ({both})"
