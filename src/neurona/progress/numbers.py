"""Numbers and times as a person reads them."""

from __future__ import annotations

import math

TITLES = {
    "rmse": "RMSE",
    "mae": "MAE",
    "r2": "R2",
    "coverage_95": "in 95 %",
    "log_likelihood": "log lik.",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "log_loss": "log loss",
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


def clock(seconds: float) -> str:
    """Return a time like 0:01:12."""
    if not math.isfinite(seconds):
        return "?"
    whole = max(0, round(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def several(values: list[float]) -> str:
    """Return one number, or up to four of several targets."""
    shown = ", ".join(short(value) for value in values[:4])
    return shown + (", ..." if len(values) > 4 else "")


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
