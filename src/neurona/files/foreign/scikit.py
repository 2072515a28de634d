"""from_sklearn: scikit-learn's MLP, alone or behind scalers, as a model of ours."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.errors import IncompatibleError
from neurona.files.foreign.affine import Affine, model_of, with_output
from neurona.files.foreign.scalers import line_of
from neurona.inference.learned import Labels
from neurona.numerics.activations import ACTIVATIONS

TAKEN = (
    "an MLPRegressor or MLPClassifier of scikit-learn, alone or last in a Pipeline behind "
    "scalers, or a TransformedTargetRegressor of one"
)


def from_sklearn(model: Any) -> Any:
    """Return a fitted MLP of scikit-learn as one of ours, the scaling in its weights.

    Parameters
    ----------
    model : MLPRegressor, MLPClassifier, Pipeline or TransformedTargetRegressor
        A Pipeline may have StandardScaler, MinMaxScaler (without `clip`), RobustScaler and
        MaxAbsScaler before the network, and a ColumnTransformer of them; the transformer of targets
        may be a scaler.

    Returns
    -------
    model : MLPRegressor or MLPClassifier
        In float64, with the same predictions to rounding; it goes on training and is exported.

    Raises
    ------
    IncompatibleError
        It is something else.

    Examples
    --------
    >>> import numpy as np, neurona
    >>> from sklearn.neural_network import MLPRegressor
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import StandardScaler
    >>> X = np.arange(20.0).reshape(10, 2)
    >>> network = MLPRegressor(hidden_layer_sizes=(4,), solver="lbfgs", random_state=0, tol=1e-2)
    >>> theirs = make_pipeline(StandardScaler(), network).fit(X, X[:, 0])
    >>> ours = neurona.from_sklearn(theirs)
    >>> bool(np.allclose(ours.predict(X), theirs.predict(X), rtol=1e-12))
    True
    """
    from sklearn.compose import TransformedTargetRegressor

    layers, network = _layers(model)
    labels = None if isinstance(network, TransformedTargetRegressor) else _labels(network)
    return model_of(layers, labels, getattr(model, "feature_names_in_", None))


def _of_target(model: Any) -> list[Affine]:
    if not hasattr(model, "regressor_"):
        raise IncompatibleError("The TransformedTargetRegressor is not fitted; fit it.")
    layers, _ = _layers(model.regressor_)
    if layers[-1].activation.name != "identity":
        raise IncompatibleError("Scaled targets need an output that is a plain sum.")
    line = line_of(model.transformer_, len(layers[-1].biases))
    layers[-1] = with_output(layers[-1], 1 / line.scale, -line.shift / line.scale)
    return layers


def _layers(model: Any) -> tuple[list[Affine], Any]:
    """Return the layers with the scaling of inputs in them, and the network of scikit-learn."""
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import Pipeline

    before: list[Any] = []
    network = model
    if isinstance(model, Pipeline):
        steps = [step for _, step in model.steps if step not in (None, "passthrough")]
        *before, network = steps
    if isinstance(network, TransformedTargetRegressor):
        return _behind(_of_target(network), before), network
    if not isinstance(network, MLPRegressor | MLPClassifier):
        raise IncompatibleError(f"from_sklearn takes {TAKEN}. Got {type(network).__name__}.")
    if not hasattr(network, "coefs_"):
        raise IncompatibleError(f"The {type(network).__name__} is not fitted; fit it.")
    names = [network.activation] * (len(network.coefs_) - 1) + [network.out_activation_]
    layers = [
        Affine(np.asarray(w, np.float64), np.asarray(b, np.float64), ACTIVATIONS.find(name))
        for w, b, name in zip(network.coefs_, network.intercepts_, names, strict=True)
    ]
    return _behind(layers, before), network


def _behind(layers: list[Affine], before: list[Any]) -> list[Affine]:
    """Return layers that take what goes into the steps before them."""
    for step in reversed(before):
        layers[0] = line_of(step, len(layers[0].weights)).before(layers[0])
    return layers


def _labels(network: Any) -> Labels | None:
    classes = getattr(network, "classes_", None)
    if classes is None:
        return None
    if network.out_activation_ == "softmax":
        return Labels(classes, classes, "multiclass")
    several = int(network.n_outputs_) > 1
    return Labels(classes, classes, "multilabel-indicator" if several else "binary")
