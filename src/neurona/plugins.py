"""Plugins: what other installed distributions offer under the name of an entry-point group.

A distribution says what it has in its metadata (`[project.entry-points."neurona.exporters"]`), and
nothing of it is imported before it is asked for by name.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from neurona.errors import PluginError

Loader = Callable[[], Any]


def outside(group: str) -> dict[str, Loader]:
    """Return a loader for every name that installed distributions offer in a group, sorted by name.

    A loader imports its object and returns it; PluginError says whose it is if that fails. Of two
    distributions with the same name the one that Python finds first counts. The search reads the
    metadata of all that is installed, some milliseconds: ask where a name is not known otherwise.

    Examples
    --------
    >>> from neurona.plugins import outside
    >>> outside("neurona.no_such_group")
    {}
    """
    found: dict[str, Loader] = {}
    for one in sorted(entry_points(group=group), key=lambda point: point.name):
        found.setdefault(one.name, _loader(one))
    return found


def _loader(point: EntryPoint) -> Loader:
    def load() -> Any:
        try:
            return point.load()
        except Exception as error:
            whose = "a distribution" if point.dist is None else f"{point.dist.name!r}"
            raise PluginError(
                f"{point.name!r} of {whose} ({point.group}) cannot be loaded from "
                f"{point.value!r}: {error}"
            ) from error

    return load
