"""What the networks of a contest said of rows that they did not see, beside the fitted model, for
whoever judges it by them; files and copies do not have it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.data.table import Column
from neurona.estimators.tables.learning import OUT_OF_FOLD


def out_of_fold(model: Any) -> tuple[Column, Column] | None:
    """Return the rows, as numbers among those that were fitted, and what was said of them:
    quantities, or probabilities; None where nothing is known.
    """
    kept = vars(model).get(OUT_OF_FOLD)
    return None if kept is None else (kept[0], in_units(model, kept[1]))


def outputs_out_of_fold(model: Any, rows: int) -> Column | None:
    """Return the same as networks say it, rows x outputs, nan of rows that nobody held out."""
    kept = vars(model).get(OUT_OF_FOLD)
    if kept is None:
        return None
    found = np.full((rows, kept[1].shape[1]), np.nan)
    found[kept[0]] = kept[1]
    return found


def in_units(model: Any, outputs: Column) -> Column:
    """Return networks' outputs in the user's units: quantities, or probabilities."""
    said: Column = model._said(outputs)  # noqa: SLF001 - what an answer is made of
    return said
