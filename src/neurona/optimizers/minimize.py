"""`minimize` and `least_squares`: the solvers for any function of NumPy arrays."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from neurona.errors import StopReason, UnknownNameError
from neurona.nearest import did_you_mean
from neurona.optimizers import OPTIMIZERS, SOLVERS, Solver, StepOptimizer
from neurona.optimizers.objectives import FunctionObjective, ResidualObjective
from neurona.optimizers.solution import IterationRecord, LeastSquaresSolution, Solution
from neurona.optimizers.solve.stepping import Stepping
from neurona.optimizers.solver import Tolerances, Vector, convergence

LARGE = 500
"""From this many parameters on the default method keeps no n x n matrix."""

CLOSE = 1e-5
ROUNDING = 1e-9
"""Beside the value: what a gradient by differences cannot tell from 0."""
PROBES = 1e-6, 1e-5
"""How far to look for the bend of the function, beside the size of x."""
GAIN = 1e-10
"""What may be left to gain where the gradient is not small, beside the value."""
NEAR = 1e-2
"""How near the lowest point must be, beside the size of x, where a function's numbers are tiny."""
COSINE = 1e-6
SHORT = 1e-3

Callback = Callable[[IterationRecord], str | None]


def minimize(
    function: Callable[..., Any],
    x0: Any,
    method: str | Solver | StepOptimizer | None = None,
    gradient: Callable[..., Any] | bool | None = None,
    hessian: Callable[..., Any] | None = None,
    *,
    gradient_tolerance: float = 1e-8,
    decrease_tolerance: float = 1e-15,
    step_tolerance: float = 0.0,
    max_iterations: int = 10_000,
    max_evaluations: float = math.inf,
    learning_rate: float = 0.01,
    callback: Callback | None = None,
    keep_path: bool = False,
) -> Solution:
    """Minimize a function of an array.

    Parameters
    ----------
    function : callable
        x -> one number. Where it is not defined it may return nan or inf: steps go back from there.
    x0 : array-like of any shape
        Where to start.
    method : str, solver or step method, optional
        A name from `neurona.optimizers.SOLVERS` ("bfgs", "lbfgs", "cg", "newton-cg", ...) or
        `OPTIMIZERS` ("adam", "momentum", ...), or a value of one of their classes. By default
        "bfgs", from 500 parameters on "lbfgs".
    gradient : callable or True, optional
        x -> the gradient, shaped like x. True: the function returns (value, gradient). Without it
        the gradient comes from the computation graph (`neurona.autodiff`), or by central
        differences where the graph cannot follow the function; the result says which.
    hessian : callable, optional
        x -> the n x n Hessian, for "newton" and "newton-cg"; otherwise as for the gradient.
    gradient_tolerance, decrease_tolerance, step_tolerance : float
        Stop when the largest component of the gradient, the decrease relative to max(|f|, 1), or
        each component of the step relative to x is no more. 0 switches a test off.
    max_iterations : int, default=10_000
    max_evaluations : float, default=inf
        Looked at after each iteration.
    learning_rate : float, default=0.01
        Of the step methods; they stop by gradient and iterations alone.
    callback : callable, optional
        Called with an `IterationRecord` after each iteration; a sentence that it returns stops.
    keep_path : bool, default=False
        Keep each iteration's point in the history.

    Returns
    -------
    Solution

    Examples
    --------
    >>> import numpy as np
    >>> import neurona
    >>> def rosenbrock(x):
    ...     return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2
    >>> result = neurona.minimize(rosenbrock, [-1.2, 1.0])
    >>> result.solution.round(6)
    array([1., 1.])
    >>> result.derivatives
    {'gradient': 'from the computation graph'}
    """
    start = _start(x0)
    if method is None:
        method = "bfgs" if start.size < LARGE else "lbfgs"
    solver = _find(method, learning_rate)
    objective = FunctionObjective(function, start, gradient, hessian)
    stepping = isinstance(solver, Stepping)
    tolerances = Tolerances(
        gradient_tolerance, 0.0 if stepping else decrease_tolerance, step_tolerance
    )
    run = _Run(solver, objective, tolerances, max_iterations, max_evaluations, callback, keep_path)
    run.go(start)
    return Solution(**run.facts(start.shape, lambda: run.is_flat()))


