"""The columns of a table as the page shows them: role, kind and why."""

from __future__ import annotations

from typing import Any

from neurona.data.columns import ColumnReport, find_column
from neurona.data.table import Table
from neurona.laboratory.events import ColumnShown
from neurona.laboratory.session.world import World

MOST_COLUMNS = 300
"""Columns that are shown; a page with more could not be read."""


def columns_shown(world: World) -> list[ColumnShown]:
    """Return the inputs, the targets, and what was left out."""
    found = world.material
    table = found.table
    dropped = {one.name: one.reason for one in world.model.preparation_.dropped}
    shown = []
    for name in table.names[:MOST_COLUMNS]:
        report = find_column(table, name, found.kinds.get(name))
        why = dropped.get(name) or getattr(found.kinds.get(name), "reason", "") or report.reason
        shown.append(_column(report, "input", why, name not in dropped))
    for place, name in enumerate(found.targets):
        report = find_column(_targets(world, place, name), name)
        shown.append(_column(report, "target", f"predicted, as {found.task.value}", True))
    gone = [name for name in found.spec.ignored if name not in found.targets]
    shown += [ColumnShown(name, "out", "", "left out by hand", 0, 0, False) for name in gone]
    return shown


def _column(report: ColumnReport, role: str, why: str, used: bool) -> ColumnShown:
    return ColumnShown(
        report.name, role, str(report.kind), why, report.missing, report.distinct, used
    )


def _targets(world: World, place: int, name: str) -> Table:
    values: Any = world.material.values
    column = values if values.ndim == 1 else values[:, place]
    if column.dtype.kind in "iub":
        column = column.astype(float)
    return Table({name: column if column.dtype.kind in "fM" else column.astype(object)}, "targets")
