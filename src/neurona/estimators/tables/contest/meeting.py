"""Which mini-batch networks of many rows, that met in one fold, are trained in the others."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

import numpy as np

from neurona.data.table import Column
from neurona.training.loop import Training

GO_ON = 2
"""How many of those that met are trained in the other folds."""
LITTLE, AT_ITS_END = 0.25, 0.9
"""What the others count, at most, that are given up for one; and the part of its epochs after which
its best must lie.
"""


def going_on(
    met: Sequence[int],
    weights: Column,
    training_of: Callable[[int], Training],
    longer: Container[int],
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
    longer : container of int
        Those that may be trained longer.
    """
    best = int(np.argmax(weights))
    training = training_of(met[best])
    done = training.epochs_done
    at_its_end = done - training.rule.epochs_since_best >= AT_ITS_END * done
    at_its_end = at_its_end and met[best] in longer
    if weights.sum() - weights[best] < LITTLE * weights.sum() and at_its_end:
        return [met[best]]
    order = np.argsort(-weights, kind="stable")
    return sorted(met[k] for k in order[:GO_ON])
