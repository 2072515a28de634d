"""The case that is looked at: a model and its rows, as the user and as the network have them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import _safe_indexing

from neurona.data.frames import as_table
from neurona.data.table import Table
from neurona.errors import DivergenceError
from neurona.estimators.choices import solver_of
from neurona.estimators.mlp.assigning import assignment_of
from neurona.estimators.mlp.assignment import Assignment
from neurona.estimators.mlp.autoencoder import Autoencoder
from neurona.estimators.mlp.base import BaseMLP, is_sparse
from neurona.estimators.tables.base import BaseTable
from neurona.network import Vector
from neurona.training.measures.place import thinned

MOST_ROWS = 20_000
"""Rows that are looked at; of more, every so many is taken."""
CELLS = 2e7
"""Numbers of a sparse matrix that are unpacked to be looked at."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows as the user has them (X, y), and as the network does: inputs and targets in float64, of
    at most MOST_ROWS of them, whose numbers are `places`.
    """

    X: Any
    y: Any
    inputs: Vector
    targets: Vector
    places: Vector

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.y)

    def taken(self, rows: Vector) -> tuple[Any, Any]:
        """Return X and y of some of the rows."""
        return take(self.X, rows), take(self.y, rows)


@dataclass(frozen=True, eq=False)
class Case:
    """A model with the rows that it was trained on and those held out; nothing of it is changed.

    Attributes
    ----------
    model : estimator
        The user's.
    network : MLPRegressor or MLPClassifier
        The model itself, or what a table model has inside; without `coefs_` if training left the
        finite numbers before one epoch was done.
    fit : Assignment
        What it was fitted by, made again: rows, loss, method, first weights.
    train : Rows
    held : Rows or None
        Rows that the weights have not seen.
    ahead : ndarray or None
        Inputs to predict for, as the network sees them.
    names : list of str
        What the network's inputs are called.
    table : Table or None
        The training rows' columns as the user has them; None of a sparse matrix.
    watched : bool
        Whether training stopped by, or kept the best weights on, the rows held out.
    held_by_lot : bool
        Whether the rows held out were drawn by lot.
    notes : list of str
        What could not be looked at, and why.
    in_several_ways : bool
        Whether the networks were trained in several ways, so that none stands for the others.
    of_a_sample : bool
        Whether the model was fitted to more rows than these.
    """

    model: Any
    network: Any
    fit: Assignment
    train: Rows
    held: Rows | None
    ahead: Vector | None
    names: list[str]
    table: Table | None
    watched: bool
    held_by_lot: bool
    notes: list[str]
    in_several_ways: bool = False
    of_a_sample: bool = False

    @property
    def of_tables(self) -> bool:
        """Whether the model prepares its columns and targets itself."""
        return isinstance(self.model, BaseTable)

    @property
    def classifies(self) -> bool:
        """Whether the targets are classes."""
        return str(self.network.subject().task) == "classification"

    @property
    def is_fitted(self) -> bool:
        """Whether there are weights that training came to."""
        return hasattr(self.network, "coefs_")


def case_of(model: Any, X: Any, y: Any, X_val: Any = None, y_val: Any = None) -> Case:
    """Return the case of a model; one that is not fitted is fitted, as a copy.

    TypeError for what is no network or table model with targets.
    """
    if not isinstance(model, BaseMLP | BaseTable) or isinstance(model, Autoencoder):
        instead = ""
        if hasattr(model, "best_estimator_"):
            instead = " Give its best: diagnose(search.best_estimator_, X, y)."
        elif hasattr(model, "named_steps"):
            instead = (
                " Give its last step, and what that is given: diagnose(pipeline[-1], "
                "pipeline[:-1].transform(X), y)."
            )
        raise TypeError(
            "A diagnosis is made of MLPRegressor, MLPClassifier, TableRegressor and "
            f"TableClassifier. Got a {type(model).__name__}.{instead}"
        )
    notes: list[str] = []
    fitted = model
    if not hasattr(model, "network_" if isinstance(model, BaseTable) else "coefs_"):
        fitted = _fitted(model, X, y, X_val, y_val, notes)
    if isinstance(model, BaseTable):
        return _of_table(model, fitted, X, y, X_val, y_val, notes)
    return _of_mlp(model, fitted, X, y, X_val, y_val, notes)


def quiet(model: Any) -> Any:
    """Return an unfitted copy that shows nothing, is followed by nothing, and begins anew."""
    changes = {"callbacks": None, "verbose": False, "warm_start": False}
    known = model.get_params(deep=False)
    return clone(model).set_params(**{k: v for k, v in changes.items() if k in known})


def take(given: Any, rows: Vector) -> Any:
    """Return some rows of an array, a frame, a sparse matrix, a list or a Table."""
    return given.take(rows) if isinstance(given, Table) else _safe_indexing(given, rows)


def _fitted(model: Any, X: Any, y: Any, X_val: Any, y_val: Any, notes: list[str]) -> Any:
    """Return a fitted copy; without weights if its training left the finite numbers at once."""
    copy = quiet(model)
    watched = {} if X_val is None or y_val is None else {"X_val": X_val, "y_val": y_val}
    notes.append("the model was not fitted; a copy was, on these rows")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            copy.fit(X, y, **watched)
        except DivergenceError:
            notes.append("its training left the finite numbers before one epoch was done")
    return copy


def _of_mlp(
    model: Any, fitted: Any, X: Any, y: Any, X_val: Any, y_val: Any, notes: list[str]
) -> Case:
    y = np.asarray(y)
    own, rest, watched = np.arange(len(y)), None, False
    if fitted.early_stopping and X_val is None and fitted.solver != "lbfgs":
        if isinstance(fitted.random_state, int | np.integer):
            own, rest = _own_split(fitted, X, y)
            watched = True
        else:
            notes.append(
                "which rows were held out is not known (random_state is no number), so nothing is "
                "compared with them"
            )
    train_X, train_y = take(X, own), y[own]
    held = None
    if rest is not None:
        held = take(X, rest), y[rest]
    elif X_val is not None and y_val is not None:
        held, watched = (X_val, np.asarray(y_val)), bool(fitted.early_stopping)
    fit = _assigned(fitted, train_X, train_y)
    given = getattr(fitted, "feature_names_in_", None)
    inputs = fit.network.sizes[0]
    names = [f"x{k + 1}" for k in range(inputs)] if given is None else [str(n) for n in given]
    table = None if is_sparse(X) else as_table(train_X)
    return Case(
        model=model,
        network=fitted,
        fit=fit,
        train=_seen(fitted, train_X, train_y),
        held=None if held is None else _seen(fitted, *held),
        ahead=None if X_val is None or y_val is not None else _seen_inputs(X_val),
        names=names,
        table=table,
        watched=watched,
        held_by_lot=rest is not None,
        notes=notes,
    )


def _own_split(fitted: Any, X: Any, y: Any) -> tuple[Vector, Vector]:
    """Return the rows that a model trained on, and those it put aside, drawn again."""
    again = quiet(fitted).set_params(n_starts=1, hidden_layer_sizes=_hidden(fitted))
    if solver_of(again.solver) is not None or again.solver == "auto":
        # a step method draws the same lots, and keeps the rows' numbers
        again.set_params(solver="adam", batch_size="auto")
    order = np.sort(assignment_of(again, X, y).order)
    return order, np.setdiff1d(np.arange(len(y)), order)


def _assigned(fitted: Any, X: Any, y: Any) -> Assignment:
    """Return the fit on rows that are all trained on, begun by the first weights of the model's."""
    again = quiet(fitted)
    again.set_params(n_starts=1, early_stopping=False, monitor="loss")
    again.set_params(hidden_layer_sizes=_hidden(fitted))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return assignment_of(again, X, y)


