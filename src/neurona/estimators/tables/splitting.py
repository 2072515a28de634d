"""Which rows of a table a network trains on, and which are held out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from neurona.data import split as splits
from neurona.data.columns import as_dates
from neurona.data.split import Split
from neurona.data.table import Column, Table
from neurona.spelling import parameter

MIN_ROWS_TO_SPLIT = 10


class Rows(NamedTuple):
    """What a network learns from: inputs, targets, weights."""

    table: Table
    values: Column
    weights: Column | None


def choose_split(
    params: Mapping[str, Any],
    rows: Rows,
    classes: Column | None,
    evidence: bool,
    given: bool,
    random: np.random.RandomState,
) -> tuple[Split, list[str]]:
    """Return the rows to train on and to hold out, as the parameter `split` says, and notes.

    `classes` are what to stratify by, if there are any; `evidence` tells that the solver needs no
    rows held out, `given` that there are validation rows.
    """
    count, kind, by = len(rows.values), params["split"], params["split_column"]
    if (kind in ("group", "time")) != (by is not None):
        raise ValueError(
            "split_column is for split='group' and split='time', which need it. Got "
            f"split={kind!r} and split_column={by!r}."
        )
    if given:
        return all_rows(count, "validation rows were given"), []
    if kind == "none":
        return all_rows(count, "no rows held out"), []
    if kind == "auto" and evidence:
        return all_rows(count, "no rows held out: the evidence needs none"), []
    if count < MIN_ROWS_TO_SPLIT:
        return few_rows(count, "the score is that on the training rows")
    return _held_out(params, rows, classes, random), []


def all_rows(count: int, how: str) -> Split:
    """Return the split that holds out no row."""
    return Split(np.arange(count), np.zeros(0, np.intp), how)


def few_rows(count: int, measured: str) -> tuple[Split, list[str]]:
    """Return the split of too few rows to hold out some, with a note on what is `measured`."""
    note = (
        f"With {count} {'row' if count == 1 else 'rows'} none is held out: training goes "
        f"its whole length, and {measured}."
    )
    return all_rows(count, f"no rows held out of {count}"), [note]


def _held_out(
    params: Mapping[str, Any], rows: Rows, classes: Column | None, random: np.random.RandomState
) -> Split:
    share, kind, count = params["validation_fraction"], params["split"], len(rows.values)
    if params["split_column"] is not None:
        column = rows.table[params["split_column"]]
        if kind == "group":
            return splits.group_split(column, share, random)
        times = as_dates(column)[0] if column.dtype.kind == "O" else column
        return splits.time_split(times, share)
    if kind == "last":
        return splits.order_split(count, share)
    if classes is not None and kind != "random":
        return splits.stratified_split(classes, share, random)
    if kind == "stratified":
        raise ValueError(
            f"{parameter('split', 'stratified')} needs one column of classes; use "
            f"{parameter('split', 'random')}."
        )
    return splits.random_split(count, share, random)
