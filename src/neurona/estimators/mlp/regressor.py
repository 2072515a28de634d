"""MLPRegressor: a network for one or several numeric targets."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import column_or_1d, validate_data

from neurona import metrics
from neurona.estimators import choices
from neurona.estimators.mlp.base import DTYPES, BaseMLP, takes_batches
from neurona.inference.answers import converted, flat
from neurona.inference.uncertainty import Uncertainty, uncertainty
from neurona.network import Vector
from neurona.numerics.activations import ACTIVATIONS, Activation
from neurona.numerics.losses import LOSSES, Loss, Poisson


class MLPRegressor(RegressorMixin, BaseMLP):
    """Multi-layer perceptron for regression: scikit-learn's MLPRegressor, compiled, and more.

    Parameters
    ----------
    loss : str or Loss, default="squared_error"
        squared_error, absolute_error, huber, log_cosh, quantile, poisson, or a value such as
        `Quantile(0.9)`; see `neurona.numerics.losses`. The loss of a row is the sum over its
        outputs.

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

    output_activation : str or Activation, default=None
        Of the outputs: "identity" unless the loss is poisson ("exp"); `Bounded(0, 5)` keeps them
        between bounds.

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
    >>> import numpy as np
    >>> from neurona import MLPRegressor
    >>> X = np.linspace(-1, 1, 200).reshape(-1, 1)
    >>> y = np.sin(3 * X[:, 0])
    >>> model = MLPRegressor(activation="tanh", solver="lbfgs", max_iter=1000, random_state=0)
    >>> model.fit(X, y).score(X, y) > 0.999
    True
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **BaseMLP._parameter_constraints,
        "loss": [StrOptions(set(LOSSES)), Loss],
    }

    def __init__(
        self,
        loss: Any = "squared_error",
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
        self.loss = loss
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
        loss: Loss = LOSSES.find(self.loss)
        default = "exp" if isinstance(loss, Poisson) else "identity"
        return loss, ACTIVATIONS.find(
            default if self.output_activation is None else self.output_activation
        )

    def _encode(self, X: Any, y: Any, incremental: bool, first: bool) -> tuple[Any, Vector]:
        X, y = self._validated(X, y, first)
        if y.ndim == 2 and y.shape[1] == 1:
            y = column_or_1d(y, warn=True)
        return X, self._as_targets(X, y)

    def _encode_more(self, X: Any, y: Any) -> tuple[Any, Vector]:
        X, y = self._validated(X, y, False)
        return X, self._as_targets(X, y)

    def _validated(self, X: Any, y: Any, first: bool) -> tuple[Any, Any]:
        checks = {"accept_sparse": "csr", "multi_output": True, "y_numeric": True}
        both: tuple[Any, Any] = validate_data(
            self, X, y, dtype=DTYPES, order="C", reset=first, **checks
        )
        return both

    def _as_targets(self, X: Any, y: Any) -> Vector:
        dtype = np.float64 if choices.trains_in_double(self.solver) else X.dtype
        targets: Vector = converted("y", y, dtype).reshape(len(y), -1)
        return targets

    def _score_outputs(self, targets: Vector, weights: Vector | None, outputs: Vector) -> float:
        return metrics.r2(targets, outputs, weights=weights)

    def predict(self, X: Any, return_std: bool = False) -> Any:
        """Predict the targets of the rows of X.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        return_std : bool, default=False
            Whether to return standard deviations, too (solver="bayesian-lm" only).

        Returns
        -------
        y : ndarray of shape (n_samples,) or (n_samples, n_outputs), in the dtype of training
        std : ndarray of the same shape, if asked for
            How far a new observation is expected from y: noise and weights together.
        """
        if return_std:
            found = self.predict_uncertainty(X)
            return found.mean, found.std
        return flat(self.outputs(X))

    def predict_uncertainty(self, X: Any) -> Uncertainty:
        """Predict with the standard deviations of noise and weights apart.

        Only for a model of solver="bayesian-lm".

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)

        Returns
        -------
        Uncertainty
            `mean`, `noise` and `weights` in the shape of the predictions; `std` is both together.

        Raises
        ------
        IncompatibleError
            The model was trained by a solver that knows nothing of its weights' uncertainty.
        """
        X = self._validated_inputs(X)
        learned = self.learned()
        found = uncertainty(learned.members, converted("X", X, learned.network.dtype))
        if found.mean.shape[1] == 1:
            return Uncertainty(*(part.ravel() for part in found))
        return found

    def predict_interval(self, X: Any, coverage: float = 0.95) -> tuple[Vector, Vector]:
        """Predict the interval that holds a new observation with a probability of `coverage`.

        Only for a model of solver="bayesian-lm".

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        coverage : float in (0, 1), default=0.95

        Returns
        -------
        lower, upper : ndarrays in the shape of the predictions
        """
        return self.predict_uncertainty(X).interval(coverage)

    @available_if(takes_batches)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Train one more epoch on these rows.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
        sample_weight : array-like of shape (n_samples,), default=None

        Returns
        -------
        self : object
        """
        return self._fit_more(self.given(X, y, sample_weight))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
