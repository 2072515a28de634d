"""Single neurons and networks of gates as exportable models.

They are known by what they have: a neuron has weights, a threshold theta, names of its inputs and
an activation of its sum less theta; a network of them has hidden neurons and an output neuron.
"""

from __future__ import annotations

import itertools
from typing import Any, Protocol, runtime_checkable

import numpy as np

from neurona.data.task import Task
from neurona.export.source import Answers, Exportable, Layer, Layers
from neurona.network import Vector
from neurona.numerics.activations import Activation

MOST_CORNERS = 6
"""Of so many inputs all rows of zeros and ones are shown, where no rows are given."""


@runtime_checkable
class Neuron(Protocol):
    """A unit: fires when the sum of its weighted inputs exceeds theta."""

    weights: Any
    names: tuple[str, ...]
    activation: Activation

    @property
    def theta(self) -> Any:
        """The threshold."""


@runtime_checkable
class NeuronNetwork(Protocol):
    """Hidden neurons that all see the inputs, and one that sees the hidden ones."""

    hidden: Any
    output: Any


def is_of_neurons(model: Any) -> bool:
    """Whether a model is a neuron or a network of them."""
    return isinstance(model, NeuronNetwork | Neuron)


def of_neurons(model: Any) -> Exportable:
    """Return the exportable model of a neuron or of a network of them."""
    rows = [list(model.hidden), [model.output]] if isinstance(model, NeuronNetwork) else [[model]]
    names = tuple(rows[0][0].names)
    layers = (
        Layer(_matrix(units), np.array([-float(one.theta) for one in units]), units[0].activation)
        for units in rows
    )
    return Exportable(
        title=type(model).__name__,
        names=names,
        features=names,
        networks=(Layers(tuple(layers)),),
        answers=Answers(Task.REGRESSION, ("output",), ("output",)),
    )


def corners(inputs: int) -> Vector:
    """Return all rows of zeros and ones, or one of zeros where those are too many."""
    if inputs > MOST_CORNERS:
        return np.zeros((1, inputs))
    return np.array(list(itertools.product([0.0, 1.0], repeat=inputs)))


def _matrix(units: list[Any]) -> Vector:
    """Return the weights of a layer, inputs x units."""
    return np.array([[float(weight) for weight in unit.weights] for unit in units]).T
