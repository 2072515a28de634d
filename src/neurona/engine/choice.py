"""Which engine computes: those that are known by name, and the one in force.

One from another distribution is an entry point of the group `neurona.engines`, an `Engine` or a
class of them: `gpu = "their_package:GpuEngine"`. It is imported when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from neurona.engine.compiled import CompiledEngine
from neurona.errors import PluginError, UnknownNameError
from neurona.nearest import unknown
from neurona.plugins import outside
from neurona.training.engine import Engine

GROUP = "neurona.engines"
ENGINES: dict[str, Engine] = {}


def register_engine(engine: Engine) -> None:
    """Make an engine known by its name."""
    known = ENGINES.get(engine.name)
    if known is not None and type(known) is not type(engine):
        raise ValueError(f"the engine {engine.name!r} is registered already, by {known!r}")
    ENGINES[engine.name] = engine


register_engine(CompiledEngine())
_current: ContextVar[str | Engine] = ContextVar("engine", default=CompiledEngine.name)


def find_engine(name: str) -> Engine:
    """Return the engine of a name: one that was registered, or another distribution's.

    UnknownNameError, with the nearest, if there is none; PluginError if it cannot be loaded.
    """
    if name not in ENGINES:
        others = outside(GROUP)
        if name not in others:
            raise UnknownNameError(unknown("engine", name, {*ENGINES, *others}))
        found = others[name]()
        engine = found() if isinstance(found, type) else found
        if getattr(engine, "name", None) != name:
            raise PluginError(f"{name!r} ({GROUP}) is {engine!r}, no engine of that name")
        register_engine(engine)
    return ENGINES[name]


def current_engine() -> Engine:
    """Return the engine in force: the compiled one, unless `using_engine` says another."""
    current = _current.get()
    return find_engine(current) if isinstance(current, str) else current


@contextmanager
def using_engine(engine: str | Engine) -> Iterator[Engine]:
    """Let another engine train and predict in the block: one that is known by its name, or itself.

    >>> with using_engine("compiled") as engine:
    ...     engine is current_engine()
    True
    """
    found = find_engine(engine) if isinstance(engine, str) else engine
    token = _current.set(engine)
    try:
        yield found
    finally:
        _current.reset(token)
