"""What is predicted for the rows, beside what is true."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from neurona.data.task import Task
from neurona.laboratory.commands import ViewWish
from neurona.laboratory.frames import Section
from neurona.laboratory.session.snapshot import Snapshot
from neurona.laboratory.session.views.answering import Answering
from neurona.laboratory.session.world import World

BINS = 32
MOST_CLASSES = 60


class Points:
    """The answers of the shown rows; of classes the confusion, of numbers a histogram of errors."""

    most = 5.0

    def __init__(self, world: World, answering: Answering) -> None:
        self._answering = answering
        self._shown = world.rows(world.shown())
        scored = world.scored
        self._scored = world.rows(scored)
        values = world.material.values
        self._true: Any = values[scored]
        self._classes = np.unique(values) if world.material.classes else None

    def paint(self, moment: Snapshot, wish: ViewWish, grid: int) -> Iterable[Section]:
        """Yield the sections."""
        world = moment.world
        answers = world.answers(self._answering.outputs(self._shown))
        yield Section("points", 0, answers.astype(np.float32))
        scored = world.answers(self._answering.outputs(self._scored))
        if self._classes is not None and len(self._classes) <= MOST_CLASSES:
            yield Section("points", 1, self._confusion(scored))
        elif world.material.task is Task.REGRESSION:
            errors = (
                scored[:, 0] - np.asarray(self._true, np.float64).reshape(len(scored), -1)[:, 0]
            )
            reach = float(np.abs(errors).max()) or 1.0
            counts, _ = np.histogram(np.nan_to_num(errors), BINS, (-reach, reach))
            yield Section("points", 2, counts.astype(np.int32), -reach, reach)

    def _confusion(self, scored: Any) -> Any:
        assert self._classes is not None
        said = scored.argmax(axis=1) if scored.shape[1] > 1 else (scored[:, 0] > 0.5).astype(int)
        true = np.searchsorted(self._classes, self._true)
        counts = np.zeros((len(self._classes), len(self._classes)), np.int32)
        np.add.at(counts, (true, np.minimum(said, len(self._classes) - 1)), 1)
        return counts
