"""Error surfaces of fitted estimators: along weights, along directions, between two models."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from neurona.errors import IncompatibleError
from neurona.estimators.mlp.base import BaseMLP
from neurona.estimators.mlp.examples import more_examples
from neurona.estimators.mlp.fitted import fitted, is_fitted
from neurona.estimators.mlp.one_network import refuse_several
from neurona.network import Network
from neurona.surfaces.base import UNIT_WINDOW, Array, Window
from neurona.surfaces.error import ErrorSurface, filter_normalised

Place = tuple[int, int | Literal["bias"], int]
"""A weight: its layer, the input it comes from (or "bias"), and its unit; all count from 0."""


def of_network(model: BaseMLP, X: Any, y: Any) -> ErrorSurface:
    """Return the error surface of a model over all its weights; it starts at the model's own.

    Parameters
    ----------
    model : fitted MLPRegressor or MLPClassifier
    X, y : as for `fit`
        The rows on which the loss is measured. Penalties (`alpha`) and class weights are the
        model's.

    Raises
    ------
    TypeError
        The model is not fitted, or not one network.

    Examples
    --------
    >>> from neurona import MLPRegressor, surfaces
    >>> X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 4.0]
    >>> model = MLPRegressor(hidden_layer_sizes=3, solver="lbfgs", random_state=0).fit(X, y)
    >>> surface = surfaces.of_network(model, X, y)
    >>> surface.size
    10
    """
    _, parameters = _parts(model)
    everything = np.eye(parameters.size)
    return _surface(model, X, y, np.zeros_like(parameters), everything, begin=tuple(parameters))


def along_weights(
    model: BaseMLP, X: Any, y: Any, *places: Place, reach: float = 5.0
) -> ErrorSurface:
    """Return the error surface of a model by some of its weights; the others stay as they are.

    Each place is (layer, input, unit), with "bias" as the input for a bias: (0, 1, 2) is the weight
    from input 1 to unit 2 of the first layer. A coordinate is the weight itself; the window goes
    `reach` to either side of where the first two stand.
    """
    network, parameters = _parts(model)
    if not places:
        raise ValueError("along_weights needs at least one weight, as (layer, input, unit).")
    axes = np.array([_axis(network, place) for place in places])
    here = axes @ parameters
    around = [(float(c - reach), float(c + reach)) for c in here[:2]]
    origin = np.where(axes.any(axis=0), 0.0, parameters)
    return _surface(
        model, X, y, origin, axes, Window(around[0], around[-1]), tuple(map(float, here))
    )


def along_directions(
    model: BaseMLP,
    X: Any,
    y: Any,
    *directions: Any,
    normalised: bool = True,
    reach: float = 1.0,
    seed: int = 0,
) -> ErrorSurface:
    """Return the error surface of a model along directions, with the model at (0, 0).

    Without `directions` (vectors of all weights and biases, in the order of
    `Network.parameters`) two random ones are drawn from `seed`. `normalised` scales every unit's
    part of a direction to the length of that unit's weights (Li et al. 2018).
    """
    network, parameters = _parts(model)
    random = np.random.default_rng(seed)
    axes = np.array(directions or random.standard_normal((2, parameters.size)), np.float64)
    if axes.ndim != 2 or axes.shape[1] != parameters.size:
        raise ValueError(
            f"A direction of this network has {parameters.size} numbers. Got shape "
            f"{axes.shape[1:]}."
        )
    if normalised:
        axes = np.array([filter_normalised(network, axis, parameters) for axis in axes])
    side = (-float(reach), float(reach))
    return _surface(model, X, y, parameters, axes, Window(side, side))


def between(model: BaseMLP, other: BaseMLP, X: Any, y: Any) -> ErrorSurface:
    """Return the error along the straight line from one model (0) to another of its shape (1).

    >>> from neurona import MLPRegressor, surfaces
    >>> X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 4.0]
    >>> options = {"hidden_layer_sizes": 3, "solver": "lbfgs"}
    >>> first, second = [MLPRegressor(**options, random_state=k).fit(X, y) for k in (0, 1)]
    >>> line = surfaces.between(first, second, X, y)
    >>> bool(line.value([0.5]) > max(line.value([0.0]), line.value([1.0])))
    True
    """
    network, here = _parts(model)
    other_network, there = _parts(other)
    if other_network.sizes != network.sizes:
        raise IncompatibleError(
            f"A line needs two networks of one shape. Got {network} and {other_network}."
        )
    span = (-0.5, 1.5)
    return _surface(model, X, y, here, (there - here)[None], Window(span, span))


def _parts(model: BaseMLP) -> tuple[Network, Array]:
    if not isinstance(model, BaseMLP) or not is_fitted(model):
        raise TypeError(
            "An error surface needs an MLPRegressor or MLPClassifier that is fitted (of a table "
            f"estimator, its network_). Got {model!r}."
        )
    refuse_several(model, "an error surface")
    found = fitted(model)
    network = Network(found.network.sizes, found.network.activations, np.float64)
    return network, found.network.parameters(found.weights).astype(np.float64)


def _axis(network: Network, place: Place) -> Array:
    layer, source, unit = place
    if not 0 <= layer < network.n_layers:
        raise ValueError(f"There is no layer {layer}: this network has {network.n_layers}.")
    inputs, units = network.sizes[layer], network.sizes[layer + 1]
    if not (source == "bias" or 0 <= source < inputs) or not 0 <= unit < units:
        raise ValueError(
            f"Layer {layer} has {inputs} inputs and {units} units. Got {place!r}; say "
            "(layer, input, unit), with 'bias' for an input."
        )
    weights = np.zeros(network.size)
    matrices, biases = network.views(weights)
    if source == "bias":
        biases[layer][unit] = 1.0
    else:
        matrices[layer][source, unit] = 1.0
    return network.parameters(weights)


def _surface(
    model: Any,
    X: Any,
    y: Any,
    origin: Array,
    axes: Array,
    window: Window = UNIT_WINDOW,
    begin: tuple[float, ...] | None = None,
) -> ErrorSurface:
    network, _ = _parts(model)
    found = more_examples(model, X, y)
    for array in (origin, axes):
        array.setflags(write=False)
    return ErrorSurface(
        network, found.loss, found.inputs, found.targets, origin, axes, window, begin,
        float(model.alpha), float(model.alpha_l1), found.weights,
    )  # fmt: skip
