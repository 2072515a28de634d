"""Where those who train side by side meet: each asks and waits; when all have asked, one call
serves them all.

Trainings stay what they are, a loop each in a thread of its own. That they are served together is
between the sessions and the device.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

LOOK_AROUND = 0.25
"""Seconds after which who waits looks whether somebody is gone without a word."""


@dataclass
class _Asked:
    question: Any
    answer: Any = None
    error: BaseException | None = None
    served: threading.Event = field(default_factory=threading.Event)


class Meeting:
    """Members that are served together.

    `serve` gets members and their questions, and returns the answers; it is called by the thread
    of the member that asked last, by one at a time.

    Examples
    --------
    >>> meeting = Meeting(lambda members, questions: [2 * one for one in questions])
    >>> class Member: ...
    >>> alone = Member()
    >>> meeting.join(alone)
    >>> meeting.ask(alone, 21)
    42
    """

    def __init__(self, serve: Callable[[Sequence[Any], Sequence[Any]], Sequence[Any]]) -> None:
        self._serve = serve
        self.lock = threading.RLock()
        # weakly: a member whose making failed must not be waited for
        self._members: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()
        self._waiting: dict[Any, _Asked] = {}

    def join(self, member: Any) -> None:
        """Let the others wait for a member from now on."""
        with self.lock:
            self._members[member] = True

    def leave(self, member: Any) -> None:
        """Let nobody wait for a member any more."""
        with self.lock:
            self._members.pop(member, None)
            self._serve_if_all()

    def ask(self, member: Any, question: Any) -> Any:
        """Ask, and return the answer when all have asked; what serving raises is raised in all."""
        asked = _Asked(question)
        with self.lock:
            self._waiting[member] = asked
            self._serve_if_all()
        while not asked.served.wait(LOOK_AROUND):
            with self.lock:
                self._serve_if_all()
        if asked.error is not None:
            raise asked.error
        return asked.answer

    def _serve_if_all(self) -> None:
        if not self._waiting or len(self._waiting) < len(self._members):
            return
        waiting, self._waiting = self._waiting, {}
        try:
            answers = self._serve(list(waiting), [one.question for one in waiting.values()])
            for one, answer in zip(waiting.values(), answers, strict=True):
                one.answer = answer
        except BaseException as error:
            for one in waiting.values():
                one.error = error
        finally:
            for one in waiting.values():
                one.served.set()
