"""Where those who train side by side meet: each asks and waits; when all have asked, one call
serves them all.

Trainings stay what they are, a loop each in a thread of its own. That they are served together is
between the sessions and the device. Of those that are served each wakes the next: all at once they
would fight over the interpreter, and have it in turns half as fast.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

LOOK_AROUND = 0.25
"""Seconds after which who waits looks whether somebody is gone, or never came."""


class _Asked:
    """A question, and what came of it; `turn` is held until who asked may go on."""

    __slots__ = ("answer", "error", "question", "served", "turn")

    def __init__(self, question: Any) -> None:
        self.question, self.answer, self.served = question, None, False
        self.error: BaseException | None = None
        self.turn = threading.Lock()  # an Event costs some times as much
        self.turn.acquire()


class Meeting:
    """Members that are served together.

    `serve` gets members and their questions, and returns the answers, of which an exception is
    raised in the one who asked; it is called by the thread of the member that asked last, by one at
    a time. Of `expected` members the first wait for the others, as long as some come.

    Examples
    --------
    >>> meeting = Meeting(lambda members, questions: [2 * one for one in questions])
    >>> class Member: ...
    >>> alone = Member()
    >>> meeting.join(alone)
    >>> meeting.ask(alone, 21)
    42
    """

    def __init__(
        self,
        serve: Callable[[Sequence[Any], Sequence[Any]], Sequence[Any]],
        expected: int = 1,
    ) -> None:
        self._serve, self._expected = serve, expected
        self.lock = threading.RLock()
        # weakly: a member whose making failed must not be waited for
        self._members: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()
        self._waiting: dict[Any, _Asked] = {}
        self._served: deque[_Asked] = deque()
        self._came, self._last_came = 0, time.monotonic()

    def join(self, member: Any) -> None:
        """Let the others wait for a member from now on."""
        with self.lock:
            self._members[member] = True
            self._came, self._last_came = self._came + 1, time.monotonic()

    def leave(self, member: Any) -> None:
        """Let nobody wait for a member any more."""
        with self.lock:
            self._members.pop(member, None)
            self._serve_if_all()
            self._wake_next()

    def ask(self, member: Any, question: Any) -> Any:
        """Ask, and return the answer when all have asked; what serving raises is raised in all."""
        asked = _Asked(question)
        with self.lock:
            self._waiting[member] = asked
            self._serve_if_all()
            if asked.served:
                self._wake_next()
        while not asked.turn.acquire(timeout=LOOK_AROUND):
            with self.lock:
                self._serve_if_all()
                if asked.served:  # who was to wake it was interrupted
                    if asked in self._served:
                        self._served.remove(asked)
                    break
        with self.lock:
            self._wake_next()
        if asked.error is not None:
            raise asked.error
        return asked.answer

    def _all_came(self) -> bool:
        late = time.monotonic() - self._last_came > LOOK_AROUND
        return late or self._came >= self._expected

    def _serve_if_all(self) -> None:
        if not self._waiting or len(self._waiting) < len(self._members) or not self._all_came():
            return
        waiting, self._waiting = self._waiting, {}
        try:
            answers = self._serve(list(waiting), [one.question for one in waiting.values()])
            for one, answer in zip(waiting.values(), answers, strict=True):
                one.answer, one.error = answer, answer if isinstance(answer, Exception) else None
        except BaseException as error:
            for one in waiting.values():
                one.error = error
        finally:
            for one in waiting.values():
                one.served = True
            self._served.extend(reversed(waiting.values()))  # who asked last is awake

    def _wake_next(self) -> None:
        if self._served:
            self._served.popleft().turn.release()
