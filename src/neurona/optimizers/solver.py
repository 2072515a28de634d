"""What a full-batch solver is, what it may ask of a problem, and what it reports.

A solver is an immutable value: its options. It makes a state (`start`) and moves it by one
iteration (`advance`); whoever drives it (the training loop, `minimize`) asks `convergence` when to
stop. What a solver needs of a problem is said in types: `needs` lists it, and a problem that cannot
give it is refused in a sentence before the first iteration.
"""

from __future__ import annotations

import dataclasses
import math
from abc import abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from neurona import elsewhere
from neurona.errors import IncompatibleError, StopReason
from neurona.numerics.evidence import Evidence
from neurona.registry import Registry
from neurona.values import Value

SOLVERS = Registry("solver", elsewhere.SOLVERS)

MEMORY_LIMIT = 2048.0
"""MiB that the matrices of a second-order method may take on a network, unless told otherwise."""

Vector = np.ndarray[Any, np.dtype[np.float64]]


class Need(StrEnum):
    """What a problem may give besides value and gradient."""

    MODEL = "a sum of squares, or a loss with a Gauss-Newton matrix"
    HESSIAN = "the exact Hessian"
    HESSIAN_PRODUCT = "products of the exact Hessian with a vector"
    EVIDENCE = "groups of weights and a number of observations, which networks have"
    BEND = "second derivatives of the residuals along a direction"


class QuadraticModel(Protocol):
    """The Gauss-Newton model of a problem at one point: m(p) = value + g'p + p'Bp / 2.

    B is J'J for a sum of squares 1/2 |r|^2, the generalised Gauss-Newton matrix for other losses,
    penalties included. How it is kept (B itself, J and a QR, J alone where rows are few) is the
    model's own affair.
    """

    value: float
    gradient: Vector

    def diagonal(self) -> Vector:
        """Return the diagonal of B: squared column norms of J (penalties included)."""

    def step(self, damping: Vector) -> Vector | None:
        """Return p with (B + diag(damping)) p = -g; None if that matrix is not positive definite.

        Zero damping is allowed where B has full rank; a least-squares model returns the shortest
        step otherwise.
        """

    def curvature(self, direction: Vector) -> float:
        """Return p'Bp."""


class BendableModel(QuadraticModel, Protocol):
    """The model of a sum of squares whose problem gives Need.BEND."""

    def correction(self, bend: Vector, damping: Vector) -> Vector:
        """Return a with (J'J + diag(damping)) a = -J' bend."""


class Objective(Protocol):
    """A function of a float64 vector, as solvers see it. `gives` lists the needs that it fills."""

    gives: frozenset[Need]

    def value(self, x: Vector) -> float:
        """Return f(x); inf or nan where it is not defined."""

    def value_and_gradient(self, x: Vector) -> tuple[float, Vector]:
        """Return f(x) and its gradient; the gradient is the caller's to keep."""

    def model(self, x: Vector) -> QuadraticModel:
        """Return the Gauss-Newton model at x (Need.MODEL).

        Solvers ask twice in a row for the same x, at the end of one iteration and the start of the
        next: keep the last one.
        """

    def bend(self, x: Vector, direction: Vector) -> Vector:
        """Return the second derivative of the residuals along a direction (Need.BEND)."""

    def hessian(self, x: Vector) -> Vector:
        """Return the n x n Hessian (Need.HESSIAN)."""

    def hessian_product(self, x: Vector, direction: Vector) -> Vector:
        """Return the Hessian's product with a vector (Need.HESSIAN_PRODUCT)."""


class BayesianObjective(Objective, Protocol):
    """What the evidence asks of a problem besides (Need.EVIDENCE); its models have B as `matrix`.

    The value is a mean: times `weight` it is a sum of half squared errors, `observations` of them
    (`has_noise`), or a negative log likelihood.
    """

    weight: float
    observations: float
    has_noise: bool

    def groups(self, by_input: bool) -> Vector:
        """Return the group of every parameter: those with a prior precision in common."""


@dataclass
class SolverState:
    """Where a solver stands; subclasses add fields, all of them arrays, numbers or bools.

    So a checkpoint can hold any of them. Arrays keep their shapes from `start` on.
    """

    x: Vector
    value: float
    gradient: Vector
    iterations: int = 0
    evaluations: int = 0

    def copy(self) -> Any:
        """Return a copy that shares no array."""
        arrays: dict[str, Any] = {
            field.name: value.copy()
            for field in dataclasses.fields(self)
            if isinstance(value := getattr(self, field.name), np.ndarray)
        }
        return dataclasses.replace(self, **arrays)


