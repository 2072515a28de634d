"""Can a plane separate two classes of points? Either answer comes with a proof that can be checked.

With z_i = (x_i, 1) for the points of the one side and z_i = -(x_i, 1) for those of the other
(without the 1 for planes through the origin), exactly one of the two is true (J. Farkas, 1902):

- there is w with w z_i > 0 for all i: the plane;
- there are l_i >= 0, not all 0, with sum_i l_i z_i = 0: no plane.

A linear program finds the l_i (SciPy), their support is solved again over the rational numbers, and
the proof is checked there: no rounding can make it wrong. The plane of the largest margin is least
distance programming (C. Lawson and R. Hanson, Solving Least Squares Problems, 1974, chapter 23).
"""

from __future__ import annotations

import math
import textwrap
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import linprog, nnls

from neurona.neuron import exact
from neurona.neuron.nearest_point import nearest_point

Array = np.ndarray[Any, np.dtype[Any]]
SUPPORT = 1e-9
"""Smaller multipliers of the linear program are taken for 0."""
LEAST_MARGIN = 1e-7
"""A margin that is smaller than this share of the largest number is found without rounding."""
MOST_COLUMNS = 12
"""Fractions of more columns grow too long."""


@dataclass(frozen=True)
class Separable:
    """A plane that separates two classes, of the largest margin.

    A row x is on the positive side if normal x + offset > 0. The normal (and offset) have length 1,
    and all rows, extended by a 1 for the offset, are at least `margin` away from the plane through
    the origin of that space: the gamma of the Perceptron's convergence theorem. `radius` is the
    length of the longest extended row. `plane` is normal and offset of some length, not rounded.
    """

    plane: tuple[Fraction, ...]
    margin: float
    radius: float
    points: Array
    positive: Array
    bias: bool

    separable = True

    @property
    def mistake_bound(self) -> float:
        """The most mistakes that a Perceptron can make that begins at zero: (radius / margin)^2."""
        return (self.radius / self.margin) ** 2

    @property
    def normal(self) -> Array:
        """The plane's normal."""
        return self._direction()[: self.points.shape[1]]

    @property
    def offset(self) -> float:
        """The plane's offset; 0 without a bias."""
        return float(self._direction()[-1]) if self.bias else 0.0

    def _direction(self) -> Array:
        direction = np.array([float(number) for number in self.plane])
        return np.asarray(direction / np.linalg.norm(direction))

    def verify(self) -> bool:
        """Whether every row is on its side, computed without rounding."""
        rows = _signed(self.points, self.positive, self.bias)
        fits = len(self.plane) == len(rows[0])
        return fits and all(exact.product(self.plane, row) > 0 for row in rows)

    def __str__(self) -> str:
        return textwrap.fill(
            f"The classes can be separated by a plane, with the margin {self.margin:.6g} where "
            f"the longest row is {self.radius:.6g} long: a Perceptron makes at most "
            f"{self.mistake_bound:.6g} mistakes.",
            92,
        )


@dataclass(frozen=True)
class Inseparable:
    """The proof that no plane separates two classes.

    The `multipliers` (positive fractions) of `rows` make the same point of the positive rows as of
    the others; `points` and `positive` are of these rows. With `bias` the multipliers of each side
    sum to 1.
    """

    rows: tuple[int, ...]
    multipliers: tuple[Fraction, ...]
    points: Array
    positive: tuple[bool, ...]
    bias: bool

    separable = False

    def verify(self) -> bool:
        """Whether the proof is right, computed without rounding."""
        sums = [self._sum(positive) for positive in (True, False)]
        fits = sums[0] == sums[1]
        return fits and bool(self.rows) and all(number > 0 for number in self.multipliers)

    def _sum(self, positive: bool) -> list[Fraction]:
        total = [Fraction(0)] * (self.points.shape[1] + self.bias)
        for number, point, side in zip(self.multipliers, self.points, self.positive, strict=True):
            if side == positive:
                extended = [*(Fraction(float(x)) for x in point), *[Fraction(1)] * self.bias]
                total = [a + number * x for a, x in zip(total, extended, strict=True)]
        return total

    def _words(self, positive: bool) -> str:
        parts = [
            f"{number} of row {row}"
            for row, number, side in zip(self.rows, self.multipliers, self.positive, strict=True)
            if side == positive
        ]
        return " + ".join(parts) or "the origin"

    def __str__(self) -> str:
        if self.bias:
            why = "and no plane has a point on both its sides."
        else:
            why = "and no plane through the origin has a point on both its sides."
        return textwrap.fill(
            f"The classes cannot be separated by a plane: {self._words(True)} on one side is the "
            f"same point as {self._words(False)} on the other, {why}",
            92,
            break_on_hyphens=False,
        )