def least_squares(
    residuals: Callable[..., Any],
    x0: Any,
    method: str | Solver | StepOptimizer = "lm",
    jacobian: Callable[..., Any] | None = None,
    *,
    gradient_tolerance: float = 0.0,
    decrease_tolerance: float = 1e-15,
    step_tolerance: float = 1e-12,
    max_iterations: int = 10_000,
    max_evaluations: float = math.inf,
    learning_rate: float = 0.01,
    callback: Callback | None = None,
    keep_path: bool = False,
) -> LeastSquaresSolution:
    """Minimize half the sum of the squares of residuals: fit parameters to data.

    Parameters
    ----------
    residuals : callable
        x -> an array of m numbers, the model's values less the data.
    x0 : array-like of any shape
        Where to start: n parameters.
    method : str, solver or step method, default="lm"
        "lm" (Levenberg-Marquardt), "gauss-newton", or any other that `minimize` knows.
    jacobian : callable, optional
        x -> the m x n derivatives of the residuals. Without it as for the gradient in `minimize`.
    gradient_tolerance, decrease_tolerance, step_tolerance : float
        As in `minimize`, but the decrease is relative to the value itself. The defaults go to
        working precision.
    max_iterations, max_evaluations, learning_rate, callback, keep_path
        As in `minimize`.

    Returns
    -------
    LeastSquaresSolution
        With residuals, Jacobian, covariance and standard errors of the parameters.

    Examples
    --------
    >>> import numpy as np
    >>> import neurona
    >>> hours = np.array([0.0, 1.0, 2.0, 4.0, 8.0])
    >>> level = np.array([9.9, 6.1, 3.6, 1.4, 0.2])
    >>> fit = neurona.least_squares(lambda p: p[0] * np.exp(-p[1] * hours) - level, [1.0, 1.0])
    >>> fit.solution.round(2), fit.standard_errors.round(2)
    (array([9.91, 0.5 ]), array([0.06, 0.01]))
    """
    start = _start(x0)
    solver = _find(method, learning_rate)
    objective = ResidualObjective(residuals, start, jacobian)
    decrease = 0.0 if isinstance(solver, Stepping) else decrease_tolerance
    tolerances = Tolerances(gradient_tolerance, decrease, step_tolerance, 0.0, SHORT)
    run = _Run(solver, objective, tolerances, max_iterations, max_evaluations, callback, keep_path)
    run.go(start)
    model = objective.model(run.x)
    spare, rank = model.residuals.size - run.x.size, model.rank()
    covariance = np.full((run.x.size, run.x.size), np.inf)
    if spare > 0 and rank == run.x.size:
        covariance = model.covariance() * (2 * model.value / spare)
    return LeastSquaresSolution(
        **run.facts(start.shape, lambda: _flat(model, run.x)),
        residuals=model.residuals,
        jacobian=model.jacobian,
        rank=rank,
        covariance=covariance,
        standard_errors=np.sqrt(np.diagonal(covariance)).reshape(start.shape),
    )


def _flat(model: Any, x: Vector) -> bool:
    """Return whether r is orthogonal to J's columns, or Gauss-Newton's step as good as zero."""
    lengths = np.sqrt(model.diagonal())
    size = math.sqrt(2 * model.value)
    if (np.abs(model.gradient) <= COSINE * lengths * size).all():
        return True
    step = model.step(np.zeros_like(x))
    return bool((np.abs(step) <= COSINE * np.abs(x)).all())


