"""Predicates on what a training came to: its weights, its narrowest layer, its held-out curve."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.laboratory.session.predicates import Done, predicate
from neurona.laboratory.session.predicates import score as scored


@predicate
def weights(done: Done, equals: list[list[float]], within: float = 0.005) -> bool:
    """Weights have these values: (layer, input or -1 for the bias, unit, value) each."""
    training = done.course.training
    matrices, biases = training.network.views(training.weights)
    for layer, source, unit, value in equals:
        if not 0 <= layer < len(matrices) or source >= len(matrices[int(layer)]):
            return False
        here = biases[int(layer)] if source < 0 else matrices[int(layer)][int(source)]
        if unit >= len(here) or abs(here[int(unit)] - value) > within:
            return False
    return True


@predicate
def bottleneck(done: Done, most: int) -> bool:
    """The narrowest hidden layer has at most so many units."""
    hidden = done.course.world.net.hidden
    return bool(hidden) and min(hidden) <= most


@predicate
def beats_components(done: Done, count: int, by: float = 0.0) -> bool:
    """The score is above the share of the targets' variance in so many principal components."""
    targets = done.course.training.problem.table.targets
    return scored(done, explained(targets, count) + by)


def explained(values: Any, count: int) -> float:
    """Return the share of the variance that so many principal components hold.

    >>> round(explained(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.1]]), 1), 3)
    1.0
    """
    spreads = np.linalg.svd(values - values.mean(axis=0), compute_uv=False) ** 2
    return float(spreads[:count].sum() / spreads.sum())


@predicate
def reached(done: Done, least: int) -> bool:
    """Some line of time has come to this epoch."""
    return max(one.end for one in done.course.timeline.branches.values()) >= least


@predicate
def near_best(done: Done, times: float, least: int = 100) -> bool:
    """The held-out loss is at most so many times the lowest of the longest line of time."""
    course = done.course
    longest = max(course.timeline.branches.values(), key=lambda one: one.end)
    lowest = longest.curve.lowest_held_out()
    history = course.training.history
    if longest.end < least or lowest is None or not len(history):
        return False
    now = history[-1].val_loss
    return now is not None and now <= times * lowest
