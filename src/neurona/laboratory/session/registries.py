"""What may be chosen, as the registries of the program say it."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterable
from typing import Any

from neurona import surfaces  # noqa: F401 - registers the surfaces
from neurona.datasets.catalog import CATALOG, Generated
from neurona.laboratory.events import Named, Option
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.initializers import INITIALIZERS
from neurona.numerics.losses import LOSSES
from neurona.numerics.schedules import SCHEDULES
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS
from neurona.registry import Registry
from neurona.surfaces.base import SURFACES


def chosen_from() -> dict[str, list[Named]]:
    """Return what may be chosen, by the names of `events.Ready`."""
    steps = list(_listed(OPTIMIZERS, "step"))
    full = list(_listed(SOLVERS, "full"))
    return {
        "sets": _sets(),
        "activations": [one for one in _listed(ACTIVATIONS, "") if one.name != "softmax"],
        "losses": [
            dataclasses.replace(one, group=LOSSES.find(one.name).link)
            for one in _listed(LOSSES, "")
        ],
        "solvers": [*steps, *(one for one in full if one.name not in {s.name for s in steps})],
        "schedules": list(_listed(SCHEDULES, "")),
        "initializers": [
            Named(name, _sentence(INITIALIZERS[name]), "", []) for name in sorted(INITIALIZERS)
        ],
        "surfaces": list(_listed(SURFACES, "")),
    }


def _listed(registry: Registry, group: str) -> Iterable[Named]:
    for name in registry:
        try:
            value = registry.find(name)
        except TypeError:  # it needs more than its defaults
            continue
        full = group == "step" and value.full_batch
        yield Named(name, _sentence(type(value)), "full" if full else group, _options(value))


def _options(value: Any) -> list[Option]:
    if not dataclasses.is_dataclass(value):
        return []
    found = []
    for field in dataclasses.fields(value):
        default = getattr(value, field.name)
        if default is None or isinstance(default, bool | int | float | str):
            found.append(Option(field.name, default))
    return found


def _sentence(thing: Any) -> str:
    about = inspect.getdoc(thing) or ""
    return " ".join(about.split("\n\n")[0].split())


def _sets() -> list[Named]:
    found = []
    for name in sorted(CATALOG):
        entry = CATALOG[name]
        options = []
        if isinstance(entry, Generated):
            options = [Option("rows", entry.rows), Option("noise", entry.noise)]
        found.append(
            Named(name, _sentence(entry.make), "generated" if options else "fixed", options)
        )
    return found
