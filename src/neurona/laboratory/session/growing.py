"""A training's state moved to a network with a unit or a layer more or less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.network import Network, Vector
from neurona.optimizers.state import OptimizerState
from neurona.training.loop import Training
from neurona.training.state import TrainingState

Pairs = tuple[list[Vector], list[Vector]]
Moved = Callable[[Training, TrainingState], TrainingState]


def same_network(training: Training, state: TrainingState) -> TrainingState:
    """Return the state for a training of the same network on other rows."""
    return _moved(training, state, training.network, lambda pairs, _: pairs)


def one_unit_more(layer: int, seed: int) -> Moved:
    """Return what moves a state to a network with one more unit at the end of a hidden layer.

    Its incoming weights are drawn as Glorot's, its outgoing ones are 0, so that the function stays.
    """

    def move(training: Training, state: TrainingState) -> TrainingState:
        def grown(pairs: Pairs, drawn: bool) -> Pairs:
            matrices, biases = [one.copy() for one in pairs[0]], [one.copy() for one in pairs[1]]
            inputs, units = matrices[layer].shape
            random = np.random.RandomState(seed % 2**32)
            bound = np.sqrt(6 / (inputs + units + 1)) if drawn else 0.0
            matrices[layer] = np.column_stack([matrices[layer], random.uniform(-1, 1, inputs)])
            matrices[layer][:, -1] *= bound
            biases[layer] = np.append(biases[layer], 0.0)
            following = matrices[layer + 1]
            matrices[layer + 1] = np.vstack([following, np.zeros((1, following.shape[1]))])
            return matrices, biases

        before = _network_before(training, layer, -1)
        return _moved(training, state, before, grown)

    return move


def one_unit_less(layer: int, unit: int) -> Moved:
    """Return what moves a state to a network without a unit of a hidden layer."""

    def move(training: Training, state: TrainingState) -> TrainingState:
        def shrunk(pairs: Pairs, _: bool) -> Pairs:
            matrices, biases = list(pairs[0]), list(pairs[1])
            matrices[layer] = np.delete(matrices[layer], unit, axis=1)
            biases[layer] = np.delete(biases[layer], unit)
            matrices[layer + 1] = np.delete(matrices[layer + 1], unit, axis=0)
            return matrices, biases

        return _moved(training, state, _network_before(training, layer, 1), shrunk)

    return move


def one_layer_more(layer: int) -> Moved:
    """Return what moves a state to a network with an identity layer after a hidden layer.

    Its weights are the unit matrix, so that the function stays.
    """

    def move(training: Training, state: TrainingState) -> TrainingState:
        def grown(pairs: Pairs, drawn: bool) -> Pairs:
            matrices, biases = list(pairs[0]), list(pairs[1])
            size = matrices[layer].shape[1]
            matrices.insert(layer + 1, np.eye(size) if drawn else np.zeros((size, size)))
            biases.insert(layer + 1, np.zeros(size))
            return matrices, biases

        network = training.network
        sizes = [*network.sizes[: layer + 2], *network.sizes[layer + 3 :]]
        activations = [*network.activations[: layer + 1], *network.activations[layer + 2 :]]
        return _moved(training, state, Network(sizes, activations, network.dtype), grown)

    return move


def _network_before(training: Training, layer: int, change: int) -> Network:
    network = training.network
    sizes = list(network.sizes)
    sizes[layer + 1] += change
    return Network(sizes, network.activations, network.dtype)


def _moved(
    training: Training, state: TrainingState, before: Network, move: Callable[[Pairs, bool], Any]
) -> TrainingState:
    """Return a state with weights and optimizer moved, in the other training's order of rows."""
    network = training.network

    def flat(weights: Vector, drawn: bool) -> Vector:
        return network.pack(*move(before.views(weights), drawn))

    fresh = training.keyframe()
    optimizer: Any = fresh.optimizer
    if isinstance(state.optimizer, OptimizerState) and isinstance(optimizer, OptimizerState):
        runs = [flat(run, False) for run in state.optimizer.runs(before)]
        if runs:
            optimizer.put(network, runs)
        if optimizer.memory.shape == state.optimizer.memory.shape:
            optimizer.memory[:] = state.optimizer.memory
        optimizer.steps = state.optimizer.steps
    best = state.best_weights
    return replace(
        state,
        weights=flat(state.weights, True),
        best_weights=None if best is None else flat(best, True),
        optimizer=optimizer,
        order=fresh.order,
        solver_reason=None,
    )
