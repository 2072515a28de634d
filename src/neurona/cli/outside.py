"""Commands of other packages: a distribution names them in its entry points `neurona.commands`.

```toml
[project.entry-points."neurona.commands"]
anneal = "package.module:command"  # a click command
```
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from neurona.runs.failures import Failure

GROUP = "neurona.commands"


def names() -> list[str]:
    """Return the names of all commands of other packages."""
    return sorted({point.name for point in _points()}) if _any_there() else []


def command(name: str) -> click.Command | None:
    """Import a command of another package; None if there is none of this name."""
    for point in _points():
        if point.name == name:
            return _loaded(point)
    return None


def _points() -> Any:
    # 25 ms, which the usual commands need not pay
    metadata: Any = import_module("importlib.metadata")
    return metadata.entry_points(group=GROUP)


def _loaded(point: Any) -> click.Command:
    owner = f"{point.name!r}, of the package {point.dist.name if point.dist else '?'!r},"
    try:
        found = point.load()
    except Exception as error:
        said = f"The command {owner} cannot be loaded: {type(error).__name__}: {error}."
        raise Failure(said) from error
    if not isinstance(found, click.Command):
        raise Failure(f"The command {owner} is no click command but a {type(found).__name__}.")
    return found


def _any_there() -> bool:
    """Whether any installed package has such entry points: a look at the files, which is quick."""
    group = f"[{GROUP}]".encode()
    for folder in dict.fromkeys(sys.path):
        try:
            entries = [one.path for one in os.scandir(folder or ".")]
        except OSError:
            continue
        for path in entries:
            if path.endswith((".dist-info", ".egg-info")) and group in _read(path):
                return True
    return False


def _read(folder: str) -> bytes:
    try:
        with open(os.path.join(folder, "entry_points.txt"), "rb") as file:
            return file.read()
    except OSError:
        return b""
