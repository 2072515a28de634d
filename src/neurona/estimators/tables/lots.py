"""Folds by lot: every row is held out once, the same share of each class, or whole groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from neurona.data.table import Column


def folds_by_lot(
    rows: int,
    count: int,
    codes: Column | None,
    groups: Column | None,
    random: np.random.RandomState,
) -> Iterator[tuple[Column, Column]]:
    """Yield row numbers to train on and to hold out, both ascending; `codes` are those of classes,
    `groups` those of what is held out as a whole.
    """
    from sklearn import model_selection as known  # with every score there is

    if groups is None:
        maker: Any = known.KFold if codes is None else known.StratifiedKFold
    else:
        maker = known.GroupKFold if codes is None else known.StratifiedGroupKFold
    splitter = maker(count, shuffle=True, random_state=random)
    for train, held in splitter.split(np.zeros((rows, 1)), codes, groups):
        yield np.sort(train), np.sort(held)
