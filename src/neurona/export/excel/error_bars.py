"""Error bars of a model whose errors on rows that it did not see are known, as formulas."""

from __future__ import annotations

from typing import Any

from neurona.data.transforms import Transform
from neurona.export.excel.cells import at
from neurona.export.excel.places import Answer, Places, in_learned, learned
from neurona.export.excel.turned import back
from neurona.export.source import Exportable
from neurona.inference.held_out import HeldOutErrors

COVERAGE = 0.95
HEADS = ("error", f"half of the {COVERAGE:.0%} interval")
ERROR, HALF = 4, 5
"""Columns of the sheet of answers."""


def columns(errors: HeldOutErrors) -> list[Any]:
    """Return what the sheet of answers says of each target: its error, and half of its interval."""
    return [errors.spread.tolist(), errors.half_width(COVERAGE).tolist()]


def answers(model: Exportable, places: Places) -> list[Answer]:
    """Return deviations and the ends of intervals of all targets."""
    names, row = model.answers.names, places.row
    scaling = model.answers.scaling
    turned = Transform() if scaling is None else scaling.transform
    of = f"{turned.name} of " if turned else ""
    deviations = [
        Answer(
            f"{of}{name} deviation",
            f"SQRT(MAX({learned(k, ERROR)}^2,{learned(k, 3)}^2*({_between(model, places, k)})))",
        )
        for k, name in enumerate(names)
    ]
    middles = [
        in_learned(k, at(row, places.outputs + k)) if turned else at(row, places.answers + k)
        for k in range(len(names))
    ]
    ends = [
        Answer(
            f"{name} {end} ({COVERAGE:.0%})",
            back(turned, k, f"{middles[k]}{sign}{learned(k, HALF)}"),
        )
        for end, sign in (("lower", "-"), ("upper", "+"))
        for k, name in enumerate(names)
    ]
    if turned:
        for k, name in enumerate(names):
            wide = at(row, places.answers + len(names) + k)
            both = (back(turned, k, f"{middles[k]}{sign}{wide}") for sign in "+-")
            deviations.append(Answer(f"{name} deviation", f"({'-('.join(both)}))/2"))
    return [*deviations, *ends]


def _between(model: Exportable, places: Places, k: int) -> str:
    """Return the variance of the networks' outputs among themselves."""
    mean = at(places.row, places.outputs + k)
    parts = [
        f"{network.share!r}*({at(places.row, first + k)}-{mean})^2"
        for network, first in zip(model.networks, places.each, strict=False)
    ]
    return "+".join(parts) if len(parts) > 1 else "0"
