"""How long a search is to go on: what can be asked, and what cannot, in a sentence."""

from __future__ import annotations

from numbers import Integral

from neurona.runs.failures import Code, Failure
from neurona.spelling import parameter


def check_wanted(budget: float | None, trials: int | None, away: bool) -> None:
    """Raise a Failure where no end of a search is said, or one that cannot be."""
    if budget is None and trials is None:
        raise Failure(
            f"Say how long to search: {parameter('budget')} 10m, or {parameter('trials')} 50.",
            Code.USAGE,
        )
    whole = isinstance(trials, Integral) and not isinstance(trials, bool)
    if trials is not None and not (whole and trials >= 1):
        raise Failure(
            f"{parameter('trials')} must be a whole number of 1 or more. Got {trials!r} instead.",
            Code.USAGE,
        )
    if away and budget is not None:
        raise Failure(
            f"Jobs end when they end: say {parameter('trials')} instead of {parameter('budget')}.",
            Code.USAGE,
        )
