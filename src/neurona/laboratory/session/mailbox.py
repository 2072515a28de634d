"""The mailbox: what came from the page, in order, until the training thread takes it."""

from __future__ import annotations

import collections
import threading
from dataclasses import dataclass

from neurona.laboratory.commands import Command, NeuronLine, TimeSeek, WeightSet
from neurona.laboratory.fields import Refused

MOST = 256


@dataclass(frozen=True)
class Letter:
    """A command and its number; None of both is a page that came."""

    number: int
    command: Command | None


class Mailbox:
    """Letters from one thread to another."""

    def __init__(self) -> None:
        self._letters: collections.deque[Letter] = collections.deque()
        self._condition = threading.Condition()
        self._called = False
        self.closed = False

    def put(self, letter: Letter) -> None:
        """Add one; Refused if there are too many."""
        with self._condition:
            if len(self._letters) >= MOST:
                raise Refused(f"{MOST} commands are waiting already; wait a little.")
            self._letters.append(letter)
            self._condition.notify()

    def take(self) -> list[Letter]:
        """Return all that are there."""
        if not self._letters:
            return []
        with self._condition:
            found = list(self._letters)
            self._letters.clear()
        return found

    def call(self) -> None:
        """End a wait: something else is to be looked at."""
        with self._condition:
            self._called = True
            self._condition.notify()

    def close(self) -> None:
        """No more will come."""
        with self._condition:
            self.closed = self._called = True
            self._condition.notify()

    def wait(self, seconds: float | None) -> None:
        """Wait for a letter, a call, or so long."""
        with self._condition:
            self._condition.wait_for(lambda: self._letters or self._called, seconds)
            self._called = False


def superseded(letter: Letter, following: Letter | None) -> bool:
    """Whether the next letter makes this one void: the same weight is dragged on, or the cursor."""
    if following is None:
        return False
    one, other = letter.command, following.command
    if isinstance(one, WeightSet) and isinstance(other, WeightSet):
        return (one.layer, one.to, one.source) == (other.layer, other.to, other.source)
    if isinstance(one, NeuronLine) and isinstance(other, NeuronLine):
        return one.unit == other.unit
    return isinstance(one, TimeSeek) and isinstance(other, TimeSeek)
