"""A rate to begin with, for an optimizer on a surface: from its curvature or from its view.

Where a step is a share of the gradient, one of 1 / L (L the curvature that is met first) is the
longest that cannot overshoot along any axis of a bowl (Y. Nesterov, Introductory lectures on convex
optimization, 2004, 1.2.3). Optimizers that scale their own steps make them about as long as the
rate: a hundredth of the view. AdaDelta's are in the units of the weights, and its rate is 1.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neurona.optimizers import SGD, StepOptimizer
from neurona.optimizers.step.adadelta import AdaDelta
from neurona.surfaces.base import Array, Surface

ROUNDS = 20
"""Of the power iteration, each a gradient; a curvature that is too low shortens the steps later."""
REACH = 1e-6
"""How far apart, by the size of a point, the gradients are whose difference is a curvature."""
SHARE = 0.01
"""Of the view: the length of a step."""


def first_rate(surface: Surface, optimizer: StepOptimizer, start: Array) -> float:
    """Return a rate for an optimizer that begins there, with one digit: 1, 2 or 5."""
    view = min(high - low for low, high in surface.window)
    rate = SHARE * view
    if isinstance(optimizer, AdaDelta):
        rate = 1.0
    elif isinstance(optimizer, SGD):
        slope = float(np.linalg.norm(surface.gradient(start)))
        curvature = steepest_curvature(surface, start)
        # where nothing bends, the first step is as long as the others' are
        rate = 1 / curvature if curvature > 0 else rate / slope if slope > 0 else 1.0
    return rounded_down(rate)


def steepest_curvature(surface: Surface, at: Array) -> float:
    """Return about the largest second derivative, up or down, in any direction at a point.

    >>> from neurona.surfaces import Quadratic
    >>> round(steepest_curvature(Quadratic(10), np.array([4.0, 1.0])), 3)
    10.0
    """
    gradient = surface.gradient(at)
    # a direction that no axis of a surface is likely to be square to
    along = gradient / (np.abs(gradient).max() or 1.0) + 0.1 * np.cos(1.0 + np.arange(at.size))
    curvature = 0.0
    reach = REACH * max(1.0, float(np.abs(at).max()))
    with np.errstate(all="ignore"):
        for _ in range(ROUNDS):
            along = along / np.linalg.norm(along)
            product = (surface.gradient(at + reach * along) - gradient) / reach
            found = float(np.linalg.norm(product))
            if not (math.isfinite(found) and found > 0):
                break
            curvature, along = found, product
    return curvature


def rounded_down(rate: Any) -> float:
    """Return the next of ..., 0.1, 0.2, 0.5, 1, ... that is not above a rate.

    >>> rounded_down(0.0075), rounded_down(0.002), rounded_down(3e4)
    (0.005, 0.002, 20000.0)
    """
    exponent = math.floor(math.log10(rate))
    steps = [float(f"{digit}e{power}") for power in (exponent - 1, exponent) for digit in (1, 2, 5)]
    return max(step for step in steps if step <= rate)
