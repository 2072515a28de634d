"""Methods that a model has only sometimes, or not at all: asking for one says why."""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import Any

NO_EARLY_STOPPING = (
    "partial_fit does not support early_stopping=True, which would put some of each chunk's rows "
    "aside and end a training that has no end: use fit, or score rows of your own between calls."
)


class AvailableIf:
    """A method that exists where a check passes; elsewhere its AttributeError says why not.

    Like scikit-learn's `available_if`, whose sentence leaves the reason out. `check` takes the
    model, and raises AttributeError with the reason.
    """

    def __init__(self, function: Callable[..., Any], check: Callable[[Any], object]) -> None:
        self._function, self._check = function, check
        self.__doc__, self.__name__ = function.__doc__, function.__name__
        self.__wrapped__ = function

    def __get__(self, model: Any, owner: type) -> Any:
        if model is None:
            return self._function
        try:
            self._check(model)
        except AttributeError as error:
            raise AttributeError(
                f"This {owner.__name__!r} has no attribute {self.__name__!r}: {error}",
                name=self.__name__,
                obj=model,
            ) from None
        return MethodType(self._function, model)


def available_if(check: Callable[[Any], object]) -> Callable[[Callable[..., Any]], Any]:
    """Decorator: let a method exist where `check(model)` raises no AttributeError."""
    return lambda function: AvailableIf(function, check)


class NotThere:
    """A method that others have and a model has not; asking for it says why and what to do."""

    def __init__(self, reason: str) -> None:
        self._reason, self._name = reason, ""
        self.__doc__ = f"Not available: {reason}"

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, model: Any, owner: type) -> Any:
        raise AttributeError(
            f"{owner.__name__!r} has no attribute {self._name!r}: {self._reason}",
            name=self._name,
            obj=owner if model is None else model,
        )
