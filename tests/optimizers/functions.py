"""Problems with known answers for the full-batch solvers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.optimize

from neurona.numerics import differences
from neurona.numerics.linear_solvers import LeastSquaresModel
from neurona.optimizers.solver import Need


@dataclass
class Problem:
    """An objective from plain functions; counts its evaluations."""

    function: Callable[[Any], float]
    slope: Callable[[Any], Any]
    start: Any
    minimum: float = 0.0
    residuals: Callable[[Any], Any] | None = None
    jacobian: Callable[[Any], Any] | None = None
    second: Callable[[Any], Any] | None = None
    evaluations: int = 0

    @property
    def gives(self):
        gives = {Need.MODEL, Need.BEND} if self.residuals else set()
        return frozenset(gives | ({Need.HESSIAN, Need.HESSIAN_PRODUCT} if self.second else set()))

    def value(self, x):
        self.evaluations += 1
        return float(self.function(x))

    def value_and_gradient(self, x):
        return self.value(x), np.array(self.slope(x))

    def model(self, x):
        return LeastSquaresModel(self.jacobian(x), self.residuals(x))

    def bend(self, x, direction):
        slope = self.jacobian(x) @ direction
        return differences.bend(self.residuals, x, direction, self.residuals(x), slope)

    def hessian(self, x):
        return self.second(x)

    def hessian_product(self, x, direction):
        return self.second(x) @ direction


def sum_of_squares(residuals, jacobian, start, minimum=0.0):
    return Problem(
        lambda x: 0.5 * float(residuals(x) @ residuals(x)),
        lambda x: jacobian(x).T @ residuals(x),
        np.array(start, float),
        minimum,
        residuals,
        jacobian,
    )


def rosenbrock(size=2, start=None):
    """The chain of valleys; 1/2 |r|^2 is half of SciPy's."""

    def residuals(x):
        return np.concatenate([10 * (x[1:] - x[:-1] ** 2), 1 - x[:-1]])

    def jacobian(x):
        rows = np.zeros((2 * (size - 1), size))
        k = np.arange(size - 1)
        rows[k, k + 1], rows[k, k], rows[size - 1 + k, k] = 10, -20 * x[:-1], -1
        return rows

    start = np.tile([-1.2, 1.0], size)[:size] if start is None else start
    problem = sum_of_squares(residuals, jacobian, start)
    problem.second = lambda x: scipy.optimize.rosen_hess(x) / 2
    return problem


def quadratic(size=8, condition=100.0, seed=0):
    """x'Ax / 2 - b'x with eigenvalues from 1 to `condition`."""
    random = np.random.default_rng(seed)
    turn = np.linalg.qr(random.normal(size=(size, size)))[0]
    root = np.sqrt(np.geomspace(1, condition, size))[:, None] * turn.T
    answer = random.normal(size=size)
    problem = sum_of_squares(
        lambda x: root @ (x - answer), lambda x: root, random.normal(size=size)
    )
    problem.second = lambda x: root.T @ root
    return problem, answer


def logistic(seed=0):
    """Regularized logistic regression, 60 rows, 6 columns."""
    random = np.random.default_rng(seed)
    X, y = random.normal(size=(60, 6)), np.sign(random.normal(size=60))

    def chances(w):
        return 1 / (1 + np.exp(y * (X @ w)))

    def second(w):
        p = chances(w)
        return (X * (p * (1 - p))[:, None]).T @ X + 0.1 * np.eye(6)

    problem = Problem(
        lambda w: np.logaddexp(0, -y * (X @ w)).sum() + 0.05 * w @ w,
        lambda w: -X.T @ (y * chances(w)) + 0.1 * w,
        np.full(6, 0.3),
        second=second,
    )
    found = scipy.optimize.minimize(
        problem.function, problem.start, jac=problem.slope, hess=second,
        method="trust-exact", options={"gtol": 1e-10},
    )  # fmt: skip
    problem.minimum = found.fun
    return problem


def exponentials():
    """Two decaying exponentials through exact data: Osborne-like, a curved valley."""
    times = np.linspace(0, 3, 25)
    data = 2 * np.exp(-0.5 * times) - 1.5 * np.exp(-3 * times)

    def residuals(x):
        return x[0] * np.exp(-x[1] * times) + x[2] * np.exp(-x[3] * times) - data

    def jacobian(x):
        first, second = np.exp(-x[1] * times), np.exp(-x[3] * times)
        return np.column_stack([first, -x[0] * times * first, second, -x[2] * times * second])

    return sum_of_squares(residuals, jacobian, [1.0, 1.0, -1.0, 2.0])
