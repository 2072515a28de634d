"""How a model was trained (`inference.learned.Method`) as plain values, and back."""

from __future__ import annotations

from typing import Any

from neurona.errors import FormatError
from neurona.files import plain
from neurona.inference.learned import Method, StartRecord
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.base import StepOptimizer
from neurona.optimizers.solver import SOLVERS, Solver

MAX_STARTS = 1_000_000


def encode_method(method: Method) -> Any:
    """Return a method as JSON."""
    starts = [tuple(start) for start in method.starts]
    whole = (method.solver, str(method.reason), starts, int(method.best))
    return plain.encode(whole, "The method")


def decode_method(document: Any) -> Method:
    """Return the method that `encode_method` described; FormatError if it did not."""
    values = plain.decode(document)
    if not isinstance(values, tuple) or len(values) != len(Method._fields):
        raise FormatError("the method of training is not as it should be")
    solver, reason, starts, best = values
    sound = (
        is_solver(solver)
        and isinstance(reason, str)
        and isinstance(starts, list)
        and 0 < len(starts) <= MAX_STARTS
        and all(isinstance(one, tuple) and len(one) == 4 for one in starts)
        and type(best) is int
        and 0 <= best < len(starts)
    )
    if not sound or not all(_is_start(*one) for one in starts):
        raise FormatError("the method of training is not as it should be")
    return Method(solver, reason, [StartRecord(*one) for one in starts], best)


def is_solver(value: Any) -> bool:
    """Whether a value from a file can be a solver."""
    if isinstance(value, str):
        return value in OPTIMIZERS or value in SOLVERS
    return isinstance(value, StepOptimizer | Solver)


def _is_start(result: Any, loss: Any, epochs: Any, reason: Any) -> bool:
    return (
        type(result) is float
        and type(loss) is float
        and type(epochs) is int
        and isinstance(reason, str)
    )
