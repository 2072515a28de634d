"""From a source to the rows that a network learns from, and those it is tested on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neurona.data.columns import FoundKind, find_column, find_columns
from neurona.data.encoders import IdLike, Numeric, numbers_of, texts_of
from neurona.data.split import SPLITTERS, Split, Wanted, choose_split, with_all_classes
from neurona.data.table import Column, Table
from neurona.data.targets import (
    class_labels,
    find_task,
    known_rows,
    label_matrix,
    numeric_targets,
    refuse_dates,
)
from neurona.data.task import Task
from neurona.runs.column_kinds import kinds_said
from neurona.runs.columns import chosen, whole_name
from neurona.runs.failures import Failure
from neurona.runs.settings import Settings
from neurona.runs.takers import AUTO
from neurona.runs.training_table import TrainingTable, open_training_table, read_file
from neurona.spelling import parameter
from neurona.training.memory import refuse_classes

if TYPE_CHECKING:
    from neurona.estimators.tables.larger import Large

MIN_ROWS_TO_TEST = 20


class Whole(NamedTuple):
    """All rows whose targets are known, the way they are split, and its column, "" for none."""

    table: Table
    values: Column
    word: str
    column: str


class TrainingData(NamedTuple):
    """Tables to learn from and to test on (None: no rows are kept back), with their targets.

    `rows` were read, `dropped` of them have no target; `split` is the estimator's word and
    `split_column` its column; `validation` is a table of its own if one was given. `kinds` are what
    the inputs were found to be in all rows, `said` those of them that the person named. `numbers`
    and `test_numbers` are rows of the source, counted from 0: those of `whole` (None if there are
    to be no folds), and those of `test`. `large` is a table that is learned in blocks; `train` are
    then rows that stand for it.
    """

    source: TrainingTable
    targets: list[str]
    task: Task
    task_reason: str
    rows: int
    dropped: int
    columns: int
    train: Table
    train_values: Column
    test: Table | None
    test_values: Column | None
    validation: Table | None
    split: str
    split_column: str | None
    how: str
    notes: list[str]
    said: dict[str, str]
    kinds: dict[str, str]
    numbers: Column
    test_numbers: Column
    whole: Whole | None
    large: Large | None = None

    @property
    def learned(self) -> Table | Large:
        """What a model is fitted to."""
        return self.train if self.large is None else self.large

    @property
    def sampled(self) -> str:
        """What is to be said where a part of the rows stands for all of them; else nothing."""
        if self.large is None:
            return ""
        name, rows = self.source.table.source, self.large.scanned.rows
        return f"{name} is read in blocks: a sample of {self.train.rows:,} of {rows:,} rows"

    def sample_split(self, model: Any) -> Split:
        """Return which rows of the sample a model that learned the table in blocks trained on."""
        from neurona.estimators.random_state import generator
        from neurona.estimators.tables.larger import split_of_blocks

        assert self.large is not None
        given, random = self.validation is not None, generator(model.random_state)
        found = split_of_blocks(model, self.large, given, random)
        inside = np.isin(self.large.scanned.numbers, found.held)
        return Split(np.flatnonzero(~inside), np.flatnonzero(inside), found.how)

    def trained_on(self, model: Any) -> tuple[Table, Column]:
        """Return the rows that a model trained on, with their targets; of many, a sample's."""
        if self.large is not None:
            return self.train, self.train_values
        rows = model.split_.train
        return self.train.take(rows), self.train_values[rows]


def gather(settings: Settings) -> TrainingData:
    """Read, find target and task, leave columns and rows out, keep test rows back."""
    source = open_training_table(settings["data.source"], settings)
    table, notes = source.table, list(source.table.notes)
    name_columns(settings, table.names)
    if not table.names:
        raise Failure(f"{table.source} has no columns.")
    if not table.rows:
        raise Failure(f"{table.source} has a header but no rows; give rows to learn from.")
    targets = find_targets(source, settings, notes)
    rows, columns = table.rows, len(table.names)
    ignored = settings["data.ignore"]
    table = table.without(ignored)
    columns -= len(ignored)
    said = kinds_said(settings["data.types"], table.names, table.source)
    task, reason = task_of(table, targets, source, settings, said)
    known = known_rows(table, targets)
    if not len(known):
        raise Failure(f"{table.source}: no row has a target {', '.join(map(repr, targets))}.")
    _check_cells(table, targets, task)
    if len(known) < rows:
        table = table.take(known)
    check_targets(table, targets, task, notes)
    word, _, column = settings["data.split"].partition(":")
    column = whole_name(column, table.names) if column else ""
    kinds = _kinds(table, [*targets, *filter(None, [column])], said)
    values = target_values(table, targets, task)
    if task is Task.MULTICLASS:
        refuse_classes(len(values), len(np.unique(values)), 4)
    kept = _test_split(table, values, task, word, column, settings, notes)
    test = None if kept is None else table.take(kept.held)
    train = table if kept is None else table.take(kept.train)
    whole = Whole(table, values, word, column) if settings["data.folds"] else None
    if kept is not None and is_lone_group(train, word, column):
        notes.append(
            f"the test took all groups of {column!r} but one; rows to validate on are drawn by lot"
        )
        train, word = train.without([column]), AUTO
        test = None if test is None else test.without([column])
        column = ""
    return TrainingData(
        source=source,
        targets=targets,
        task=task,
        task_reason=reason,
        rows=rows,
        dropped=rows - len(known),
        columns=columns,
        train=train,
        train_values=values if kept is None else values[kept.train],
        test=test,
        test_values=None if kept is None else values[kept.held],
        validation=validation_of(settings),
        split=word,
        split_column=column or None,
        how="" if kept is None else kept.how,
        notes=notes,
        said={name: kind for name, kind in said.items() if name in kinds},
        kinds=kinds,
        numbers=known,
        test_numbers=known[:0] if kept is None else known[kept.held],
        whole=whole,
    )


