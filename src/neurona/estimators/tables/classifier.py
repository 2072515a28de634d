"""TableClassifier: one of several classes, or several labels at once, from a table."""

from __future__ import annotations

from dataclasses import KW_ONLY
from typing import Any, Literal

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d

from neurona import metrics
from neurona.data.table import Column, Table
from neurona.data.targets import class_labels, known_rows, label_matrix
from neurona.data.task import Task
from neurona.errors import IncompatibleError
from neurona.estimators.constructors import constructed
from neurona.estimators.given import refuse_missing, refuse_several_classes, targets_given
from neurona.estimators.mlp.base import is_sparse
from neurona.estimators.mlp.classifier import MLPClassifier
from neurona.estimators.parameters import Activations, Sizes
from neurona.estimators.sentences import in_a_sentence
from neurona.estimators.tables import inputs
from neurona.estimators.tables.always import say_always
from neurona.estimators.tables.base import BaseTable
from neurona.estimators.tables.clear import LEAST_GAIN, is_clear, what_would_tell
from neurona.estimators.tables.learning import Lesson
from neurona.estimators.tables.own_rows import over_fits
from neurona.estimators.tables.parameters import TABLE_ATTRIBUTES, TABLE_PARAMETERS
from neurona.estimators.tables.scored import ScoresNamedTargets
from neurona.estimators.weights import class_weights
from neurona.inference.answers import probabilities
from neurona.inference.learned import Comparison
from neurona.inference.prediction_sets import class_sets, label_sets
from neurona.numerics.losses import BinaryCrossEntropy, CategoricalCrossEntropy, Loss
from neurona.training.memory import refuse_classes


