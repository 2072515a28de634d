"""Advice before a fit: the rate to train at, and the rows of a batch."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.base import clone

from neurona.estimators.begin import begin
from neurona.training.loop import Training
from neurona.training.measures import GradientNoise, Place, gradient_noise
from neurona.training.rates import RateCurve

CACHE = 1 << 20
"""Bytes that a batch's values and errors should stay below: the second-level cache of a core."""
LEAST_BATCH = 16


def find_rate(
    model: Any, X: Any, y: Any = None, sample_weight: Any = None, **held: Any
) -> RateCurve:
    """Return what short trainings at 16 rates come to, and the best of these rates.

    The model, which need not be fitted, is not changed: a copy begins anew, as its `fit` would.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, Autoencoder, TableRegressor, TableClassifier or \
TableAutoencoder
        With a solver that does steps.
    X, y, sample_weight : as for the model's `fit`
        (n_samples, n_features) and (n_samples,) or (n_samples, n_outputs), or a table and the names
        of its targets.
    **held : X_val, y_val, sample_weight_val
        As for the model's `fit`: rows to judge by.

    Returns
    -------
    RateCurve
        `rates`, `losses`, `best`, and `why` in a sentence.

    Raises
    ------
    TypeError
        Not one of these models.
    IncompatibleError
        The model's solver has no learning rate.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import MLPRegressor, find_rate
    >>> X = np.linspace(-1, 1, 200).reshape(-1, 1)
    >>> curve = find_rate(MLPRegressor(hidden_layer_sizes=(16,), random_state=0), X, X[:, 0] ** 2)
    >>> len(curve.rates), 0.001 < curve.best < 1
    (16, True)
    """
    copy = _alone(model, learning_rate_init="find")
    training = begin(copy, X, y, sample_weight, **held)
    training.problem.close()
    found: RateCurve = copy.rate_curve_
    return found


@dataclass(frozen=True)
class BatchAdvice:
    """How many rows a step should have.

    Attributes
    ----------
    batch : int
        The advice: a power of two, or all rows.
    noise : GradientNoise
        At the weights after one epoch.
    rows : int
        Rows to train on.
    cached : int
        Rows whose values and errors fit into a core's cache.
    why : str
        A sentence.
    """

    batch: int
    noise: GradientNoise
    rows: int
    cached: int
    why: str

    def __str__(self) -> str:
        return f"{self.batch} rows: {self.why}"

    def _repr_html_(self) -> str:
        from neurona.reports.page.shown import batch_shown

        return batch_shown(self)


def advise_batch(model: Any, X: Any, y: Any = None, sample_weight: Any = None) -> BatchAdvice:
    """Return how many rows a step should have, by the gradient's noise after one epoch.

    At the simple noise scale (McCandlish et al., 2018) a batch has as much signal as noise; more
    rows cost more than they save. The advice is the power of two below it, within what a core's
    cache holds and the rows there are. The model is not changed.

    Parameters
    ----------
    model, X, y, sample_weight : as for `find_rate`
        With a solver that does steps.

    Raises
    ------
    TypeError, ValueError
        As of `begin`; ValueError for a full-batch solver.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import MLPRegressor, advise_batch
    >>> X = np.random.default_rng(0).normal(size=(400, 3))
    >>> model = MLPRegressor(hidden_layer_sizes=(8,), random_state=0)
    >>> advice = advise_batch(model, X, X[:, 0] * X[:, 1])
    >>> 16 <= advice.batch <= 400
    True
    """
    training = begin(_alone(model), X, y, sample_weight)
    optimizer = training.problem.optimizer
    if optimizer is None or optimizer.full_batch:
        training.problem.close()
        raise ValueError("This solver takes all rows at a time: there is no batch to be chosen.")
    next((one for one in training.advance() if one is not None), None)
    return _advice(training)


def _advice(training: Training) -> BatchAdvice:
    rows, network = len(training.order), training.network
    noise = gradient_noise(Place.of(training.problem, rows=np.sort(training.order)))
    cached = max(LEAST_BATCH, CACHE // (2 * network.dtype.itemsize * sum(network.sizes)))
    most = min(rows, 2 ** int(math.log2(cached)))
    seen = math.isfinite(noise.scale)
    batch = most
    if seen and noise.scale < most:
        batch = min(most, max(LEAST_BATCH, 2 ** int(math.log2(max(noise.scale, 1.0)))))
        why = f"signal equals noise at {noise.scale:,.3g} rows; more would cost more than it saves."
    else:
        limit = "there are no more rows" if most == rows else "a core's cache holds no more"
        where = f"signal equals noise at {noise.scale:,.3g} rows" if seen else "noise hides signal"
        why = f"{where}, and {limit}."
    return BatchAdvice(batch, noise, rows, int(cached), why)


def _alone(model: Any, **changes: Any) -> Any:
    """Return an unfitted copy with one start, that shows nothing and is followed by nothing."""
    wanted = {"callbacks": None, "verbose": False, "warm_start": False, "n_starts": 1, **changes}
    if not hasattr(model, "get_params"):
        raise TypeError(f"Give a neurona estimator. Got a {type(model).__name__}.")
    known = model.get_params(deep=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return clone(model).set_params(**{k: v for k, v in wanted.items() if k in known})
