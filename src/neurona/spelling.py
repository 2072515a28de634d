"""How a sentence spells a parameter: as a keyword of Python, or as the flag of a command.

A sentence that advises to set something is read by people who call a function, and by people at a
command line. Whoever writes it says `parameter("bad_cells", "missing")`; a program that is not
called from Python says once, with `spelled_by`, how its readers write that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Spelling = Callable[[str, Any], str | None]
"""Takes a parameter's name and a value (None: any), returns how it is written, None if it cannot be
set."""


def as_keyword(name: str, value: Any) -> str:
    """Return `name='value'`, as Python writes it; the name alone without a value."""
    return name if value is None else f"{name}={value!r}"


_spelling: ContextVar[Spelling] = ContextVar("spelling", default=as_keyword)


def parameter(name: str, value: Any = None) -> str:
    """Return how the reader of a sentence writes a parameter.

    >>> parameter("decimal", ",")
    "decimal=','"
    >>> with spelled_by(lambda name, value: f"--{name} {value}"):
    ...     parameter("decimal", ",")
    '--decimal ,'
    """
    return _spelling.get()(name, value) or as_keyword(name, value)


def can_be_set(name: str) -> bool:
    """Whether the reader of a sentence has a way to set a parameter."""
    return _spelling.get()(name, None) is not None


@contextmanager
def spelled_by(spelling: Spelling) -> Iterator[None]:
    """Spell parameters this way in the block."""
    token = _spelling.set(spelling)
    try:
        yield
    finally:
        _spelling.reset(token)
