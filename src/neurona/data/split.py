"""Splits: which rows to train on and which to hold out, as row numbers counted from 0."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from neurona.data.dates import as_dates
from neurona.data.table import Column, is_missing
from neurona.errors import TableError
from neurona.spelling import parameter


class Split(NamedTuple):
    """Row numbers to train on and held out, both ascending, and how they were chosen."""

    train: Column
    held: Column
    how: str


class Wanted(NamedTuple):
    """What a split is made of: how many rows, the share to hold out, where the lots come from, the
    column that was named, the class of each row (None: there are no classes), and that column's
    name.
    """

    rows: int
    fraction: float
    random: np.random.RandomState
    column: Column | None = None
    classes: Any = None
    name: str | None = None


class Splitter(NamedTuple):
    """A way to split, and whether it needs a column."""

    split: Callable[[Wanted], Split]
    of_column: bool = False


def choose_split(how: str, wanted: Wanted) -> Split:
    """Return the split that one of the words of `SPLITTERS` stands for.

    "auto" is "stratified" where there are classes, else "random"; "stratified" without classes is a
    ValueError.
    """
    return SPLITTERS[how].split(wanted)


def with_all_classes(split: Split, how: str, wanted: Wanted, name: str | None) -> Split:
    """Return a split whose training rows have every class of those held out.

    Rows drawn by lot go back to training if their class would be missing there; whole groups and
    the latest rows cannot, so that is a TableError that names the class, and the column `name`.
    """
    classes = wanted.classes
    if classes is None or not len(split.held):
        return split
    classes = np.asarray(classes)
    lost = ~np.isin(classes[split.held], classes[split.train])
    if not lost.any():
        return split
    if not SPLITTERS[how].of_column and how != "last":
        held = split.held[~lost]
        return Split(_others(wanted.rows, held), held, split.how)
    shown = ", ".join(repr(label) for label in np.unique(classes[split.held][lost]).tolist()[:3])
    by = f"by {how} {name!r}" if name else "of the last rows"
    raise TableError(
        f"The split {by} holds out all rows of the class {shown}, so training would not see it; "
        f"choose another column or {parameter('split', 'stratified')}, or leave these rows out."
    )


def everything(rows: int, how: str) -> Split:
    """Hold nothing out, for that reason."""
    return Split(np.arange(rows), np.zeros(0, np.intp), how)


def held_count(rows: int, fraction: float) -> int:
    """Return how many of so many rows a share is: at least 1, and at least 1 left."""
    if not 0 < fraction < 1:
        raise TableError(f"The held-out fraction must be between 0 and 1. Got {fraction} instead.")
    if rows < 2:
        raise TableError(
            f"{rows} row cannot be split into training and held-out rows; give 2 or more."
        )
    return min(max(1, round(rows * fraction)), rows - 1)


def random_split(rows: int, fraction: float, random: np.random.RandomState) -> Split:
    """Hold out a share of the rows, drawn by lot."""
    held = np.sort(random.permutation(rows)[: held_count(rows, fraction)])
    return Split(_others(rows, held), held, "random")


def stratified_split(labels: Any, fraction: float, random: np.random.RandomState) -> Split:
    """Hold out the same share of each class, by lot; a class with 1 row stays in training.

    The shares are exact up to one row per class, and the total is that of `random_split`.
    """
    labels = np.asarray(labels)
    rows = len(labels)
    total = held_count(rows, fraction)
    _, codes = np.unique(
        labels.astype(str) if labels.dtype == object else labels, return_inverse=True
    )
    counts = np.bincount(codes)
    # largest remainders; the last row of a class is never held
    ideal = counts * (total / rows)
    share = np.minimum(np.floor(ideal).astype(int), counts - 1)
    order = np.argsort(-(ideal - share), kind="stable")
    while share.sum() < total:
        open_classes = [c for c in order if share[c] < counts[c] - 1]
        if not open_classes:
            break
        for code in open_classes[: total - share.sum()]:
            share[code] += 1
    if not share.sum():
        return random_split(rows, fraction, random)
    drawn = random.permutation(rows)
    held = [drawn[codes[drawn] == code][: share[code]] for code in range(len(counts))]
    kept = np.sort(np.concatenate(held))
    return Split(_others(rows, kept), kept, "random, stratified by class")


def group_split(
    groups: Column, fraction: float, random: np.random.RandomState, name: str | None = None
) -> Split:
    """Hold out whole groups, by lot, so that no group is on both sides.

    Groups are taken until the share is reached as nearly as whole groups allow. A missing group is
    a group of its own.
    """
    codes = group_codes(groups)
    total = held_count(len(codes), fraction)
    counts = np.bincount(codes)
    if len(counts) < 2:
        raise TableError(
            f"The group column{_called(name)} has a single group, so no group can be "
            "held out; choose another column or a random split."
        )
    chosen: list[int] = []
    size = 0
    for group in random.permutation(len(counts)):
        if len(chosen) == len(counts) - 1:
            break
        # the first group is taken in any case; others if they bring the share nearer
        if not chosen or abs(size + counts[group] - total) < abs(size - total):
            chosen.append(int(group))
            size += int(counts[group])
    held = np.flatnonzero(np.isin(codes, chosen))
    return Split(_others(len(codes), held), held, f"by group, {len(chosen)} of {len(counts)} held")


def time_split(times: Column, fraction: float, name: str | None = None) -> Split:
    """Hold out the latest rows; rows of the same time stay together, on the later side."""
    times = np.asarray(times)
    if times.dtype.kind == "O":
        raise TableError(
            f"The time column{_called(name)} has texts that are no dates; give dates or numbers."
        )
    if is_missing(times).any():
        raise TableError(
            f"The time column{_called(name)} has missing cells; fill them or drop those rows."
        )
    total = held_count(len(times), fraction)
    order = np.sort(times)
    border = order[len(order) - total]
    if border == order[0]:
        later = order[order > border]
        if not len(later):
            raise TableError(
                "All rows have the same time, so none is later; choose another column or a random "
                "split."
            )
        border = later[0]
    held = np.flatnonzero(times >= border)
    return Split(_others(len(times), held), held, "the latest rows held out")


def times_of(column: Column, name: str | None = None) -> Column:
    """Return a column of times as dates or numbers: texts are read as dates."""
    if column.dtype.kind != "O":
        return column
    times = as_dates(column)[0]
    wrong = np.flatnonzero(np.isnat(times) & ~is_missing(column))
    if len(wrong):
        raise TableError(
            f"The time column{_called(name)} has texts that are no dates, e.g. "
            f"{column[wrong[0]]!r}; give dates or numbers."
        )
    return times


def group_codes(groups: Column) -> Column:
    """Return the number of each row's group; a missing group is a group of its own."""
    codes: Column = np.unique(_keys(groups), return_inverse=True)[1]
    return codes


