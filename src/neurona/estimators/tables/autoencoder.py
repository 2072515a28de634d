"""TableAutoencoder: a code for the rows of a table as it is, and how unusual each row is."""

from __future__ import annotations

import warnings
from dataclasses import KW_ONLY
from typing import Any, NamedTuple, cast

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from neurona.data.columns import ColumnReport, find_columns
from neurona.data.preparation import Preparation
from neurona.data.split import Split, everything, random_split
from neurona.data.table import Column, Table
from neurona.errors import TableError
from neurona.estimators import choices
from neurona.estimators.constructors import constructed
from neurona.estimators.mlp.autoencoder import Autoencoder
from neurona.estimators.mlp.parameters import CodeParameters
from neurona.estimators.mlp.reference import Reference
from neurona.estimators.parameters import Activations, Sizes
from neurona.estimators.tables import inputs
from neurona.estimators.tables.base import MIN_ROWS_TO_SPLIT, automatic_batch
from neurona.estimators.tables.parameters import (
    CODER_TABLE_ATTRIBUTES,
    CODER_TABLE_PARAMETERS,
    TableParameters,
)
from neurona.optimizers import StepOptimizer, find
from neurona.optimizers.solver import Solver

_SHARED = (
    "n_components",
    "hidden_layer_sizes",
    "activation",
    "code_activation",
    "tied",
    "noise",
    "contamination",
    "loss",
    "solver",
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


class _Rows(NamedTuple):
    """Prepared rows and their weights."""

    matrix: Column
    weights: Column | None

    def take(self, rows: Column) -> _Rows:
        weights = None if self.weights is None else self.weights[rows]
        return _Rows(self.matrix[rows], weights)


@constructed(CODER_TABLE_PARAMETERS, CODER_TABLE_ATTRIBUTES)
class TableAutoencoder(  # type: ignore[misc]
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    CodeParameters,
    TableParameters,
    BaseEstimator,
):
    """Compress the rows of a table, numbers and texts together, and score how unusual they are.

    The columns are prepared as for `TableRegressor`: numbers by median and spread, a column per
    level of a category, missing cells marked. An `Autoencoder` learns the prepared columns,
    where 1 is a spread: Gaussian(0.1) is a tenth of it, and a masked number is the median.

    Parameters
    ----------
    loss : str or Loss
        As in `Autoencoder`.

    validation_fraction : float
        Share of the rows to hold out by lot; with fewer than 10 rows none are. They stop training,
        and anomalies are measured by their errors.

    Attributes
    ----------
    network_ : Autoencoder
        The network, on prepared columns.

    reference_ : Reference
        How large the errors of each column usually are.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import TableAutoencoder
    >>> r = np.random.default_rng(0)
    >>> motor = r.choice(["small", "large"], 500)
    >>> size = np.where(motor == "large", 10.0, 1.0)
    >>> speed = r.uniform(100, 200, 500)
    >>> table = {"motor": motor, "speed": speed, "power": size * speed}
    >>> model = TableAutoencoder(2, steps=3000, random_state=0).fit(table)
    >>> rows = {"motor": ["large", "small"], "speed": [150.0, 150.0], "power": [1500.0, 1500.0]}
    >>> model.anomaly_score(rows) > 1
    array([False,  True])
    """

    n_components: int = 2
    hidden_layer_sizes: Sizes = (64,)
    activation: Activations = "silu"
    _: KW_ONLY
    solver: str | StepOptimizer | Solver = "adam"

    # -- fitting

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None, *, X_val: Any = None) -> Any:
        """Fit to the rows of a table; all of its columns take part.

        Parameters
        ----------
        X : Table, pandas, polars or pyarrow frame, dict of columns, or array (n_samples, n_columns)
            Columns of any kind: numbers, texts, booleans, dates, with missing cells.

        y : ignored

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows in the loss.

        X_val : as X, default=None
            Rows to hold out, instead of some of X.

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
        random = (
            np.random.RandomState()
            if self.random_state is None
            else check_random_state(self.random_state)
        )
        table, named = inputs.inputs_of(self, X)
        self._check_rows(table)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(
                sample_weight, np.zeros((table.rows, 1)), dtype=np.float64
            )
        inputs.remember_columns(self, table, named)
        self.target_names_: list[str] = []
        self.left_out_: list[str] = []
        self.columns_: list[ColumnReport] = find_columns(table, self.kinds)
        self.preparation_ = Preparation.fit(
            table,
            max_levels=self.max_levels,
            refuse_missing=self.missing == "refuse",
            reports=self.columns_,
        )
        self.notes_ += [*table.notes, *self.preparation_.notes]
        matrix = self.preparation_.transform(table, self._dtype())
        self.split_ = self._split(len(matrix), random, X_val is not None)
        rows = _Rows(matrix, sample_weight)
        held = rows.take(self.split_.held)
        if X_val is not None:
            held = _Rows(self._prepared(X_val, matrix.dtype), None)
        self._train(rows.take(self.split_.train), held, random)
        return self

    def _check_rows(self, table: Table) -> None:
        if not table.rows:
            raise TableError(
                f"{table.source} has 0 rows (Found array with 0 sample(s)); a minimum of 1 is "
                "required, give rows."
            )

    def _split(self, count: int, random: np.random.RandomState, given: bool) -> Split:
        if given:
            return everything(count, "validation rows were given")
        if count < MIN_ROWS_TO_SPLIT:
            self.notes_.append(
                f"With {count} {'row' if count == 1 else 'rows'} none is held out: training goes "
                "its whole length, and anomalies are measured by the errors of the training rows."
            )
            return everything(count, f"no rows held out of {count}")
        return random_split(count, self.validation_fraction, random)

    def _train(self, train: _Rows, held: _Rows, random: np.random.RandomState) -> None:
        validate = len(held.matrix) > 0
        self.network_ = Autoencoder(**self._options(len(train.matrix), validate, random))
        with warnings.catch_warnings():
            # the end of the budget of steps is no failure: the schedule is made for it
            warnings.simplefilter("ignore", ConvergenceWarning)
            self.network_.fit(
                train.matrix,
                sample_weight=train.weights,
                X_val=held.matrix if validate else None,
                sample_weight_val=held.weights if validate else None,
            )
        self.history_ = self.network_.history_
        self.stop_reason_ = self.network_.stop_reason_
        self.n_iter_ = self.network_.n_iter_
        measured = held if validate else train
        self.reference_ = Reference.of(
            measured.matrix,
            measured.weights,
            self.network_.reconstruct,
            self.contamination,
            self._starts(),
        )
        share = self.network_.score(measured.matrix)
        where = f"{len(measured.matrix):,} {'held-out' if validate else 'training'} rows"
        self.notes_.append(f"The code keeps {share:.1%} of the variance of {where}.")

    def _dtype(self) -> np.dtype[Any]:
        double = self.solver == "lbfgs" or choices.trains_in_double(self.solver)
        return np.dtype(
            ("float64" if double else "float32") if self.dtype == "auto" else str(self.dtype)
        )

    def _options(self, rows: int, validate: bool, random: np.random.RandomState) -> dict[str, Any]:
        """Return the parameters of the network: a budget in steps becomes one in epochs."""
        solver = choices.solver_of(self.solver)
        full_batch = solver is not None or find(cast("str | StepOptimizer", self.solver)).full_batch
        batch = automatic_batch(rows) if self.batch_size == "auto" else min(self.batch_size, rows)
        per_epoch = 1 if full_batch else -(-rows // batch)
        steps = self.steps if self.epochs is None else self.epochs * per_epoch
        patience = steps / 2 if self.patience is None else self.patience
        endless = patience == np.inf or not validate
        options = {name: getattr(self, name) for name in _SHARED}
        return options | {
            "batch_size": "auto" if full_batch else batch,
            "max_iter": max(1, round(steps / per_epoch)),
            "n_iter_no_change": np.inf if endless else max(5, round(patience / per_epoch)),
            "monitor": "val_loss" if validate else "loss",
            "restore_best": validate,
            "tol": 0.0 if solver is None else 1e-6,
            "random_state": int(random.randint(2**31 - 1)),
        }

    def _starts(self) -> Column:
        """Return where each encoder's columns begin in the prepared matrix."""
        widths = [len(encoder.features()) for encoder in self.preparation_.encoders]
        starts: Column = np.cumsum([0, *widths[:-1]])
        return starts

    # -- use

    def _matrix(self, X: Any) -> Column:
        check_is_fitted(self, "network_")
        return self._prepared(X, self.network_.coefs_[0].dtype)

    def _prepared(self, X: Any, dtype: Any) -> Column:
        table = inputs.matched(self, X)
        self._check_rows(table)
        return self.preparation_.transform(table, dtype)

    def transform(self, X: Any) -> Column:
        """Return the codes of the rows of X.

        Parameters
        ----------
        X : as in `fit`; columns are found by name, in any order, and others are ignored

        Returns
        -------
        codes : ndarray of shape (n_samples, n_components)

        Raises
        ------
        TableError
            A missing column, or a cell that is not of its column's kind.
        """
        matrix = self._matrix(X)
        return self.network_.transform(matrix)

    def inverse_transform(self, X: Any) -> Table:
        """Return the rows that codes stand for, in the columns' own units and words.

        A category is its likeliest level, rare ones are "(other)"; a cell is missing where missing
        is likelier. Columns that were left out do not come back. `pandas.DataFrame(rows.columns)`
        makes a frame of them.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)

        Returns
        -------
        rows : Table
        """
        check_is_fitted(self, "network_")
        return self.preparation_.restore(self.network_.inverse_transform(X))

    def reconstruct(self, X: Any) -> Table:
        """Return what is left of the rows of X when they went through the code and back.

        Parameters
        ----------
        X : as in `transform`

        Returns
        -------
        rows : Table, as of `inverse_transform`
        """
        matrix = self._matrix(X)
        return self.preparation_.restore(self.network_.reconstruct(matrix))

    def score(self, X: Any, y: Any = None) -> float:
        """Return the share of the variance of the prepared columns that survives the code.

        Parameters
        ----------
        X : as in `transform`
        y : ignored

        Returns
        -------
        share : float, at most 1
        """
        matrix = self._matrix(X)
        return self.network_.score(matrix)

    def reconstruction_error(self, X: Any) -> Column:
        """Return each row's mean squared difference from its reconstruction, in prepared columns.

        Parameters
        ----------
        X : as in `transform`

        Returns
        -------
        errors : ndarray of shape (n_samples,), float64; 1 is a spread squared
        """
        matrix = self._matrix(X)
        return self.network_.reconstruction_error(matrix)

    def anomaly_score(self, X: Any) -> Column:
        """Return how unusual each row is: above 1, more than all but the share `contamination` of
        the held-out rows.

        The squared errors of each table column, all its levels together, are measured by that
        column's usual ones; their mean is divided by its quantile over the held-out rows (the
        training rows, if none were).

        Parameters
        ----------
        X : as in `transform`

        Returns
        -------
        scores : ndarray of shape (n_samples,), float64, at least 0
        """
        matrix = self._matrix(X)
        return self.reference_.scores(self.network_._squares(matrix))

    def column_errors(self, X: Any) -> Table:
        """Return each cell's squared error by its column's usual one: which column is odd.

        Parameters
        ----------
        X : as in `transform`

        Returns
        -------
        errors : Table of numbers; 1 is usual
        """
        matrix = self._matrix(X)
        errors = self.reference_.errors(self.network_._squares(matrix))
        return Table(dict(zip(self.preparation_.needed, errors.T, strict=True)), "errors")

    @property
    def _n_features_out(self) -> int:
        return self.network_._n_features_out

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.missing == "impute"
        tags.input_tags.categorical = True
        tags.input_tags.string = True
        tags.transformer_tags.preserves_dtype = []
        return tags
