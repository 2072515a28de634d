"""What members ask of a device together, and the parameters that epochs of theirs left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from neurona.jax_engine.devices import fetched
from neurona.network import Vector
from neurona.numerics.shuffle import Orders
from neurona.training.rows import Table

Array = Any


class Piece(NamedTuple):
    """What a member asks for when it trains: see `AheadSession.train_epochs`.

    The answer are the steps done, and the trail.
    """

    orders: Orders
    rates: Vector
    first_step: int
    totals: Vector


class Trail:
    """The parameters of all members after each epoch of a call, on the device and here."""

    def __init__(self) -> None:
        self._there: list[Array] = []
        self._here: list[Vector] = []

    def __len__(self) -> int:
        return sum(map(len, self._here))

    def add(self, there: Array, came: Array) -> Vector:
        """Add those of some epochs (epochs x members x parameters) when they are there; return what
        else came of these epochs.
        """
        here, found = fetched(there, came)
        self._there.append(there)
        self._here.append(here)
        return found  # type: ignore[no-any-return]

    def last(self) -> Vector:
        """Return the parameters of all members after the last epoch."""
        parameters: Vector = self._here[-1][-1]
        return parameters

    def after(self, epoch: int, place: int) -> Vector:
        """Return the parameters of a member after an epoch."""
        each = len(self._here[0])
        parameters: Vector = self._here[epoch // each][epoch % each, place]
        return parameters

    def some(self, most: int) -> Iterator[Array]:
        """Yield the parameters after so many epochs at a time, or after fewer."""
        for one in self._there:
            yield from [one] if len(one) <= most else (one[k : k + 1] for k in range(len(one)))


class Scored(NamedTuple):
    """What a member asks for when it scores a table: the loss, with the `outputs` or without.

    With a `trail`, of each of its first `epochs`, one behind the other.
    """

    table: Table
    outputs: bool
    trail: Trail | None = None
    epochs: int = 1
