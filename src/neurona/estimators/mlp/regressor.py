"""MLPRegressor: a network for one or several numeric targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import column_or_1d

from neurona import metrics
from neurona.estimators import choices
from neurona.estimators.available import available_if
from neurona.estimators.constructors import constructed
from neurona.estimators.error_bars import HasErrorBars
from neurona.estimators.fits import fits
from neurona.estimators.mlp.base import DTYPES, BaseMLP, takes_batches
from neurona.estimators.mlp.parameters import QUANTITY_ATTRIBUTES, StartParameters
from neurona.estimators.parameters import PARAMETERS, Activations, Sizes
from neurona.estimators.validated import validated
from neurona.estimators.weights import ScoresWeighedRows
from neurona.inference.answers import converted, flat
from neurona.inference.uncertainty import Uncertainty, uncertainty
from neurona.network import Vector
from neurona.numerics.activations import ACTIVATIONS, Activation
from neurona.numerics.losses import LOSSES, Loss


@constructed(PARAMETERS, QUANTITY_ATTRIBUTES)
class MLPRegressor(ScoresWeighedRows, RegressorMixin, HasErrorBars, BaseMLP, StartParameters):
    """Multi-layer perceptron for regression: scikit-learn's MLPRegressor, compiled, and more.

    Parameters
    ----------
    output_activation : str or Activation
        Of the outputs: the loss's link, "exp" for poisson, "logistic" and "softmax" for the cross
        entropies, else "identity"; `Bounded(0, 5)` keeps them between bounds.

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

    loss: str | Loss = "squared_error"
    hidden_layer_sizes: Sizes = (100,)
    activation: Activations = "relu"

    def _loss_and_output(self) -> tuple[Loss, Activation]:
        loss: Loss = LOSSES.find(self.loss)
        return loss, ACTIVATIONS.find(
            loss.link if self.output_activation is None else self.output_activation
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
        both: tuple[Any, Any] = validated(
            self, X, y, dtype=DTYPES, order="C", reset=first, **checks
        )
        return both

    def _as_targets(self, X: Any, y: Any) -> Vector:
        dtype = np.float64 if choices.trains_in_double(self.solver) else X.dtype
        targets: Vector = converted("y", y, dtype).reshape(len(y), -1)
        return targets

    def _score_of(self, targets: Vector, weights: Vector | None) -> Callable[[Vector], float]:
        return metrics.R2(targets, weights)

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

    def _uncertainty(self, X: Any) -> Uncertainty:
        X = self._validated_inputs(X)
        learned = self.learned()
        found = uncertainty(learned.members, converted("X", X, learned.network.dtype))
        return found.mapped(flat)

    @available_if(takes_batches)
    @fits
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
