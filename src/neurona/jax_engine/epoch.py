"""A piece of an epoch as one compiled call, and the other passes over many rows.

The steps are a loop of XLA's, `while` a step is left and the numbers are finite: nothing comes back
to Python between two batches. The last batch of an epoch has the shape of all the others, and rows
that do not count.
"""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from neurona.jax_engine import formulas
from neurona.jax_engine.passes import (
    Plan,
    Rules,
    backward,
    forward,
    output_errors,
    weight_count,
)
from neurona.network import Network
from neurona.training.engine import LOSS_SUM, NORM_SUM, ROWS, STEPS, TOTALS

Array = Any


class Rows(NamedTuple):
    """Rows on the device; `weights` may be empty."""

    inputs: Array
    targets: Array
    weights: Array


class Moving(NamedTuple):
    """What a step changes: parameters, the optimizer's state (names x parameters) and memory."""

    parameters: Array
    state: Array
    memory: Array


class Batch(NamedTuple):
    """A batch gathered: its rows, their weights (0 where a row does not count), and which count."""

    inputs: Array
    targets: Array
    weights: Array
    counts: Array


def gather(rows: Rows, order: Array, first: Any, size: int, last: Any) -> Batch:
    """Return the rows order[first : first + size], those from `last` on not counting."""
    places = jax.lax.dynamic_slice(order, (first,), (size,))
    counts = first + jnp.arange(size) < last
    inputs, targets = (
        jnp.take(one, places, axis=0, mode="clip") for one in (rows.inputs, rows.targets)
    )
    weights = counts.astype(rows.targets.dtype)
    if rows.weights.size:
        weights = weights * jnp.take(rows.weights, places, mode="clip")
    return Batch(inputs, targets, weights, counts)


def gradient_of(
    plan: Plan, network: Network, rules: Rules, parameters: Array, batch: Batch, step: Any
) -> tuple[Any, Any, Array]:
    """Return loss, penalty and gradient of a batch, clipped by value."""
    dtype = network.dtype
    scale = formulas.finite_scale(batch.weights.astype(jnp.float64).sum())
    layers = forward(plan, network, parameters, batch.inputs, rules.seed, step)
    each, errors = output_errors(plan, layers[-1], batch.targets)
    # what does not count may be anything, nan too
    loss = jnp.where(batch.counts, each * batch.weights, 0.0).sum() * scale
    shares = batch.weights * scale.astype(dtype)
    errors = jnp.where(batch.counts[:, None], errors * shares[:, None], dtype.type(0))
    gradient = backward(network, parameters, layers, errors)
    penalty = jnp.zeros((), jnp.float64)
    if plan.penalised:
        count = weight_count(network)
        weights = parameters[:count]
        l2, l1 = (rules.l2 * scale).astype(dtype), (rules.l1 * scale).astype(dtype)
        gradient = gradient.at[:count].add(l2 * weights + l1 * jnp.sign(weights))
        squares, sizes = (weights * weights).sum(), jnp.abs(weights).sum()
        penalty = (0.5 * rules.l2 * squares + rules.l1 * sizes) * scale
    if plan.clip_value:
        top = rules.clip_value.astype(dtype)
        gradient = jnp.clip(gradient, -top, top)
    return loss, penalty, gradient


def one_step(
    plan: Plan, network: Network, rules: Rules, moving: Moving, batch: Batch, rate: Any, done: Any
) -> tuple[Moving, Array, Any]:
    """Return what a step makes of everything, its totals, and whether it counts."""
    loss, penalty, gradient = gradient_of(plan, network, rules, moving.parameters, batch, done)
    squares = (gradient * gradient).sum().astype(jnp.float64)
    norm = jnp.sqrt(squares)
    whole = loss
    if plan.clip_norm:
        factor = jnp.where(norm > rules.clip_norm, rules.clip_norm / norm, 1.0)
        gradient = gradient * factor.astype(network.dtype)
    assert plan.optimizer is not None, "a step is asked of an optimizer"
    if plan.clip_norm or plan.optimizer.uses_loss:
        whole = loss + penalty
    moved = Moving(
        *formulas.update(plan.optimizer, *_given(moving, gradient), rate, done + 1, whole)
    )
    finite = jnp.isfinite(loss)
    moved = jax.tree.map(lambda new, old: jnp.where(finite, new, old), moved, moving)
    rows = batch.counts.sum()
    totals = jnp.zeros(TOTALS)
    totals = totals.at[jnp.array([LOSS_SUM, ROWS, NORM_SUM, STEPS])].set(
        jnp.stack([(loss + penalty) * rows, rows.astype(jnp.float64), norm, jnp.ones(())])
    )
    return moved, totals, finite & jnp.isfinite(squares)


def _given(moving: Moving, gradient: Array) -> tuple[Array, Array, Array, Array]:
    return moving.parameters, gradient, moving.state, moving.memory


def train(
    plan: Plan,
    rules: Rules,
    rows: Rows,
    moving: Moving,
    order: Array,
    last: Any,
    rates: Array,
    first_step: Any,
    totals: Array,
) -> tuple[Moving, Array, Any]:
    """Train on the first `last` rows of an order; returns what moved, the totals with these steps
    added one by one (so that it does not matter how an epoch is cut), and the steps done.
    """
    network, steps = plan.network(), -(-last // plan.batch)

    def going_on(carried: Any) -> Any:
        _, _, done, finite = carried
        return finite & (done < steps)

    def step(carried: Any) -> Any:
        moving, totals, done, _ = carried
        batch = gather(rows, order, done * plan.batch, plan.batch, last)
        rate = jax.lax.dynamic_index_in_dim(rates, done, keepdims=False)
        moving, more, finite = one_step(
            plan, network, rules, moving, batch, rate, first_step + done
        )
        totals = totals + jnp.where(finite, more, 0.0)
        return moving, totals, done + finite, finite

    begin = (moving, totals, jnp.zeros((), jnp.int64), jnp.ones((), bool))
    moving, totals, done, _ = jax.lax.while_loop(going_on, step, begin)
    return moving, totals, done


def value_and_gradient(
    plan: Plan, rules: Rules, rows: Rows, parameters: Array, order: Array, last: Any
) -> tuple[Any, Array]:
    """Return loss (penalties included) and gradient of one batch."""
    batch = gather(rows, order, 0, plan.batch, last)
    network = plan.network()
    loss, penalty, gradient = gradient_of(plan, network, rules, parameters, batch, 0)
    squares = (gradient * gradient).sum().astype(jnp.float64)
    if plan.clip_norm:
        norm = jnp.sqrt(squares)
        factor = jnp.where(norm > rules.clip_norm, rules.clip_norm / norm, 1.0)
        gradient = gradient * factor.astype(network.dtype)
    finite = jnp.isfinite(loss) & jnp.isfinite(squares)
    return jnp.where(finite, loss + penalty, jnp.inf), gradient


def evaluate(plan: Plan, rows: Rows, parameters: Array) -> tuple[Array, Any]:
    """Return the outputs of some rows and the sum of their losses by weight."""
    last = forward(plan, plan.network(), parameters, rows.inputs, 0, None)[-1]
    each, _ = output_errors(plan, last, rows.targets)
    return last.values, (each * rows.weights).sum()


@cache
def compiled(function: Any, device: str) -> Any:
    """Return a function compiled for each plan that it meets, its first argument."""
    options = {"xla_gpu_deterministic_ops": True} if device != "cpu" else None
    return jax.jit(function, static_argnums=0, compiler_options=options)
