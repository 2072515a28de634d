"""Estimators of a user's own, in one file: a layer on top of ours, and one with a file form."""

from dataclasses import KW_ONLY
from typing import Any, ClassVar

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin

from neurona import MLPRegressor
from neurona.estimators.constructors import constructed
from neurona.estimators.mlp.parameters import ATTRIBUTES
from neurona.estimators.parameters import PARAMETERS, SHARE, SaysWhatItTakes
from neurona.files import register
from neurona.files.parameters import decode_parameters, encode_parameters


@register
@constructed(PARAMETERS, ATTRIBUTES)
class DampedRegressor(MLPRegressor):
    """An MLPRegressor whose answers are drawn towards 0.

    Parameters
    ----------
    damping : float
        By how much: 0 not at all, 1 wholly.
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {"damping": [SHARE]}

    _: KW_ONLY
    damping: float = 0.25

    def predict(self, X: Any) -> Any:
        """Return the answers."""
        return super().predict(X) * (1 - self.damping)


class MeanRegressor(SaysWhatItTakes, RegressorMixin, BaseEstimator):
    """The mean of the targets, whatever the row."""

    _parameter_constraints: ClassVar[dict[str, Any]] = {"trim": [SHARE]}

    def __init__(self, trim=0.0):
        self.trim = trim

    def fit(self, X, y):
        """Learn the mean."""
        low, high = np.quantile(y, [self.trim / 2, 1 - self.trim / 2])
        self.mean_ = np.clip(y, low, high).mean(keepdims=True)
        return self

    def predict(self, X):
        """Return the mean for every row."""
        return np.repeat(self.mean_, len(X))


def encode(model, arrays, prefix):
    """Return what JSON can say, and add the arrays."""
    fitted = hasattr(model, "mean_")
    if fitted:
        arrays[f"{prefix}mean"] = model.mean_
    return {"parameters": encode_parameters(model), "fitted": fitted}


def decode(cls, document, arrays, prefix):
    """Return the model again."""
    model = decode_parameters(cls, document)
    if document["fitted"]:
        model.mean_ = arrays.take(f"{prefix}mean", np.float64, (1,))
    return model


register(MeanRegressor, encode, decode)
