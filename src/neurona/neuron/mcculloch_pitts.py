"""The first model of a neuron: excitatory inputs, and inhibitory ones that forbid all.

W. McCulloch and W. Pitts, A logical calculus of the ideas immanent in nervous activity, 1943.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neurona.neuron.boolean import corners
from neurona.neuron.truth_table import TruthTable
from neurona.neuron.units import ThresholdUnit


@dataclass(frozen=True)
class McCullochPitts:
    """A unit of 1943: it fires if no inhibitory input is 1 and enough excitatory ones are.

    Parameters
    ----------
    excitatory : int or sequence of str
        How many excitatory inputs there are, or their names; a name that stands twice counts twice.
    inhibitory : int or sequence of str, default=0
        The same for inhibitory inputs, each of which keeps the unit from firing by itself.
    threshold : int, default=1
        How many excitatory inputs must be 1.

    Examples
    --------
    >>> from neurona.neuron import McCullochPitts
    >>> unit = McCullochPitts(["a", "b"], ["veto"], threshold=2)
    >>> unit(1, 1, 0), unit(1, 1, 1)
    (1, 0)
    >>> unit.to_threshold_unit()
    ThresholdUnit(weights=(1, 1, -1), activation=Step(), names=('a', 'b', 'veto'), threshold=1.5)
    """

    excitatory: Any
    inhibitory: Any = 0
    threshold: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "excitatory", _names("excitatory", self.excitatory, "a"))
        object.__setattr__(self, "inhibitory", _names("inhibitory", self.inhibitory, "b"))
        both = set(self.excitatory) & set(self.inhibitory)
        if both:
            raise ValueError(f"{min(both)!r} cannot be excitatory and inhibitory at once.")
        if not self.excitatory and not self.inhibitory:
            raise ValueError("A unit needs at least one input. Got none.")
        if not isinstance(self.threshold, int) or isinstance(self.threshold, bool):
            raise ValueError(f"The threshold must be an integer. Got {self.threshold!r}.")

    @property
    def names(self) -> tuple[str, ...]:
        """The inputs' names, in the order in which a call takes them."""
        return tuple(dict.fromkeys((*self.excitatory, *self.inhibitory)))

    def sum(self, *bits: int) -> int:
        """Return how many excitatory inputs are 1."""
        values = self._values(bits)
        return sum(values[name] for name in self.excitatory)

    def inhibited(self, *bits: int) -> bool:
        """Whether an inhibitory input is 1."""
        values = self._values(bits)
        return any(values[name] for name in self.inhibitory)

    def __call__(self, *bits: int) -> int:
        """Return 1 if the unit fires, else 0."""
        return int(not self.inhibited(*bits) and self.sum(*bits) >= self.threshold)

    def truth_table(self) -> TruthTable:
        """Return what the unit says to every row of zeros and ones."""
        rows = corners(len(self.names))
        return TruthTable.of(rows, [self(*row) for row in rows], self.names)

    def to_threshold_unit(self) -> ThresholdUnit:
        """Return the threshold logic unit that says the same: a veto is a large negative weight."""
        veto = max(1, len(self.excitatory) - self.threshold + 1)
        weights = [
            self.excitatory.count(name) - veto * self.inhibitory.count(name) for name in self.names
        ]
        return ThresholdUnit(tuple(weights), self.threshold - 0.5, names=self.names)

    def _values(self, bits: tuple[int, ...]) -> dict[str, int]:
        names = self.names
        if len(bits) != len(names) or any(bit not in (0, 1) for bit in bits):
            raise ValueError(
                f"The unit has the inputs {', '.join(names)}, each 0 or 1. Got {bits!r}."
            )
        return {name: int(bit) for name, bit in zip(names, bits, strict=True)}


def _names(what: str, given: Any, letter: str) -> tuple[str, ...]:
    if isinstance(given, int) and not isinstance(given, bool) and given >= 0:
        return tuple(f"{letter}{k}" for k in range(1, given + 1))
    if (
        not isinstance(given, Sequence)
        or isinstance(given, str)
        or not all(isinstance(name, str) for name in given)
    ):
        raise ValueError(
            f"The {what} inputs of a McCullochPitts unit are their number or a list of names. "
            f"Got {given!r}."
        )
    return tuple(given)
