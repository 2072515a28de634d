"""Who is told that something has to be compiled, and what would have to be.

A first fit on a machine waits some seconds for the compiler. Whoever shows that to a person (a
screen, a page) listens; without a listener a terminal gets one line.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class Announcement(NamedTuple):
    """A function that is about to be compiled: its name, and whether that takes seconds."""

    name: str
    slow: bool


Listener = Callable[[Announcement], None]


def to_terminal(announcement: Announcement) -> None:
    """Print a line, once for what takes seconds, if somebody is watching."""
    if announcement.slow and sys.stderr is not None and sys.stderr.isatty():
        print("neurona: compiling, once on this machine (about 10 s)", file=sys.stderr)


def unheard(_: Announcement) -> None:
    """Say nothing: a person has been told, or waits a fraction of a second."""


_listener: ContextVar[Listener] = ContextVar("listener", default=to_terminal)


@contextmanager
def announced_to(listener: Listener) -> Iterator[None]:
    """Tell somebody else what is about to be compiled in the block, in this thread's context.

    >>> heard = []
    >>> with announced_to(heard.append):
    ...     announce("train", slow=True)
    >>> heard
    [Announcement(name='train', slow=True)]
    """
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def announce(name: str, slow: bool) -> None:
    """Tell the listener; called before a function is compiled, not when it is loaded."""
    _listener.get()(Announcement(name, slow))


class _WouldCompile(BaseException):
    """Raised instead of compiling, while it is only asked."""


def _refuse(_: Announcement) -> None:
    raise _WouldCompile


def is_compiled(make: Callable[[], object]) -> bool:
    """Whether `make()` compiles nothing, since all that it needs is stored or loaded.

    What is stored is loaded; what is not stays as it was.
    """
    try:
        with announced_to(_refuse):
            make()
    except _WouldCompile:
        return False
    return True
