"""Single neurons and networks of gates as sources of a workbook.

They are known by what they have: a neuron has weights, a threshold theta, names of its inputs and
an activation of its sum less theta; a network of them has hidden neurons and an output neuron.
"""

from __future__ import annotations

import itertools
from typing import Any, Protocol, runtime_checkable

import numpy as np

from neurona.data.targets import Task
from neurona.export.excel.source import Source
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


def source_of_neurons(model: Any, X: Any) -> Source | None:
    """Return a source of a neuron or of a network of them, None for anything else."""
    if isinstance(model, NeuronNetwork):
        layers = [list(model.hidden), [model.output]]
    elif isinstance(model, Neuron):
        layers = [[model]]
    else:
        return None
    names = tuple(layers[0][0].names)
    return Source(
        title=type(model).__name__,
        names=names,
        features=names,
        encoders=(),
        matrices=[_matrix(units) for units in layers],
        biases=[np.array([-float(unit.theta) for unit in units]) for units in layers],
        activations=tuple(units[0].activation for units in layers),
        task=Task.REGRESSION,
        output_names=("output",),
        rows=_rows(len(names), X),
    )


def _matrix(units: list[Any]) -> Vector:
    """Return the weights of a layer, inputs x units."""
    return np.array([[float(weight) for weight in unit.weights] for unit in units]).T


def _rows(inputs: int, X: Any) -> Vector:
    if X is None:
        if inputs > MOST_CORNERS:
            return np.zeros((1, inputs))
        return np.array(list(itertools.product([0.0, 1.0], repeat=inputs)))
    rows = np.asarray(X, np.float64)
    if rows.ndim != 2 or rows.shape[1] != inputs:
        raise ValueError(f"X must be rows of {inputs} inputs. Got the shape {rows.shape}.")
    return rows
