"""Whether a table's fit is a contest, and over which folds."""

from __future__ import annotations

from inspect import signature
from typing import Any

import numpy as np

from neurona.data.split import SPLITTERS, Split, time_split, times_of
from neurona.data.table import Column
from neurona.estimators.tables.contest.candidates import FOLDS, SETS
from neurona.estimators.tables.contest.folds import (
    folds_in_time,
    folds_of,
    sees_all_classes,
)
from neurona.estimators.tables.plan import BATCH_WORDS
from neurona.estimators.tables.splitting import Rows
from neurona.estimators.tasks import SET
from neurona.training.callbacks import as_callbacks

LEAST_ROWS = 20
"""Rows from which folds tell more than the evidence does."""
ASKED = (
    *BATCH_WORDS,
    *(
        "solver",
        "hidden_layer_sizes",
        "activation",
        "n_starts",
        "combine",
        "loss",
        "dtype",
        "engine",
    ),
)
"""Parameters by which a person names one way to learn: then there is nothing to choose."""
BY_LOT = "auto", "random", "stratified", "group"
IN_TIME = "time", "last"
LEAST_IN_TIME = 200
"""Rows in time order, of which half are held out."""


def contest_folds(
    model: Any, rows: Rows, classes: Column | None, random: np.random.RandomState
) -> tuple[Split, ...]:
    """Return the folds of a contest; none where one way to learn is asked for, where a callback
    follows a single training, and of tables too small to judge by, or of one class.
    """
    defaults = signature(type(model)).parameters
    asked = any(
        repr(getattr(model, name)) != repr(defaults[name].default)
        for name in ASKED
        if name in defaults
    )
    alone = any(one.needs_one_start for one in as_callbacks(model.callbacks)) or SET in vars(model)
    one_class = classes is not None and not (classes != classes[0]).any()
    if asked or alone or one_class or model.effort == "quick":
        return ()
    return tuple(_folds(model, rows, classes, random))


def _folds(
    model: Any, rows: Rows, classes: Column | None, random: np.random.RandomState
) -> list[Split]:
    count = len(rows.values)
    alike = SPLITTERS[model.split].of_column == (model.split_column is not None)
    if not alike or (model.split == "stratified" and classes is None):
        return []  # the split itself says what is wrong
    if classes is not None:
        members = np.unique(classes, return_counts=True)[1]
        if len(members) < 2 or members.max() < FOLDS:
            return []  # nothing to tell apart, or no class that every fold can see
    if model.split in IN_TIME and count >= LEAST_IN_TIME:
        folds = folds_in_time(_times(model, rows), FOLDS)
        return folds if folds and sees_all_classes(folds, classes) else []
    if count < LEAST_ROWS or model.split not in BY_LOT:
        return []
    groups = None if model.split != "group" else rows.table[model.split_column]
    if groups is not None and len(np.unique(groups.astype(str))) < FOLDS:
        return []
    # a stream of its own: what follows is drawn as without a contest
    own = np.random.RandomState(0)
    own.set_state(random.get_state())
    folds = folds_of(count, FOLDS, classes, groups, own)
    if not sees_all_classes(folds, classes):
        return []
    for _ in range(1, SETS[model.effort] if model.time_budget is None else 1):
        more = folds_of(count, FOLDS, classes, groups, own)
        if sees_all_classes(more, classes):
            folds += more
    return folds


def _times(model: Any, rows: Rows) -> Column:
    """Return when each row was; TableError where that is not known."""
    if model.split == "last":
        return np.arange(len(rows.values))
    times = times_of(rows.table[model.split_column], model.split_column)
    time_split(times, model.validation_fraction, model.split_column)
    return times
