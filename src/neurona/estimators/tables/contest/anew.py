"""Mini-batch networks trained once more, on all rows: each as its like was in a fold, with the same
seed and as long as that one had got better.

The folds have told what such networks count and when they are at their best; to predict, the rows
that a fold held out are as good as any.
"""

from __future__ import annotations

from typing import Any

from neurona.estimators.tables.contest.boosting import Boosting
from neurona.estimators.tables.contest.candidates import Candidate
from neurona.estimators.tables.contest.entries import Entries
from neurona.numerics.schedules import Cosine
from neurona.training.loop import Training

LEAST_SHARE = 0.75
"""The share of the rows that each fold trains on at least: of a half, as in time, one epoch is not
what it is of all.
"""


def are_renewed(entries: Entries) -> bool:
    """Whether networks are trained once more: those of classes, by folds that leave most rows."""
    rows = len(entries.outputs)
    fold = min(len(one.train) for one in [*entries.folds, *entries.again])
    return not entries.task.loss.has_noise and fold >= LEAST_SHARE * rows


def is_renewed(candidate: Candidate) -> bool:
    """Whether a candidate is a mini-batch network that held-out rows end, and they alone: of leaves
    they also say how many trees are enough.
    """
    held = (candidate.words or {}).get("monitor") == "val_loss"
    return held and not isinstance(candidate.lens, Boosting)


def words_anew(words: dict[str, Any], training: Training) -> dict[str, Any]:
    """Return the parameters of a network like the one that a training came to: as many epochs as it
    had done at its best, at the rates that it had in them.
    """
    usual = {key: word for key, word in words.items() if key not in ("monitor", "restore_best")}
    best = max(training.epochs_done - training.rule.epochs_since_best, 1)
    schedule = Cosine(period=training.plan.max_epochs)
    return {**usual, "max_iter": best, "n_iter_no_change": best, "schedule": schedule}
