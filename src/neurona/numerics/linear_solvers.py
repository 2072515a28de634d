"""The damped linear systems of Gauss-Newton and Levenberg-Marquardt, kept in three ways.

A model of f near a point, m(p) = f + g'p + p'Bp / 2, answers with the p of

    (B + diag(damping)) p = -g.

| model | kept | for |
|---|---|---|
| LeastSquaresModel | J and r; B = J'J, g = J'r | accuracy: J'J is never formed |
| NormalModel | B and g | many rows: B is added up block by block |
| DualModel | J with fewer rows than columns | B is larger than J: a system of as many rows as J |
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy  # its parts are imported when they are used

from neurona.numerics.cholesky import lower_factor, products_of_rows

Matrix = np.ndarray[Any, np.dtype[np.float64]]
Vector = np.ndarray[Any, np.dtype[np.float64]]

EPSILON = float(np.finfo(np.float64).eps)
REFINEMENTS = 3


class LeastSquaresModel:
    """1/2 |r + J p|^2 by orthogonal factors (A. Björck, Numerical Methods for Least Squares
    Problems, 1996, sections 2.4 and 2.7).

    J is factored once, J D^-1 P = Q R with columns scaled to length 1 and pivoted; every damping
    then needs a QR of R with a diagonal below it, as in Moré (1978).
    """

    def __init__(self, jacobian: Matrix, residuals: Vector) -> None:
        self.jacobian, self.residuals = jacobian, residuals
        self.value = 0.5 * float(residuals @ residuals)
        self.gradient = jacobian.T @ residuals
        self._lengths = np.sqrt(np.einsum("ij,ij->j", jacobian, jacobian))
        self._scale = np.where(self._lengths > 0, self._lengths, 1.0)
        self._factors: tuple[Matrix, Matrix, Any] | None = None

    def diagonal(self) -> Vector:
        """Return the squared lengths of J's columns."""
        squares: Vector = self._lengths**2
        return squares

    def curvature(self, direction: Vector) -> float:
        """Return |J p|^2."""
        image = self.jacobian @ direction
        return float(image @ image)

    def step(self, damping: Vector) -> Vector | None:
        """Return the least-squares solution of [J; sqrt(damping)] p = [-r; 0].

        Without full rank: the shortest one, measured in lengths of J's columns.
        """
        return self.correction(self.residuals, damping)

    def correction(self, bend: Vector, damping: Vector) -> Vector:
        """Return the least-squares solution of [J; sqrt(damping)] a = [-bend; 0]."""
        turn, right, order = self._factored()
        scale = self._scale[order]
        values = -(bend @ turn)
        if damping.any():
            right = np.vstack([right, np.diag(np.sqrt(damping[order]) / scale)])
            values = np.append(values, np.zeros(scale.size))
        solution = np.empty(order.size)
        solution[order] = _solve(right, values) / scale
        return solution

    def covariance(self) -> Matrix:
        """Return the inverse of J'J, its pseudo-inverse where J lacks rank (in scaled columns)."""
        _, right, order = self._factored()
        _, sizes, rows = np.linalg.svd(right, full_matrices=False)
        kept = sizes > EPSILON * max(self.jacobian.shape) * sizes.max(initial=0.0)
        roots = rows[kept] / sizes[kept, None] / self._scale[order]
        inverse = np.empty((order.size, order.size))
        inverse[np.ix_(order, order)] = roots.T @ roots
        return inverse

    def rank(self) -> int:
        """Return the number of independent columns of J at working precision."""
        return _rank(self._factored()[1])

    def _factored(self) -> tuple[Matrix, Matrix, Any]:
        """Return Q, R, and the order of the columns."""
        if self._factors is None:
            turn, right, order = scipy.linalg.qr(
                self.jacobian / self._scale, mode="economic", pivoting=True, check_finite=False
            )
            self._factors = np.asarray(turn), np.asarray(right), order
        return self._factors


def _rank(right: Matrix) -> int:
    sizes = np.abs(np.diagonal(right))
    return int(np.count_nonzero(sizes > EPSILON * max(right.shape) * sizes.max(initial=0.0)))


def _solve(matrix: Matrix, values: Vector) -> Vector:
    """Return the shortest least-squares solution."""
    solution: Vector = scipy.linalg.lstsq(
        matrix, values, cond=EPSILON * max(matrix.shape), check_finite=False, lapack_driver="gelsy"
    )[0]
    return solution