@constructed(TABLE_PARAMETERS, TABLE_ATTRIBUTES)
class TableClassifier(ScoresNamedTargets, ClassifierMixin, BaseTable):
    """Predict classes or labels from a table: columns are prepared, the best network is kept.

    One target column is two or more classes; several target columns of 0 and 1 (or yes and no) are
    labels that may be on at once.

    Parameters
    ----------
    split : {"auto", "random", "stratified", "group", "time", "last", "none"}
        As in `TableRegressor`; "auto" holds out the same share of each class.

    Attributes
    ----------
    classes_ : ndarray
        The classes in the order of `predict_proba`; for labels their numbers.

    task_ : Task
        "binary", "multiclass" or "multilabel".

    network_ : MLPClassifier
        The network, on prepared inputs.

    comparison_ : Comparison
        Log loss of the model, and of always saying how frequent the classes are.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import TableClassifier
    >>> r = np.random.default_rng(0)
    >>> table = {"pressure": r.uniform(0, 10, 300), "valve": r.choice(["open", "shut"], 300)}
    >>> table["state"] = np.where(table["pressure"] > 6, "alarm", "good")
    >>> model = TableClassifier(steps=2000, random_state=0).fit(table, "state")
    >>> model.predict({"pressure": [1.0, 9.0], "valve": ["open", "open"]}).tolist()
    ['good', 'alarm']
    """

    hidden_layer_sizes: Sizes | Literal["auto"] = "auto"
    activation: Activations = "auto"
    _: KW_ONLY
    class_weight: dict[Any, float] | Literal["balanced"] | None = None
    learning_rate_init: float | Literal["find"] = 0.001

    def predict(self, X: Any) -> Column:
        """Predict the class, or the labels as 0 and 1, of the rows of X.

        Parameters
        ----------
        X : as in `fit`; columns are found by name, in any order, and others are ignored

        Returns
        -------
        y : ndarray of shape (n_samples,), of classes, or (n_samples, n_labels), of 0 and 1

        Raises
        ------
        TableError
            A missing column, or a cell that is not of its column's kind.
        """
        matrix = self._matrix(X)
        if self.task_ is Task.MULTILABEL:
            return self.network_.predict(matrix)  # type: ignore[no-any-return]
        codes = self.network_.predict_proba(matrix).argmax(axis=1)
        return self.classes_[codes]  # type: ignore[no-any-return]

    def predict_proba(self, X: Any) -> Column:
        """Return the probability of each class, or label, for the rows of X.

        Parameters
        ----------
        X : as in `predict`

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes or n_labels), in the order of
            `classes_`
        """
        matrix = self._matrix(X)
        return self.network_.predict_proba(matrix)  # type: ignore[no-any-return]

    def predict_set(self, X: Any, coverage: float = 0.9) -> Column:
        """Return the classes that each row of X may well have: sets that hold the true class of a
        share `coverage` of new rows, as small as the probabilities allow.

        The share holds over all rows that come as those of training did (not for each class by
        itself): split conformal prediction on the rows that each fold held out. It is an estimate,
        not a proof: the networks of all folds predict together, which is safer as a rule, and each
        was stopped at its best epoch by the rows that it held out, which is less so.

        For models that several ways compete for, which is the default from 20 rows.

        Parameters
        ----------
        X : as in `predict`
        coverage : float in (0, 1), default=0.9

        Returns
        -------
        sets : ndarray of bool, of shape (n_samples, n_classes) in the order of `classes_`, or, for
            labels, (n_samples, n_labels, 2): whether each may be off, and on

        Raises
        ------
        IncompatibleError
            The model knows nothing of rows that it did not see.

        References
        ----------
        M. Sadinle, J. Lei, L. Wasserman, Least ambiguous set-valued classifiers with bounded error
        levels, JASA 114, 2019.
        """
        chances, errors = self.predict_proba(X), vars(self).get("held_out_errors_")
        if errors is None:
            raise IncompatibleError(
                "Prediction sets need answers on rows that the networks did not see: fit with 100 "
                "rows or more and name no way to learn, so that several are tried on folds."
            )
        sets = label_sets if self.task_ is Task.MULTILABEL else class_sets
        return sets(errors, chances, coverage)

    def _named_targets(self, table: Table, names: list[str]) -> Column:
        if len(names) > 1:
            return label_matrix(table, names)
        known = table.take(known_rows(table, names))
        labels = class_labels(known, names[0])
        values = np.zeros(table.rows, labels.dtype)
        values[known_rows(table, names)] = labels
        return values

    def _given_targets(self, y: Any) -> tuple[list[str], Column]:
        table = inputs.target_table(y)
        if table is not None:
            known = known_rows(table, table.names)
            if len(known) < table.rows:
                refuse_missing(int(np.setdiff1d(np.arange(table.rows), known)[0]))
            values = self._named_targets(table, table.names)
        else:
            values = targets_given(y, numeric=False)
            values = values.toarray() if is_sparse(values) else values
        try:
            check_classification_targets(values)
        except ValueError as error:
            raise in_a_sentence(error, "y", values) from None
        refuse_several_classes(values, self)
        if not type_of_target(values).startswith("multilabel"):
            values = column_or_1d(values, warn=True)
        count = 1 if values.ndim == 1 else values.shape[1]
        return inputs.values_names(y, count) if table is None else table.names, values

    def _learn_targets(self, values: Column) -> None:
        if values.ndim == 2:
            self.task_ = Task.MULTILABEL
            self.classes_ = np.arange(values.shape[1])
            for name, column in zip(self.target_names_, values.T, strict=True):
                if (column == column[0]).all():
                    self.notes_.append(
                        f"Label {name!r} is {int(column[0])} in every row; the model can only say "
                        "that."
                    )
            return
        self.classes_ = np.unique(values)
        self.task_ = Task.BINARY if len(self.classes_) <= 2 else Task.MULTICLASS
        if self.task_ is Task.MULTICLASS:
            refuse_classes(len(values), len(self.classes_), 8 if self.dtype == "float64" else 4)
        if len(self.classes_) == 1:
            self.notes_.append(
                f"Target {self.target_names_[0]!r} has the single class {self.classes_[0]!s}; the "
                "model can only say that."
            )

    def _encode_targets(self, values: Column) -> Column:
        if self.task_ is Task.MULTILABEL:
            return values
        known = np.isin(values, self.classes_)
        if not known.all():
            raise ValueError(
                f"The validation rows have the class {values[~known][0]!s}, which the training "
                "rows have not; leave such rows out."
            )
        return np.searchsorted(self.classes_, values)

    def _classes_of(self, values: Column) -> Column | None:
        return None if self.task_ is Task.MULTILABEL else values

    def learns(self) -> tuple[int, Loss]:
        """Return the number of outputs and the loss."""
        if self.task_ is Task.MULTICLASS:
            return len(self.classes_), CategoricalCrossEntropy()
        outputs = 1 if self.task_ is Task.BINARY else len(self.classes_)
        return outputs, BinaryCrossEntropy()

    def new_network(self, words: dict[str, Any]) -> Any:
        """Return an unfitted MLP for what is to be learned."""
        weight = self.class_weight
        if isinstance(weight, dict) and self.task_ is not Task.MULTILABEL:
            codes = {label: code for code, label in enumerate(self.classes_.tolist())}
            weight = {codes[label]: w for label, w in weight.items() if label in codes}
        return MLPClassifier(class_weight=weight, **words)

    def _lesson(self, *rows: Any, **held: Any) -> Lesson:
        lesson = super()._lesson(*rows, **held)
        if self.class_weight is not None:
            # before anything is trained
            class_weights(self.class_weight, lesson.train_values, "The rows to train on")
            class_weights(self.class_weight, lesson.values, "The rows held out")
        return lesson

    def _judge(self, lesson: Lesson) -> None:
        if self.task_ is Task.MULTILABEL:
            say_always(self.network_, np.concatenate([lesson.train_values, lesson.values]))
        super()._judge(lesson)

    def _outputs_of(self, lesson: Lesson) -> tuple[Column, Column | None]:
        on, weights = self._one_hot(lesson.train_values).astype(float), lesson.weights
        if self.class_weight is not None:
            of_classes = class_weights(self.class_weight, lesson.train_values)
            weights = of_classes if weights is None else weights * of_classes
        return (on[:, 1:] if self.task_ is Task.BINARY else on), weights

    def _said(self, outputs: Column) -> Column:
        several = self.task_ is Task.MULTILABEL
        return outputs if several else probabilities(outputs, self.classes_)

    def _compare(self, train: Column, values: Column, said: Column) -> tuple[Comparison, Column]:
        several = self.task_ is Task.MULTILABEL
        weights_train = weights = None
        if self.class_weight is not None:
            weights_train = class_weights(self.class_weight, train)
            weights = class_weights(self.class_weight, values)
        on_train, on = self._one_hot(train), self._one_hot(values)
        usual = np.broadcast_to(metrics.frequencies(on_train, weights=weights_train), said.shape)
        weights = np.ones(len(values)) if weights is None else weights / weights.mean()
        model = metrics.log_losses(on, said, several) * weights
        baseline = metrics.log_losses(on, usual, several) * weights
        gains = (baseline - model)[:, None]
        results = [float(model.mean())], [float(baseline.mean())]
        return Comparison("log_loss", *results, is_clear(gains), len(values), True), gains

    def _one_hot(self, values: Column) -> Column:
        return values if values.ndim == 2 else values[:, None] == self.classes_

    def _collapsed(self, comparison: Comparison, gains: Column, lesson: Lesson) -> str | None:
        model, baseline = comparison.model[0], comparison.baseline[0]
        # with a single class there is nothing to beat
        if baseline < 1e-5 or comparison.clear[0]:
            return None
        where = "held-out" if comparison.held_out else "training"
        names, why = ", ".join(map(repr, self.target_names_[:4])), what_would_tell(gains)
        if why and model < (1 - LEAST_GAIN) * baseline:
            return (
                f"The rows do not suffice to tell if the model of {names} knows more than how "
                f"frequent the classes are: its log loss of {model:.4g} on {comparison.rows:,} "
                f"{where} rows is below their {baseline:.4g}, {why}."
            )
        often = "how frequent the classes are"
        return over_fits(self, lesson, comparison, 0, names, often) or (
            f"The model of {names} collapsed to the class "
            f"frequencies: its log loss of {model:.4g} on {comparison.rows:,} {where} rows is not "
            f"clearly better than their {baseline:.4g}; check that the inputs tell something about "
            "the target, give more rows, or train longer."
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
