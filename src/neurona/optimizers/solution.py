"""What `minimize` and `least_squares` return."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np


class IterationRecord(NamedTuple):
    """What one iteration came to.

    `gradient_norm` is the largest component of the gradient, `step_length` the Euclidean length of
    the step, `rate` the length a line search took along its direction, `damping` that of
    Levenberg-Marquardt or the radius of a trust region, `evaluations` the calls so far, `seconds`
    the time so far. `x` is the point; the history keeps it only with `keep_path=True`.
    """

    iteration: int
    value: float
    gradient_norm: float
    step_length: float
    damping: float | None
    rate: float | None
    evaluations: int
    seconds: float
    x: Any = None


@dataclass(frozen=True)
class Solution:
    """Where a minimization ended.

    Attributes
    ----------
    solution : ndarray, shaped like x0
        The best point found.
    value : float
        The function there (half the sum of squares for `least_squares`).
    gradient : ndarray, shaped like x0
    gradient_norm : float
        Its largest component.
    converged : bool
        Whether a tolerance was met, or nothing lower was found where the gradient is as good as
        zero.
    reason : str
        Why it ended, in words.
    method : str
    iterations, evaluations : int
        `evaluations` counts the calls of the function.
    history : tuple of IterationRecord
    derivatives : dict of str to str
        Where each derivative came from.
    notes : tuple of str
        What the user should know besides: derivatives that were taken by differences, and why.
    """

    solution: Any
    value: float
    gradient: Any = field(repr=False)
    gradient_norm: float
    converged: bool
    reason: str
    method: str
    iterations: int
    evaluations: int
    history: tuple[IterationRecord, ...] = field(repr=False)
    derivatives: dict[str, str] = field(repr=False)
    notes: tuple[str, ...] = field(repr=False)

    def __str__(self) -> str:
        how = ", ".join(f"{what} {source}" for what, source in self.derivatives.items())
        lines = [
            f"{'converged' if self.converged else 'not converged'}: {self.reason}",
            f"value {self.value:.10g}, largest slope {self.gradient_norm:.3g}",
            f"{self.method}: {self.iterations} iterations, {self.evaluations} evaluations, {how}",
            f"solution {np.array2string(np.asarray(self.solution), precision=8, threshold=20)}",
        ]
        return "\n".join([*lines, *self.notes])


@dataclass(frozen=True)
class LeastSquaresSolution(Solution):
    """Where a least-squares fit ended.

    Attributes
    ----------
    residuals : ndarray of shape (m,)
    jacobian : ndarray of shape (m, n)
    rank : int
        Columns of the Jacobian that are independent; less than n says that the data do not
        determine all parameters.
    covariance : ndarray of shape (n, n)
        Of the parameters, s^2 (J'J)^-1 with s^2 = |r|^2 / (m - n); inf without full rank or with
        no residual to spare.
    standard_errors : ndarray, shaped like x0
        The roots of its diagonal.
    """

    residuals: Any = field(repr=False)
    jacobian: Any = field(repr=False)
    rank: int
    covariance: Any = field(repr=False)
    standard_errors: Any
