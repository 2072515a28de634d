"""Steps that minimize a quadratic m(p) = g'p + p'Bp / 2 inside a ball |p| <= radius.

`steihaug` needs products with B only: conjugate gradients until they leave the ball or meet
negative curvature (T. Steihaug, SIAM J. Numerical Analysis 20, 1983; Ph. L. Toint, 1981).
`exact_step` takes B's eigenvalues: the p with (B + mu I) p = -g, mu >= 0 (J. J. Moré and D. C.
Sorensen, SIAM J. Scientific and Statistical Computing 4, 1983), the hard case included.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]

EPSILON = float(np.finfo(np.float64).eps)
FLAT = 1e-3
"""A slope along a direction without curvature counts from this share of the gradient on: rounding
has slopes there too, and they would make steps of any length.
"""


class BallStep(NamedTuple):
    """A step, the decrease m(0) - m(p) that the model promises, and whether it ends on the rim."""

    step: Vector
    promised: float
    on_rim: bool


def next_radius(radius: float, gain: float, length: float, on_rim: bool) -> float:
    """Return the radius after a step of some length that gained `gain` of what was promised.

    >>> next_radius(1.0, 0.9, 1.0, True), next_radius(1.0, 0.1, 0.8, False)
    (2.0, 0.2)
    >>> next_radius(1.0, 0.5, 0.3, False)
    1.0
    """
    if gain < 0.25:
        return 0.25 * length
    return 2 * radius if gain > 0.75 and on_rim else radius


def steihaug(
    product: Callable[[Vector], Vector],
    gradient: Vector,
    radius: float,
    tolerance: float,
    most_products: int,
) -> tuple[BallStep, int]:
    """Return a step with |Bp + g| <= tolerance, or on the rim; and how many products it took."""
    step, image = np.zeros_like(gradient), np.zeros_like(gradient)
    rest, direction = gradient.copy(), -gradient
    square = float(rest @ rest)
    for done in range(most_products):
        if math.sqrt(square) <= tolerance:
            return _inside(step, image, gradient), done
        pushed = product(direction)
        curvature = float(direction @ pushed)
        length = square / curvature if curvature > 0 else math.inf
        on_rim = curvature <= 0 or not np.linalg.norm(step + length * direction) < radius
        if on_rim:
            length = to_the_rim(step, direction, radius)
        step, image = step + length * direction, image + length * pushed
        if on_rim:
            return _inside(step, image, gradient)._replace(on_rim=True), done + 1
        rest = rest + length * pushed
        before, square = square, float(rest @ rest)
        direction = square / before * direction - rest
    return _inside(step, image, gradient), most_products


def _inside(step: Vector, image: Vector, gradient: Vector) -> BallStep:
    return BallStep(step, -float(gradient @ step + 0.5 * step @ image), False)


def to_the_rim(step: Vector, direction: Vector, radius: float) -> float:
    """Return t >= 0 with |step + t direction| = radius."""
    square, along = float(direction @ direction), float(step @ direction)
    room = radius * radius - float(step @ step)
    root = math.sqrt(max(along * along + square * room, 0.0))
    # the form that does not cancel
    return room / (along + root) if along > 0 else (root - along) / square


def exact_step(values: Vector, vectors: Vector, gradient: Vector, radius: float) -> BallStep:
    """Return the minimizer of m in the ball; B = vectors diag(values) vectors', values ascending.

    An infinite radius asks for Newton's step; where B is not positive definite the curvatures are
    then taken by their size, and directions in which m is flat to rounding get no step.
    """
    seen = vectors.T @ gradient
    floor = EPSILON * values.size * max(float(np.abs(values).max()), 1e-300)
    if math.isinf(radius):
        sizes = np.abs(values)
        flat = (sizes <= floor) & (np.abs(seen) <= FLAT * np.linalg.norm(seen))
        newton = np.where(flat, 0.0, -seen / np.maximum(sizes, floor))
        return _spectral(newton, values, vectors, seen, False)
    if values[0] > floor:
        newton = -seen / values
        if np.linalg.norm(newton) <= radius:
            return _spectral(newton, values, vectors, seen, False)
    shifted = values - values[0]  # mu = shift - values[0]
    loose = shifted > floor
    if not np.abs(seen[~loose]).max() > EPSILON * np.linalg.norm(seen):
        # the hard case: g has no part along the lowest eigenvectors
        hard = np.where(loose, -seen / np.where(loose, shifted, 1.0), 0.0)
        length = float(np.linalg.norm(hard))
        if length <= radius and values[0] <= floor:
            hard[0] += math.sqrt(radius * radius - length * length)
            return _spectral(hard, values, vectors, seen, True)
    shift = _secular(shifted, seen, radius, max(values[0], 0.0))
    step = -seen / (shifted + shift)
    return _spectral(step, values, vectors, seen, True)


def _secular(shifted: Vector, seen: Vector, radius: float, least: float) -> float:
    """Return the shift with |seen / (shifted + shift)| = radius: Newton on 1 / |p|, safeguarded."""
    low, high = least, float(np.linalg.norm(seen)) / radius + least
    shift = max(low, float(np.abs(seen[0])) / radius)
    for _ in range(100):
        if not low <= shift <= high or shift == 0:
            shift = 0.5 * (low + high)
        step = seen / (shifted + shift)
        length = float(np.linalg.norm(step))
        if abs(length - radius) <= 1e-12 * radius or high - low <= EPSILON * high:
            break
        low, high = (shift, high) if length > radius else (low, shift)
        slope = float(step @ (step / (shifted + shift)))
        shift += length * length / slope * (length - radius) / radius
    return shift


def _spectral(
    step: Vector, values: Vector, vectors: Vector, seen: Vector, on_rim: bool
) -> BallStep:
    promised = -float(seen @ step + 0.5 * step @ (values * step))
    return BallStep(vectors @ step, promised, on_rim)
