"""A training held in the hand: `fit` cut in two, so that what is between can be driven."""

from __future__ import annotations

from typing import Any, TypeVar

from neurona.data.preparation import Preparation
from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.tables.learning import LearnsTables
from neurona.training.loop import Training

Model = TypeVar("Model")


def begin(
    model: Any,
    X: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    X_val: Any = None,
    y_val: Any = None,
    sample_weight_val: Any = None,
    preparation: Preparation | None = None,
) -> Training:
    """Return the training that `model.fit` would run, ready to run.

    Run it, or drive it by its `advance`, then let `finish` make the model the fitted one. The
    model's own `callbacks` and `verbose` are for `fit`: give `run` those that are to follow this
    training.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, Autoencoder, TableRegressor, TableClassifier or \
TableAutoencoder
        It learns its columns and classes, and with `warm_start` goes on from where it stood.
    X, y, sample_weight : as for the model's `fit`
        (n_samples, n_features) and (n_samples,) or (n_samples, n_outputs), or a table and the names
        of its targets; no y for an autoencoder.
    X_val, y_val, sample_weight_val : as for the model's `fit`, default=None
        Rows to validate on; what the model's `fit` does not take must be left out.
    preparation : Preparation, default=None
        Of a TableRegressor or TableClassifier: how columns become numbers, as `preparation_` of
        another model has it, in the place of what these rows would say.

    Returns
    -------
    Training
        One that is over cannot be run again, and may be finished once.

    Raises
    ------
    TypeError
        The model does not train epoch by epoch, or its `fit` takes no such rows.
    IncompatibleError
        Several starts (`n_starts`), which are trained side by side.
    ValueError
        What the model's `fit` refuses.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import MLPRegressor, begin, finish
    >>> X = np.linspace(-1, 1, 100).reshape(-1, 1)
    >>> model = MLPRegressor(hidden_layer_sizes=(8,), max_iter=500, random_state=0)
    >>> training = begin(model, X, X[:, 0] ** 2)
    >>> for record in training.advance():
    ...     if record is not None and record.loss < 0.05:
    ...         training.stop("good enough")
    >>> finish(model, training).stop_reason_
    'good enough'
    >>> model.n_iter_ == len(training.history), model.predict(X).shape
    (True, (100,))
    """
    _check_model(model)
    held = {
        "X_val": X_val, "y_val": y_val, "sample_weight_val": sample_weight_val,
        "preparation": preparation,
    }  # fmt: skip
    given = {name: rows for name, rows in held.items() if rows is not None}
    training: Training = model.begin_fit(X, y, sample_weight, **given)
    return training


def finish(model: Model, training: Training, reason: str | None = None) -> Model:
    """Make a model the fitted one whose training is over, as `fit` does.

    Parameters
    ----------
    model : estimator
        The one that `begin` was given.
    training : Training
        What `begin` returned last for it; it has been run, or its `advance()` was closed.
    reason : str, default=None
        Why it ended, which becomes `stop_reason_`: None is the training's own `reason`, which `run`
        returned; or a sentence of your own. With `StopReason.FAILED`, after an error, what was
        learned before is kept, and not judged.

    Returns
    -------
    model : the same
        With the attributes, and after the warnings, of `fit`.

    Raises
    ------
    ValueError
        Another training, or one that is not over.
    DivergenceError
        As of `fit`: nothing was learned before training left the finite numbers.

    Examples
    --------
    >>> from neurona import MLPRegressor, begin, finish
    >>> model = MLPRegressor(max_iter=50, tol=1.0, random_state=0)
    >>> training = begin(model, [[0.0], [1.0]], [0.0, 1.0])
    >>> reason = training.run()
    >>> finish(model, training).stop_reason_ == reason
    True
    """
    _check_model(model)
    known: Any = model
    known.finish_fit(training, training.reason if reason is None else reason)
    return model


def _check_model(model: Any) -> None:
    if not isinstance(model, BaseMLP | LearnsTables):
        raise TypeError(
            f"A training can be held of the estimators that train epoch by epoch: MLPs and "
            f"autoencoders, of tables too. Got a {type(model).__name__}; use its fit."
        )
