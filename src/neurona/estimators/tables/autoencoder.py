"""TableAutoencoder: a code for the rows of a table as it is, and how unusual each row is."""

from __future__ import annotations

from dataclasses import KW_ONLY
from inspect import signature
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from neurona.data.preparation import Preparation
from neurona.data.split import Split, everything, random_split
from neurona.data.table import Column, Table
from neurona.estimators import choices
from neurona.estimators.constructors import constructed
from neurona.estimators.containers import framed_table
from neurona.estimators.fits import fits
from neurona.estimators.mlp.autoencoder import Autoencoder
from neurona.estimators.mlp.parameters import NOISE, CodeParameters
from neurona.estimators.mlp.reference import Reference
from neurona.estimators.parameters import Activations, Sizes, check_parameters
from neurona.estimators.random_state import generator
from neurona.estimators.tables import inputs
from neurona.estimators.tables.budget import budget
from neurona.estimators.tables.learning import LearnsTables, Lesson, check_rows
from neurona.estimators.tables.of_network import attribute_of
from neurona.estimators.tables.parameters import (
    CODER_TABLE_ATTRIBUTES,
    CODER_TABLE_PARAMETERS,
    TableParameters,
)
from neurona.estimators.tables.plan import LENGTHS, iterations_of
from neurona.estimators.tables.splitting import MIN_ROWS_TO_SPLIT, few_rows
from neurona.estimators.tasks import FitRows
from neurona.estimators.weights import row_weights
from neurona.optimizers import StepOptimizer
from neurona.optimizers.solver import Solver

_KEPT = (
    "n_components",
    "hidden_layer_sizes",
    "activation",
    "code_activation",
    "tied",
    "noise",
    "contamination",
    "loss",
    "solver",
)


