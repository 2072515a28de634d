"""The update: from values and errors to the gradient of every weight, and the optimizer's step."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Any

import numpy as np

from neurona.estimators.next_step import NextStep
from neurona.network import Network, Vector
from neurona.tracing import passes
from neurona.tracing.parts import Change, Update, frozen


def updates(
    step: NextStep,
    forward: list[passes.Layer],
    errors: list[Vector],
    row_losses: Vector,
    rate: float,
) -> tuple[tuple[Update, ...], float, float, float, tuple[float, ...]]:
    """Return the update of every layer, loss, penalty, gradient norm, the optimizer's memory."""
    network, rules = step.network, step.regularisation
    values = [step.inputs, *(layer.values for layer in forward[:-1])]
    of_loss = network.pack(
        [a.T @ d for a, d in zip(values, errors, strict=True)], [d.sum(axis=0) for d in errors]
    )
    scale = passes.mean_scale(step)
    matrices, biases = network.views(step.weights)
    penalized = network.pack(matrices, [np.zeros_like(bias) for bias in biases])
    of_penalty = rules.l2 * scale * penalized + rules.l1 * scale * np.sign(penalized)
    of_penalty = of_penalty.astype(network.dtype)
    gradient = of_loss + of_penalty
    if rules.clip_value > 0:
        gradient = np.clip(gradient, -rules.clip_value, rules.clip_value)
    norm = float(np.sqrt((gradient.astype(np.float64) ** 2).sum()))
    if rules.clip_norm > 0 and norm > rules.clip_norm:
        gradient = gradient * network.dtype.type(rules.clip_norm / norm)
    loss = float((passes.row_shares(step) * row_losses).sum())
    squares = float((penalized.astype(np.float64) ** 2).sum())
    penalty = (0.5 * rules.l2 * squares + rules.l1 * float(np.abs(penalized).sum())) * scale
    before: dict[str, Vector] = {}
    after: dict[str, Vector] = {}
    new, memory = None, np.zeros(0)
    if step.optimizer is not None:
        state, memory = step.state.state.copy(), step.state.memory.copy()
        before = passes.named_state(step.optimizer, network, state)
        new = step.weights.copy()
        passes.move(
            step.optimizer, network, new, gradient.copy(), state, memory, rate,
            step.state.steps + 1, loss + penalty if step.optimizer.uses_loss else math.nan,
        )  # fmt: skip
        after = passes.named_state(step.optimizer, network, state)
    flats = (step.weights, of_loss, of_penalty, gradient, new)
    parts = tuple(
        Update(*(_change(network, k, kind, flats, before, after) for kind in (0, 1)))
        for k in range(network.n_layers)
    )
    return parts, loss, float(penalty), norm, tuple(memory[:8].tolist())


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
