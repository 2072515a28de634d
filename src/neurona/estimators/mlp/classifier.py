"""MLPClassifier: a network for two classes, several classes, or several labels at once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import (
    _check_partial_fit_first_call,
    check_classification_targets,
    type_of_target,
    unique_labels,
)
from sklearn.utils.validation import column_or_1d

from neurona import metrics
from neurona.errors import IncompatibleError
from neurona.estimators.available import available_if
from neurona.estimators.constructors import constructed
from neurona.estimators.fits import fits
from neurona.estimators.given import refuse_several_classes, targets_given
from neurona.estimators.mlp.base import DTYPES, BaseMLP, takes_batches
from neurona.estimators.mlp.parameters import ATTRIBUTES, ClassParameters, StartParameters
from neurona.estimators.parameters import (
    PARAMETERS,
    Activations,
    Names,
    Sizes,
    check_parameters,
)
from neurona.estimators.validated import validated
from neurona.estimators.weights import ScoresWeighedRows, check_weights, class_weights
from neurona.inference.answers import class_of, probabilities
from neurona.inference.learned import Labels
from neurona.network import Vector
from neurona.numerics.activations import ACTIVATIONS, Activation
from neurona.numerics.losses import LOSSES, Loss
from neurona.training.memory import refuse_classes


@constructed(PARAMETERS, ATTRIBUTES)
class MLPClassifier(ScoresWeighedRows, ClassifierMixin, BaseMLP, StartParameters, ClassParameters):
    """Multi-layer perceptron for classification: scikit-learn's MLPClassifier, compiled, and more.

    Two classes or several labels have logistic outputs and the binary cross-entropy; several
    classes have softmax and the categorical cross-entropy.

    Parameters
    ----------
    loss : str or Loss
        "log_loss" is the cross-entropy that fits the outputs;
        `CategoricalCrossEntropy(label_smoothing=0.1)` or another loss of `neurona.numerics.losses`
        may be given.

    output_activation : str or Activation
        Of the outputs; values must lie in [0, 1]. None takes "softmax" for several classes, else
        "logistic".

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The classes, sorted; outputs and probabilities are in this order.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from neurona import MLPClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = MLPClassifier(10, solver="lbfgs", random_state=0, max_iter=1000)
    >>> model.fit(X, y).score(X, y) > 0.97
    True
    """

    _task: ClassVar[str] = "classification"
    _score_name: ClassVar[str] = "accuracy"
    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "loss": [StrOptions(Names(["log_loss"], LOSSES)), Loss]
    }

    hidden_layer_sizes: Sizes = (100,)
    activation: Activations = "relu"

    def _loss_and_output(self) -> tuple[Loss, Activation]:
        several = (
            getattr(self, "_label_binarizer", None) is not None
            and self._label_binarizer.y_type_ == "multiclass"
        )
        default = "softmax" if several else "logistic"
        output: Activation = ACTIVATIONS.find(
            default if self.output_activation is None else self.output_activation
        )
        low, high = output.range()
        if low < 0 or high > 1:
            raise IncompatibleError(
                f"The output activation {output.name!r} of a classifier must have values in [0, "
                f"1]; use {default!r}."
            )
        if isinstance(self.loss, str) and self.loss == "log_loss":
            return LOSSES.find(
                "categorical_cross_entropy" if output.sums_to_one else "binary_cross_entropy"
            ), output
        loss: Loss = LOSSES.find(self.loss)
        return loss, output

    def _encode(self, X: Any, y: Any, incremental: bool, first: bool) -> tuple[Any, Vector]:
        X, y = validated(
            self, X, y, accept_sparse="csr", multi_output=True, dtype=DTYPES, order="C", reset=first
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        check_classification_targets(y)
        refuse_several_classes(y, self)
        if not hasattr(self, "classes_") or not (self.warm_start or incremental):
            self._label_binarizer = LabelBinarizer().fit(y)
            self.classes_ = self._label_binarizer.classes_
        else:
            self._check_classes(y)
        return X, self._as_targets(X, y)

    def _check_classes(self, y: Any) -> None:
        classes = unique_labels(y)
        if self.warm_start:
            if set(classes) != set(self.classes_):
                raise ValueError(
                    "warm_start can only be used where `y` has the same classes as in the "
                    "previous call to fit. "
                    f"Previously got {self.classes_}, `y` has {classes}"
                )
        elif len(np.setdiff1d(classes, self.classes_, assume_unique=True)):
            raise ValueError(
                f"`y` has classes not in `self.classes_`. `self.classes_` has {self.classes_}. "
                f"'y' has {classes}."
            )

    def _encode_more(self, X: Any, y: Any) -> tuple[Any, Vector]:
        X, y = validated(
            self, X, y, accept_sparse="csr", multi_output=True, dtype=DTYPES, order="C", reset=False
        )
        unknown = np.setdiff1d(unique_labels(y), self.classes_)
        if len(unknown):
            raise ValueError(f"y_val has classes that y has not: {unknown}.")
        return X, self._as_targets(X, y)

    def _as_targets(self, X: Any, y: Any) -> Vector:
        """Return 0 and 1 per output, in X's dtype: one column for two classes, else one per class
        or label.
        """
        outputs = len(self.classes_) if len(self.classes_) > 2 else 1
        refuse_classes(y.shape[0], outputs, X.dtype.itemsize)
        if self._label_binarizer.y_type_.startswith("multilabel"):
            dense = y.toarray() if hasattr(y, "toarray") else y
            labels: Vector = np.ascontiguousarray(dense, X.dtype)
            return labels
        codes = np.searchsorted(self.classes_, np.ravel(y))
        if len(self.classes_) <= 2:
            # with a single class everything is the negative class, as in scikit-learn
            positive: Vector = (codes == 1).astype(X.dtype)[:, None]
            return positive
        targets: Vector = np.zeros((len(codes), len(self.classes_)), X.dtype)
        targets[np.arange(len(codes)), codes] = 1
        return targets

    def _stratify(self, targets: Vector) -> Any:
        if targets.shape[1] == 1:
            return targets.astype(bool)
        # scikit-learn does not stratify several classes here; neither do several labels allow it
        return None

    def _row_weights(self, y: Any, sample_weight: Vector | None) -> Vector | None:
        if self.class_weight is None:
            return sample_weight
        weights = class_weights(self.class_weight, y)
        if sample_weight is not None:
            weights = weights * sample_weight
            check_weights(weights, "sample_weight times class_weight")
        return weights

    def _score_of(self, targets: Vector, weights: Vector | None) -> Callable[[Vector], float]:
        one_of_many = self._label_binarizer.y_type_ == "multiclass"
        return partial(metrics.accuracy, targets, one_of_many=one_of_many, weights=weights)

    def predict(self, X: Any) -> Vector:
        """Predict the class, or the labels, of the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_labels)
        """
        outputs = self.outputs(X)
        if self._label_binarizer.y_type_.startswith("multilabel"):
            return self._label_binarizer.inverse_transform(outputs)  # type: ignore[no-any-return]
        return class_of(outputs, self.classes_)

    def predict_proba(self, X: Any) -> Vector:
        """Return the probability of each class (or label) for the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        probabilities : ndarray of shape (n_samples, n_classes), in the order of `classes_`
            Of a single class it is 1 in every row.
        """
        return probabilities(self.outputs(X), self.classes_)

    def predict_log_proba(self, X: Any) -> Vector:
        """Return the logarithm of `predict_proba`.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        log_probabilities : ndarray of shape (n_samples, n_classes)
        """
        with np.errstate(divide="ignore"):
            logarithms: Vector = np.log(self.predict_proba(X))
        return logarithms

    @available_if(takes_batches)
    @fits
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None, classes: Any = None) -> Any:
        """Train one more epoch on these rows.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
        sample_weight : array-like of shape (n_samples,), default=None
        classes : array of shape (n_classes,), default=None
            All classes that there will ever be; needed in the first call only.

        Returns
        -------
        self : object
        """
        if not hasattr(self, "coefs_"):
            check_parameters(self)
        y = targets_given(y, numeric=False)
        if _check_partial_fit_first_call(self, classes):
            labels = y if type_of_target(y).startswith("multilabel") else classes
            self._label_binarizer = LabelBinarizer().fit(labels)
        return self._fit_more(self.given(X, y, sample_weight))

    def learn_classes(self, y: Any, classes: Any = None) -> None:
        """Learn the classes that there will ever be: of labels from y, else those given."""
        labels = y if type_of_target(y).startswith("multilabel") else classes
        if labels is None:
            raise ValueError(
                "A classifier that is not fitted does not know its classes; pass "
                "classes=[...], all that there will ever be, or fit it first."
            )
        self._label_binarizer = LabelBinarizer().fit(labels)
        self.classes_ = self._label_binarizer.classes_

    def labels(self) -> Labels:
        """Return what is known of the classes."""
        known = self._label_binarizer
        return Labels(self.classes_, known.classes_, str(known.y_type_), bool(known.sparse_input_))

    def set_labels(self, labels: Labels) -> None:
        """Take over what is known of the classes."""
        binarizer = LabelBinarizer()
        binarizer.y_type_ = labels.kind
        binarizer.sparse_input_ = labels.sparse
        binarizer.classes_ = labels.known
        self.classes_ = labels.classes
        if np.array_equal(labels.classes, labels.known):
            binarizer.classes_ = labels.classes
        self._label_binarizer = binarizer

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags
