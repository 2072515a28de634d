"""Where a derivative comes from: given, else the computation graph, else central differences."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

Function = Callable[..., Any]


class Source(StrEnum):
    """Where a derivative came from."""

    GIVEN = "given"
    GRAPH = "from the computation graph"
    DIFFERENCES = "by central differences"


class MissingResultError(ValueError):
    """A function of the user's returned nothing."""


class Derivative:
    """One derivative of a function, from the first source that works.

    The graph cannot follow a function that leaves NumPy (the math module, compiled code, in-place
    assignment). The first failure switches to differences for good; `note` then says why.
    """

    def __init__(
        self, what: str, given: Function | None, by_graph: Function, by_differences: Function
    ) -> None:
        self.source = Source.GRAPH if given is None else Source.GIVEN
        self.note = ""
        self.what, self.used = what, False
        self._ways = {
            Source.GIVEN: given,
            Source.GRAPH: by_graph,
            Source.DIFFERENCES: by_differences,
        }

    def __call__(self, *arguments: Any) -> Any:
        """Return the derivative at a point (or its product with a direction)."""
        self.used = True
        if self.source is Source.GRAPH:
            try:
                return self._ways[Source.GRAPH](*arguments)  # type: ignore[misc]
            except MissingResultError:
                raise
            except Exception as error:  # whatever a stranger's function does with a node
                self.source = Source.DIFFERENCES
                self.note = (
                    f"The {self.what} was taken {Source.DIFFERENCES}, because the computation "
                    f"graph could not follow the function ({type(error).__name__}: {error})"
                )
        return self._ways[self.source](*arguments)  # type: ignore[misc]
