"""Folds: every row is held out once, the way the run's split says; of times, only later rows are.

The splitters are scikit-learn's. Rows in time order are trained on the past alone (forward
chaining), and rows of the same time stay together, on the later side.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from neurona.data.split import Split, Wanted, group_codes, times_of
from neurona.data.table import Column, is_missing
from neurona.runs.failures import Failure
from neurona.runs.takers import AUTO
from neurona.spelling import parameter


def make_folds(word: str, wanted: Wanted, count: int) -> list[Split]:
    """Return the folds of so many rows: what to train on and what to hold out, each ascending.

    `word` is one of the words for a split; "auto" and "none" are "stratified" where there are
    classes, else "random". A Failure says why rows do not make so many folds.
    """
    if count < 2:
        raise Failure(f"{parameter('data.folds')} must be 2 or more, or 0. Got {count} instead.")
    if word in (AUTO, "none", "stratified"):
        word = "random" if wanted.classes is None else "stratified"
    _check_count(wanted.rows, count, "rows")
    if word in ("time", "last"):
        return list(_chained(word, wanted, count))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes with fewer rows than folds
        found = list(_by_lot(word, wanted, count))
    if any(not len(one.train) or not len(one.held) for one in found):
        raise Failure(f"The groups are too uneven for {count} folds; lower {_flag()}.")
    return found


def _by_lot(word: str, wanted: Wanted, count: int) -> Iterator[Split]:
    from neurona.estimators.tables.lots import folds_by_lot

    random, codes, groups = wanted.random, None, None
    if word == "group":
        assert wanted.column is not None
        codes, groups = _class_codes(wanted), group_codes(wanted.column)
        _check_count(int(groups.max()) + 1, count, f"groups of {wanted.name!r}")
        how = "by group"
    elif word == "stratified":
        codes = _class_codes(wanted)
        assert codes is not None
        _check_count(int(np.bincount(codes).max()), count, "rows of the most frequent class")
        how = "random, stratified by class"
    else:
        how = "random"
    for train, held in folds_by_lot(wanted.rows, count, codes, groups, random):
        yield Split(train, held, how)


def _chained(word: str, wanted: Wanted, count: int) -> Iterator[Split]:
    from sklearn.model_selection import TimeSeriesSplit

    if word == "last":
        times: Column = np.arange(wanted.rows)
    else:
        assert wanted.column is not None
        times = times_of(wanted.column, wanted.name)
        if is_missing(times).any():
            raise Failure(
                f"The time column {wanted.name!r} has missing cells; fill them or drop those rows."
            )
    _check_count(wanted.rows, count + 1, "rows")
    ordered = np.sort(times)
    starts = [int(held[0]) for _, held in TimeSeriesSplit(count).split(ordered[:, None])]
    borders = [*(ordered[start] for start in starts), None]
    for begin, end in pairwise(borders):
        before = np.flatnonzero(times < begin)
        later = times >= begin
        held = np.flatnonzero(later if end is None else later & (times < end))
        if not len(before) or not len(held):
            raise Failure(
                f"The rows have too few different times for {count} folds; lower {_flag()}."
            )
        yield Split(before, held, "later rows held out, earlier ones trained on")


def _class_codes(wanted: Wanted) -> Column | None:
    if wanted.classes is None:
        return None
    classes = np.asarray(wanted.classes)
    texts = classes.astype(str) if classes.dtype == object else classes
    codes: Column = np.unique(texts, return_inverse=True)[1]
    return codes


def _check_count(there: int, count: int, what: str) -> None:
    if there < count:
        raise Failure(f"There are {there:,} {what}, too few for {_flag()}; lower it.")


def _flag() -> str:
    return parameter("data.folds")
