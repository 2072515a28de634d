"""A statement that only some languages have: the form knows what it makes, and what it costs."""

from __future__ import annotations

from neurona.export.code.costs import Costs
from neurona.network import Vector


class Special:
    """A statement that only some languages have: it makes the work array `target` of `source`."""

    source: str
    target: str

    def run(self, values: list[Vector]) -> list[Vector]:
        """Return what is in `target` of what is in `source`, each a column of rows."""
        raise NotImplementedError

    def costs(self) -> Costs:
        """Return what it costs."""
        raise NotImplementedError
