"""The update: from values and errors to the gradient of every weight, and the optimizer's step."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from neurona.estimators.next_step import NextStep
from neurona.network import Network, Vector
from neurona.optimizers.state import MEMORY
from neurona.tracing import passes
from neurona.tracing.parts import Change, Update, frozen


class Gradient(NamedTuple):
    """Flat vectors: the gradient's parts and what is left after clipping; the penalty itself, and
    the norm before `clip_norm`.
    """

    of_loss: Vector
    of_penalty: Vector
    clipped: Vector
    penalty: float
    norm: float


def gradient_of(step: NextStep, forward: list[passes.Layer], errors: list[Vector]) -> Gradient:
    """Return the gradient: each weight's is the sum over the rows of value below x error above."""
    network, rules = step.network, step.regularisation
    values = [step.inputs, *(layer.values for layer in forward[:-1])]
    of_loss = network.pack(
        [a.T @ d for a, d in zip(values, errors, strict=True)], [d.sum(axis=0) for d in errors]
    )
    matrices, biases = network.views(step.weights)
    weights = network.pack(matrices, [np.zeros_like(bias) for bias in biases])
    scale = passes.mean_scale(step)
    of_penalty = rules.l2 * scale * weights + rules.l1 * scale * np.sign(weights)
    squares, sizes = (weights.astype(np.float64) ** 2).sum(), np.abs(weights).sum()
    penalty = (0.5 * rules.l2 * squares + rules.l1 * sizes) * scale
    gradient = of_loss + of_penalty
    if rules.clip_value > 0:
        gradient = np.clip(gradient, -rules.clip_value, rules.clip_value)
    norm = float(np.sqrt((gradient.astype(np.float64) ** 2).sum()))
    if rules.clip_norm > 0 and norm > rules.clip_norm:
        gradient = gradient * network.dtype.type(rules.clip_norm / norm)
    return Gradient(of_loss, of_penalty, gradient, float(penalty), norm)


def updates(
    step: NextStep, gradient: Gradient, loss: float, rate: float
) -> tuple[tuple[Update, ...], tuple[float, ...]]:
    """Return the update of every layer, and what the optimizer remembers; `loss` has the penalty in
    it.
    """
    network, new, memory = step.network, None, np.zeros(0)
    before: dict[str, Vector] = {}
    after: dict[str, Vector] = {}
    if step.optimizer is not None:
        kept = step.state.copy()
        memory = kept.memory
        before = kept.named(step.optimizer, network)
        new = step.weights.copy()
        known = loss if step.optimizer.uses_loss else math.nan
        passes.move(
            step.optimizer, network, new, gradient.clipped.copy(), kept.state, memory, rate,
            step.state.steps + 1, known,
        )  # fmt: skip
        after = kept.named(step.optimizer, network)
    flats = (step.weights, gradient.of_loss, gradient.of_penalty, gradient.clipped, new)
    parts = tuple(
        Update(*(_change(network, k, kind, flats, before, after) for kind in (0, 1)))
        for k in range(network.n_layers)
    )
    return parts, tuple(memory[:MEMORY].tolist())


def _change(
    network: Network,
    k: int,
    kind: int,
    flats: tuple[Vector | None, ...],
    before: dict[str, Vector],
    after: dict[str, Vector],
) -> Change:
    """Return layer k's weights (kind 0) or biases (kind 1) out of flat vectors."""

    def of(flat: Vector | None) -> Any:
        return None if flat is None else frozen(network.views(flat)[kind][k])

    states = (
        MappingProxyType({name: of(flat) for name, flat in named.items()})
        for named in (before, after)
    )
    return Change(*map(of, flats), *states)
