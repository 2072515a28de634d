"""The part that TableRegressor and TableClassifier share: from a table as it is to a trained
network.
"""

from __future__ import annotations

import copy
import warnings
from abc import ABC, abstractmethod
from inspect import signature
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from neurona.data.columns import ColumnReport, find_columns
from neurona.data.preparation import Preparation
from neurona.data.split import SPLITTERS, Split, Wanted, choose_split, everything
from neurona.data.table import Column, Table
from neurona.data.targets import known_rows
from neurona.errors import CollapsedWarning, TableError
from neurona.estimators import showing
from neurona.estimators.choices import solver_of
from neurona.estimators.tables import inputs
from neurona.estimators.tables.parameters import TargetTableParameters
from neurona.estimators.tables.plan import BATCH_WORDS, Plan, Task, is_bayesian, make_plan
from neurona.inference.learned import Comparison
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import Loss
from neurona.optimizers import find
from neurona.training.callbacks import as_callbacks

MIN_ROWS_TO_SPLIT = 10
_SHARED = (
    "hidden_layer_sizes",
    "activation",
    "solver",
    "n_starts",
    "combine",
    "alpha",
    "batch_size",
    "learning_rate_init",
    "schedule",
    "dropout",
    "random_state",
    "callbacks",
    "verbose",
    "n_threads",
)


def is_clear(gains: Column) -> list[bool]:
    """Return for each column of gains, row by row over the baseline, if it is more than chance.

    It is if the mean is above 1.64 standard errors, and above nothing (rounding aside).
    """
    mean, deviation = gains.mean(axis=0), gains.std(axis=0, ddof=1 if len(gains) > 1 else 0)
    size = np.abs(gains).max(axis=0)
    clear = (mean > 1.64 * deviation / np.sqrt(len(gains))) & (mean > 1e-6 * size)
    return [bool(one) for one in clear]


class Rows(NamedTuple):
    """What a network learns from: inputs, targets, weights."""

    table: Table
    values: Column
    weights: Column | None


