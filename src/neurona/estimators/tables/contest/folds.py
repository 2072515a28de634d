"""Folds: which rows each of several networks does not see, so that all are judged by such rows."""

from __future__ import annotations

import warnings

import numpy as np
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold

from neurona.data.split import Split, group_codes
from neurona.data.table import Column


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
    zeros, codes, often = np.zeros((rows, 1)), None, np.ones(rows, bool)
    if classes is not None:
        labels = classes.astype(str) if classes.dtype == object else classes
        codes = np.unique(labels, return_inverse=True)[1].ravel()
        often = np.bincount(codes)[codes] >= count
    if groups is not None:
        maker = GroupKFold(count, shuffle=True, random_state=random)
        pairs = maker.split(zeros, codes, group_codes(groups))
    elif codes is not None:
        maker = StratifiedKFold(count, shuffle=True, random_state=random)
        pairs = maker.split(zeros, codes)
    else:
        pairs = KFold(count, shuffle=True, random_state=random).split(zeros)
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of classes with fewer rows than folds
        for _, held in pairs:
            held = np.sort(held[often[held]])
            train = np.setdiff1d(np.arange(rows), held)
            found.append(Split(train, held, f"{count} folds"))
    return found


def sees_all_classes(folds: list[Split], classes: Column | None) -> bool:
    """Whether every fold's training rows have every class, and every fold holds rows out."""
    if any(not len(one.held) or not len(one.train) for one in folds):
        return False
    if classes is None:
        return True
    everything = len(np.unique(classes))
    return all(len(np.unique(classes[one.train])) == everything for one in folds)