def validation_of(settings: Settings) -> Table | None:
    """Return the table of rows to validate on, None if none is named."""
    path = settings["data.validation"]
    return read_file(Path(path), settings) if path else None


def is_lone_group(train: Table, word: str, column: str) -> bool:
    """Whether rows to be split by group are all of one group."""
    return word == "group" and len(set(texts_of(train[column]))) < 2


def name_columns(settings: Settings, present: list[str]) -> None:
    """Put the names of columns for the words that were said, now that the table is known."""
    for key in ("data.target", "data.ignore"):
        settings.values[key] = chosen(settings[key], present)
    both = [name for name in settings["data.ignore"] if name in settings["data.target"]]
    if both:
        raise Failure(f"The column {both[0]!r} is both a target and ignored; choose one.")


def find_targets(source: TrainingTable, settings: Settings, notes: list[str]) -> list[str]:
    """Return the targets that were named, else what the table says, else the last column."""
    given = settings["data.target"]
    if given:
        return source.table.select(given).names
    if source.targets:
        return list(source.targets)
    left = [name for name in source.table.names if name not in settings["data.ignore"]]
    if not left:
        raise Failure(f"{source.table.source}: every column is ignored; leave some.")
    how = parameter("data.target")
    notes.append(f"no target was named: the last column, {left[-1]!r}, is taken ({how} NAME)")
    return left[-1:]


def _kinds(table: Table, others: list[str], said: dict[str, str]) -> dict[str, str]:
    """Return what the inputs are, found once in all rows: a share of them may look otherwise."""
    inputs = table.without([name for name in others if name in table.names])
    given = {name: kind for name, kind in said.items() if name in inputs.names}
    return {
        report.name: FoundKind(report) if report.name not in given else given[report.name]
        for report in find_columns(inputs, given)
    }


def check_targets(table: Table, targets: list[str], task: Task, notes: list[str]) -> None:
    """Say that a target names or counts the rows, before anything is trained."""
    for name in targets:
        if table[name].dtype.kind == "M":
            continue
        report = find_column(table, name)
        if report.kind != IdLike.kind:
            continue
        if table[name].dtype.kind == "O":
            raise Failure(
                f"{table.source}: the target {name!r} is id-like ({report.reason}): it names the "
                f"rows, and nothing can be learned of it; name another {parameter('data.target')}, "
                "or, if its cells are numbers, write them without what stands beside them."
            )
        notes.append(
            f"the target {name!r} is id-like ({report.reason}); check that it is what is to be "
            "predicted"
        )


def task_of(
    table: Table,
    targets: list[str],
    source: TrainingTable,
    settings: Settings,
    kinds: dict[str, str],
) -> tuple[Task, str]:
    """Return the task and why: what was said, what the data set says, or what targets look like."""
    said = settings["data.task"]
    reason = "as given"
    if said == AUTO and len(targets) == 1 and targets[0] in kinds:
        said = "regression" if kinds[targets[0]] == Numeric.kind else "classification"
    if said == AUTO and set(targets) == set(source.targets):
        said, reason = source.task, "as the data set says"
    if said == "regression":
        refuse_dates(table, targets)
        return Task.REGRESSION, reason
    if said == AUTO:
        found = find_task(table, targets)
        return found.task, found.reason
    if len(targets) > 1:
        return Task.MULTILABEL, reason
    labels = set(class_labels(table.take(known_rows(table, targets)), targets[0]).tolist())
    return (Task.BINARY if len(labels) <= 2 else Task.MULTICLASS), reason


def _check_cells(table: Table, targets: list[str], task: Task) -> None:
    """Raise for cells that cannot be used while row numbers still are those of the file."""
    for name in table.names:
        numeric = table[name].dtype.kind == "f"
        if numeric or (name in targets and task is Task.REGRESSION):
            numbers_of(table, name)


def target_values(table: Table, targets: list[str], task: Task) -> Column:
    """Return targets as a model of this task learns them."""
    if task is Task.REGRESSION:
        values = numeric_targets(table, targets)
        return values.ravel() if len(targets) == 1 else values
    if task is Task.MULTILABEL:
        return label_matrix(table, targets)
    return class_labels(table, targets[0])


def _test_split(
    table: Table,
    values: Column,
    task: Task,
    word: str,
    column: str,
    settings: Settings,
    notes: list[str],
) -> Split | None:
    """Return which rows to keep back for the test; None if there are to be none."""
    share = settings["data.test_share"]
    if column:
        table[column]
    if not share:
        return None
    if len(values) < MIN_ROWS_TO_TEST:
        notes.append(f"with {len(values)} rows none is kept back for a test")
        return None
    random = np.random.RandomState([settings["training.seed"] % 2**32, 1])
    classes = values if task in (Task.BINARY, Task.MULTICLASS) else None
    if word == "none" or (word == "stratified" and classes is None):
        word = AUTO
    where = table[column] if SPLITTERS[word].of_column else None
    wanted = Wanted(len(values), share, random, where, classes, column or None)
    found = with_all_classes(choose_split(word, wanted), word, wanted, column or None)
    if not len(found.held):
        notes.append("each class has a single row, so none is kept back for a test")
        return None
    return found
