"""Trees that are boosted: each is grown on the slope of the loss that those before it left (J.
Friedman, Greedy function approximation: a gradient boosting machine, Annals of Statistics 29,
2001), by scikit-learn's histograms of up to 255 values a column, which see all rows.

What the trees are is read from where scikit-learn keeps it (`_predictors`), for it tells nowhere;
where a version keeps it elsewhere (`are_readable`), the default and searches do without.
"""

from __future__ import annotations

import functools
import threading
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from neurona.compiled.forks import at_fork
from neurona.data.table import Column
from neurona.errors import IncompatibleError

PATIENCE = 30
"""Trees without a better result, one after another, that are too many."""
MOST_TREES = 2000
"""Trees of all outputs together."""
SURE = 10.0
"""The sum of a label that is always on; less it is that of one that never is."""

FIELDS = {"is_leaf", "feature_idx", "num_threshold", "left", "right", "value", "count"}
"""What is read of a tree's nodes."""

_BINNING = threading.Lock()
at_fork(_BINNING.acquire, _BINNING.release, _BINNING.release)


class Boosting(NamedTuple):
    """How trees are grown: how many for each output, the share of what each says that is added, how
    many leaves each has, how few rows a leaf, the share of columns that is looked at for a
    threshold, and how many leaves are kept.
    """

    trees: int = 400
    rate: float = 0.05
    leaves: int = 8
    least_rows: int = 20
    columns: float = 0.5
    kept: int = 256


class Boosted(NamedTuple):
    """Trees, each by its nodes, as scikit-learn keeps them, and the output that it adds to; and the
    sums that all say of some rows (rows x outputs), before the output activation.
    """

    trees: list[tuple[Column, int]]
    sums: Column


def boosted(
    rows: Column,
    targets: Column,
    weights: Column | None,
    seed: int,
    how: Boosting,
    output: str,
    held: tuple[Column, Column] | None,
    asked: Column,
) -> Boosted:
    """Return boosted trees, and what they say of the rows `asked`; see `leaves_of`."""
    if not are_readable():
        raise IncompatibleError(
            "Leaves of boosted trees are read from scikit-learn, and the version installed keeps "
            "its trees elsewhere: leave leaves() out, or install scikit-learn 1.9."
        )
    outputs, trees = targets.shape[1], []
    sums = np.zeros((len(asked), outputs))
    aside = targets[:0] if held is None else held[1]
    # a limit is that of a thread; of several threads sums would depend on their number
    with threadpool_limits(1, "openmp"):
        for places, goal, goal_aside in _goals(targets, aside, output):
            if (goal == goal[0]).all():  # nothing to tell
                always = goal[0] if output == "identity" else SURE * (2 * goal[0] - 1)
                sums[:, places] = always
                continue
            booster = _booster(how, output, seed, outputs, held is not None)
            of_held = {} if held is None else {"X_val": held[0], "y_val": goal_aside}
            booster.fit(rows, goal, weights, **of_held)
            steps = booster._predictors  # noqa: SLF001 - told nowhere else
            if held is not None:
                # the first result is that of no tree
                del steps[max(1, int(np.argmax(booster.validation_score_))) :]
            said = booster.predict if output == "identity" else booster.decision_function
            told = said(asked).reshape(len(asked), -1)
            places = places[-told.shape[1] :]  # one sum is enough for two classes
            sums[:, places] = told
            trees += [(one.nodes, k) for step in steps for one, k in zip(step, places, strict=True)]
    return Boosted(trees, sums)


def _goals(targets: Column, aside: Column, output: str) -> list[tuple[Column, Column, Column]]:
    """Return the outputs that trees are grown for together, what they are to tell of rows to train
    on and of those put aside.
    """
    outputs = np.arange(targets.shape[1])
    if output == "softmax":
        return [(outputs, targets.argmax(axis=1), aside.argmax(axis=1))]
    kind = float if output == "identity" else int
    return [(outputs[[k]], targets[:, k].astype(kind), aside[:, k].astype(kind)) for k in outputs]


@functools.cache
def _kinds() -> tuple[type, type]:
    """Return scikit-learn's boosted trees for classes and for quantities, which are costly to
    import.

    Their columns are cut into bins by joblib, for which scikit-learn empties the process's filters
    of warnings for a moment: another thread at the same place would find none, and warn.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    class OneAtATime:
        def _bin_data(self, *given: Any, **words: Any) -> Any:
            with _BINNING:
                return super()._bin_data(*given, **words)  # type: ignore[misc]

    class Classes(OneAtATime, HistGradientBoostingClassifier):
        pass

    class Quantities(OneAtATime, HistGradientBoostingRegressor):
        pass

    return Classes, Quantities


@functools.cache
def are_readable() -> bool:
    """Whether scikit-learn keeps its trees where they are read."""
    rows = np.arange(4.0)
    with threadpool_limits(1, "openmp"):
        found = _kinds()[1](max_iter=1, min_samples_leaf=1).fit(rows[:, None], rows)
    try:
        return set(found._predictors[0][0].nodes.dtype.names) >= FIELDS  # noqa: SLF001
    except (AttributeError, IndexError, TypeError):
        return False


def _booster(how: Boosting, output: str, seed: int, outputs: int, stops: bool) -> Any:
    kind = _kinds()[output == "identity"]
    return kind(
        learning_rate=how.rate,
        max_iter=max(1, min(how.trees, MOST_TREES // outputs)),
        max_leaf_nodes=how.leaves,
        min_samples_leaf=how.least_rows,
        max_features=how.columns,
        early_stopping=stops,
        scoring="loss",
        n_iter_no_change=PATIENCE,
        tol=0.0,
        random_state=seed,
    )
