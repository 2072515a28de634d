"""What a table's estimator shows of its network: the attributes of an MLP, under the same names.

They are the network's own, whatever it is trained by and wherever it was loaded from. What a table
says in other words than its network (by column, in the target's units) its estimator defines
itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Class = TypeVar("Class", bound=type)


class OfNetwork:
    """An attribute that a fitted table estimator has from its network."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.__doc__ = f"`{name}` of the network; see the class."

    def __get__(self, model: Any, owner: type) -> Any:
        if model is None:
            return self
        return attribute_of(model, self._name)


def attribute_of(model: Any, name: str) -> Any:
    """Return an attribute of a table estimator's network; AttributeError, with why, if none."""
    network = vars(model).get("network_")
    found = getattr(network, name, model) if network is not None else model
    if found is not model:
        return found
    why = "it is not fitted" if network is None else why_missing(name)
    raise AttributeError(
        f"This {type(model).__name__!r} has no attribute {name!r}: {why}.", name=name, obj=model
    )


def why_missing(name: str) -> str:
    """Return why a fitted network may lack an attribute."""
    return (
        'the solver that trained it does not know; solver="bayesian-lm" does'
        if name in ("relevance_", "noise_", "log_evidence_", "effective_parameters_")
        else "its training left none"
    )


def shows_network(names: Iterable[str]) -> Callable[[Class], Class]:
    """Class decorator: give a table estimator these attributes of its network."""

    def add(cls: Class) -> Class:
        for name in names:
            setattr(cls, name, OfNetwork(name))
        return cls

    return add
