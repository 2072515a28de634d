"""Predictors: a saved model that answers without the estimator around it.

They have the estimators' names for what prediction needs, and give the same bits. What an estimator
has besides (parameters, fitting, checks of anything that might be a table) costs a second of
importing scikit-learn, which a command that reads a file and writes another need not pay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from neurona.data.table import Table
from neurona.data.task import Task
from neurona.errors import IncompatibleError
from neurona.inference import answers
from neurona.inference.learned import Fitted, FittedTable
from neurona.inference.learned_weights import LearnedWeights
from neurona.inference.members import Member, have_error_bars
from neurona.inference.prediction_sets import class_sets, label_sets
from neurona.network import Vector

if TYPE_CHECKING:
    from neurona.inference.uncertainty import Uncertainty


class NetworkPredictor:
    """An MLP's answers for matrices (rows x inputs) of finite numbers.

    `classes_` is None for a regression; `kind_` is scikit-learn's name of the target's type.
    """

    def __init__(self, fitted: Fitted) -> None:
        self.fitted = fitted
        self._learned = LearnedWeights(fitted.network, fitted.weights, fitted.members)
        self.n_features_in_, self.n_outputs_ = fitted.network.sizes[0], fitted.network.sizes[-1]
        self.feature_names_in_ = fitted.feature_names
        self.classes_ = None if fitted.labels is None else fitted.labels.classes
        self.kind_ = "regression" if fitted.labels is None else fitted.labels.kind
        self.dtype = fitted.network.dtype

    @property
    def predicting(self) -> list[Member]:
        """The networks whose mean predicts."""
        return self._learned.predicting

    def outputs(self, X: Vector) -> Vector:
        """Return the network's outputs, rows x outputs."""
        return self._learned.outputs(answers.converted("X", X, self.dtype))

    def predict(self, X: Vector) -> Vector:
        """Return quantities, the class of each row, or the labels that are on."""
        outputs = self.outputs(X)
        if self.classes_ is None:
            return answers.flat(outputs)
        if self.kind_.startswith("multilabel"):
            return answers.labels_on(outputs)
        return answers.class_of(outputs, self.classes_)

    def predict_proba(self, X: Vector) -> Vector:
        """Return the probability of each class or label."""
        return answers.probabilities(self.outputs(X), self.classes_)

    @property
    def has_error_bars(self) -> bool:
        """Whether `predict_uncertainty` has something to say."""
        return self.classes_ is None and have_error_bars(self._learned.members)

    def predict_uncertainty(self, X: Vector) -> Uncertainty:
        """Return quantities with their standard deviations, rows x outputs.

        IncompatibleError if the model knows nothing of its weights' uncertainty.
        """
        # SciPy's distributions are slow to import, and needed here alone
        from neurona.inference.uncertainty import uncertainty

        return uncertainty(self._learned.members, answers.converted("X", X, self.dtype))


class TablePredictor:
    """A table model's answers for tables whose columns have the names of training."""

    def __init__(self, fitted: FittedTable) -> None:
        self.fitted = fitted
        self.network_ = NetworkPredictor(fitted.network)
        self.preparation_, self.task_ = fitted.preparation, fitted.task
        self.target_names_, self.left_out_ = fitted.targets, fitted.left_out
        self.classes_, self._scaling = fitted.classes, fitted.scaling
        self.columns_, self.comparison_ = fitted.columns, fitted.comparison
        self.provenance_ = fitted.provenance

    def predict(self, table: Table) -> Vector:
        """Return quantities in the user's units, the class of each row, or the labels that are on.

        Raises TableError for a missing column, and for a cell that is not of its column's kind.
        """
        matrix = self._matrix(table)
        if self._scaling is not None:
            outputs = self.network_.outputs(matrix)
            return answers.flat(self._scaling.back(outputs))
        if self.task_ is Task.MULTILABEL or self.classes_ is None:
            return self.network_.predict(matrix)
        chances = self.network_.predict_proba(matrix)
        found: Vector = self.classes_[chances.argmax(axis=1)]
        return found

    def predict_proba(self, table: Table) -> Vector:
        """Return the probability of each class or label."""
        return self.network_.predict_proba(self._matrix(table))

    @property
    def has_sets(self) -> bool:
        """Whether `predict_set` has something to say."""
        return self._scaling is None and self.fitted.errors is not None

    def predict_set(self, table: Table, coverage: float) -> Vector:
        """Return which classes are in the set of each row, rows x classes (or labels x 2)."""
        assert self.fitted.errors is not None
        sets = label_sets if self.task_ is Task.MULTILABEL else class_sets
        return sets(self.fitted.errors, self.predict_proba(table), coverage)

    @property
    def has_error_bars(self) -> bool:
        """Whether `predict_uncertainty` has something to say."""
        known = self.fitted.errors is not None or self.network_.has_error_bars
        return self._scaling is not None and known

    def predict_uncertainty(self, table: Table) -> Uncertainty:
        """Return quantities with their standard deviations, in the user's units, rows x targets.

        IncompatibleError if the model predicts classes, or knows nothing of its uncertainty.
        """
        if self._scaling is None:
            raise IncompatibleError("Classes have probabilities, no error bars.")
        matrix = self._matrix(table)
        # SciPy's distributions are slow to import, and needed here alone
        from neurona.inference.in_units import in_units
        from neurona.inference.uncertainty import measured_uncertainty

        members, known = self.network_.predicting, self.fitted
        found = measured_uncertainty(members, matrix, known.errors, known.noise_scale)
        return in_units(found, self._scaling)

    def _matrix(self, table: Table) -> Vector:
        return self.preparation_.transform(table, self.network_.dtype)
