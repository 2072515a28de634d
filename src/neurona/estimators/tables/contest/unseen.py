"""What the networks of a contest said of rows that they did not see, beside the fitted model, for
whoever judges it by them; files and copies do not have it.
"""

from __future__ import annotations

from typing import Any

from neurona.data.table import Column
from neurona.estimators.tables.learning import OUT_OF_FOLD


def out_of_fold(model: Any) -> tuple[Column, Column] | None:
    """Return the rows, as numbers among those that were fitted, and what was said of them:
    quantities, or probabilities; None where nothing is known.
    """
    kept = vars(model).get(OUT_OF_FOLD)
    if kept is None:
        return None
    rows, answers = kept
    return rows, model._said(answers)  # noqa: SLF001 - its networks' outputs in the user's units