def order_split(rows: int, fraction: float) -> Split:
    """Hold out the last rows."""
    return time_split(np.arange(rows), fraction)


def _automatic(wanted: Wanted) -> Split:
    return (_by_lot if wanted.classes is None else _stratified)(wanted)


def _by_lot(wanted: Wanted) -> Split:
    return random_split(wanted.rows, wanted.fraction, wanted.random)


def _stratified(wanted: Wanted) -> Split:
    if wanted.classes is None:
        raise ValueError(
            f"{parameter('split', 'stratified')} needs one column of classes; use "
            f"{parameter('split', 'random')}."
        )
    return stratified_split(wanted.classes, wanted.fraction, wanted.random)


def _by_group(wanted: Wanted) -> Split:
    return group_split(_named(wanted), wanted.fraction, wanted.random, wanted.name)


def _by_time(wanted: Wanted) -> Split:
    times = times_of(_named(wanted), wanted.name)
    return time_split(times, wanted.fraction, wanted.name)


def _called(name: str | None) -> str:
    return "" if name is None else f" {name!r}"


def _named(wanted: Wanted) -> Column:
    if wanted.column is None:
        raise ValueError("A split by group or by time needs a column.")
    return wanted.column


SPLITTERS = {
    "auto": Splitter(_automatic),
    "random": Splitter(_by_lot),
    "stratified": Splitter(_stratified),
    "last": Splitter(lambda wanted: order_split(wanted.rows, wanted.fraction)),
    "none": Splitter(lambda wanted: everything(wanted.rows, "no rows held out")),
    "group": Splitter(_by_group, of_column=True),
    "time": Splitter(_by_time, of_column=True),
}
"""The words for a split; those of a column come last."""


def _keys(groups: Column) -> Column:
    groups = np.asarray(groups)
    if groups.dtype.kind != "O":
        return groups
    return np.array(["\0" if group is None else str(group) for group in groups])


def _others(rows: int, held: Column) -> Column:
    kept = np.ones(rows, bool)
    kept[held] = False
    return np.flatnonzero(kept)
