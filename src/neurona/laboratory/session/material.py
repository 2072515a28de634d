"""Material: the rows of a training, as they were read, as they are split, and as they are shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from neurona.data.frames import to_column
from neurona.data.split import Wanted, choose_split, with_all_classes
from neurona.data.table import Table
from neurona.data.task import Task
from neurona.datasets.catalog import CATALOG, Generated, load
from neurona.errors import NeuronaError
from neurona.laboratory.fields import Refused
from neurona.laboratory.session.shelf import Shelf
from neurona.laboratory.session.spec import DataSpec
from neurona.laboratory.session.unseen import drawn_note, without_seen
from neurona.network import numbered
from neurona.runs.failures import Failure
from neurona.runs.settings import Settings
from neurona.runs.training_data import gather

LEAST_TO_HOLD_OUT = 10
POINTS = "points"
"""The source of rows that are all painted."""
MOST_PAINTED = 8
"""Inputs of rows that are all painted."""
AUTOENCODER = "autoencoder"
"""The task of giving back the inputs."""
MOST_ROWS = 1_000_000
MOST_COLUMNS = 1_000
MOST_CELLS = 20_000_000


@dataclass(frozen=True, eq=False)
class Material:
    """Rows with known targets: `table` has the inputs, `values` the targets as a model takes them.

    `train` and `held` are numbers of rows of the table; `kinds` what the columns were found to be.
    """

    spec: DataSpec
    name: str
    table: Table
    values: Any
    task: Task
    targets: tuple[str, ...]
    kinds: dict[str, str]
    train: Any
    held: Any
    notes: tuple[str, ...] = ()

    @property
    def numeric(self) -> list[str]:
        """The inputs that are numbers: what can span a field."""
        return [name for name in self.table.names if self.table[name].dtype.kind == "f"]

    @property
    def classes(self) -> list[str]:
        """The classes of a classification with one target, as texts; none for other tasks."""
        if self.task in (Task.BINARY, Task.MULTICLASS):
            return [str(one) for one in np.unique(self.values)]
        return []

    def shown_values(self) -> Any:
        """Return a number per row: the class's number, or the first target's value."""
        if self.task in (Task.BINARY, Task.MULTICLASS):
            return np.unique(self.values, return_inverse=True)[1].astype(np.float64)
        return np.asarray(self.values, np.float64).reshape(len(self.values), -1)[:, 0]


def material(spec: DataSpec, shelf: Shelf | None = None) -> Material:
    """Return the rows of a spec; Refused, in the reader's words, if they cannot be used."""
    try:
        if spec.source == POINTS and not spec.file:
            return _excluded(_split(_from_points(spec)))
        found = _from_file(spec, shelf or Shelf()) if spec.file else _from_set(spec)
        found = _painted(found)
        if spec.task == AUTOENCODER:
            found = _giving_back(found)
        return _excluded(_held_out(found, shelf or Shelf()))
    except Refused:
        raise
    except (Failure, NeuronaError, ValueError, OSError) as error:
        raise Refused(str(error)) from None


def _from_points(spec: DataSpec) -> Material:
    """Return rows that were painted alone: their inputs, and a class or a number."""
    widths = {len(point) for point in spec.painted}
    if len(spec.painted) < 2 or len(widths) != 1 or not 2 <= min(widths) <= MOST_PAINTED + 1:
        raise Refused(
            f"Points need 1 to {MOST_PAINTED} inputs each, all as many, and a target; and two "
            "points at least."
        )
    points = np.array(spec.painted, np.float64)
    points = points[np.setdiff1d(np.arange(len(points)), np.array(spec.erased, np.int64))]
    inputs = points.shape[1] - 1
    names = ["x", "y"][:inputs] if inputs <= 2 else numbered("x", inputs)
    columns = {name: points[:, i].copy() for i, name in enumerate(names)}
    regression = spec.task == "regression"
    values: Any = points[:, -1] if regression else points[:, -1].astype(np.int64)
    task = Task.REGRESSION
    if not regression:
        task = Task.BINARY if len(np.unique(values)) <= 2 else Task.MULTICLASS
    kinds = dict.fromkeys(names, "numeric") if inputs <= 2 else {}
    target = spec.targets[:1] or (("value",) if regression else ("class",))
    return _whole(spec, POINTS, Table(columns, POINTS), values, task, target, kinds, ())