def _hidden(fitted: Any) -> Sequence[int]:
    """Return the hidden layers of the network that was kept."""
    if hasattr(fitted, "coefs_"):
        return tuple(int(matrix.shape[1]) for matrix in fitted.coefs_[:-1])
    shapes = fitted.subject().hidden_shapes()
    return tuple(shapes[0])


def _of_table(
    model: Any, fitted: Any, X: Any, y: Any, X_val: Any, y_val: Any, notes: list[str]
) -> Case:
    rows, split = fitted.divided(X, y)
    held_table, held_values, ahead = None, None, None
    train, held = split.train, split.held
    if X_val is not None:
        held = held[:0]
        try:
            given, _ = fitted.divided(X_val, y if y_val is None else y_val)
            held_table, held_values = given.table, given.values
        except (ValueError, KeyError):
            if y_val is not None:
                raise
            table = X_val if isinstance(X_val, Table) else as_table(X_val)
            ahead = fitted.preparation_.transform(table, np.float64)
    elif len(held):
        held_table, held_values = rows.table.take(held), rows.values[held]
    if X_val is not None and held_table is not None:
        train = np.arange(rows.table.rows)
    table, values = rows.table.take(train), rows.values[train]
    network = fitted.network_
    seen = _prepared(fitted, table, values)
    fit = _assigned(network, *_for_network(fitted, table, values))
    return Case(
        model=model,
        network=network,
        fit=fit,
        train=seen,
        held=None if held_table is None else _prepared(fitted, held_table, held_values),
        ahead=ahead,
        names=list(fitted.preparation_.features),
        table=table,
        watched=held_table is not None,
        held_by_lot=len(held) > 0 and split.how.startswith("random"),
        notes=notes,
        of_a_sample=any(one.rows > len(rows.values) for one in fitted.columns_),
        in_several_ways=fitted.is_stacked,
    )


def _for_network(fitted: Any, table: Table, values: Any) -> tuple[Vector, Vector]:
    """Return a table's rows as the network is given them."""
    dtype = fitted.network_.coefs_[0].dtype if hasattr(fitted.network_, "coefs_") else np.float64
    return fitted.encoded(table, values, dtype)  # type: ignore[no-any-return]


def _prepared(fitted: Any, table: Table, values: Any) -> Rows:
    places = thinned(table.rows, MOST_ROWS)
    inputs, y = _for_network(fitted, table.take(places), values[places])
    targets = _encoded(fitted.network_, inputs, y)
    return Rows(table, values, inputs.astype(np.float64), targets, places)


def _seen(fitted: Any, X: Any, y: Any) -> Rows:
    places = thinned(len(y), MOST_ROWS)
    if is_sparse(X):
        places = thinned(len(y), min(MOST_ROWS, max(100, int(CELLS / X.shape[1]))))
    inputs = _seen_inputs(take(X, places))
    return Rows(X, y, inputs, _encoded(fitted, inputs, y[places]), places)


def _seen_inputs(X: Any) -> Vector:
    if is_sparse(X):
        X = X.toarray()
    return np.asarray(X, np.float64)


def _encoded(network: Any, inputs: Vector, y: Any) -> Vector:
    """Return targets as the network learns them: rows x outputs."""
    if str(network.subject().task) != "classification":
        return np.asarray(y, np.float64).reshape(len(y), -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        encode = network.subject().encode_more
        found: Vector = encode(np.zeros((len(y), inputs.shape[1])), y)[1]
    return found.astype(np.float64)
