"""What MLPRegressor, MLPClassifier and Autoencoder share: fitting, weights, answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from neurona.estimators import choices
from neurona.estimators.fits import fits
from neurona.estimators.front import ShowsItself
from neurona.estimators.members import HasMembers
from neurona.estimators.mlp import fitting
from neurona.estimators.mlp.by_hand import layers_by_hand
from neurona.estimators.mlp.examples import Given
from neurona.estimators.mlp.one_network import one_network
from neurona.estimators.mlp.parameters import NetworkParameters
from neurona.estimators.mlp.standing import Earlier, FittedOptimizer, Standing
from neurona.estimators.mlp.subject import Subject
from neurona.estimators.parameters import SaysWhatItTakes, check_parameters
from neurona.estimators.tasks import TakesCallbacks
from neurona.estimators.validated import validated
from neurona.inference.learned_weights import LearnedWeights
from neurona.network import Network, Vector
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss
from neurona.numerics.noise import Noise
from neurona.training.history import History
from neurona.training.loop import Training

DTYPES = (np.float64, np.float32)


class BaseMLP(  # type: ignore[misc]
    TakesCallbacks, HasMembers, NetworkParameters, SaysWhatItTakes, ShowsItself, BaseEstimator, ABC
):
    """Shared part of the estimators. Use MLPRegressor or MLPClassifier."""

    _task: ClassVar[str] = "regression"
    _score_name: ClassVar[str] = "r2"

    @abstractmethod
    def _encode(self, X: Any, y: Any, incremental: bool, first: bool) -> tuple[Any, Vector]:
        """Validate, and return X and the targets (rows x outputs, in X's dtype)."""

    @abstractmethod
    def _encode_more(self, X: Any, y: Any) -> tuple[Any, Vector]:
        """The same for rows besides the training rows: what is known of the columns stays."""

    @abstractmethod
    def _loss_and_output(self) -> tuple[Loss, Activation]:
        """Return the loss and the output activation."""

    @abstractmethod
    def _score_of(self, targets: Vector, weights: Vector | None) -> Callable[[Vector], float]:
        """Return the validation score as a function of outputs."""

    def _stratify(self, targets: Vector) -> Any:
        return None

    def _row_weights(self, y: Any, sample_weight: Vector | None) -> Vector | None:
        return sample_weight

    def _hidden_shapes(self) -> list[list[int]]:
        """Return the sizes of the hidden layers of each start in turn."""
        return choices.hidden_shapes(self.hidden_layer_sizes)

    def _network(self, sizes: list[int], output: Activation, dtype: Any) -> Network:
        """Return the network of these layers, inputs and outputs among them."""
        hidden = choices.hidden_activations(self.activation, len(sizes) - 2)
        return Network(sizes, [*hidden, output], dtype)

    def _noise(self) -> Noise | None:
        """Return what the inputs are spoiled with in training."""
        return None

    def _trained(self, training: Training) -> None:
        """Learn more from a training that has just been taken over."""

    def subject(self) -> Subject:
        """Return what this model's network is to learn."""
        return Subject(
            task=self._task,
            score_name=self._score_name,
            encode=self._encode,
            encode_more=self._encode_more,
            row_weights=self._row_weights,
            loss_and_output=self._loss_and_output,
            hidden_shapes=self._hidden_shapes,
            network=self._network,
            noise=self._noise,
            stratify=self._stratify,
            score_of=self._score_of,
            trained=self._trained,
        )

    @fits
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
        sample_weight_val: Any = None,
    ) -> Any:
        """Fit the network to the rows of X and their targets y.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_samples, n_features)
            Inputs; float32 trains in float32, anything else in float64.

        y : array-like of shape (n_samples,) or (n_samples, n_outputs)
            Targets.

        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows in the loss.

        X_val, y_val : as X and y, default=None
            Rows to validate on after every epoch. Without them `early_stopping=True` puts a share
            of X aside.

        sample_weight_val : array-like of shape (n_val,), default=None
            Their weights.

        Returns
        -------
        self : object
        """
        held = {"X_val": X_val, "y_val": y_val, "sample_weight_val": sample_weight_val}
        return self._fit(self.given(X, y, sample_weight, **held))

    def given(self, X: Any, y: Any = None, sample_weight: Any = None, **held: Any) -> Given:
        """Return the arguments of `fit` as a value."""
        return Given(X, y, sample_weight, **held)

    def _fit(self, given: Given) -> Any:
        check_parameters(self)
        self.__dict__.pop("_begun", None)
        return fitting.fit(self, given)

    def _fit_more(self, given: Given) -> Any:
        """Train one more epoch."""
        if not hasattr(self, "coefs_"):
            check_parameters(self)
        self.__dict__.pop("_begun", None)
        return fitting.fit_more(self, given)

    @fits
    def begin_fit(self, *rows: Any, **held: Any) -> Training:
        """Return the training that `fit` with these arguments would run; see `begin`."""
        check_parameters(self)
        self._begun = fitting.begin(self, self.given(*rows, **held))
        return self._begun

    @fits
    def finish_fit(self, training: Training, reason: str) -> None:
        """Take over what the training of `begin_fit` came to; see `finish`."""
        fitting.check_begun(self, vars(self).get("_begun"), training)
        del self._begun
        fitting.finish(self, training, reason)

    def learned(self) -> LearnedWeights:
        """Return what was learned, brought up to date with coefs_ and intercepts_."""
        learned: LearnedWeights | None = self.__dict__.get("_learned")
        if learned is None or not learned.is_seen_through(self.coefs_, self.intercepts_):
            # unpickled, or set by hand
            ends = self.n_features_in_, vars(self).get("n_outputs_")
            coefs, intercepts = layers_by_hand(self.coefs_, self.intercepts_, *ends)
            sizes = [coefs[0].shape[0], *(w.shape[1] for w in coefs)]
            _, output = self._loss_and_output()
            network = self._network(sizes, output, coefs[0].dtype)
            weights = network.pack(coefs, intercepts)
            learned = LearnedWeights(network, weights, self.__dict__.get("_members", ()))
            self.adopt(learned)
        return learned

    def adopt(self, learned: LearnedWeights, standing: Standing | None = None) -> None:
        """Show weights as coefs_ and intercepts_, which are views of them, and predict by them.

        `standing` is where their training stood, None if that is what it was.
        """
        self._learned, self._members = learned, learned.members
        self.coefs_, self.intercepts_ = learned.coefs, learned.intercepts
        if standing is None:
            return
        self._no_improvement_count = standing.flat_epochs
        self._rule_best, self._optimizer = standing.best_result, None
        if standing.optimizer is not None:
            self._optimizer = FittedOptimizer(standing.optimizer, standing.learning_rate)

    def standing(self) -> Standing:
        """Return where the last training stood."""
        found = vars(self)
        best, flat = found.get("_rule_best"), found.get("_no_improvement_count", 0)
        kept: FittedOptimizer | None = found.get("_optimizer")
        if kept is None:
            return Standing(best, flat)
        return Standing(best, flat, kept.state, kept.learning_rate)

    def earlier(self) -> Earlier | None:
        """Return what the last fit left to go on from, None if there was none."""
        found = vars(self)
        if "coefs_" not in found:
            return None
        coefs, intercepts = layers_by_hand(self.coefs_, self.intercepts_, None, None)
        history = found.get("history_", History())
        samples = found.get("t_", 0)
        return Earlier(coefs, intercepts, history, samples, self.standing())

    def outputs(self, X: Any) -> Vector:
        """Return the network's outputs for X, validated: rows x outputs."""
        X = self._validated_inputs(X)
        return self.learned().outputs(X)

    def _validated_inputs(self, X: Any) -> Any:
        """Return X as the network takes it; the short way for what needs no conversion."""
        if not hasattr(self, "coefs_"):
            raise NotFittedError(
                f"This {type(self).__name__} instance is not fitted yet. Call 'fit' with "
                "appropriate arguments "
                "before using this estimator."
            )
        simple = (
            type(X) is np.ndarray
            and X.ndim == 2
            and 0 < X.size <= 10_000
            and X.dtype in DTYPES
            and X.shape[1] == self.n_features_in_
            and "feature_names_in_" not in self.__dict__
            and np.isfinite(X).all()
        )
        if not simple:
            X = validated(self, X, accept_sparse="csr", dtype=DTYPES, order="C", reset=False)
        return X

    def _member(self, index: int) -> Any:
        return one_network(self, index)

    def __getstate__(self) -> dict[str, Any]:
        state = dict(super().__getstate__())
        for name in ("_learned", "_begun"):
            state.pop(name, None)
        return state

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def takes_batches(model: BaseMLP) -> bool:
    """Whether a model has `partial_fit`; AttributeError, with the reason, if not."""
    if choices.solver_of(model.solver) is not None:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {model.solver} is not "
            'stochastic: it needs all rows at once; take solver="adam", or fit on all rows.'
        )
    return True


def is_sparse(X: Any) -> bool:
    """Whether X is a SciPy sparse matrix or array."""
    return bool(sparse.issparse(X))
