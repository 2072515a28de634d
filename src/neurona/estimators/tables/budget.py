"""A table estimator's budget in steps as a network's in epochs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from neurona.estimators.choices import solver_of
from neurona.optimizers import find

KEPT = (
    "alpha",
    "learning_rate_init",
    "schedule",
    "dropout",
    "callbacks",
    "verbose",
    "n_threads",
    "engine",
    "device",
)
"""Parameters that a network has of its table estimator, as they are."""
PATIENCE = 0.1
"""The share of a full-batch method's iterations without a better result after which it ends."""


def automatic_batch(rows: int) -> int:
    """Return the rows of a batch: 32 for small tables, up to 256 for large ones."""
    return min(rows, int(np.clip(2 ** np.floor(np.log2(max(rows, 1) / 300)), 32, 256)))


def budget(
    params: Mapping[str, Any], solver: Any, rows: int, validate: bool, iterations: int = 0
) -> dict[str, Any]:
    """Return the parameters of the network that are the table estimator's own, and those that say
    how long it trains on `rows` rows.

    `params` has the table estimator's, `steps`, `epochs` and `patience` among them; `iterations`,
    if there are any, are in place of the steps, and a share of them in place of a patience that was
    not given.
    """
    found, given = solver_of(solver), params["batch_size"]
    full_batch = found is not None or find(solver).full_batch
    batch = automatic_batch(rows) if given == "auto" else min(given, rows)
    per_epoch = 1 if full_batch else -(-rows // batch)
    steps = params["steps"] if params["epochs"] is None else params["epochs"] * per_epoch
    steps = iterations or steps
    enough = PATIENCE * iterations or steps / 2
    patience = enough if params["patience"] is None else params["patience"]
    endless = patience == np.inf or not validate
    return {
        **{name: params[name] for name in KEPT},
        "batch_size": "auto" if full_batch else batch,
        "max_iter": max(1, round(steps / per_epoch)),
        "n_iter_no_change": np.inf if endless else max(5, round(patience / per_epoch)),
        "monitor": "val_loss" if validate else "loss",
        "restore_best": validate,
        "tol": 0.0 if found is None else 1e-6,
    }
