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
from itertools import islice
from typing import Any, NamedTuple, Protocol

from greenlet import GreenletExit, getcurrent, greenlet

_MEETING: ContextVar[Meeting | None] = ContextVar("meeting", default=None)


class Server(Protocol):
    """What answers."""

    def serve(self, members: Sequence[Any], questions: Sequence[Any]) -> Sequence[Any]:
        """Return the answers; an exception among them is raised in the one who asked."""


class _Asked(NamedTuple):
    """Whom somebody asked, and what; of nobody he waits for the others to have their turn."""

    server: Server | None
    member: Any
    question: Any


class _Waiting(NamedTuple):
    """Who waits, and for the answers to what: several are those of a meeting inside of his work."""

    who: greenlet
    asked: Sequence[_Asked]


class Meeting:
    """Works that take turns in one thread; `leader` is whoever let them.

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

    def __init__(self, leader: Any = None) -> None:
        self.leader = leader
        self._here = getcurrent()
        self._waiting: list[_Waiting] = []
        self._open: set[greenlet] = set()

    def run(self, works: Iterable[Callable[[], object]], at_once: int) -> None:
        """Do all works, so many at a time; each has a copy of this context.

        In a work of another meeting, what these works ask is asked there, with what the others
        there ask. What one of them raises ends all, and is raised.
        """
        coming, around = iter(works), _meeting()
        try:
            self._begin(coming, at_once)
            while self._waiting:
                self._serve(around)
                self._begin(coming, at_once)
        finally:
            for left in list(self._open):
                # whoever is left asks for nothing more but what is answered at once
                left.gr_context.run(_MEETING.set, None)
                left.throw(GreenletExit)

    def is_led_by(self, one: greenlet) -> bool:
        """Whether a greenlet is one of these works, so that it can be left and gone on with."""
        return one.parent is self._here

    def wait(self, *asked: _Asked) -> list[Any]:
        """Let the others go on until all wait, and return the answers, errors among them."""
        self._waiting.append(_Waiting(getcurrent(), asked))
        answers: list[Any] = self._here.switch()
        return answers

    def _begin(self, coming: Any, at_once: int) -> None:
        while len(self._open) < at_once and (work := next(coming, None)) is not None:
            begun = greenlet(work, self._here)
            begun.gr_context = copy_context()
            begun.gr_context.run(_MEETING.set, self)
            self._open.add(begun)
            self._go_on(begun)

    def _go_on(self, one: greenlet, *answers: list[Any]) -> None:
        try:
            one.switch(*answers)
        finally:
            if one.dead:
                self._open.discard(one)

    def _serve(self, around: Meeting | None) -> None:
        """Answer all who wait, and let each go on until it waits again."""
        waiting, self._waiting = self._waiting, []
        asked = [one for each in waiting for one in each.asked]
        answers = iter(_answers(asked) if around is None else around.wait(*asked))
        for who, own in waiting:
            self._go_on(who, list(islice(answers, len(own))))


def _answers(asked: Sequence[_Asked]) -> list[Any]:
    """Return the answers to all questions, those of a server in one call."""
    found: list[Any] = [None] * len(asked)
    for server in {id(one.server): one.server for one in asked if one.server is not None}.values():
        places = [k for k, one in enumerate(asked) if one.server is server]
        these = [asked[k] for k in places]
        for k, answer in zip(places, _answers_of(server, these), strict=True):
            found[k] = answer
    return found


def _answers_of(server: Server, asked: Sequence[_Asked]) -> Sequence[Any]:
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
        (answer,) = meeting.wait(_Asked(server, member, question))
    else:
        (answer,) = server.serve([member], [question])
    if isinstance(answer, BaseException):
        raise answer
    return answer


def let_others_go_on() -> bool:
    """Let the other works of a `Meeting` go on until all wait; False outside of one."""
    meeting = _meeting()
    if meeting is None:
        return False
    meeting.wait(_Asked(None, None, None))
    return True


def leader() -> Any:
    """Return who leads the works that this is one of, None outside of any (and where one is
    `Alone`).
    """
    meeting = _meeting()
    return None if meeting is None else meeting.leader


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
