"""What a model's inputs do: how much worse it is without one, and how its answer goes with one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona import metrics
from neurona.reports.answers import (
    chances_of,
    classifies,
    coded,
    quantities_of,
    rows_and_targets,
)
from neurona.reports.measures.coded import Coded
from neurona.reports.subject import name_of

Array = np.ndarray[Any, np.dtype[Any]]
MOST_ROWS, MOST_CURVES = 2000, 500
"""Rows that are permuted, and rows whose answers are followed; of more, every so many is taken."""


MOST_STEPS = 10
"""Different numbers of an input that are taken for steps, between which nothing is asked."""


class Importance(NamedTuple):
    """By input: how much worse the score is when its values are shuffled, mean and deviation.

    `score` says which: "R2" and "log loss" (or "accuracy" of several labels).
    """

    names: list[str]
    mean: Array
    std: Array
    score: str


class Dependence(NamedTuple):
    """An input's values, and the mean answer where all rows have that value; `low` and `high` hold
    the middle 80 % of the rows' answers. `levels` are the values' names if they are no numbers.
    """

    name: str
    values: Array
    mean: Array
    low: Array
    high: Array
    levels: list[str] | None
    is_date: bool


def permutation_importance(
    model: Any, X: Any, y: Any, *, repeats: int = 5, seed: int = 0
) -> Importance:
    """Return how much a model's score on rows suffers when an input is shuffled (Breiman 2001).

    Computed by scikit-learn, on at most 2,000 of the rows. Columns that the model leaves out are
    none of its inputs.
    """
    from sklearn.inspection import permutation_importance as permuted

    X, values, _ = rows_and_targets(model, X, y)
    rows = _thinned(len(values), MOST_ROWS)
    known = Coded(X)
    score, name = _scorer(model, values[rows])

    def scoring(_: Any, matrix: Array, truth: Any) -> float:
        return score(known.decoded(matrix))

    found = permuted(
        _Answering(), known.matrix[rows], np.zeros(len(rows)), scoring=scoring, n_repeats=repeats,
        random_state=seed,
    )  # fmt: skip
    left_out = _left_out(model)
    seen = [k for k, column in enumerate(known.names) if column not in left_out]
    names = [known.names[k] for k in seen]
    return Importance(names, found.importances_mean[seen], found.importances_std[seen], name)


def partial_dependence(
    model: Any, X: Any, names: Sequence[Any], *, answer: int = 0, resolution: int = 40
) -> list[Dependence]:
    """Return how the mean answer goes with each of some inputs (Friedman 2001), by scikit-learn.

    `answer` is the number of the target, or of the class whose probability is followed.
    """
    from sklearn.inspection import partial_dependence as dependence

    known = Coded(X)
    rows = known.matrix[_thinned(len(known.matrix), MOST_CURVES)]
    asked = _Answering(lambda matrix: _answer(model, known.decoded(matrix), answer))
    found = []
    for name in names:
        k = input_place(known.names, name)
        levels = known.levels.get(k)
        own = rows[~np.isnan(rows[:, k])]
        if not len(own):
            raise ValueError(f"The input {known.names[k]!r} is missing in all rows.")
        got = dependence(
            asked, own, [k], kind="both", method="brute", percentiles=(0.02, 0.98),
            grid_resolution=resolution, categorical_features=None if levels is None else [k],
            custom_values=_even(own[:, k], k, resolution) if levels is None else None,
        )  # fmt: skip
        lines = got["individual"][0]
        low, high = np.quantile(lines, [0.1, 0.9], axis=0)
        values = np.asarray(got["grid_values"][0], np.float64)
        said = None if levels is None else [_level(levels[int(code)]) for code in values]
        if k in known.dates:
            values = values.astype(np.int64).astype("datetime64[us]")
        found.append(
            Dependence(known.names[k], values, got["average"][0], low, high, said, k in known.dates)
        )
    return found


def input_place(names: Sequence[str], name: Any) -> int:
    """Return the number of an input, given by name or number; ValueError if there is none such."""
    if isinstance(name, int | np.integer) and 0 <= name < len(names):
        return int(name)
    if name not in names:
        raise ValueError(f"There is no input {name!r}; there are {', '.join(names[:8])}.")
    return list(names).index(name)


def _left_out(model: Any) -> set[str]:
    """Return the columns that a table's model does not look at."""
    preparation = getattr(model, "preparation_", None)
    apart = [one.name for one in getattr(preparation, "dropped", ())]
    return {*apart, *getattr(model, "left_out_", ())}


class _Answering:
    """What scikit-learn takes for a fitted regressor: its answers are those of a function."""

    def __init__(self, answer: Callable[[Array], Array] | None = None) -> None:
        self.answer, self.fitted_ = answer, True

    def fit(self, X: Any, y: Any = None) -> Any:
        """Do nothing: it is fitted."""
        return self

    def predict(self, X: Any) -> Array:
        """Return the function's answers."""
        assert self.answer is not None
        return self.answer(np.asarray(X))

    def __sklearn_tags__(self) -> Any:
        from sklearn.base import BaseEstimator

        tags = BaseEstimator().__sklearn_tags__()
        tags.estimator_type = "regressor"
        return tags


def _scorer(model: Any, values: Array) -> tuple[Callable[[Any], float], str]:
    if not classifies(model):

        def r2(X: Any) -> float:
            found = quantities_of(model, X, values)
            return metrics.r2(found.true, found.predicted)

        return r2, "R\N{SUPERSCRIPT TWO}"
    if values.ndim == 2 and values.shape[1] > 1:

        def accuracy(X: Any) -> float:
            found = chances_of(model, X, values)
            return metrics.accuracy(found.codes, found.shares, False)

        return accuracy, "accuracy"

    def log_loss(X: Any) -> float:
        found = chances_of(model, X, values)
        known = found.codes < found.shares.shape[1]
        given = np.zeros(len(found.codes))
        given[known] = found.shares[known, found.codes[known]]
        return -float(metrics.surprise(given).mean())

    return log_loss, "log loss"


def _answer(model: Any, X: Any, place: int) -> Array:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if not classifies(model):
            said = np.asarray(model.predict(X), np.float64)
        elif hasattr(model, "predict_proba"):
            said = np.asarray(model.predict_proba(X), np.float64)
        else:
            _, codes = coded(list(model.classes_), model.predict(X))
            said = np.eye(len(model.classes_))[codes]
    said = said.reshape(len(said), -1)
    if not 0 <= place < said.shape[1]:
        raise ValueError(f"A {name_of(model)} gives {said.shape[1]} answers. Got {place}.")
    found: Array = said[:, place]
    return found


def _even(values: Array, place: int, count: int) -> dict[int, Array] | None:
    """Return values between which the answer is asked, of an input with a few of many numbers; None
    of one with so many that scikit-learn spaces them itself, or so few that each is one.
    """
    if not MOST_STEPS < len(np.unique(values)) < count:
        return None
    low, high = np.quantile(values, [0.02, 0.98])
    return {place: np.linspace(low, high, count)}


def _level(value: Any) -> str:
    return "missing" if value is None else str(value)


def _thinned(count: int, most: int) -> Array:
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(np.int64))
