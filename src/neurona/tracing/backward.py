"""The way back: from the loss to the error of every unit, with the factors of the chain rule."""

from __future__ import annotations

from neurona.estimators.next_step import NextStep
from neurona.network import Network, Vector
from neurona.tracing import passes
from neurona.tracing.parts import Backward, frozen


def output_errors(step: NextStep, output: passes.Layer, shares: Vector) -> tuple[Backward, Vector]:
    """Return the part of the output layer, and the loss of every row."""
    loss, activation = step.loss, step.network.activations[-1]
    member, on_sums = loss.member(activation)
    joined = on_sums and activation.name != "identity"
    own = passes.penalties(member, loss, output.sums if on_sums else output.values, step.targets)
    parts = shares[:, None]
    errors = parts * own[1]
    arriving = None
    if not on_sums:
        arriving = errors
        errors = passes.chain(activation, output.slopes, arriving)
    elif not joined:
        arriving = errors
    elif loss.on_values is not None:
        arriving = parts * passes.penalties(loss.on_values, loss, output.values, step.targets)[1]
    plain = passes.is_elementwise(activation)
    slopes = output.slopes if plain else None
    part = Backward(frozen(arriving), frozen(slopes), frozen(errors), joined)
    return part, own[0].sum(axis=1)


def hidden_errors(network: Network, k: int, layer: passes.Layer, arriving: Vector) -> Backward:
    """Return the part of layer k from what arrives: dE/da of its values."""
    activation = network.activations[k]
    kept = arriving if layer.factors is None else arriving * layer.factors
    errors = passes.chain(activation, layer.slopes, kept)
    slopes = layer.slopes if passes.is_elementwise(activation) else None
    return Backward(frozen(arriving), frozen(slopes), frozen(errors), False)
