"""Bayesian networks on all rows: when they are trained, and what they count.

Of few rows what a fold leaves may be too little to learn by. There the evidence, which sees all of
them, says what each such network counts, and where it leaves no doubt that one is ahead of the
line, it is asked no further.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from neurona.estimators.mlp.starts import Start
from neurona.estimators.tables.contest.candidates import (
    CONSTANT,
    FOLDS,
    LINE,
    RIDGE,
    SECOND,
    Candidate,
    Effort,
)
from neurona.estimators.tables.contest.clock import Clock
from neurona.estimators.tables.contest.combining import is_bayesian
from neurona.numerics.stacking import LEAST

ALONE, MUCH, SOME = 0.9, 0.3, 0.1
"""What Bayesian networks must count to be all there is; what one must that was tried in one fold
only, of many rows and of fewer, to be trained on all; and all of few rows together.
"""
WHOLES = (2, 2), (2, 1), (1, 1)
"""How many networks on all rows may predict for one that was trained in one fold only, and how many
times its iterations each has; the last if it is worth no more.
"""
ALL_WORTH = 2.0
"""How many times the seconds of all second-order steps one that counts for all is worth."""
HALF = 0.5
ON_ALL = 4.0
"""How much longer a Bayesian network takes on all rows: these are more, and so are iterations."""
NO_DOUBT = 10.0
"""Nats of evidence that a network is ahead of the line if there is no doubt."""


def bayesian_share(weights: Mapping[str, float]) -> float:
    """Return what Bayesian networks count together, by the candidates' names."""
    return sum(weight for name, weight in weights.items() if is_bayesian(name))


def are_asked(weights: Mapping[str, float]) -> bool:
    """Whether Bayesian networks on all of few rows are trained: such count, or what bends does."""
    return bayesian_share(weights) >= SOME or is_bent(weights)


def tried_once(
    weights: Mapping[str, float], candidates: Sequence[Candidate], are_many: bool
) -> list[int]:
    """Return which Bayesian networks count enough but have one fold's network only, which is too
    little to predict by. Of many rows such a network takes longer, and brings less.
    """
    least = MUCH if are_many else SOME
    return [
        number
        for number, one in enumerate(candidates)
        if is_bayesian(one.name) and one.folds == 1 and weights.get(one.name, 0.0) >= least
    ]


def whole_in_time(work: float, weight: float, effort: Effort) -> tuple[int, int]:
    """Return how many networks on all rows predict for one that was trained in one fold only, which
    took so much work, and how many times its iterations each has: as many as what it counts is
    worth.
    """
    seconds = work * FOLDS / (FOLDS - 1) / SECOND
    most = ALL_WORTH * weight * effort.curvature
    return next((one for one in WHOLES if seconds * math.prod(one) <= most), WHOLES[-1])


def is_bent(weights: Mapping[str, float]) -> bool:
    """Whether what bends counts more than the constant and the lines."""
    return sum(weights.get(name, 0.0) for name in (CONSTANT, LINE, RIDGE)) < HALF


def is_beyond_doubt(starts: Sequence[Start]) -> bool:
    """Whether a network with hidden layers is far ahead of the line by evidence."""
    known = [(one.member.network.n_layers > 1, -one.result) for one in starts]
    bent, straight = ([log for is_bent, log in known if is_bent == one] for one in (True, False))
    return bool(bent and straight) and max(bent) - max(straight) > NO_DOUBT


def work_on_all(works: Sequence[float], names: Sequence[str]) -> float:
    """Return the work of a Bayesian network on all rows, by what the candidates of these names take
    in a fold; 0 if none is Bayesian.
    """
    known = (work for work, name in zip(works, names, strict=True) if is_bayesian(name))
    return ON_ALL * max(known, default=0.0)


def starts_on_all(most: int, clock: Clock | None, seconds: Sequence[float]) -> list[int]:
    """Return which of the Bayesian networks on all rows, at most so many, are trained: those that
    there is time for, and the line, which is the last. `seconds` has what those of the folds took.
    """
    if clock is None or not seconds:
        return list(range(most))
    return [*range(clock.starts(most - 1, ON_ALL * max(seconds))), most - 1]


def by_evidence(starts: Sequence[Start]) -> list[Start]:
    """Return networks of the same rows with the share that their evidence gives each, without those
    that it leaves nothing (J. Hoeting et al., Statistical Science 14, 1999).
    """
    known = [(one, one.member.posterior) for one in starts if one.member.posterior is not None]
    logs = np.array([posterior.log_evidence for _, posterior in known])
    shares = np.exp(logs - logs.max(initial=-np.inf))
    shares /= shares.sum()
    return [
        one._replace(member=one.member._replace(share=float(share)))
        for (one, _), share in zip(known, shares, strict=True)
        if share >= LEAST
    ]