def _from_set(spec: DataSpec) -> Material:
    entry = CATALOG.get(spec.source)
    how: dict[str, Any] = {"seed": spec.seed}
    if isinstance(entry, Generated):
        how |= {"rows": spec.rows, "noise": spec.noise}
    found = load(spec.source, **how)
    columns = {
        name: to_column(found.X[:, i], name, spec.source)
        for i, name in enumerate(found.input_names)
        if name not in spec.ignored
    }
    if not columns:
        raise Refused("Every input is left out; leave one.", "role")
    values: Any = found.y
    if found.task == "regression":
        task = Task.REGRESSION
    elif values.ndim == 2:
        task = Task.MULTILABEL
    else:
        task = Task.BINARY if len(np.unique(values)) <= 2 else Task.MULTICLASS
    if len(values) > 2 and task is Task.REGRESSION and values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    table = Table(columns, spec.source)
    return _whole(spec, spec.source, table, values, task, found.target_names, {}, ())


def _from_file(spec: DataSpec, shelf: Shelf) -> Material:
    source = str(shelf.find(spec.source, spec.sha256)) if spec.sha256 else spec.source
    said = {
        "data.source": source,
        "data.target": list(spec.targets),
        "data.ignore": list(spec.ignored),
        "data.task": "auto" if spec.task == AUTOENCODER else spec.task,
        "data.test_share": 0.0,
        "data.max_cells": MOST_CELLS,
    }
    data = gather(Settings.of(said))
    table = data.train.without([name for name in data.targets if name in data.train.names])
    if table.rows > MOST_ROWS or len(table.names) > MOST_COLUMNS:
        raise Refused(
            f"The Lab takes {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns at most; the command "
            "neurona train takes more."
        )
    kinds = {name: kind for name, kind in data.kinds.items() if name in table.names}
    notes = list(data.notes)
    if not spec.targets:
        notes = [one for one in notes if not one.startswith("no target was named")]
        notes.append(f"no target was chosen: the last column, {data.targets[-1]!r}, is predicted")
    return _whole(
        spec, Path(spec.source).name, table, data.train_values, data.task, tuple(data.targets),
        kinds, tuple(notes),
    )  # fmt: skip


def _whole(
    spec: DataSpec, name: str, table: Table, values: Any, task: Task, targets: tuple[str, ...],
    kinds: dict[str, str], notes: tuple[str, ...],
) -> Material:  # fmt: skip
    rows = np.arange(len(values))
    return Material(
        spec, name, table, np.asarray(values), task, targets, kinds, rows, rows[:0], notes
    )


def _giving_back(found: Material) -> Material:
    """Return rows whose targets are their own inputs."""
    names = found.table.names
    if found.numeric != names or any(np.isnan(found.table[name]).any() for name in names):
        raise Refused("An autoencoder here takes inputs of numbers, without gaps.", "task")
    return replace(
        found,
        values=np.column_stack([found.table[name] for name in names]),
        task=Task.REGRESSION,
        targets=tuple(names),
        notes=(*found.notes, "The targets are the inputs: the network is to give them back."),
    )