@constructed(CODER_TABLE_PARAMETERS, CODER_TABLE_ATTRIBUTES | NOISE)
class TableAutoencoder(  # type: ignore[misc]
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    CodeParameters,
    TableParameters,
    LearnsTables,
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

    if TYPE_CHECKING:
        network_: Autoencoder
        preparation_: Preparation

    @fits
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
        lesson = self._lesson(X, y, sample_weight, X_val=X_val)
        self._fit_to(lesson, FitRows(X, X, sample_weight))
        return self

    def _lesson(
        self,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        alone: bool = False,
    ) -> Lesson:
        check_parameters(self)
        self.notes_: list[str] = []
        random = generator(self.random_state)
        table, named = inputs.inputs_of(self, X)
        check_rows(table, "rows")
        if sample_weight is not None:
            sample_weight = row_weights(sample_weight, np.zeros((table.rows, 1)), np.float64)
        self.target_names_: list[str] = []
        self.left_out_: list[str] = []
        inputs.learn_columns(self, table, named)
        matrix = self.preparation_.transform(table, self._dtype())
        self.split_, notes = self._split(len(matrix), random, X_val is not None)
        self.notes_ += notes
        train, held = self.split_.train, self.split_.held
        weights = weights_val = None
        if sample_weight is not None:
            weights, weights_val = sample_weight[train], sample_weight[held]
        matrix_val = matrix[held]
        if X_val is not None:
            matrix_val, weights_val = self._prepared(X_val, matrix.dtype), None
        validate = len(matrix_val) > 0
        return Lesson(
            words={
                **{name: getattr(self, name) for name in _KEPT},
                **budget(vars(self), self.solver, len(train), validate, self._iterations()),
                "random_state": int(random.randint(2**31 - 1)),
            },
            matrix=matrix[train],
            weights=weights,
            matrix_val=matrix_val if validate else None,
            weights_val=weights_val if validate else None,
            source=table.source,
            rows=len(train) + len(matrix_val),
        )

    def _iterations(self) -> int:
        """Return the most iterations of a full-batch method; 0 for mini-batches, or if the steps
        were given.
        """
        defaults = signature(type(self)).parameters
        given = any(getattr(self, name) != defaults[name].default for name in LENGTHS)
        return 0 if given else iterations_of(self.solver)

    def _split(
        self, count: int, random: np.random.RandomState, given: bool
    ) -> tuple[Split, list[str]]:
        if given:
            return everything(count, "validation rows were given"), []
        if count < MIN_ROWS_TO_SPLIT:
            return few_rows(count, "anomalies are measured by the errors of the training rows")
        return random_split(count, self.validation_fraction, random), []

    def new_network(self, words: dict[str, Any]) -> Autoencoder:
        """Return an unfitted MLP for what is to be learned."""
        return Autoencoder(**words)

    def _judge(self, lesson: Lesson) -> None:
        measured = lesson.measured
        self.reference_ = Reference.of(
            measured,
            lesson.weights_val if lesson.held_out else lesson.weights,
            self.network_.outputs,
            self.contamination,
            column_starts(self.preparation_),
        )
        share = self.network_.score(measured)
        where = f"{len(measured):,} {'held-out' if lesson.held_out else 'training'} rows"
        self.notes_.append(f"The code keeps {share:.1%} of the variance of {where}.")

    def _dtype(self) -> np.dtype[Any]:
        double = self.solver == "lbfgs" or choices.trains_in_double(self.solver)
        return np.dtype(
            ("float64" if double else "float32") if self.dtype == "auto" else str(self.dtype)
        )

    def _prepared(self, X: Any, dtype: Any, wanted: str = "rows") -> Column:
        return super()._prepared(X, dtype, wanted)

    # -- use

    def transform(self, X: Any) -> Column:
        """Return the codes of the rows of X.

        Parameters
        ----------
        X : as in `fit`; columns are found by name, in any order, and others are ignored

        Returns
        -------
        codes : ndarray of shape (n_samples, n_components)
            Or the frame that `set_output` asks for, with the index of X.

        Raises
        ------
        TableError
            A missing column, or a cell that is not of its column's kind.
        """
        matrix = self._matrix(X)
        return self.network_.codes(matrix)

    def inverse_transform(self, X: Any) -> Any:
        """Return the rows that codes stand for, in the columns' own units and words.

        A category is its likeliest level, rare ones are "(other)"; a cell is missing where missing
        is likelier. Columns that were left out do not come back. `pandas.DataFrame(rows.columns)`
        makes a frame of them, and so does `set_output(transform="pandas")`.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_components)

        Returns
        -------
        rows : Table
            Or the frame that `set_output` asks for, with the index of X.
        """
        check_is_fitted(self, "network_")
        return framed_table(self, self.preparation_.restore(self.network_.decoded(X)), X)

    def reconstruct(self, X: Any) -> Any:
        """Return what is left of the rows of X when they went through the code and back.

        Parameters
        ----------
        X : as in `transform`

        Returns
        -------
        rows : Table or frame, as of `inverse_transform`
        """
        matrix = self._matrix(X)
        return framed_table(self, self.preparation_.restore(self.network_.outputs(matrix)), X)

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
        return self.reference_.scores(self.network_.squared_errors(matrix))

    def column_errors(self, X: Any) -> Any:
        """Return each cell's squared error by its column's usual one: which column is odd.

        Parameters
        ----------
        X : as in `transform`

        Returns
        -------
        errors : Table or frame of numbers; 1 is usual
        """
        matrix = self._matrix(X)
        errors = self.reference_.errors(self.network_.squared_errors(matrix))
        columns = dict(zip(self.preparation_.needed, errors.T, strict=True))
        return framed_table(self, Table(columns, "errors"), X)

    @property
    def noise_(self) -> Column:
        """How far the prepared columns scatter, of "bayesian-lm"; see the class."""
        found: Column = attribute_of(self, "noise_")
        return found

    @property
    def _n_features_out(self) -> int:
        return len(self.network_.get_feature_names_out())

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags


def column_starts(preparation: Preparation) -> Column:
    """Return where each encoder's columns begin in the prepared matrix."""
    widths = [len(encoder.features()) for encoder in preparation.encoders]
    starts: Column = np.cumsum([0, *widths[:-1]])
    return starts
