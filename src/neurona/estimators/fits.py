"""What every method keeps to that changes what an estimator has learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from neurona.estimators.alone import alone
from neurona.estimators.or_as_before import or_as_before

Given = ParamSpec("Given")
Result = TypeVar("Result")


def fits(
    method: Callable[Concatenate[Any, Given], Result],
) -> Callable[Concatenate[Any, Given], Result]:
    """Decorator of such a method: one at a time, and Ctrl-C leaves what there was before."""
    return alone(or_as_before(method))
