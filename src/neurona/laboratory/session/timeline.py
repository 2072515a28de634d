"""Time: the lines it has split into, and what is kept of each to look at and to go back to."""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from neurona.laboratory.fields import Refused
from neurona.laboratory.session.curve import Curve
from neurona.laboratory.session.spec import MethodSpec
from neurona.laboratory.session.world import World
from neurona.network import Vector
from neurona.training.history import History
from neurona.training.state import TrainingState

BUDGET = 64 * 2**20
"""Bytes for weights and keyframes of all lines together."""
MOST_BRANCHES = 60


class Kept:
    """Values by epoch, in order; when they are too many the older ones are thinned, so that what is
    left reaches over all epochs there were.
    """

    def __init__(self) -> None:
        self.epochs: list[int] = []
        self._values: list[Any] = []
        self._sizes: list[int] = []
        self.bytes = 0

    def add(self, epoch: int, value: Any, size: int) -> None:
        """Keep a value; one of the same epoch is replaced."""
        if self.epochs and self.epochs[-1] == epoch:
            self.bytes -= self._sizes.pop()
            self.epochs.pop()
            self._values.pop()
        self.epochs.append(epoch)
        self._values.append(value)
        self._sizes.append(size)
        self.bytes += size

    def before(self, epoch: int) -> tuple[int, Any] | None:
        """Return the newest value that is not newer than an epoch, with its own epoch."""
        place = bisect.bisect_right(self.epochs, epoch) - 1
        return None if place < 0 else (self.epochs[place], self._values[place])

    def nearest(self, epoch: int) -> tuple[int, Any] | None:
        """Return the value whose epoch is nearest."""
        place = bisect.bisect_left(self.epochs, epoch)
        places = [one for one in (place - 1, place) if 0 <= one < len(self.epochs)]
        if not places:
            return None
        best = min(places, key=lambda one: abs(self.epochs[one] - epoch))
        return self.epochs[best], self._values[best]

    def thin(self) -> bool:
        """Let values go until the older three quarters are half as many, evenly spread, the first
        among them; False if there is none to let go.
        """
        older = 3 * len(self.epochs) // 4
        if older < 3:
            return False
        spacing = 2 * (self.epochs[older - 1] - self.epochs[0]) / (older - 1)
        stays, latest = [0], self.epochs[0]
        for place in range(1, older):
            if self.epochs[place] - latest >= spacing:
                stays.append(place)
                latest = self.epochs[place]
        stays += range(older, len(self.epochs))
        self.epochs = [self.epochs[place] for place in stays]
        self._values = [self._values[place] for place in stays]
        self._sizes = [self._sizes[place] for place in stays]
        self.bytes = sum(self._sizes)
        return True


@dataclass(frozen=True, eq=False)
class Keyframe:
    """A moment between two epochs to go on from: state, method, and how many edits there were."""

    state: TrainingState
    method: MethodSpec
    edits: int

    @property
    def bytes(self) -> int:
        """About how much memory it takes."""
        state = self.state
        best = 0 if state.best_weights is None else state.best_weights.nbytes
        known: Any = getattr(state.optimizer, "state", None)
        optimizer = known.nbytes if known is not None else 3 * state.weights.nbytes
        return int(state.weights.nbytes + best + optimizer + state.order.nbytes + 4_000)


@dataclass(eq=False)
class Branch:
    """A line of time: it left `parent` after epoch `start`, and has come to `end`."""

    number: int
    world: World
    parent: Branch | None = None
    start: int = 0
    end: int = 0
    name: str = ""
    first_edit: int = 0
    curve: Curve = field(default_factory=Curve)
    history: History = field(default_factory=History)
    method: MethodSpec | None = None
    weights: Kept = field(default_factory=Kept)
    keyframes: Kept = field(default_factory=Kept)

    @property
    def bytes(self) -> int:
        """What is kept of it."""
        return self.weights.bytes + self.keyframes.bytes

    def ancestors(self) -> Iterator[Branch]:
        """Yield it, its parent, and so on."""
        one: Branch | None = self
        while one is not None:
            yield one
            one = one.parent

    def holding(self, epoch: int) -> Branch:
        """Return the line that an epoch of this one's past lies on."""
        one = self
        while one.parent is not None and epoch < one.start:
            one = one.parent
        return one


class Timeline:
    """All lines of time, within a budget of bytes."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = budget
        self.branches: dict[int, Branch] = {}
        self._next = 0

    def branch(self, world: World, parent: Branch | None, start: int, first_edit: int) -> Branch:
        """Begin a line."""
        made = Branch(self._next, world, parent, start, start, "", first_edit)
        if parent is not None:
            made.curve = parent.curve.until(start)
        self.branches[made.number] = made
        self._next += 1
        self._forget(made)
        return made

    def __getitem__(self, number: int) -> Branch:
        if number not in self.branches:
            raise Refused(f"There is no branch {number}.", "branch")
        return self.branches[number]

    def keep_weights(self, branch: Branch, epoch: int, weights: Vector) -> None:
        """Keep a copy of the weights after an epoch."""
        branch.weights.add(epoch, weights.copy(), weights.nbytes + 150)
        self._make_room()

    def keep(self, branch: Branch, keyframe: Keyframe) -> None:
        """Keep a keyframe."""
        branch.keyframes.add(keyframe.state.epochs_done, keyframe, keyframe.bytes)
        self._make_room()

    def drop(self, number: int, present: Branch) -> None:
        """Forget a line that nothing stands on."""
        gone = self[number]
        if gone in present.ancestors():
            raise Refused("The present stands on this branch.", "branch")
        if any(gone is one.parent for one in self.branches.values()):
            raise Refused("Another branch stands on this one; drop that first.", "branch")
        del self.branches[number]

    @property
    def bytes(self) -> int:
        """What is kept in all."""
        return sum(one.bytes for one in self.branches.values())

    def _make_room(self) -> None:
        while self.bytes > self.budget:
            kept = [one for branch in self.branches.values() for one in (branch.weights,
                    branch.keyframes)]  # fmt: skip
            if not any(one.thin() for one in sorted(kept, key=lambda one: -one.bytes)):
                return

    def _forget(self, present: Branch) -> None:
        """Forget the oldest lines that nothing stands on, where there are too many."""
        for number in list(self.branches):
            if len(self.branches) <= MOST_BRANCHES:
                return
            try:
                self.drop(number, present)
            except Refused:
                continue
