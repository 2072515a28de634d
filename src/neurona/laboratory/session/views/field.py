"""The field: what the network answers over a plane of two inputs, or along one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from neurona.data.task import Task
from neurona.laboratory.commands import ViewWish
from neurona.laboratory.frames import Section
from neurona.laboratory.session.snapshot import Snapshot
from neurona.laboratory.session.views.answering import Answering
from neurona.laboratory.session.views.plane import Planes, axes_of
from neurona.laboratory.session.world import World

Bytes = np.ndarray[Any, np.dtype[np.uint8]]


class Field:
    """Sections of the field: see `frames.Section` for their slots."""

    most = 60.0

    def __init__(self, planes: Planes, answering: Answering) -> None:
        self._planes, self._answering = planes, answering

    def paint(self, moment: Snapshot, wish: ViewWish, grid: int) -> Iterable[Section]:
        """Yield a grid of bytes, or a curve."""
        world = moment.world
        axes = axes_of(world, wish)
        matrix, line = self._planes.of(world, wish, grid)
        answers = world.answers(self._answering.outputs(matrix))
        if len(axes) < 2:
            yield Section("field", 2, np.column_stack([line, answers]).astype(np.float32))
            return
        output = min(wish.output or 0, answers.shape[1] - 1)
        shape = (grid, grid)
        task = world.material.task
        if task is Task.REGRESSION:
            low, high = target_range(world, output)
            yield Section("field", 0, as_bytes(answers[:, output], low, high, shape), low, high)
        elif task is Task.MULTILABEL or answers.shape[1] == 1 or wish.output is not None:
            yield Section("field", 0, as_bytes(answers[:, output], 0, 1, shape), 0.0, 1.0)
        else:
            winner = answers.argmax(axis=1)
            yield Section("field", 0, winner.astype(np.uint8).reshape(shape))
            sure = answers.max(axis=1)
            yield Section("field", 1, as_bytes(sure, 0, 1, shape), 0.0, 1.0)


def target_range(world: World, output: int) -> tuple[float, float]:
    """Return the range of a target of a regression, a quarter wider."""
    values = np.asarray(world.material.values, np.float64).reshape(len(world.material.values), -1)
    column = values[:, output]
    low, high = float(column.min()), float(column.max())
    more = (high - low) / 8 or 1.0
    return low - more, high + more


def as_bytes(values: Any, low: float, high: float, shape: tuple[int, ...]) -> Bytes:
    """Return values as bytes from low to high; what lies beyond is cut off."""
    scaled = np.nan_to_num((values - low) * (255 / (high - low)), nan=0.0, posinf=255, neginf=0)
    made: Bytes = np.clip(np.rint(scaled), 0, 255).astype(np.uint8).reshape(shape)
    return made
