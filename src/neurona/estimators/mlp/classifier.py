"""MLPClassifier: a network for two classes, several classes, or several labels at once."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.preprocessing import LabelBinarizer
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import (
    _check_partial_fit_first_call,
    check_classification_targets,
    type_of_target,
    unique_labels,
)
from sklearn.utils.validation import column_or_1d, validate_data

from neurona import metrics
from neurona.errors import IncompatibleError
from neurona.estimators.mlp.base import DTYPES, BaseMLP, takes_batches
from neurona.estimators.parameters import check_parameters
from neurona.inference.answers import class_of, probabilities
from neurona.inference.learned import Labels
from neurona.network import Vector
from neurona.numerics.activations import ACTIVATIONS, Activation
from neurona.numerics.losses import LOSSES, Loss


class MLPClassifier(ClassifierMixin, BaseMLP):
    """Multi-layer perceptron for classification: scikit-learn's MLPClassifier, compiled, and more.

    Two classes or several labels have logistic outputs and the binary cross-entropy; several
    classes have softmax and the categorical cross-entropy.

    Parameters
    ----------
    hidden_layer_sizes : array-like of shape (n_layers - 2,) or int, default=(100,)
        Units of each hidden layer; `()` is a linear model. A list of such shapes,
        `[(20,), (8, 8), ()]`, is trained side by side, a shape per start in turn (`()`, which has
        one optimum, once).

    activation : str, Activation, or list with one per hidden layer, default="relu"
        See `neurona.numerics.activations`: identity, step, logistic, tanh, softmax, relu,
        leaky_relu, elu, selu, gelu, silu, softplus, mish; `LeakyRelu(0.1)` is one with another
        option.

    solver : str, StepOptimizer or Solver, default="adam"
        Any optimizer of `neurona.optimizers` by name or as a value (`Adam(beta1=0.8)`); a
        full-batch solver of `neurona.optimizers.solve`: "lm", "bayesian-lm" (finds its own
        regularisation, instead of alpha), "lbfgs", "bfgs", "scg", "cg", "newton", "newton-cg",
        "gauss-newton",
        "gradient-descent"; or "auto", by the size of the task (`solver_reason_` says why).
        "sgd" and "adam" take their options from the flat words below, as in scikit-learn; other
        names have their own.

    alpha : float, default=0.0001
        Strength of the L2 penalty; divided by the number of rows, as in scikit-learn.

    batch_size : int, default="auto"
        Rows per step: 1 is online learning, the number of rows is batch learning, "auto" min(200,
        n_samples).

    learning_rate : {"constant", "invscaling", "adaptive"}, default="constant"
        scikit-learn's schedules, for solver="sgd" only; `schedule` works for all.

    learning_rate_init : float, default=0.001
        Initial learning rate.

    power_t : float, default=0.5
        Exponent of "invscaling".

    max_iter : int, default=200
        Most epochs (iterations for "lbfgs").

    shuffle : bool, default=True
        Whether to shuffle the rows before each epoch.

    random_state : int, RandomState instance or None, default=None
        Determines initial weights, validation split, row order and dropout. The same seed gives the
        same bits for any number of threads. None takes fresh entropy and leaves NumPy's global
        generator alone.

    tol : float, default=1e-4
        An improvement of the monitored result of less than this does not count.

    verbose : bool or int, default=False
        1 shows the data, the network, epochs and the end on standard output, as the command line
        does: on a terminal and in a notebook in one line that changes, in a log in few lines. 2 and
        more print scikit-learn's lines, one per epoch, as `partial_fit` always does.

    warm_start : bool, default=False
        Begin the next fit from the weights of the last.

    momentum : float, default=0.9
        For solver="sgd".

    nesterovs_momentum : bool, default=True
        For solver="sgd".

    early_stopping : bool, default=False
        Stop when the validation score is flat, on a share of the rows put aside (or on X_val), and
        keep the weights of the best epoch.

    validation_fraction : float, default=0.1
        Share of the rows put aside.

    beta_1, beta_2, epsilon : float, default=0.9, 0.999, 1e-8
        For solver="adam".

    n_iter_no_change : int, default=10
        Epochs without improvement before training stops.

    max_fun : int, default=15000
        Most function evaluations of "lbfgs".

    loss : str or Loss, default="log_loss"
        "log_loss" is the cross-entropy that fits the outputs;
        `CategoricalCrossEntropy(label_smoothing=0.1)` or another loss of `neurona.numerics.losses`
        may be given.

    class_weight : dict, "balanced" or None, default=None
        Weights of the classes; "balanced" makes all classes weigh the same.

    output_activation : str or Activation, default=None
        Of the outputs; values must lie in [0, 1]. None takes "softmax" for several classes, else
        "logistic".

    alpha_l1 : float, default=0.0
        Strength of an L1 penalty, divided by the number of rows like alpha.

    dropout : float or list with one per hidden layer, default=0.0
        Share of a hidden layer's values that each step sets to 0.

    clip_norm, clip_value : float, default=None
        Limit for the gradient's norm, for each of its numbers.

    schedule : str or Schedule, default=None
        Learning rate over time for any solver, see `neurona.numerics.schedules`; times are in
        epochs.

    initializer : str or callable, default="scikit_learn"
        See `neurona.numerics.initializers`.

    monitor : {"auto", "loss", "val_loss", "score"}, default="auto"
        What stops training and chooses the best weights: "auto" is the score with early_stopping,
        else the loss.

    restore_best : bool or "auto", default="auto"
        Whether to end with the weights of the best epoch; "auto": if the monitored result is a
        validation result.

    callbacks : Callback, function (training, record), or a list of them, default=None
        See `neurona.training.callbacks`; they may stop training with a reason.

    n_threads : int, default=None
        Threads for one training, or for several starts side by side; None takes more than one for
        large networks and for starts. Never changes a result.

    n_starts : int, default=1
        Trainings from initial weights of their own, in parallel threads.

    combine : {"best", "average"}, default="best"
        Whether the best start predicts (by the monitored result on validation rows, else by the
        evidence, else by the loss), or the mean of all; of those of "bayesian-lm", where the shape
        `()` is among them, of all with more evidence than it.

    Attributes
    ----------
    coefs_, intercepts_ : list of ndarray
        Weight matrices (inputs x outputs) and bias vectors of the layers.

    loss_, best_loss_, loss_curve_ : float, float or None, list
        Training loss of the last epoch, the least, and all.

    validation_scores_, best_validation_score_ : list or None, float or None
        Scores on the validation rows, if there were any.

    history_ : History
        One record per epoch: loss, val_loss, score, learning_rate, gradient_norm, seconds,
        damping (of "lm" and "bayesian-lm"); `to_frame()`. Of the best start.

    stop_reason_ : str
        Why training ended, in a sentence.

    classes_ : ndarray of shape (n_classes,)
        The classes, sorted; outputs and probabilities are in this order.

    solver_, solver_reason_ : str or value, str
        The solver that trained, and why it was taken.

    starts_, best_start_ : list, int
        For each start the result that starts are compared by (less is better; less the log evidence
        for "bayesian-lm"), its loss, epochs and reason to end; which one is the best.

    effective_parameters_, log_evidence_ : float
        For "bayesian-lm": how many parameters the data determine (the mean of the members that
        predict), and the largest log evidence of them.

    relevance_ : ndarray of shape (n_features_in_,)
        For "bayesian-lm": each input's share of the prior variances of the first layer's weights.

    n_iter_, t_ : int
        Epochs done, rows trained on.

    n_layers_, n_outputs_, out_activation_ : int, int, str
        Layers with inputs and outputs counted, outputs, name of the output activation.

    n_features_in_, feature_names_in_ : int, ndarray
        Number of inputs; their names if X had any.

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
        **BaseMLP._parameter_constraints,
        "loss": [StrOptions({"log_loss", *LOSSES}), Loss],
        "class_weight": [dict, StrOptions({"balanced"}), None],
    }

    def __init__(
        self,
        hidden_layer_sizes: Any = (100,),
        activation: Any = "relu",
        *,
        solver: Any = "adam",
        alpha: Any = 0.0001,
        batch_size: Any = "auto",
        learning_rate: Any = "constant",
        learning_rate_init: Any = 0.001,
        power_t: Any = 0.5,
        max_iter: Any = 200,
        shuffle: Any = True,
        random_state: Any = None,
        tol: Any = 1e-4,
        verbose: Any = False,
        warm_start: Any = False,
        momentum: Any = 0.9,
        nesterovs_momentum: Any = True,
        early_stopping: Any = False,
        validation_fraction: Any = 0.1,
        beta_1: Any = 0.9,
        beta_2: Any = 0.999,
        epsilon: Any = 1e-8,
        n_iter_no_change: Any = 10,
        max_fun: Any = 15000,
        loss: Any = "log_loss",
        class_weight: Any = None,
        output_activation: Any = None,
        alpha_l1: Any = 0.0,
        dropout: Any = 0.0,
        clip_norm: Any = None,
        clip_value: Any = None,
        schedule: Any = None,
        initializer: Any = "scikit_learn",
        monitor: Any = "auto",
        restore_best: Any = "auto",
        callbacks: Any = None,
        n_threads: Any = None,
        n_starts: Any = 1,
        combine: Any = "best",
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.power_t = power_t
        self.max_iter = max_iter
        self.shuffle = shuffle
        self.random_state = random_state
        self.tol = tol
        self.verbose = verbose
        self.warm_start = warm_start
        self.momentum = momentum
        self.nesterovs_momentum = nesterovs_momentum
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.n_iter_no_change = n_iter_no_change
        self.max_fun = max_fun
        self.loss = loss
        self.class_weight = class_weight
        self.output_activation = output_activation
        self.alpha_l1 = alpha_l1
        self.dropout = dropout
        self.clip_norm = clip_norm
        self.clip_value = clip_value
        self.schedule = schedule
        self.initializer = initializer
        self.monitor = monitor
        self.restore_best = restore_best
        self.callbacks = callbacks
        self.n_threads = n_threads
        self.n_starts = n_starts
        self.combine = combine

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
        X, y = validate_data(
            self, X, y, accept_sparse="csr", multi_output=True, dtype=DTYPES, order="C", reset=first
        )
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        check_classification_targets(y)
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
        X, y = validate_data(
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
        weights: Vector = compute_sample_weight(self.class_weight, y)
        return weights if sample_weight is None else weights * sample_weight

    def _score_outputs(self, targets: Vector, weights: Vector | None, outputs: Vector) -> float:
        one_of_many = self._label_binarizer.y_type_ == "multiclass"
        return metrics.accuracy(targets, outputs, one_of_many, weights=weights)

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
        """
        return probabilities(self.outputs(X))

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