class Advance(NamedTuple):
    """What one iteration came to: the step from the last x (zeros if none was found).

    `decrease` is f before less f after; `damping` is Levenberg-Marquardt's or a trust region's,
    None elsewhere; `rate` the length a line search took along its direction, None without one;
    `stuck` is True when no step lowers f any more at working precision; `reason` is the solver's
    own to end.
    """

    step: Vector
    decrease: float
    damping: float | None = None
    rate: float | None = None
    stuck: bool = False
    reason: StopReason | None = None


class Tolerances(NamedTuple):
    """When to stop: the largest gradient component, the relative decrease, the relative step.

    0 switches a test off. A decrease is measured against f, but against `floor` where f is less;
    a step component by component, so that it does not depend on the units of the parameters. A
    small decrease counts only where the step was short too, at most `short` of x: on a plateau long
    steps change f little before they arrive somewhere.
    """

    gradient: float = 1e-5
    decrease: float = 2.220446049250313e-09
    step: float = 0.0
    floor: float = 1.0
    short: float = math.inf


class Believed(NamedTuple):
    """What a solver believes of the weights where it stands: the evidence there, the prior
    precision of every group, and whether a group is an input's weights or a layer's.
    """

    evidence: Evidence
    precisions: Vector
    by_input: bool


@dataclass(frozen=True)
class Solver(Value):
    """A full-batch method.

    `needs` is what it asks of a problem. A network is trained in float64, unless the solver
    `keeps_dtype`: first-order line searches are content with the rows' own precision.
    """

    needs: ClassVar[frozenset[Need]] = frozenset()
    keeps_dtype: ClassVar[bool] = False
    matrices: ClassVar[int] = 0
    """n x n matrices that it has of its own, at the most: a network's are counted where made."""
    asks_gradients: ClassVar[bool] = True
    """Whether it asks for value and gradient, and not for models and values only."""

    @property
    def is_dense(self) -> bool:
        """Whether an iteration costs the square of the number of parameters, or more."""
        return self.matrices > 0 or bool(self.needs & {Need.MODEL, Need.HESSIAN})

    @abstractmethod
    def start(self, problem: Objective, x: Vector) -> Any:
        """Return the state at x; x is copied."""

    @abstractmethod
    def advance(self, problem: Objective, state: Any) -> Advance:
        """Do one iteration: change the state in place."""

    def posterior(self, problem: Any, state: Any) -> Believed | None:
        """Return what is believed of the weights at a state; None from a solver that knows nothing
        of it, or where there is nothing to know.
        """
        return None

    def check(self, problem: Objective) -> None:
        """Raise `IncompatibleError` if the problem cannot give what the solver needs."""
        missing = [need for need in self.needs if need not in problem.gives]
        if missing:
            raise IncompatibleError(
                f"The solver {self.name!r} needs {' and '.join(missing)}, which this problem does "
                "not have; use 'lbfgs', which needs the gradient only."
            )


def find_solver(solver: str | Solver) -> Solver:
    """Return the solver that a name stands for; values pass through."""
    found: Solver = SOLVERS.find(solver)
    return found


def convergence(state: SolverState, advance: Advance, tolerances: Tolerances) -> StopReason | None:
    """Return why to stop after an iteration, None to go on."""
    if not math.isfinite(state.value):
        return StopReason.DIVERGED
    if advance.stuck:
        return StopReason.NO_PROGRESS
    if advance.reason is not None:
        return advance.reason
    if np.abs(state.gradient).max(initial=0.0) <= tolerances.gradient:
        return StopReason.CONVERGED
    before = state.value + advance.decrease
    scale = max(abs(before), abs(state.value), tolerances.floor)
    length, size = np.abs(advance.step), np.abs(state.x)
    flat = tolerances.decrease > 0 and advance.decrease <= tolerances.decrease * scale
    if flat and (tolerances.short == math.inf or (length <= tolerances.short * size).all()):
        return StopReason.CONVERGED
    small = tolerances.step * (tolerances.step + size)
    if tolerances.step > 0 and (length <= small).all():
        return StopReason.STEP_TOO_SMALL
    return None
