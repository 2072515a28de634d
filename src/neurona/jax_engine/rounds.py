"""Epochs that members train together, as the arrays that a device is given, some at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from neurona.engine.threads import available_threads
from neurona.jax_engine.calls import OWN
from neurona.jax_engine.passes import Rules
from neurona.jax_engine.questions import Piece
from neurona.network import Vector
from neurona.training.engine import TOTALS

RULES = len(Rules._fields)


class Round:
    """What some members asked for, by their places; `begins` says where the rows of each place
    begin. `at_once` epochs are done in a call, each of which has room for `width` rows.
    """

    def __init__(
        self, pieces: Mapping[int, Piece], begins: Vector, width: int, batch: int, at_once: int
    ) -> None:
        self._pieces, self._at_once = pieces, at_once
        most = max((piece.orders.epochs for piece in pieces.values()), default=1)
        self.calls = range(0, most, at_once)
        """The first epoch of each call."""
        room, count = len(self.calls) * at_once, len(begins)
        self._own = np.zeros((count, sum(OWN)))
        self._own[:, RULES + 3] = begins
        self._totals = np.zeros((count, room, TOTALS))
        self._rates = np.zeros((count, room, width // batch))
        for place, (orders, rates, first_step, totals) in pieces.items():
            size, epochs = orders.order.size, orders.epochs
            steps = -(-size // batch)
            self._own[place, RULES : RULES + 3] = size, epochs, first_step
            self._totals[place, :epochs] = totals[:epochs, :TOTALS]
            self._rates[place, :epochs, :steps] = rates[: epochs * steps].reshape(epochs, steps)
        self._steps = -(-self._own[:, RULES] // batch)

    def draw(self, first: int, drawn: Vector, others: ThreadPoolExecutor) -> None:
        """Draw the orders of the next call (members x epochs x rows), by several threads."""
        each = list(self._pieces.items())
        shares = max(1, min(available_threads(), len(each)))

        def draw(share: int) -> None:
            for place, piece in each[share::shares]:
                left = piece.orders.epochs - first
                if left > 0:
                    piece.orders.draw(drawn[place, : min(left, self._at_once)])

        begun = [others.submit(draw, share) for share in range(1, shares)]
        draw(0)
        for one in begun:
            one.result()

    def numbers(self, first: int, rules: Rules) -> Vector:
        """Return what else goes to the device for a call, see `calls.cut_up`."""
        epochs = slice(first, first + self._at_once)
        own = self._own.copy()
        own[:, :RULES] = np.transpose(rules)
        own[:, RULES + 1] -= first
        own[:, RULES + 2] += first * self._steps
        count = len(own)
        parts = (one[:, epochs].reshape(count, -1) for one in (self._totals, self._rates))
        return np.concatenate([own, *parts], axis=1)

    def give(self, came: Sequence[Vector]) -> dict[int, int]:
        """Write the totals that came of all calls (epochs x members, the steps done behind) into
        the pieces, and return the steps that each member did.
        """
        found = np.concatenate(came)
        done = found[:, :, TOTALS].sum(axis=0)
        for place, piece in self._pieces.items():
            epochs = piece.orders.epochs
            piece.totals[:epochs, :TOTALS] = found[:epochs, place, :TOTALS]
        return {place: int(done[place]) for place in self._pieces}
