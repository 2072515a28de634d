"""Which engine computes: those that are known by name, and the one in force.

One of our own that needs an extra is imported when it is first asked for, as is one of another
distribution: an entry point of the group `neurona.engines`, an `Engine` or a class of them, `gpu =
"their_package:GpuEngine"`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from neurona.engine.compiled import CompiledEngine
from neurona.errors import IncompatibleError, PluginError, UnknownNameError
from neurona.nearest import unknown
from neurona.plugins import outside
from neurona.training.engine import DeviceEngine, Engine

GROUP = "neurona.engines"
ENGINES: dict[str, Engine] = {}
OF_EXTRAS = {
    "jax": (("jax", "greenlet"), "neurona.jax_engine.engine:JaxEngine"),
    "dask": (("distributed",), "neurona.dask_engine.engine:DaskEngine"),
}
"""Engines of our own, whose names are their extras': the packages that each needs, and where it
is.
"""


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
        others = {} if name in OF_EXTRAS else outside(GROUP)
        if name not in {*OF_EXTRAS, *others}:
            raise UnknownNameError(unknown("engine", name, {*ENGINES, *OF_EXTRAS, *others}))
        found = _of_extra(name) if name in OF_EXTRAS else others[name]()
        engine = found() if isinstance(found, type) else found
        if getattr(engine, "name", None) != name:
            raise PluginError(f"{name!r} ({GROUP}) is {engine!r}, no engine of that name")
        register_engine(engine)
    return ENGINES[name]


def is_there(name: str) -> bool:
    """Whether what an engine needs is installed; an extra's packages are looked for, not
    imported.
    """
    return name in ENGINES or (name in OF_EXTRAS and not _missing(name))


def _missing(name: str) -> list[str]:
    return [package for package in OF_EXTRAS[name][0] if find_spec(package) is None]


def _of_extra(name: str) -> Any:
    missing = _missing(name)
    if missing:
        raise PluginError(
            f"engine={name!r} needs the package {missing[0]}: pip install 'neurona[{name}]'."
        )
    module, _, attribute = OF_EXTRAS[name][1].partition(":")
    return getattr(import_module(module), attribute)


def engine_on(name: str, device: str) -> Engine:
    """Return the engine of a name on a device; "compiled" is the one in force, `using_engine`'s.

    IncompatibleError for a device that it does not have.
    """
    if name == CompiledEngine.name:
        engine = current_engine()
        if device in ("auto", "cpu"):
            return engine
    else:
        engine = find_engine(name)
        if device == "auto":
            return engine
    if not isinstance(engine, DeviceEngine):
        raise IncompatibleError(
            f"The engine {name!r} trains where it is and has no device {device!r}: use "
            "engine='jax', or leave the device out."
        )
    return engine.on(device)


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
