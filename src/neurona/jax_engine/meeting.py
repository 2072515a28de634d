"""Where trainings side by side meet: they take turns in one thread, each until it has a question;
when all wait, one call serves them all.

Trainings stay what they are, a loop each. Each is a greenlet, which can be left in the midst of any
call and gone on with later: that is between the sessions and the device, and nothing above knows of
it. With a thread each they would wake each other over the interpreter's lock, which takes longer
than the rest of what they do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar, Token, copy_context
from typing import Any, NamedTuple, Protocol

from greenlet import GreenletExit, getcurrent, greenlet

_MEETING: ContextVar[Meeting | None] = ContextVar("meeting", default=None)


class Server(Protocol):
    """What answers."""

    def serve(self, members: Sequence[Any], questions: Sequence[Any]) -> Sequence[Any]:
        """Return the answers; an exception among them is raised in the one who asked."""


class _Asked(NamedTuple):
    """Who waits, whom it asked, and what; of nobody it waits for the others to have their turn."""

    waits: greenlet
    server: Server | None
    member: Any
    question: Any


class Meeting:
    """Works that take turns in one thread.

    Examples
    --------
    >>> class Doubling:
    ...     def serve(self, members, questions):
    ...         print(members, questions)
    ...         return [2 * one for one in questions]
    >>> server, found = Doubling(), []
    >>> works = [lambda k=k: found.append(ask(server, k, 10 * k)) for k in range(3)]
    >>> Meeting().run(works, at_once=2)
    [0, 1] [0, 10]
    [2] [20]
    >>> found
    [0, 20, 40]
    """

    def __init__(self) -> None:
        self._here = getcurrent()
        self._waiting: list[_Asked] = []
        self._open: set[greenlet] = set()

    def run(self, works: Iterable[Callable[[], object]], at_once: int) -> None:
        """Do all works, so many at a time; each has a copy of this context.

        What one of them raises ends all, and is raised.
        """
        coming = iter(works)
        try:
            self._begin(coming, at_once)
            while self._waiting:
                self._serve()
                self._begin(coming, at_once)
        finally:
            for left in list(self._open):
                # whoever is left asks for nothing more but what is answered at once
                left.gr_context.run(_MEETING.set, None)
                left.throw(GreenletExit)

    def is_led_by(self, one: greenlet) -> bool:
        """Whether a greenlet is one of these works, so that it can be left and gone on with."""
        return one.parent is self._here

    def wait(self, server: Server | None, member: Any, question: Any) -> Any:
        """Let the others go on until all wait, and return the answer."""
        self._waiting.append(_Asked(getcurrent(), server, member, question))
        return self._here.switch()

    def _begin(self, coming: Any, at_once: int) -> None:
        while len(self._open) < at_once and (work := next(coming, None)) is not None:
            begun = greenlet(work, self._here)
            begun.gr_context = copy_context()
            begun.gr_context.run(_MEETING.set, self)
            self._open.add(begun)
            self._go_on(begun)

    def _go_on(self, one: greenlet, answer: Any = None) -> None:
        try:
            if isinstance(answer, BaseException):
                one.throw(answer)
            elif one:
                one.switch(answer)
            else:
                one.switch()
        finally:
            if one.dead:
                self._open.discard(one)

    def _serve(self) -> None:
        """Answer all who wait, and let each go on until it waits again."""
        waiting, self._waiting = self._waiting, []
        answers: dict[int, Any] = {}
        for server in {id(one.server): one.server for one in waiting}.values():
            these = [one for one in waiting if one.server is server]
            answers |= zip(map(id, these), _answers(server, these), strict=True)
        for one in waiting:
            self._go_on(one.waits, answers[id(one)])


def _answers(server: Server | None, asked: Sequence[_Asked]) -> Sequence[Any]:
    if server is None:
        return [None] * len(asked)
    try:
        return server.serve([one.member for one in asked], [one.question for one in asked])
    except BaseException as error:
        return [error] * len(asked)


def ask(server: Server, member: Any, question: Any) -> Any:
    """Return the answer to a question: at once, or, in a work of a `Meeting`, when all others have
    asked; what serving raises is raised in all.
    """
    meeting = _meeting()
    if meeting is not None:
        return meeting.wait(server, member, question)
    (answer,) = server.serve([member], [question])
    if isinstance(answer, BaseException):
        raise answer
    return answer


def let_others_go_on() -> bool:
    """Let the other works of a `Meeting` go on until all wait; False outside of one."""
    meeting = _meeting()
    if meeting is None:
        return False
    meeting.wait(None, None, None)
    return True


def _meeting() -> Meeting | None:
    meeting = _MEETING.get()
    return meeting if meeting is not None and meeting.is_led_by(getcurrent()) else None


class Alone:
    """A block in which nobody is waited for, and no other work goes on: questions are answered at
    once. It may be entered again inside.
    """

    def __init__(self) -> None:
        self._tokens: list[Token[Meeting | None]] = []

    def __enter__(self) -> None:
        self._tokens.append(_MEETING.set(None))

    def __exit__(self, *_: object) -> None:
        _MEETING.reset(self._tokens.pop())
