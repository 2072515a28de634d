"""Numbers and times as a person reads them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

TITLES = {
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R2",
    "coverage_95": "in 95 %",
    "width_95": "width of 95 %",
    "log_likelihood": "log lik.",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "log_loss": "log loss",
    "set_coverage_90": "in 90 % set",
    "set_size_90": "classes in set",
    "explained_share": "share of variance",
}
"""How metrics are called on a screen."""


def short(value: float | None) -> str:
    """Return a number in four digits."""
    if value is None:
        return "-"
    if not math.isfinite(value):
        return str(value)
    if value and not 1e-3 <= abs(value) < 1e5:
        mantissa, exponent = f"{value:.3e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    digits = 4 - len(str(int(abs(value)))) if abs(value) >= 1 else 4
    return f"{value:.{max(digits, 0)}f}"


AT_MOST_ONE = (
    *("r2", "accuracy", "balanced_accuracy", "coverage_95", "set_coverage_90"),
    "explained_share",
)
"""Scores that a model without a fault has as 1: near it, what is missing matters."""
MOST_DIGITS = 15
NOTHING = 1e-12
"""What rounding makes of a score of 0."""


def score_text(name: str, value: float | None) -> str:
    """Return a score with the digits that tell it from its neighbours.

    Four, and as many more as what it lacks to 1 needs two of: 1 is said of 1 alone.

    >>> score_text("r2", 0.98765), score_text("r2", 0.99998412), score_text("r2", 1.0)
    ('0.9877', '0.999984', '1')
    >>> score_text("rmse", 0.99998412), score_text("rmse", None)
    ('1.0000', '-')
    """
    if value is None or name not in AT_MOST_ONE:
        return short(value)
    if value == 1 or abs(value) < NOTHING:
        return f"{value:.0f}".removeprefix("-")
    if not 0.99 < value < 1:
        return short(value)
    digits = min(1 - math.floor(math.log10(1 - value)), MOST_DIGITS)
    return f"{value:.{max(digits, 4)}f}"


def percent(share: float) -> str:
    """Return a share as a percentage, with digits as `score_text`.

    >>> [percent(x) for x in (0.923, 0.99998412, 1.0, 0.0004, 0.0)]
    ['92 %', '99.9984 %', '100 %', '0.04 %', '0 %']
    """
    near = min(abs(share), abs(1 - share))
    if near >= 0.02 or near == 0:
        return f"{100 * share:.0f} %"
    digits = min(max(-math.floor(math.log10(100 * near)) + (1 if share > 0.5 else 0), 0), 13)
    return f"{100 * share:.{digits}f} %"


def clock(seconds: float) -> str:
    """Return a time like 0:01:12."""
    if not math.isfinite(seconds):
        return "?"
    whole = max(0, round(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def several(values: list[float], name: str = "") -> str:
    """Return one number, or up to four of several targets; `name` is that of a score."""
    shown = ", ".join(score_text(name, value) for value in values[:4])
    return shown + (", ..." if len(values) > 4 else "")


def scores_text(values: Mapping[str, Any]) -> str:
    """Return scores by name as text, those left out that have no value."""
    return "  ".join(
        f"{TITLES.get(name, name)} {several(value if isinstance(value, list) else [value], name)}"
        for name, value in values.items()
        if value is not None
    )


def count(number: int, word: str) -> str:
    """Return a number with its word: 1 row, 1,200 rows."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def in_words(seconds: float) -> str:
    """Return a time as one says it: 1 s, 20 s, 3 min, 2 h; rounded up to a round number.

    >>> [in_words(x) for x in (0.2, 17.0, 130.0, 5000.0)]
    ['1 s', '20 s', '3 min', '1.5 h']
    """
    if seconds > 1e6:
        return f"{seconds / 86400:.0f} days"
    if seconds > 3600:
        return f"{-(-seconds // 1800) / 2:g} h"
    if seconds > 90:
        return f"{-(-seconds // 60):.0f} min"
    for round_number in (1, 2, 5, 10, 20, 30, 45, 60):
        if seconds <= round_number:
            return f"{round_number} s"
    return "90 s"
