"""Which rows of a table a network trains on, and which are held out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from neurona.data.split import SPLITTERS, Split, Wanted, choose_split, everything, with_all_classes
from neurona.data.table import Column, Table

MIN_ROWS_TO_SPLIT = 10


class Rows(NamedTuple):
    """What a network learns from: inputs, targets, weights."""

    table: Table
    values: Column
    weights: Column | None


def table_split(
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
    count, how, by = len(rows.values), params["split"], params["split_column"]
    if SPLITTERS[how].of_column != (by is not None):
        raise ValueError(
            "split_column is for split='group' and split='time', which need it. Got "
            f"split={how!r} and split_column={by!r}."
        )
    if given:
        return everything(count, "validation rows were given"), []
    if how == "auto" and evidence:
        return everything(count, "no rows held out: the evidence needs none"), []
    if how != "none" and count < MIN_ROWS_TO_SPLIT:
        return few_rows(count, "the score is that on the training rows")
    column = None if by is None else rows.table[by]
    wanted = Wanted(count, params["validation_fraction"], random, column, classes, by)
    return with_all_classes(choose_split(how, wanted), how, wanted, by), []


def few_rows(count: int, measured: str) -> tuple[Split, list[str]]:
    """Return the split of too few rows to hold out some, with a note on what is `measured`."""
    note = (
        f"With {count} {'row' if count == 1 else 'rows'} none is held out: training goes "
        f"its whole length, and {measured}."
    )
    return everything(count, f"no rows held out of {count}"), [note]
