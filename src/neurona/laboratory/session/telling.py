"""What the page is told of a course: its rows, network, method and lines of time, as events."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neurona.data.task import Task
from neurona.laboratory.events import (
    Branches,
    BranchShown,
    Column,
    EditShown,
    MethodShown,
    NetworkShown,
    TableShown,
    TargetsShown,
)  # fmt: skip
from neurona.laboratory.session import method
from neurona.laboratory.session.columns import columns_shown
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.edits import Edit, told
from neurona.laboratory.session.views.plane import middle, ranged
from neurona.laboratory.session.world import World

MOST_LEVELS = 200
"""Values of a column of texts that are sent by name."""


def table_shown(world: World) -> TableShown:
    """Return the rows as they are shown."""
    found = world.material
    shown = world.shown()
    targets = found.shown_values()
    inputs = [_column(world, name) for name in found.table.names]
    numbers = [_numbers(found.table[name])[shown] for name in found.table.names[:12]]
    points = np.column_stack([*numbers, targets[shown]])
    held = np.isin(shown, found.held)
    low, high = (float(targets.min()), float(targets.max())) if len(targets) else (0.0, 1.0)
    return TableShown(
        name=found.name,
        task=str(found.task.value),
        inputs=inputs,
        targets=list(found.targets),
        classes=found.classes,
        rows=len(found.values),
        train_rows=len(found.train),
        validation_rows=len(found.held),
        points=[[float(f"{one:.6g}") for one in point] for point in points.tolist()],
        validation=held.tolist(),
        row_numbers=shown.tolist(),
        low=low,
        high=high,
        score_name="R²" if found.task is Task.REGRESSION else "accuracy",
        baseline=_baseline(world),
        notes=list(found.notes),
        file=found.spec.file,
        task_said=found.spec.task,
        scaled=found.spec.scaled,
        columns=columns_shown(world),
        excluded=(~np.isin(shown, np.concatenate([found.train, found.held]))).tolist(),
    )


def targets_shown(world: World) -> TargetsShown:
    """Return the truth of the shown rows where there are several targets."""
    values = np.asarray(world.material.values)
    if values.ndim < 2 or values.shape[1] < 2:
        return TargetsShown([], [], [])
    numbers = np.asarray(values, np.float64)
    shown = numbers[world.shown()].tolist()
    return TargetsShown(
        [[float(f"{one:.6g}") for one in row] for row in shown],
        numbers.min(axis=0).tolist(),
        numbers.max(axis=0).tolist(),
    )


def _column(world: World, name: str) -> Column:
    used = any(one.name == name for one in world.model.preparation_.encoders)
    if name in world.material.numeric:
        low, high = ranged(world, name)
        return Column(name, low, high, middle(world, name), True, [], used)
    levels = sorted({str(one) for one in world.material.table[name]})
    levels = levels if len(levels) <= MOST_LEVELS else []
    return Column(name, 0.0, 1.0, 0.5, False, levels, used)


def _numbers(column: Any) -> Any:
    """Return a column as numbers: texts by their place in the alphabet."""
    if column.dtype.kind == "f":
        return np.nan_to_num(column)
    return np.unique([str(one) for one in column], return_inverse=True)[1].astype(np.float64)


def _baseline(world: World) -> float | None:
    """Return the score of the trivial answer on the rows that are scored."""
    found = world.material
    if found.task is Task.REGRESSION:
        return 0.0
    if found.task is Task.MULTILABEL:  # all labels of a row right
        sets, places = np.unique(found.values, axis=0, return_inverse=True)
        most = np.bincount(places.ravel()[found.train], minlength=len(sets)).argmax()
        return float((places.ravel()[world.scored] == most).mean())
    if not found.classes:
        return None
    numbers = found.shown_values().astype(np.int64)
    usual = np.bincount(numbers[found.train]).argmax()
    return float((numbers[world.scored] == usual).mean())


def network_shown(world: World) -> NetworkShown:
    """Return the network as it is shown."""
    network, net = world.network, world.net
    matrices, biases = network.parameter_places()
    regression = world.material.task is Task.REGRESSION
    return NetworkShown(
        sizes=list(network.sizes),
        inputs=list(world.model.preparation_.features),
        activations=[one.name for one in network.activations],
        loss=net.loss or ("squared_error" if regression else "cross-entropy"),
        initializer=net.initializer or "scikit_learn",
        seed=net.seed,
        parameters=network.n_parameters,
        matrices=matrices,
        biases=biases,
        dtype=str(network.dtype),
    )


def method_shown(course: Course) -> MethodShown:
    """Return the method as it is shown."""
    how, problem = course.method, course.training.problem
    full = method.is_full_batch(how)
    rows = int(course.training.order.size)
    rate = course.training.learning_rate
    return MethodShown(
        solver=how.solver,
        group="full" if full else "step",
        rate=rate if math.isfinite(rate) else how.rate,
        schedule=how.schedule,
        batch=rows if full else min(how.batch, rows),
        l2=how.l2,
        l1=how.l1,
        dropout=how.dropout,
        clip_norm=how.clip_norm,
        options=dict(how.options),
        steps_per_epoch=1 if full else -(-rows // problem.batch),
        epochs=how.epochs,
        patience=how.patience,
    )


def branches_shown(course: Course) -> Branches:
    """Return all lines of time."""
    shown = [
        BranchShown(
            one.number,
            None if one.parent is None else one.parent.number,
            one.start,
            one.end,
            one.name,
            one.first_edit,
        )
        for one in course.timeline.branches.values()
    ]
    return Branches(course.branch.number, shown, len(course.edits))


def edit_shown(edit: Edit) -> EditShown:
    """Return a change as it is shown."""
    return EditShown(edit.n, edit.branch, edit.epoch, edit.step, edit.command, told(edit.command))