class NormalModel:
    """B and g given: one Cholesky factor per damping."""

    def __init__(self, value: float, gradient: Vector, matrix: Matrix) -> None:
        self.value, self.gradient, self.matrix = value, gradient, matrix

    def diagonal(self) -> Vector:
        """Return the diagonal of B."""
        return np.diagonal(self.matrix).copy()

    def curvature(self, direction: Vector) -> float:
        """Return p'Bp."""
        return float(direction @ self.matrix @ direction)

    def factor(self, damping: Vector) -> Matrix | None:
        """Return the lower Cholesky factor of B + diag(damping), None if there is none."""
        matrix = self.matrix.copy(order="F")
        matrix[np.diag_indices_from(matrix)] += damping
        return lower_factor(matrix)

    def step(self, damping: Vector) -> Vector | None:
        """Return p, or None if the matrix is not positive definite."""
        factor = self.factor(damping)
        if factor is None:
            return None
        step: Vector = scipy.linalg.cho_solve((factor, True), -self.gradient, check_finite=False)
        return step


class DualModel:
    """J with fewer rows than columns: J'J + diag(penalty), by the Woodbury identity.

    With A = diag(penalty + damping), h the penalty's gradient, and g = J'r + h:

        (J'J + A) p = -g   <=>   p = -A^-1 (h + J'u),   (I + J A^-1 J') u = r - J A^-1 h,

    so the factor has as many rows as J. `offset` is what the value has besides |r|^2 / 2. Where A
    has both small and large numbers, or h is not 0, digits cancel; steps of iterative refinement
    bring them back (N. J. Higham, Accuracy and Stability of Numerical Algorithms,
    2002, chapter 12).
    """

    def __init__(
        self,
        jacobian: Matrix,
        residuals: Vector,
        penalty: Vector | None = None,
        penalty_gradient: Vector | None = None,
        offset: float = 0.0,
    ) -> None:
        columns = jacobian.shape[1]
        self.jacobian, self.residuals = jacobian, residuals
        self.penalty = np.zeros(columns) if penalty is None else penalty
        self._pull = np.zeros(columns) if penalty_gradient is None else penalty_gradient
        self.value = 0.5 * float(residuals @ residuals) + offset
        self.gradient = jacobian.T @ residuals + self._pull

    def diagonal(self) -> Vector:
        """Return the squared lengths of J's columns, plus the penalty."""
        squares: Vector = np.einsum("ij,ij->j", self.jacobian, self.jacobian) + self.penalty
        return squares

    def curvature(self, direction: Vector) -> float:
        """Return p'Bp."""
        image = self.jacobian @ direction
        return float(image @ image + direction @ (self.penalty * direction))

    def step(self, damping: Vector) -> Vector | None:
        """Return p; without damping and penalty the shortest one; None if only some are damped, or
        if the model has no minimum.
        """
        weights = self.penalty + damping
        if not weights.any():
            return self._shortest()
        if not (weights > 0).all():
            return None
        spread = self.jacobian / np.sqrt(weights)
        small = products_of_rows(spread)
        small[np.diag_indices_from(small)] += 1.0
        factor = lower_factor(small.T)
        if factor is None:
            return None
        right = self.residuals - self.jacobian @ (self._pull / weights)
        inner = scipy.linalg.cho_solve((factor, True), right, check_finite=False)
        return self._refined(-(self._pull + self.jacobian.T @ inner) / weights, weights, factor)

    def _refined(self, step: Vector, weights: Vector, factor: Matrix) -> Vector:
        """Return the step after corrections, as long as they bring it nearer to its equation."""
        missing, size = self._missing(step, weights), math.inf
        for _ in range(REFINEMENTS):
            if not np.linalg.norm(missing) < 0.5 * size:
                break
            size = float(np.linalg.norm(missing))
            right = self.jacobian @ (missing / weights)
            inner = scipy.linalg.cho_solve((factor, True), right, check_finite=False)
            better = step + (missing - self.jacobian.T @ inner) / weights
            left = self._missing(better, weights)
            if not np.linalg.norm(left) < size:
                break
            step, missing = better, left
        return step

    def _missing(self, step: Vector, weights: Vector) -> Vector:
        """Return -g - (J'J + A) p."""
        image = self.jacobian @ step
        missing: Vector = -(self.gradient + self.jacobian.T @ image + weights * step)
        return missing

    def _shortest(self) -> Vector | None:
        """Return the shortest p with J'(J p + r) = -h, which there is where h = J'q for some q."""
        pulled = np.zeros_like(self.residuals)
        if self._pull.any():
            pulled = _solve(self.jacobian.T, self._pull)
            missed = float(np.abs(self.jacobian.T @ pulled - self._pull).max())
            if missed > 1e-8 * float(np.abs(self._pull).max()):
                return None
        return _solve(self.jacobian, -(self.residuals + pulled))
