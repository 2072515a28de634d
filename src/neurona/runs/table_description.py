"""What a table is, as plain data: its columns, warnings, and columns that give a target away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from neurona.data.columns import ColumnReport, find_columns
from neurona.data.encoders import LIMIT, Constant, IdLike, Numeric, spread, texts_of
from neurona.data.table import Column, Table, is_missing
from neurona.data.targets import find_task
from neurona.data.task import Task
from neurona.runs.column_kinds import kinds_said
from neurona.runs.columns import chosen
from neurona.runs.sources import read_source
from neurona.runs.training_table import data_set, names_data_set

TOP_LEVELS = 4
MANY_MISSING = 0.5
SAME = 1 - 1e-7
"""Size of a correlation beyond which two columns of numbers say the same."""


def describe_table(
    given: str, targets: Sequence[str] = (), kinds: Sequence[str] = (), **how: Any
) -> dict[str, Any]:
    """Return what a table is, or a data set that comes with neurona, as plain data.

    `targets` are names of columns, or several between commas; `kinds` say what columns are
    ("day=date"); `how` says how the table is written.
    """
    source = None
    if given != "-" and names_data_set(given):
        source = data_set(given)
        targets = targets or source.targets
    table = read_source(given, kinds=kinds, **how) if source is None else source.table
    targets = chosen(targets, table.names)
    table.select(targets)
    said = kinds_said(kinds, table.names, table.source)
    reports = find_columns(table, said)
    found: dict[str, Any] = {
        "kind": "table",
        "source": table.source,
        "rows": table.rows,
        "columns": [_column(table[report.name], report) for report in reports],
        "notes": list(table.notes),
    }
    warnings = _warnings(table, reports, targets)
    if targets and table.rows:
        task, reason = _task(table, targets, said)
        found["targets"] = targets
        found["task"], found["task_reason"] = str(task), reason
        warnings = [*_leaks(table, targets), *warnings]
    found["warnings"] = warnings
    return found


def _task(table: Table, targets: Sequence[str], said: Mapping[str, str]) -> tuple[Task, str]:
    """Return the task of targets and why; what a person says that a single one is decides."""
    kind = said.get(targets[0]) if len(targets) == 1 else None
    if kind == Numeric.kind:
        return Task.REGRESSION, "as given"
    if kind is not None:
        levels = {text for text in texts_of(table[targets[0]]) if text is not None}
        return (Task.BINARY if len(levels) <= 2 else Task.MULTICLASS), "as given"
    return find_task(table, targets)


def _column(column: Column, report: ColumnReport) -> dict[str, Any]:
    found = {
        "name": report.name,
        "kind": str(report.kind),
        "reason": report.reason,
        "missing": report.missing,
        "distinct": report.distinct,
        "low": report.low,
        "high": report.high,
    }
    if column.dtype.kind == "f" and report.low is not None:
        present = column[~np.isnan(column)]
        found["median"] = float(np.median(present))
    if report.low is None and report.distinct:
        counts = Counter(text for text in texts_of(column) if text is not None)
        top = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:TOP_LEVELS]
        found["levels"] = [list(one) for one in top]
    return found


def _warnings(table: Table, reports: Sequence[ColumnReport], targets: Sequence[str]) -> list[str]:
    said = []
    for report in reports:
        name = repr(report.name)
        if report.kind == Constant.kind:
            said.append(f"{name} is constant ({report.reason}); a model cannot learn from it.")
        elif report.kind == IdLike.kind:
            what = (
                "nothing can be learned of it as a target"
                if report.name in targets
                else "training leaves it out"
            )
            said.append(f"{name} is id-like ({report.reason}); {what}.")
        elif report.missing > MANY_MISSING * report.rows:
            said.append(
                f"{name} is missing in {report.missing:,} of {report.rows:,} rows "
                f"({report.missing / report.rows:.0%})."
            )
        if report.kind == Numeric.kind:
            said += _extremes(table, report.name)
    said += _repeated(table, [r for r in reports if r.kind != Constant.kind], targets)
    if table.rows and not table.rows > len(table.names):
        rows = "1 row" if table.rows == 1 else f"{table.rows:,} rows"
        said.append(f"{rows} for {len(table.names):,} columns is little to learn from.")
    if not table.rows:
        said.append("the table has no rows.")
    return said


def _extremes(table: Table, name: str) -> list[str]:
    column = table[name]
    middle, scale = spread(column)
    far = np.abs((column - middle) / scale)
    rows = np.flatnonzero(far > LIMIT)
    if not len(rows):
        return []
    worst = int(rows[np.argmax(far[rows])])
    values = "1 value" if len(rows) == 1 else f"{len(rows):,} values"
    return [
        f"{name!r} has {values} beyond {LIMIT:g} spreads from its median {middle:.6g}, e.g. "
        f"{column[worst]:.6g} in row {worst + 1:,}; training cuts them there."
    ]


def _fingerprint(column: Column) -> Any:
    if column.dtype.kind == "O":
        return hash(tuple(column.tolist()))
    # -0.0 and 0.0 are the same number
    return column.dtype.kind, hash((column + 0.0 if column.dtype.kind == "f" else column).tobytes())


def _repeated(table: Table, reports: Sequence[ColumnReport], targets: Sequence[str]) -> list[str]:
    """Return warnings of columns that hold the same cells; targets are told of by `_leaks`."""
    groups: dict[Any, list[str]] = {}
    for report in reports:
        if report.name not in targets:
            groups.setdefault(_fingerprint(table[report.name]), []).append(report.name)
    return [
        f"{', '.join(map(repr, names[1:5]))}{', ...' if len(names) > 5 else ''} "
        f"{'has' if len(names) == 2 else 'have'} the same cells as {names[0]!r}."
        for names in groups.values()
        if len(names) > 1
    ]


def _leaks(table: Table, targets: Sequence[str]) -> list[str]:
    """Return warnings of columns that give a target away: its copy, or one that it follows from."""
    said = []
    for target in targets:
        column = table[target]
        if len(set(texts_of(column[:1000]))) < 2:
            continue
        for name in table.names:
            if name in targets:
                continue
            how = _gives_away(table[name], column)
            if how:
                said.append(f"{name!r} {how} the target {target!r}; leave it out of training.")
    return said


def _gives_away(column: Column, target: Column) -> str | None:
    if column.dtype == target.dtype and _fingerprint(column) == _fingerprint(target):
        return "repeats"
    both = ~is_missing(column) & ~is_missing(target)
    if both.sum() < 3:
        return None
    first, second = column[both], target[both]
    if column.dtype.kind == target.dtype.kind == "f":
        if first.std() == 0 or second.std() == 0:
            return None
        with np.errstate(all="ignore"):
            size = abs(float(np.corrcoef(first, second)[0, 1]))
        return "is a multiple of" if size > SAME else None
    pairs = set(zip(texts_of(first), texts_of(second), strict=True))
    levels = {one for one, _ in pairs}, {other for _, other in pairs}
    one_to_one = len(pairs) == len(levels[0]) == len(levels[1])
    return "says in other words" if one_to_one and len(pairs) <= len(first) / 2 else None
