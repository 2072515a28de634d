"""Names of a package that are imported when they are first used (PEP 562)."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any

from neurona.garbage import no_collection
from neurona.nearest import nearest

ALIKE = 0.75


def on_demand(
    package: str, homes: Mapping[str, str], modules: Collection[str] = ()
) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package: names with the modules that they live in, and modules
    of the package itself.

    >>> get = on_demand("neurona", {"TableError": "neurona.errors"})
    >>> get("TableError").__name__
    'TableError'
    >>> get("TableEror")
    Traceback (most recent call last):
        ...
    AttributeError: module 'neurona' has no attribute 'TableEror'; did you mean 'TableError'?
    """

    def get(name: str) -> Any:
        if name in modules:
            return importlib.import_module(f"{package}.{name}")
        if name not in homes:
            near = None if name.startswith("_") else nearest(name, [*homes, *modules], alike=ALIKE)
            hint = "" if near is None else f"; did you mean {near!r}?"
            raise AttributeError(f"module {package!r} has no attribute {name!r}{hint}")
        with no_collection():
            value = getattr(importlib.import_module(homes[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    return get
