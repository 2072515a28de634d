"""A table that does not fit into memory, as a run learns it: in blocks, but for the rows that are
kept back for the test, which are drawn as it is read, and are few enough to be in memory.

What is found out by looking at rows (the task, the kinds of columns) is found in a sample of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from neurona.data.scan import Scanned, conformed, join, scan
from neurona.data.sources import Source, source_of
from neurona.data.table import Table
from neurona.data.targets import known_rows
from neurona.data.task import Task
from neurona.runs.column_kinds import kinds_said
from neurona.runs.failures import Failure
from neurona.runs.settings import Settings
from neurona.runs.table_size import cells_of, is_large
from neurona.runs.training_data import (
    TrainingData,
    check_targets,
    find_targets,
    gather,
    name_columns,
    target_values,
    task_of,
    validation_of,
)
from neurona.runs.training_table import (
    TrainingTable,
    names_data_set,
    plain_name,
    reading_of,
)
from neurona.spelling import parameter

TEST_CELLS = 1_000_000
"""Most cells of the rows that are kept back."""
LOOKED_AT = 3_000_000
"""Cells in memory while a table is looked through; a fifth of them stay as its sample."""


def gather_for_training(settings: Settings) -> TrainingData:
    """Return what a run learns from: a table in memory, or one in blocks."""
    word = settings["data.source"]
    if names_data_set(word) or not is_large(Path(word), settings):
        return gather(settings)
    if settings["data.folds"]:
        raise Failure(
            f"{Path(word).name} does not fit into memory, and cross-validation takes all rows at "
            f"once: leave {parameter('data.folds')} out, or raise {parameter('data.max_cells')}."
        )
    return _Reading(Path(word), settings).data()


class _Reading:
    """A table that is read in blocks, without the rows kept back."""

    def __init__(self, path: Path, settings: Settings) -> None:
        self._path, self._settings = path, settings
        self._first = self._looked_at(path, settings)
        self._kept: list[Table] | None = None

    def _looked_at(self, path: Path, settings: Settings) -> Table:
        """Return the first block, and settle what names and kinds were said."""
        opened = self._opened({})
        first = next(islice(opened.read(), 1), None)
        if first is None:
            raise Failure(f"{path.name} has no rows; give rows to learn from.")
        name_columns(settings, first.names)
        self.said = kinds_said(settings["data.types"], first.names, first.source)
        self._source = self._opened(self.said)
        return first

    def _opened(self, said: dict[str, str]) -> Source:
        how = {k: v for k, v in reading_of(self._settings).items() if k != "max_cells"}
        found = source_of(self._path, kinds=said, **({} if self._path.is_dir() else how))
        assert found is not None
        return found

    def data(self) -> TrainingData:
        """Read once, and return what there is to learn from."""
        from neurona.estimators.tables.larger import Blocks, Large

        settings, notes = self._settings, list(self._first.notes)
        name = plain_name(self._path)
        targets = find_targets(TrainingTable(self._first, name), settings, notes)
        scanned = self._scanned(targets)
        sample = scanned.sample
        source = TrainingTable(sample, name)
        task, reason = task_of(sample, targets, source, settings, self.said)
        check_targets(sample, targets, task, notes)
        test, without = self._test(scanned, targets)
        inputs = [one for one in sample.names if one not in targets]
        said = {one: kind for one, kind in self.said.items() if one in inputs}
        rows = scanned.rows + scanned.dropped + (0 if test is None else test.rows + without)
        return TrainingData(
            source=source,
            targets=targets,
            task=task,
            task_reason=reason,
            rows=rows,
            dropped=scanned.dropped + without,
            columns=len(sample.names),
            train=sample,
            train_values=target_values(sample, targets, task),
            test=test,
            test_values=None if test is None else target_values(test, targets, task),
            validation=validation_of(settings),
            split=settings["data.split"],
            split_column=None,
            how="" if test is None else "random",
            notes=notes,
            said=said,
            kinds=said,
            numbers=np.zeros(0, np.intp),
            test_numbers=np.zeros(0, np.intp),
            whole=None,
            large=Large(scanned, Blocks.block_bytes),
        )

    def _scanned(self, targets: Sequence[str]) -> Scanned:
        left_out = self._settings["data.ignore"]
        columns = len(self._first.names) - len(left_out)
        self._rows = cells_of(self._path, 1) / max(1, len(self._first.names))
        self._most = max(1, TEST_CELLS // columns)
        source = replace(self._source, read=lambda: self._train(left_out))
        cells = min(self._settings["data.in_memory"], LOOKED_AT)
        return scan(source, targets, cells, self._classifies(targets))

    def _classifies(self, targets: Sequence[str]) -> bool:
        """Whether each value of the targets is to have a witness in the sample."""
        known = known_rows(self._first, list(targets))
        if not len(known):
            return True
        some = TrainingTable(self._first.take(known), "")
        task, _ = task_of(some.table, list(targets), some, self._settings, self.said)
        return task is not Task.REGRESSION

    def _train(self, left_out: Sequence[str]) -> Iterator[Table]:
        """Yield the rows to learn from; when first read to the end, those kept back stay here.

        Each row draws a number, so which are kept does not depend on how the file is cut.
        """
        settings = self._settings
        random = np.random.RandomState([settings["training.seed"] % 2**32, 1])
        share = min(settings["data.test_share"], self._most / max(1.0, self._rows))
        kept: list[Table] = []
        left = self._most
        for block in self._source.read():
            block = block.without([one for one in left_out if one in block.names])
            held = random.random_sample(block.rows) < share
            held &= np.cumsum(held) <= left
            left -= int(held.sum())
            if self._kept is None and held.any():
                kept.append(block.take(np.flatnonzero(held)))
            yield block.take(np.flatnonzero(~held)) if held.any() else block
        if self._kept is None:
            self._kept = kept

    def _test(self, scanned: Scanned, targets: Sequence[str]) -> tuple[Table | None, int]:
        """Return the rows kept back, None if there are none, and how many had no target."""
        if not self._kept:
            return None, 0
        table = join([conformed(one, scanned.facts) for one in self._kept], scanned.source.name)
        known = known_rows(table, list(targets))
        return (table.take(known) if len(known) else None), table.rows - len(known)
