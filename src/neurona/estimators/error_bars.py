"""HasErrorBars: models that may know how far their predictions can be off."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from neurona.inference.uncertainty import Uncertainty
from neurona.network import Vector


class HasErrorBars(ABC):
    """Shared part of the estimators that predict quantities."""

    @abstractmethod
    def _uncertainty(self, X: Any) -> Uncertainty:
        """Return what `predict_uncertainty` does."""

    def predict_uncertainty(self, X: Any) -> Uncertainty:
        """Predict with the standard deviations of noise and weights apart, in the targets' units.

        Only for a model of solver="bayesian-lm", or of a table for which several ways competed
        (the default from 20 rows).

        Parameters
        ----------
        X : as in `predict`

        Returns
        -------
        Uncertainty
            `mean`, `noise` and `weights` in the shape of the predictions; `std` is both together.

        Raises
        ------
        IncompatibleError
            The model was trained by a solver that knows nothing of its weights' uncertainty.
        """
        return self._uncertainty(X)

    def predict_interval(self, X: Any, coverage: float = 0.95) -> tuple[Vector, Vector]:
        """Predict the interval that holds a new observation with a probability of `coverage`.

        Only for a model of solver="bayesian-lm", or of a table for which several ways competed
        (the default from 20 rows).

        Parameters
        ----------
        X : as in `predict`
        coverage : float in (0, 1), default=0.95

        Returns
        -------
        lower, upper : ndarrays in the shape of the predictions

        Notes
        -----
        Where several ways competed the share is that of errors on rows held out (split conformal
        inference), counted in their expected size where that depends on the inputs. It holds over
        new rows that come as those of training did, all together.
        """
        return self.predict_uncertainty(X).interval(coverage)
