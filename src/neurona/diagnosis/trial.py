"""Remedies tried: the changed model trained on the same rows, scored on rows held out."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurona import metrics
from neurona.data.frames import as_table
from neurona.data.table import Table
from neurona.diagnosis.case import Case, quiet
from neurona.diagnosis.finding import Remedy, Trial
from neurona.errors import DivergenceError
from neurona.estimators.choices import solver_of, step_optimizer
from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.regressor import MLPRegressor
from neurona.estimators.tables.classifier import TableClassifier
from neurona.estimators.tables.regressor import TableRegressor

HELD_SHARE = 0.2
"""Share of the rows that is held out where there are no validation rows."""
CARRIED = (
    "hidden_layer_sizes",
    "activation",
    "alpha",
    "dropout",
    "batch_size",
    "random_state",
    "n_threads",
    "engine",
    "device",
    "n_starts",
    "combine",
)
"""Parameters that an MLP has in common with the table estimator that takes its place; not the rate,
which suited other numbers.
"""


def applied(model: Any, remedy: Remedy) -> Any:
    """Return the changed, unfitted estimator."""
    changed = quiet(model)
    if remedy.scaling and isinstance(changed, BaseMLP):
        changed = scaling_estimator(changed)
    known = changed.get_params(deep=False)
    parameters = {name: value for name, value in remedy.parameters.items() if name in known}
    changed.set_params(**parameters)
    if remedy.without_columns and "kinds" in known:
        left = dict.fromkeys(remedy.without_columns, "id-like")
        changed.set_params(kinds={**(changed.kinds or {}), **left})
    return changed


def scaling_estimator(model: Any) -> Any:
    """Return the table estimator that trains as an MLP does, on columns and targets it scales."""
    cls: Any = TableRegressor if isinstance(model, MLPRegressor) else TableClassifier
    given = model.get_params(deep=False)
    words = {name: given[name] for name in CARRIED}
    solver = given["solver"]
    if solver_of(solver) is None and solver != "auto":
        words["solver"] = step_optimizer(given)
    else:
        words["solver"] = solver
    for name in ("loss", "class_weight"):
        if name in inspect.signature(cls).parameters:
            words[name] = given[name]
    return cls(epochs=given["max_iter"], **words)


def tried(case: Case, remedy: Remedy) -> Trial:
    """Return what a remedy comes to; see `Finding.try_it`."""
    rows = np.arange(case.train.count)
    if remedy.latest:
        return _on_the_latest(case, rows, remedy)
    if case.held is not None and case.is_fitted:
        own, held, before = rows, (case.held.X, case.held.y), case.model
        if not hasattr(before, "predict") or not _is_fitted(before):
            before = _fit(quiet(case.model), case, rows, held)
    elif case.held is not None:
        own, held, before = rows, (case.held.X, case.held.y), None
    else:
        own, aside = _aside(case, rows)
        held = case.train.taken(aside)
        before = _fit(quiet(case.model), case, own, None)
    kept = own
    if len(remedy.without_rows):
        kept = np.setdiff1d(own, np.asarray(remedy.without_rows))
    changed = applied(case.model, remedy)
    dropped = () if case.of_tables or remedy.scaling else remedy.without_columns
    watched = held if case.held is not None and case.watched else None
    after = _fit(changed, case, kept, watched, dropped)
    measure = remedy.measure or ("log_loss" if case.classifies else "r2")
    scores = scores_of(before, case, *held), scores_of(after, case, *held, dropped)
    return Trial(measure, *scores, rows=len(held[1]), model=after, honest=remedy.honest)


def _on_the_latest(case: Case, rows: Any, remedy: Remedy) -> Trial:
    """Return the score that was told beside that on the latest rows, by training on the others."""
    cut = len(rows) - max(1, int(HELD_SHARE * len(rows)))
    own, aside = _aside(case, rows)
    by_lot = _fit(quiet(case.model), case, own, None)
    earlier = _fit(quiet(case.model), case, rows[:cut], None)
    measure = remedy.measure or ("log_loss" if case.classifies else "r2")
    scores = (
        scores_of(by_lot, case, *case.train.taken(aside)),
        scores_of(earlier, case, *case.train.taken(rows[cut:])),
    )
    return Trial(measure, *scores, rows=len(rows) - cut, model=earlier, honest=True)


def scores_of(
    model: Any, case: Case, X: Any, y: Any, without: tuple[str, ...] | Any = ()
) -> Mapping[str, float]:
    """Return all scores of a model on rows; what diverged at once has the worst there are."""
    if case.classifies:
        return _of_classes(model, _without(X, case, without), np.asarray(y))
    truth = np.asarray(y, np.float64).reshape(len(y), -1)
    if model is None:
        return {"r2": -np.inf, "mae": np.inf}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        said = np.asarray(model.predict(_without(X, case, without)), np.float64)
        said = said.reshape(len(y), -1)
        return {
            "r2": metrics.r2(truth, said),
            "mae": float(np.mean(metrics.mae(truth - said))),
        }


def _of_classes(model: Any, X: Any, y: Any) -> Mapping[str, float]:
    if model is None:
        return {"accuracy": 0.0, "balanced_accuracy": 0.0, "log_loss": np.inf}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        shares = np.asarray(model.predict_proba(X), np.float64)
        said = np.asarray(model.predict(X))
    if not np.isfinite(shares).all():
        return {"accuracy": 0.0, "balanced_accuracy": 0.0, "log_loss": np.inf}
    if y.ndim == 2:
        losses = metrics.log_losses(y > 0, shares, True)
        right = (said == y).all(axis=1)
        balanced = float(np.mean([(said[:, k] == y[:, k]).mean() for k in range(y.shape[1])]))
    else:
        losses = metrics.log_losses(y[:, None] == model.classes_, shares, False)
        right, balanced = said == y, metrics.balanced_accuracy(y, said)
    return {
        "accuracy": float(right.mean()),
        "balanced_accuracy": balanced,
        "log_loss": float(losses.mean()),
    }


def _is_fitted(model: Any) -> bool:
    return hasattr(model, "coefs_") or hasattr(model, "network_")


def _fit(model: Any, case: Case, rows: Any, held: Any, without: tuple[str, ...] | Any = ()) -> Any:
    """Fit to some of the rows trained on; None if training leaves the finite numbers at once."""
    X, y = case.train.taken(rows)
    words = {}
    if held is not None:
        words = {"X_val": _without(held[0], case, without), "y_val": held[1]}
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return model.fit(_without(X, case, without), y, **words)
        except DivergenceError:
            return None


def _aside(case: Case, rows: Any) -> tuple[Any, Any]:
    """Return rows to train on and a share to score, by lot; each class in both where it can be."""
    random = np.random.RandomState(0)
    y = np.asarray(case.train.y)
    if case.classifies and y.ndim == 1:
        parts = [random.permutation(rows[y == label]) for label in np.unique(y)]
        held = [part[: round(HELD_SHARE * len(part))] for part in parts]
        aside = np.sort(np.concatenate(held))
    else:
        aside = np.sort(random.permutation(rows)[: max(1, int(HELD_SHARE * len(rows)))])
    return np.setdiff1d(rows, aside), aside


def _without(X: Any, case: Case, names: Any) -> Any:
    """Return rows without some of a matrix's or a frame's columns."""
    if not len(names):
        return X
    if isinstance(X, Table):
        return X.without([name for name in names if name in X.names])
    kept = [k for k, name in enumerate(case.names) if name not in names]
    if hasattr(X, "iloc"):
        return X.iloc[:, kept]
    if isinstance(X, list | tuple) or not hasattr(X, "shape"):
        return np.asarray(X)[:, kept]
    return take_columns(X, kept)


def take_columns(X: Any, kept: list[int]) -> Any:
    """Return some columns of an array or a frame."""
    return (
        X[:, kept]
        if hasattr(X, "__array__") and not hasattr(X, "columns")
        else as_table(X).select([as_table(X).names[k] for k in kept])
    )
