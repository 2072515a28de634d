"""The answer of a search: the default, unless something is better by more than chance explains.

Among many candidates the best on a few folds owes that to luck in part, the more so the more are
tried and the fewer rows there are. So another than the default is taken only if it is better by
more than a standard error of the difference over folds, and by as many of them as the luckiest of
so many would be that are no better (L. Breiman, J. Friedman, R. Olshen and C.
Stone 1984, Classification and Regression Trees, the rule of one standard error). Folds share the
rows that they train on; the error is widened by that (C. Nadeau and Y. Bengio 2003, Inference for
the generalization error).

Where lists of what joins the default are tried, most are nearly alike, so that their number says
little of how lucky one is. There it is asked whether choosing pays: for each fold the list that is
best on the others is looked up, and what these come to on the folds that did not choose must be
better than the default (M. Stone 1974, Cross-validatory choice and assessment of statistical
predictions; S. Varma and R. Simon 2006, Bias in error estimation when using cross-validation for
model selection).

Where errors have heavy tails a few rows make up the mean of their squares, and so few folds do not
say how sure it is. So errors must be smaller by their logarithms, too, in which a row is a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from neurona.choosing.rounds import Candidate

DEFAULT, LEAVES = "default", "leaves"
"""The origins of the candidate that stays where nothing is clearly better, and of the same with one
way more, which was named beforehand, so that luck among many does not make it better.
"""


def taken(ended: Sequence[Candidate], tried: int = 1, joins: bool = False) -> Candidate | None:
    """Return the candidate to train: `ended` are those trained to the end, the best first, of so
    many that were `tried` besides the default; where each `joins` the default, it is chosen by
    folds that had no part in that.
    """
    errors = 1.0 if joins else errors_of_luck(tried)
    usual = next((one for one in ended if one.origin in (DEFAULT, LEAVES)), None)
    if joins and usual is not None and not is_worth_choosing(ended, usual):
        return usual
    for one in ended:
        if usual is None or one is usual or _is_better(one, usual, errors):
            return one
    return None


def is_worth_choosing(ended: Sequence[Candidate], usual: Candidate) -> bool:
    """Whether the best on all folds but one is better than the usual candidate on that one, by more
    than a standard error over folds; of a single fold the parts of its rows stand for folds.
    """
    losses = [one.folds if len(usual.folds) > 1 else one.parts for one in ended]
    own = usual.folds if len(usual.folds) > 1 else usual.parts
    if len(own) < 2 or any(len(one) != len(own) for one in losses):
        return True
    each = np.array(losses)
    others = each.sum(axis=1, keepdims=True) - each
    chosen = each[others.argmin(axis=0), np.arange(len(own))]
    return is_better(chosen, own) if len(usual.folds) > 1 else _is_better_in_parts(chosen, own, 1.0)


def errors_of_luck(tried: int) -> float:
    """Return by how many standard errors the luckiest of so many lies below their mean, 1 at least.

    >>> round(errors_of_luck(4), 2), round(errors_of_luck(30), 2)
    (1.0, 1.85)
    """
    return max(1.0, NormalDist().inv_cdf(1 - 1 / (1 + max(1, tried))))


def _is_better(one: Candidate, usual: Candidate, errors: float) -> bool:
    if sum(one.logs) > sum(usual.logs) and len(one.logs) == len(usual.logs):
        return False
    if len(one.folds) < 2 and len(one.parts) > 1 and len(one.parts) == len(usual.parts):
        return _is_better_in_parts(one.parts, usual.parts, errors)
    return is_better(one.folds, usual.folds, errors)


def _is_better_in_parts(parts: Sequence[float], others: Sequence[float], errors: float) -> bool:
    gains = np.subtract(others, parts)
    return bool(gains.mean() > errors * gains.std(ddof=1) / np.sqrt(len(gains)))


def is_better(losses: Sequence[float], others: Sequence[float], errors: float = 1.0) -> bool:
    """Whether losses, one a fold, are smaller than others by more than so many standard errors.

    Of a single fold, which large tables have, it is told by the loss itself.

    >>> is_better([1.0, 1.1, 0.9], [2.0, 2.2, 1.9]), is_better([1.0, 3.0], [2.0, 2.1])
    (True, False)
    """
    gains = np.subtract(others, losses)
    count = len(gains)
    if count < 2:
        return bool(gains.sum() > 0)
    error = gains.std(ddof=1) * np.sqrt(1 / count + 1 / (count - 1))
    return bool(gains.mean() > errors * error)
