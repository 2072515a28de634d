"""Folds: which rows each of several networks does not see, so that all are judged by such rows."""

from __future__ import annotations

import warnings

import numpy as np

from neurona.data.split import Split, group_codes
from neurona.data.table import Column
from neurona.estimators.tables.lots import folds_by_lot


def folds_of(
    rows: int,
    count: int,
    classes: Column | None,
    groups: Column | None,
    random: np.random.RandomState,
) -> list[Split]:
    """Return `count` ways to hold out a share of the rows, by class or by whole groups.

    Rows of a class with fewer rows than folds are never held out: every network sees every class.
    """
    codes, often = None, np.ones(rows, bool)
    if classes is not None:
        labels = classes.astype(str) if classes.dtype == object else classes
        codes = np.unique(labels, return_inverse=True)[1].ravel()
        often = np.bincount(codes)[codes] >= (2 if groups is None else count)
    places = None
    if groups is not None:
        codes, places = None, group_codes(groups)
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes with fewer rows than folds
        for _, held in folds_by_lot(rows, count, codes, places, random):
            held = held[often[held]]
            train = np.setdiff1d(np.arange(rows), held)
            found.append(Split(train, held, f"{count} folds, each held out once"))
    return found


def folds_in_time(times: Column, count: int) -> list[Split]:
    """Return `count` ways to hold out a tenth or so of the rows and train on all that is earlier,
    the latest first; none where the times are too few.

    The earliest half is never held out. Rows of the same time stay together, on the later side.
    """
    ordered = np.sort(times)
    places = len(times) * (count + np.arange(count)) // (2 * count)
    borders = np.unique(ordered[places])
    if len(borders) < count or borders[0] == ordered[0]:
        return []
    found = []
    for k in reversed(range(count)):
        train = times < borders[k]
        held = ~train if k == count - 1 else ~train & (times < borders[k + 1])
        how = f"{count} folds, each trained on what was before"
        found.append(Split(np.flatnonzero(train), np.flatnonzero(held), how))
    return found


def sees_all_classes(folds: list[Split], classes: Column | None) -> bool:
    """Whether every fold's training rows have every class, and every fold holds rows out."""
    if any(not len(one.held) or not len(one.train) for one in folds):
        return False
    if classes is None:
        return True
    everything = len(np.unique(classes))
    return all(len(np.unique(classes[one.train])) == everything for one in folds)