def separability(X: Any, positive: Any, bias: bool = True) -> Separable | Inseparable:
    """Return a plane of the largest margin between two classes, or the proof that there is none.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    positive : array-like of bool of shape (n_samples,)
        Which rows are of the one class.
    bias : bool, default=True
        Whether the plane may leave the origin out.

    Raises
    ------
    ValueError
        The shapes do not fit, a number is not finite, or X has many columns and the classes are so
        near to each other that neither answer can be proved with the solvers' precision.

    Examples
    --------
    >>> from neurona.neuron import separability
    >>> corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> found = separability(corners, [False, False, False, True])
    >>> found.separable, found.verify(), round(found.mistake_bound, 9)
    (True, True, 51.0)
    >>> print(separability(corners, [False, True, True, False]))
    The classes cannot be separated by a plane: 1/2 of row 1 + 1/2 of row 2 on one side is the
    same point as 1/2 of row 0 + 1/2 of row 3 on the other, ...
    """
    points, side = _checked(X, positive)
    extended = np.column_stack([points, np.ones(len(points))]) if bias else points
    signed = np.where(side, 1.0, -1.0)[:, None] * extended
    # one scale for all changes neither answer, and the solvers like numbers near 1
    scale = float(np.abs(signed).max()) or 1.0
    scaled = signed / scale
    for attempt in (_proof, _plane, _without_rounding):
        found = attempt(scaled, points, side, bias)
        if found is not None and found.verify():
            return found
    raise ValueError(
        "The classes are so near to each other that neither a separating plane nor the contrary "
        f"could be proved; above {MOST_COLUMNS} columns only double precision is tried. Scale the "
        "columns of X to similar sizes."
    )


def _checked(X: Any, positive: Any) -> tuple[Array, Array]:
    points, side = np.asarray(X, np.float64), np.asarray(positive)
    if points.ndim != 2 or not points.size:
        raise ValueError(f"X must have rows and columns. Got the shape {points.shape}.")
    if side.shape != points.shape[:1] or not np.isin(side, (0, 1)).all():
        raise ValueError(
            f"positive must be one True or False for each of the {len(points)} rows. Got the "
            f"shape {side.shape}."
        )
    if not np.isfinite(points).all():
        raise ValueError("X has numbers that are not finite.")
    return points, side.astype(bool)


def _signed(points: Array, side: Any, bias: bool) -> list[list[Fraction]]:
    """Return the z_i without rounding."""
    rows = []
    for point, positive in zip(points, side, strict=True):
        row = [*(Fraction(float(x)) for x in point), *[Fraction(1)] * bias]
        rows.append(row if positive else [-x for x in row])
    return rows


def _proof(scaled: Array, points: Array, side: Array, bias: bool) -> Inseparable | None:
    """Find multipliers with sum l_i z_i = 0 and sum l_i = 1, and make them exact."""
    count, width = scaled.shape
    equations = np.vstack([scaled.T, np.ones(count)])
    right = np.append(np.zeros(width), 1.0)
    result: Any = linprog(np.zeros(count), A_eq=equations, b_eq=right, method="highs-ds")
    if result.status != 0:
        return None
    rows = np.flatnonzero(result.x > SUPPORT)
    columns = [[*z, Fraction(1)] for z in _signed(points[rows], side[rows], bias)]
    found = exact.solve(columns, [*[Fraction(0)] * width, Fraction(1)])
    if found is None or min(found) < 0:
        return None
    shares = {int(row): number for row, number in zip(rows, found, strict=True) if number > 0}
    return _inseparable(shares, points, side, bias)


def _inseparable(
    shares: dict[int, Fraction], points: Array, side: Array, bias: bool
) -> Inseparable:
    rows = sorted(shares)
    # with a bias both sides have the half; each shall be a point of its own
    times = 2 if bias else 1
    return Inseparable(
        tuple(rows),
        tuple(times * shares[row] for row in rows),
        points[rows],
        tuple(bool(side[row]) for row in rows),
        bias,
    )


def _plane(scaled: Array, points: Array, side: Array, bias: bool) -> Separable | None:
    """Find the least w with w z_i >= 1, whose direction has the largest margin 1 / |w|."""
    count, width = scaled.shape
    multipliers, distance = nnls(
        np.vstack([scaled.T, np.ones(count)]), np.append(np.zeros(width), 1.0), maxiter=50 * count
    )
    if distance == 0:
        return None
    support = multipliers > 0
    # the least vector with equality on the support: the same one, with fewer rounding errors
    w = np.linalg.lstsq(scaled[support], np.ones(support.sum()), rcond=None)[0]
    margin = float((scaled @ w).min() / np.linalg.norm(w))
    # a direction near which rounding could hide a better one is for the exact method
    if margin < LEAST_MARGIN or (scaled @ w).min() < 1 - 1e-6:
        return None
    unit = w / np.linalg.norm(w)
    scale = float(np.linalg.norm(scaled, axis=1).max())
    radius = _radius(points, bias)
    plane = tuple(Fraction(float(number)) for number in unit)
    return Separable(plane, margin * radius / scale, radius, points, side, bias)


def _without_rounding(
    scaled: Array, points: Array, side: Array, bias: bool
) -> Separable | Inseparable | None:
    """Give either answer by the nearest point of the hull of the z_i, in fractions: slow."""
    if scaled.shape[1] > MOST_COLUMNS:
        return None
    rows = _signed(points, side, bias)
    x, shares = nearest_point(rows)
    if not any(x):
        return _inseparable(shares, points, side, bias)
    margin = math.sqrt(exact.product(x, x))
    return Separable(tuple(x), margin, _radius(points, bias), points, side, bias)


def _radius(points: Array, bias: bool) -> float:
    return float(np.sqrt((points**2).sum(axis=1) + bias).max())
