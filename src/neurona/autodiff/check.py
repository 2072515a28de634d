"""Is a gradient right? Compare it, component by component, with derivatives taken numerically.

The reference is Richardson's extrapolation of central differences (C. J. F. Ridders, Advances in
Engineering Software 4, 1982), which estimates its own uncertainty; where the function also takes
complex numbers and agrees with it, the complex step Im f(x + ih) / h (W. Squire and G. Trapp, SIAM
Review 40, 1998), which has none.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.autodiff.derivatives import jacobian
from neurona.autodiff.node import Node

LEVELS = 12
COMPLEX_STEP = 1e-30

Vector = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, eq=False)
class GradientCheck:
    """What a check came to; `str()` gives a table.

    Attributes
    ----------
    gradient, reference : array
        The derivative that was checked (shape of f's result, then that of x) and the numerical one.
    uncertainty : array
        How far the reference may be off.
    relative_errors : array
        Difference by size (of the component, or 1e-8 of the largest one if that is more).
    passed : bool
        Every component is within `rtol` of its size, or within the reference's uncertainty.
    """

    gradient: Vector
    reference: Vector
    uncertainty: Vector
    relative_errors: Vector
    rtol: float
    method: str

    @property
    def suspects(self) -> Mask:
        """True for every component that differs by more than it may."""
        size = np.maximum(np.abs(self.gradient), np.abs(self.reference))
        far = np.abs(self.gradient - self.reference)
        # a nan is suspect, too
        suspects: Mask = ~np.asarray(far <= self.rtol * size + 10 * self.uncertainty)
        return suspects

    @property
    def passed(self) -> bool:
        """Whether no component is suspect."""
        return not self.suspects.any()

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        suspects = self.suspects
        count = int(suspects.sum())
        verdict = (
            f"all {suspects.size} components agree"
            if count == 0
            else f"{count} of {suspects.size} components differ"
        )
        lines = [
            f"{verdict} with {self.method} (largest relative error "
            f"{np.max(self.relative_errors, initial=0.0):.1e})",
            f"{'component':>12} {'gradient':>14} {'numerical':>14} {'rel. error':>11}",
        ]
        # the worst first
        order = np.lexsort((-self.relative_errors.ravel(), np.logical_not(suspects.ravel())))
        for flat in order[:10]:
            at = tuple(int(k) for k in np.unravel_index(flat, suspects.shape))
            lines.append(
                f"{','.join(map(str, at)) or '-':>12} {self.gradient[at]:>14.6g} "
                f"{self.reference[at]:>14.6g} {self.relative_errors[at]:>11.1e}"
                f"{'  <- differs' if suspects[at] else ''}"
            )
        if suspects.size > 10:
            lines.append(f"{'...':>12} ({suspects.size - 10} more, all with smaller errors)")
        return "\n".join(lines)


def check_gradient(
    function: Callable[[Any], Any],
    x: Any,
    gradient: Callable[[Any], Any] | None = None,
    rtol: float = 1e-6,
) -> GradientCheck:
    """Compare a function's derivative at x with a numerical one.

    Parameters
    ----------
    function : callable
        Takes an array of x's shape; returns a number or an array.
    x : array of float64
        Where to compare.
    gradient : callable, optional
        The derivative to check, of the shape of f's result, then that of x. Default: the
        computation graph's.
    rtol : float
        Largest allowed difference, relative to the component.

    >>> check = check_gradient(lambda x: np.sum(x**2), np.array([1.0, -3.0]))
    >>> check.passed
    True
    >>> wrong = lambda x: 2 * x + [0, 1]
    >>> print(check_gradient(lambda x: np.sum(x**2), np.array([1.0, -3.0]), wrong))
    1 of 2 components differ with the complex step (largest relative error 1.7e-01)
       component       gradient      numerical  rel. error
               1             -5             -6     1.7e-01  <- differs
               0              2              2     0.0e+00
    """
    point = np.array(x, np.float64)
    given = np.asarray((gradient or jacobian(function))(point), np.float64)
    pairs = [numerical_derivative(function, point, k) for k in range(point.size)]
    shape = (*np.shape(_evaluate(function, point)), *point.shape)
    if given.shape != shape:
        raise ValueError(
            f"The gradient must have the shape of the function's result, then that of x, {shape}. "
            f"Got {given.shape}."
        )
    reference = np.stack([value for value, _ in pairs], -1).reshape(shape)
    uncertainty = np.stack([unsure for _, unsure in pairs], -1).reshape(shape)
    sharper, method = _complex_step(function, point, shape), "central differences"
    if sharper is not None and np.all(
        np.abs(sharper - reference) <= 1e-6 * np.abs(sharper) + 10 * uncertainty
    ):
        reference, uncertainty, method = sharper, np.zeros(shape), "the complex step"
    floor = 1e-8 * np.max(np.abs(reference), initial=0.0)
    size = np.maximum(np.maximum(np.abs(given), np.abs(reference)), max(floor, 1e-300))
    errors = np.abs(given - reference) / size
    return GradientCheck(given, reference, uncertainty, errors, rtol, method)


def _evaluate(function: Callable[[Any], Any], x: Any) -> Any:
    result = function(x)
    if isinstance(result, list | tuple):
        result = np.stack([one.value if isinstance(one, Node) else one for one in result])
    return result.value if isinstance(result, Node) else np.asarray(result)


def _moved(x: Vector, k: int, step: complex) -> Any:
    moved = x.astype(complex) if isinstance(step, complex) else x.copy()
    moved.reshape(-1)[k] += step
    return moved


def numerical_derivative(
    function: Callable[[Any], Any], x: Vector, k: int
) -> tuple[Vector, Vector]:
    """Return the derivative by x_k and its uncertainty, for each output the tableau's best."""
    first = 0.1 * (abs(float(x.reshape(-1)[k])) or 1.0)
    best: Any = None
    unsure: Any = math.inf
    row: list[Any] = []
    with np.errstate(all="ignore"):
        for level in range(LEVELS):
            h = first * 2.0**-level
            up, down = _moved(x, k, h), _moved(x, k, -h)
            width = up.reshape(-1)[k] - down.reshape(-1)[k]
            above, below = _evaluate(function, up), _evaluate(function, down)
            rounding = 2.0**-52 * (np.abs(above) + np.abs(below)) / width
            new = [(above - below) / width]
            for j in range(len(row)):
                new.append(new[j] + (new[j] - row[j]) / (4.0 ** (j + 1) - 1))
                far = np.maximum(np.abs(new[j + 1] - new[j]), np.abs(new[j + 1] - row[j]))
                better = far + rounding < unsure
                best = np.where(better, new[j + 1], np.nan if best is None else best)
                unsure = np.where(better, far + rounding, unsure)
            row = new
    return np.asarray(best), np.asarray(unsure)


def _complex_step(
    function: Callable[[Any], Any], x: Vector, shape: tuple[int, ...]
) -> Vector | None:
    """Return the complex-step derivative, None where the function takes no complex numbers."""
    columns = []
    try:
        with np.errstate(all="ignore"):
            for k in range(x.size):
                value = np.asarray(function(_moved(x, k, complex(0, COMPLEX_STEP))))
                if value.dtype.kind != "c":
                    return None
                columns.append(value.imag / COMPLEX_STEP)
    except Exception:
        # whatever a function of real numbers makes of complex ones
        return None
    got: Vector = np.stack(columns, -1).reshape(shape)
    return got if np.isfinite(got).all() else None