def _painted(found: Material) -> Material:
    """Take out what was erased, and put in what was painted, after all other rows."""
    spec = found.spec
    if spec.painted:
        names = found.table.names
        if len(found.numeric) != len(names) or len(names) > 2:
            raise Refused("Points can be painted where there are one or two inputs of numbers.")
        if any(len(point) != len(names) + 1 for point in spec.painted):
            raise Refused(f"A painted point has {len(names)} inputs and a target.", "points")
        added = np.array(spec.painted, np.float64)
        columns = {
            name: np.concatenate([found.table[name], added[:, i]]) for i, name in enumerate(names)
        }
        found = replace(
            found,
            table=Table(columns, found.table.source),
            values=np.concatenate([found.values, _painted_values(found, added[:, -1])]),
        )
    if spec.erased:
        left = np.setdiff1d(np.arange(len(found.values)), np.array(spec.erased, np.int64))
        if len(left) < 2:
            raise Refused("Two rows at least must be left.", "erase")
        values = found.values[left]
        if found.classes and len(np.unique(values)) < 2:
            raise Refused("Rows of two classes at least must be left.", "erase")
        found = replace(found, table=found.table.take(left), values=values)
    return found


def _painted_values(found: Material, given: Any) -> Any:
    if not found.classes:
        return given
    known = np.unique(found.values)
    numbers = given.astype(np.int64)
    if (numbers < 0).any() or (numbers >= len(known)).any() or (numbers != given).any():
        raise Refused(f"A painted point's class is a number from 0 to {len(known) - 1}.", "points")
    return known[numbers]


def _held_out(found: Material, shelf: Shelf) -> Material:
    if not found.spec.model:
        return _split(found)
    return without_seen(found, shelf) or drawn_note(_split(found), shelf)


def _split(found: Material) -> Material:
    """Hold rows out, drawn from those that were read, so that painting moves none."""
    spec, count = found.spec, len(found.values)
    rows = np.arange(count)
    original = count if spec.erased or spec.source == POINTS else count - len(spec.painted)
    if not spec.share or original < LEAST_TO_HOLD_OUT:
        return replace(found, train=rows, held=rows[:0])
    first = rows[:original]
    classes = found.values[first] if found.classes else None
    random = np.random.RandomState(spec.split_seed % 2**32)
    wanted = Wanted(original, spec.share, random, None, classes)
    split = with_all_classes(choose_split("auto", wanted), "auto", wanted, None)
    held = np.sort(np.asarray(split.held, np.int64))
    return replace(found, train=np.setdiff1d(rows, held), held=held)


def _excluded(found: Material) -> Material:
    """Take rows out of what is learned and scored, without a change to what is held out."""
    spec = found.spec
    if not spec.excluded:
        return found
    everything = len(found.values) + len(spec.erased)
    left = np.setdiff1d(np.arange(everything), np.array(spec.erased, np.int64))
    out = np.flatnonzero(np.isin(left, np.array(spec.excluded, np.int64)))
    train, held = np.setdiff1d(found.train, out), np.setdiff1d(found.held, out)
    if len(train) < 2 or (found.classes and len(np.unique(found.values[train])) < 2):
        raise Refused("Two rows at least, of two classes, must be left to learn from.", "rows")
    return replace(found, train=train, held=held)


def erased_within(found: Material, circle: tuple[float, ...]) -> tuple[int, ...]:
    """Return which rows, by their numbers as read, lie within a circle (x, y, radius)."""
    x, y, radius = circle
    names = found.table.names
    if len(names) > 2 or len(found.numeric) != len(names):
        raise Refused("Points can be erased where there are one or two inputs of numbers.")
    second = found.table[names[1]] if len(names) == 2 else found.shown_values()
    inside = (found.table[names[0]] - x) ** 2 + (second - y) ** 2 <= radius**2
    return read_numbers(found, np.flatnonzero(inside))


def read_numbers(found: Material, rows: Any) -> tuple[int, ...]:
    """Return rows of the table by their numbers as they were read; Refused if one is not there."""
    rows = np.asarray(rows, np.int64)
    if rows.size and rows.max() >= len(found.values):
        raise Refused(f"There are {len(found.values)} rows.", "rows")
    everything = len(found.values) + len(found.spec.erased)
    left = np.setdiff1d(np.arange(everything), np.array(found.spec.erased, np.int64))
    return tuple(int(row) for row in left[rows])