class BaseTable(TargetTableParameters, BaseEstimator, ABC):  # type: ignore[misc]
    """Shared part of the table estimators. Use TableRegressor or TableClassifier."""

    @abstractmethod
    def _named_targets(self, table: Table, names: list[str]) -> Column:
        """Return target columns as values."""

    @abstractmethod
    def _given_targets(self, y: Any) -> tuple[list[str], Column]:
        """Return names and values of targets that y holds."""

    @abstractmethod
    def _learn_targets(self, values: Column) -> None:
        """Learn what the targets are, from all rows."""

    @abstractmethod
    def _encode_targets(self, values: Column) -> Column:
        """Return targets as the network learns them."""

    @abstractmethod
    def _classes_of(self, values: Column) -> Column | None:
        """Return what to stratify a split by, None if nothing."""

    @abstractmethod
    def _learns(self) -> tuple[int, Loss]:
        """Return the number of outputs and the loss."""

    @abstractmethod
    def _new_network(self, options: dict[str, Any]) -> Any:
        """Return an unfitted MLP."""

    @abstractmethod
    def _compare(self, train: Column, values: Column, matrix: Column) -> Comparison:
        """Return the model beside the baseline that knows the targets `train`."""

    @abstractmethod
    def _collapsed(self, comparison: Comparison) -> str | None:
        """Return a sentence if the model is no better than the baseline."""

    # -- fitting

    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None
    ) -> Any:
        """Fit to the rows of a table.

        Parameters
        ----------
        X : Table, pandas, polars or pyarrow frame, dict of columns, or array (n_samples, n_columns)
            Inputs of any kind: numbers, texts, booleans, dates, with missing cells.

        y : str, list of str, or array-like of shape (n_samples,) or (n_samples, n_targets)
            The target columns of X by name (rows where one is missing are left out, and counted in
            `notes_`), or the targets themselves.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows in the loss.

        X_val, y_val : as X and y, default=None
            Rows to validate on, instead of some of X. `y_val` may be left out if y is names.

        Returns
        -------
        self : object

        Raises
        ------
        TableError
            A table that cannot be learned from; the sentence names row, column and cell.
        """
        self._validate_params()
        self.notes_: list[str] = []
        random = self._random()
        rows, named = self._rows(X, y, sample_weight, True)
        self._learn_targets(rows.values)
        self.left_out_ = [] if self.split_column is None else [self.split_column]
        table = rows.table.without(self.left_out_)
        inputs.remember_columns(self, table, named)
        self.columns_: list[ColumnReport] = find_columns(table, self.kinds)
        self.preparation_ = Preparation.fit(
            table,
            max_levels=self.max_levels,
            refuse_missing=self.missing == "refuse",
            reports=self.columns_,
        )
        self.notes_ += [*table.notes, *self.preparation_.notes]
        self.plan_ = self._plan(len(rows.values))
        self.split_ = self._split(rows, random, X_val is not None)
        rows = rows._replace(table=table)
        self._train(rows, self.split_, X_val, y if y_val is None else y_val, random)
        return self

    def _random(self) -> np.random.RandomState:
        if self.random_state is None:
            return np.random.RandomState()
        random: np.random.RandomState = check_random_state(self.random_state)
        return random

    def _rows(self, X: Any, y: Any, sample_weight: Any, first: bool) -> tuple[Rows, bool]:
        """Return inputs, targets and weights of the rows whose targets are known, and whether the
        columns have names.
        """
        if y is None:
            raise ValueError(
                f"This {type(self).__name__} estimator requires y to be passed, but the target y "
                "is None; name the target columns of X, or give their values."
            )
        table, named = inputs.inputs_of(self, X)
        if not table.rows:
            raise TableError(
                f"{table.source} has 0 rows (Found array with 0 sample(s)); a minimum of 1 is "
                "required, give rows to learn from."
            )
        names = inputs.target_names(table, y)
        if names is None:
            given, values = self._given_targets(y)
            inputs.check_lengths(table, values)
            known = None
        else:
            given, known = names, known_rows(table, names)
            if not len(known):
                raise TableError(
                    f"{table.source}: every row misses a target {', '.join(map(repr, names))}; "
                    "give rows with targets."
                )
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, np.zeros((table.rows, 1)), dtype=np.float64
            )
        if known is not None and names is not None:
            values = self._named_targets(table, names)
            dropped = table.rows - len(known)
            table = table.without(names)
            if dropped:
                self.notes_.append(
                    f"{table.source}: {dropped:,} of {table.rows:,} rows have no target and are "
                    "left out."
                )
                table, values = table.take(known), values[known]
                sample_weight = None if sample_weight is None else sample_weight[known]
            if not table.names:
                raise TableError(f"{table.source} has no columns besides the targets; add inputs.")
        if first:
            self.target_names_ = given
        return Rows(table, values, sample_weight), named

    def _split(self, rows: Rows, random: np.random.RandomState, given: bool) -> Split:
        """Return the rows to train on and to hold out, as the parameter `split` says."""
        count = len(rows.values)
        if SPLITTERS[self.split].of_column != (self.split_column is not None):
            raise ValueError(
                "split_column is for split='group' and split='time', which need it. Got "
                f"split={self.split!r} and split_column={self.split_column!r}."
            )
        if given:
            return everything(count, "validation rows were given")
        if self.split == "auto" and is_bayesian(self.plan_.solver):
            return everything(count, "no rows held out: the evidence needs none")
        if self.split != "none" and count < MIN_ROWS_TO_SPLIT:
            self.notes_.append(
                f"With {count} {'row' if count == 1 else 'rows'} none is held out: training goes "
                "its whole length, and the score is that on the training rows."
            )
            return everything(count, f"no rows held out of {count}")
        column = None if self.split_column is None else rows.table[self.split_column]
        classes = self._classes_of(rows.values)
        wanted = Wanted(count, self.validation_fraction, random, column, classes)
        return choose_split(self.split, wanted)

    def _train(
        self, rows: Rows, split: Split, X_val: Any, y_val: Any, random: np.random.RandomState
    ) -> None:
        dtype = np.dtype(self._dtype())
        matrix = self.preparation_.transform(rows.table, dtype)
        targets = self._encode_targets(rows.values)
        train, held = split.train, split.held
        values = rows.values[held]
        if X_val is not None:
            given, _ = self._rows(X_val, y_val, None, False)
            self.preparation_.check_columns(given.table)
            matrix_val = self.preparation_.transform(given.table, dtype)
            values, targets_val = given.values, self._encode_targets(given.values)
        else:
            matrix_val, targets_val = matrix[held], targets[held]
        validate = len(matrix_val) > 0
        weights = rows.weights
        options = self._options(len(train), validate, random)
        count = len(rows.values) if X_val is None else len(rows.values) + len(values)
        with showing.shown(self, rows.table.source, count) as callbacks:
            if callbacks:
                callbacks += as_callbacks(self.callbacks)
                options |= {"callbacks": callbacks, "verbose": False}
            self.network_ = self._new_network(options)
            with warnings.catch_warnings():
                # the end of the budget of steps is no failure: the schedule is made for it
                warnings.simplefilter("ignore", ConvergenceWarning)
                self.network_.fit(
                    matrix[train],
                    _as_dtype(targets[train], dtype),
                    None if weights is None else weights[train],
                    X_val=matrix_val if validate else None,
                    y_val=_as_dtype(targets_val, dtype) if validate else None,
                )
            # what shows a fit is not the model's
            self.network_.set_params(callbacks=self.callbacks, verbose=self.verbose)
            self._judge(
                rows.values[train],
                values if validate else rows.values[train],
                validate,
                matrix_val if validate else matrix[train],
            )

    def _judge(self, train: Column, values: Column, held_out: bool, matrix: Column) -> None:
        """Take over what the network came to, and compare it with the trivial baseline."""
        self.history_ = self.network_.history_
        self.stop_reason_ = self.network_.stop_reason_
        self.n_iter_ = self.network_.n_iter_
        self.comparison_ = self._compare(train, values, matrix)._replace(held_out=held_out)
        said = self._collapsed(self.comparison_)
        if said:
            self.notes_.append(said)
            warnings.warn(said, CollapsedWarning, stacklevel=5)

    def _plan(self, rows: int) -> Plan:
        """Return how this table will be learned, and say so if it was left to us."""
        outputs, loss = self._learns()
        linked = ACTIVATIONS.find(loss.link)
        task = Task(rows, self.preparation_.width, outputs, loss, linked)
        defaults = signature(type(self)).parameters
        asked = [
            name
            for name in BATCH_WORDS
            if repr(getattr(self, name)) != repr(defaults[name].default)
        ]
        alone = any(one.needs_one_start for one in as_callbacks(self.callbacks))
        plan = make_plan(vars(self), task, asked, alone)
        if self.solver == "auto":
            self.notes_.append(f"Solver {plan.describe()}.")
        return plan

    def _dtype(self) -> str:
        if self.dtype != "auto":
            return str(self.dtype)
        return "float32" if solver_of(self.plan_.solver) is None else "float64"

    def _options(self, rows: int, validate: bool, random: np.random.RandomState) -> dict[str, Any]:
        """Return the parameters of the MLP: a budget in steps becomes one in epochs."""
        plan = self.plan_
        solver = solver_of(plan.solver)
        full_batch = solver is not None or find(plan.solver).full_batch
        batch = automatic_batch(rows) if self.batch_size == "auto" else min(self.batch_size, rows)
        steps_per_epoch = 1 if full_batch else -(-rows // batch)
        steps = self.steps if self.epochs is None else self.epochs * steps_per_epoch
        if plan.iterations:
            steps = plan.iterations
        patience = steps / 2 if self.patience is None else self.patience
        options = {name: getattr(self, name) for name in _SHARED}
        return options | {
            "batch_size": "auto" if full_batch else batch,
            "max_iter": max(1, round(steps / steps_per_epoch)),
            "n_iter_no_change": np.inf
            if patience == np.inf or not validate
            else max(5, round(patience / steps_per_epoch)),
            "monitor": "val_loss" if validate else "loss",
            "restore_best": validate,
            "tol": 0.0 if solver is None else 1e-6,
            **plan.parameters(),
            "random_state": int(random.randint(2**31 - 1)),
        }

    # -- prediction

    def member(self, index: int) -> Any:
        """Return a copy of this model that predicts by one of the networks that it averages.

        Parameters
        ----------
        index : int
            Which one, from 0 to the number of starts less one.

        Returns
        -------
        model : estimator of the same class
            Fitted; to look at, to write to a workbook, to trace.
        """
        check_is_fitted(self, "network_")
        one = copy.copy(self)
        one.network_ = self.network_.member(index)
        return one

    def _matrix(self, X: Any) -> Column:
        check_is_fitted(self, "network_")
        table = inputs.matched(self, X)
        if not table.rows:
            raise TableError(
                f"{table.source} has 0 rows (Found array with 0 sample(s)); a minimum of 1 is "
                "required, give rows to predict."
            )
        return self.preparation_.transform(table, self.network_.coefs_[0].dtype)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing == "impute"
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        return tags


def automatic_batch(rows: int) -> int:
    """Return the rows of a batch: 32 for small tables, up to 256 for large ones."""
    return min(rows, int(np.clip(2 ** np.floor(np.log2(max(rows, 1) / 300)), 32, 256)))


def _as_dtype(targets: Column, dtype: Any) -> Column:
    return targets.astype(dtype) if targets.dtype.kind == "f" else targets