class _Run:
    """One minimization: the loop, its records, and the best point so far."""

    def __init__(
        self,
        solver: Solver,
        objective: FunctionObjective,
        tolerances: Tolerances,
        max_iterations: int,
        max_evaluations: float,
        callback: Callback | None,
        keep_path: bool,
    ) -> None:
        if max_iterations < 0:
            raise ValueError(f"max_iterations must not be negative. Got {max_iterations!r}.")
        for name, tolerance in tolerances._asdict().items():
            if not tolerance >= 0:
                raise ValueError(f"{name}_tolerance must be 0 or more. Got {tolerance!r}.")
        solver.check(objective)
        self.solver, self.objective, self.tolerances = solver, objective, tolerances
        self.max_iterations, self.max_evaluations = max_iterations, max_evaluations
        self.callback, self.keep_path = callback, keep_path
        self.records: list[IterationRecord] = []
        self.reason = ""
        self.iterations = 0

    def go(self, start: Any) -> None:
        """Iterate until there is a reason to stop; Ctrl-C is one."""
        started = time.perf_counter()
        with np.errstate(all="ignore"):
            state = self.solver.start(self.objective, start.reshape(-1))
            fault = self.objective.fault(state.x, state.value, state.gradient)
            if fault:
                what = "gradient" if math.isfinite(state.value) else "function"
                raise ValueError(f"The {what} is not finite at x0: {fault}; start where it is.")
            self._keep(state)
            try:
                self.reason = self._first(state)
                while not self.reason:
                    self.reason = self._iterate(state, started)
            except KeyboardInterrupt:
                self.reason = StopReason.INTERRUPTED

    def _first(self, state: Any) -> str:
        if self.max_iterations == 0:
            return StopReason.MAX_EPOCHS
        norm = self.norm()
        if norm and norm <= self.tolerances.gradient and self.is_tiny():
            return StopReason.TINY
        return StopReason.CONVERGED if norm <= self.tolerances.gradient else ""

    def _iterate(self, state: Any, started: float) -> str:
        advance = self.solver.advance(self.objective, state)
        reason: str = convergence(state, advance, self.tolerances) or ""
        if advance.stuck:
            return reason
        self.iterations = state.iterations
        if state.value <= self.value:
            self._keep(state)
        record = IterationRecord(
            state.iterations,
            state.value,
            float(np.abs(state.gradient).max()),
            float(np.linalg.norm(advance.step)),
            advance.damping,
            advance.rate,
            self.objective.calls,
            time.perf_counter() - started,
            state.x.copy(),
        )
        self.records.append(record if self.keep_path else record._replace(x=None))
        said = self.callback(record) if self.callback else None
        if said:
            return str(said)
        if reason:
            return reason
        if state.iterations >= self.max_iterations:
            return StopReason.MAX_EPOCHS
        over = self.objective.calls >= self.max_evaluations
        return StopReason.MAX_EVALUATIONS if over else ""

    def _keep(self, state: Any) -> None:
        self.x, self.value = state.x.copy(), float(state.value)
        self.gradient = state.gradient.copy()

    def norm(self) -> float:
        """Return the largest component of the gradient at the best point."""
        return float(np.abs(self.gradient).max())

    def is_flat(self) -> bool:
        """Whether the gradient at the best point is as good as zero.

        It is where it is small by itself or beside the value, or where a parabola through the
        slopes near by says that next to nothing is to be gained. At a kink the slopes' difference
        does not shrink with the distance, so there is no such parabola.
        """
        norm, floor = self.norm(), max(1.0, abs(self.value))
        length = float(np.linalg.norm(self.gradient))
        size = max(float(np.linalg.norm(self.x)), 1e-8)
        if norm <= CLOSE or length * size <= ROUNDING * abs(self.value):
            return True
        near, far = (self._bend(share * size) for share in PROBES)
        smooth = 0 < near <= 3 * far and far <= 3 * near
        return smooth and length * length / (2 * near) <= GAIN * floor

    def is_tiny(self) -> bool:
        """Whether the slope is small only because the function is, which the tolerances do not
        know: its value is small, too, and the lowest point of a parabola not near.
        """
        if abs(self.value) > self.tolerances.gradient:
            return False
        size = max(float(np.linalg.norm(self.x)), 1.0)
        bend = self._bend(PROBES[1] * size)
        return not float(np.linalg.norm(self.gradient)) <= NEAR * size * bend

    def _bend(self, distance: float) -> float:
        """Return the second derivative along the way down, by the slope at a distance."""
        length = float(np.linalg.norm(self.gradient))
        with np.errstate(all="ignore"):
            ahead = self.x - distance / length * self.gradient
            _, slopes = self.objective.value_and_gradient(ahead)
            return float((self.gradient - slopes) @ self.gradient) / length / distance

    def facts(self, shape: tuple[int, ...], flat: Callable[[], bool]) -> dict[str, Any]:
        """Return the fields of a `Solution`; `flat` tells whether the best point is a minimum by
        its slope.
        """
        ended = self.reason in (
            StopReason.CONVERGED,
            StopReason.STEP_TOO_SMALL,
            StopReason.NO_PROGRESS,
        )
        with np.errstate(all="ignore"):
            fault = self.objective.fault(self.x, self.value, self.gradient) if ended else ""
        zero = self.norm() <= self.tolerances.gradient
        met = ended and not fault and (zero or flat())
        if ended and not met and self.reason != StopReason.NO_PROGRESS:
            self.reason = StopReason.STEEP
        if fault:
            self.reason = f"{self.reason}; at the best point {fault}"
        solver = self.solver
        return {
            "solution": self.x.reshape(shape),
            "value": self.value,
            "gradient": self.gradient.reshape(shape),
            "gradient_norm": self.norm(),
            "converged": met,
            "reason": str(self.reason),
            "method": solver.optimizer.name if isinstance(solver, Stepping) else solver.name,
            "iterations": self.iterations,
            "evaluations": self.objective.calls,
            "history": tuple(self.records),
            "derivatives": self.objective.sources(),
            "notes": self.objective.notes(),
        }


def _start(x0: Any) -> Any:
    try:
        start = np.atleast_1d(np.array(x0, dtype=np.float64))
    except (TypeError, ValueError):
        raise ValueError(f"x0 must be an array of real numbers. Got {x0!r}.") from None
    if start.size == 0:
        raise ValueError("x0 is empty: there is nothing to minimize over.")
    if not np.isfinite(start).all():
        raise ValueError("x0 must be finite numbers; it holds nan or inf.")
    return start


def _find(method: str | Solver | StepOptimizer, learning_rate: float) -> Solver:
    """Return the solver that a name or a value stands for, a step method wrapped."""
    named = isinstance(method, str)
    if isinstance(method, StepOptimizer) or (named and method in OPTIMIZERS):
        return Stepping(OPTIMIZERS.find(method), learning_rate)
    if named and method not in SOLVERS:
        names, words = [*SOLVERS, *OPTIMIZERS], {**OPTIMIZERS.elsewhere, **SOLVERS.elsewhere}
        hint = did_you_mean(method, names, words)
        raise UnknownNameError(
            f"Unknown method {method!r}; {hint}known are {', '.join(sorted(SOLVERS))} and the step "
            f"methods {', '.join(sorted(OPTIMIZERS))}."
        )
    found: Solver = SOLVERS.find(method)
    return found
