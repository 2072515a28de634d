"""Which candidates that were trained in one fold are trained in the others: of the mini-batch
networks of many rows, that meet in one, and of those that join when the others are done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from neurona.data.table import Column
from neurona.estimators.tables.contest.candidates import Candidate
from neurona.training.loop import Training

GO_ON = 2
"""How many of those that met are trained in the other folds."""
LITTLE, AT_ITS_END = 0.25, 0.9
"""What the others count, at most, that are given up for one; and the part of its epochs after which
its best must lie.
"""


def going_on(
    met: Sequence[int], weights: Column, training_of: Callable[[int], Training]
) -> list[int]:
    """Return which go on: two, or one that leaves the others little and got better to its end.

    Parameters
    ----------
    met : sequence of int
        Candidates by their numbers.
    weights : ndarray
        What each of them counts.
    training_of : function (number) that returns a Training
        The best one of a candidate.
    """
    best = int(np.argmax(weights))
    training = training_of(met[best])
    done = training.epochs_done
    at_its_end = done - training.rule.epochs_since_best >= AT_ITS_END * done
    if weights.sum() - weights[best] < LITTLE * weights.sum() and at_its_end:
        return [met[best]]
    order = np.argsort(-weights, kind="stable")
    return sorted(met[k] for k in order[:GO_ON])


def count_enough(
    known: Sequence[int],
    tried: Mapping[int, Candidate],
    weights_of: Callable[[Sequence[int]], Column],
) -> list[int]:
    """Return which of those that were tried count enough in their fold beside the known ones. Who
    must count more than others is not in the way of these.

    Parameters
    ----------
    known : sequence of int
        Candidates by their numbers, as are all that follow.
    tried : mapping of int to Candidate
    weights_of : function (numbers) that returns what each counts
    """
    found = []
    for bar in sorted({one.goes_on for one in tried.values()}):
        beside = [*known, *(number for number, one in tried.items() if one.goes_on <= bar)]
        for number, weight in zip(beside, weights_of(beside), strict=True):
            if number in tried and tried[number].goes_on == bar <= weight:
                found.append(number)
    return found
