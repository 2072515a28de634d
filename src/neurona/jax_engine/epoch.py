"""A piece of an epoch as one compiled call, and the other passes over many rows.

The steps are a loop of XLA's, `while` a step is left and the numbers are finite: nothing comes back
to Python between two batches. The last batch of an epoch has the shape of all the others, and rows
that do not count.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from neurona.jax_engine import formulas
from neurona.jax_engine.forms import Flat, Form
from neurona.jax_engine.passes import Plan, Rules, backward, forward, output_errors

Array = Any
Totals = tuple[Any, ...]
"""The totals of `training.engine`, number by number; those of a step lack its 1 at the end."""


class Rows(NamedTuple):
    """Rows on the device; `weights` may be empty."""

    inputs: Array
    targets: Array
    weights: Array


class Moving(NamedTuple):
    """What a step changes: parameters, the optimizer's state (names x parameters) and memory.

    Between two calls each is an array; while steps are done they are lists: of leaves, of a leaf's
    numbers by name, of numbers.
    """

    parameters: Any
    state: Any
    memory: Any


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
    plan: Plan, form: Form, rules: Rules, leaves: list[Array], batch: Batch, step: Any
) -> tuple[Any, Any, list[Array]]:
    """Return loss, penalty and gradient of a batch, clipped by value."""
    dtype = form.network.dtype
    scale = formulas.finite_scale(batch.weights.astype(jnp.float64).sum())
    layers = forward(plan, form, leaves, batch.inputs, rules.seed, step)
    each, errors = output_errors(plan, form, layers[-1], batch.targets)
    # what does not count may be anything, nan too
    loss = jnp.where(batch.counts, each * batch.weights, 0.0).sum() * scale
    shares = batch.weights * scale.astype(dtype)
    errors = jnp.where(batch.counts[:, None], errors * shares[:, None], dtype.type(0))
    gradient = backward(form, leaves, layers, errors)
    penalty = jnp.zeros((), jnp.float64)
    if plan.penalised:
        weights = form.weights(leaves)
        l2, l1 = (rules.l2 * scale).astype(dtype), (rules.l1 * scale).astype(dtype)
        gradient = form.add(gradient, [l2 * one + l1 * jnp.sign(one) for one in weights])
        squares = sum((one * one).sum() for one in weights)
        sizes = sum(jnp.abs(one).sum() for one in weights)
        penalty = (0.5 * rules.l2 * squares + rules.l1 * sizes) * scale
    if plan.clip_value:
        top = rules.clip_value.astype(dtype)
        gradient = [jnp.clip(one, -top, top) for one in gradient]
    return loss, penalty, gradient


def shortened(plan: Plan, rules: Rules, gradient: list[Array]) -> tuple[Any, list[Array]]:
    """Return the squared length of a gradient, and the gradient clipped by its length."""
    squares = sum((one * one).sum() for one in gradient).astype(jnp.float64)
    if plan.clip_norm:
        norm = jnp.sqrt(squares)
        factor = jnp.where(norm > rules.clip_norm, rules.clip_norm / norm, 1.0)
        gradient = [one * factor.astype(one.dtype) for one in gradient]
    return squares, gradient


def one_step(
    plan: Plan, form: Form, rules: Rules, moving: Moving, batch: Batch, rate: Any, done: Any
) -> tuple[Moving, Totals, Any]:
    """Return what a step makes of everything, its totals, and whether it counts."""
    loss, penalty, gradient = gradient_of(plan, form, rules, moving.parameters, batch, done)
    squares, gradient = shortened(plan, rules, gradient)
    norm, whole = jnp.sqrt(squares), loss
    assert plan.optimizer is not None, "a step is asked of an optimizer"
    if plan.clip_norm or plan.optimizer.uses_loss:
        whole = loss + penalty
    moved = [
        formulas.update(plan.optimizer, *one, moving.memory, rate, done + 1, whole)
        for one in zip(moving.parameters, gradient, moving.state, strict=True)
    ]
    parameters, state, (memory, *_) = map(list, zip(*moved, strict=True))
    finite = jnp.isfinite(loss)
    after = chosen(finite, Moving(parameters, state, memory), moving)
    rows = batch.counts.sum().astype(jnp.float64)
    totals = (loss + penalty) * rows, rows, norm
    return after, totals, finite & jnp.isfinite(squares)


def chosen(question: Any, yes: Moving, no: Moving) -> Moving:
    """Return one of two, number by number the same."""
    return jax.tree.map(lambda one, other: jnp.where(question, one, other), yes, no)  # type: ignore[no-any-return]


def added(totals: Totals, more: Totals, counts: Any) -> Totals:
    """Return totals with those of a step, if it counts, and the step itself."""
    *sums, steps = totals
    pairs = zip(sums, more, strict=True)
    found = (one + jnp.where(counts, other, 0.0) for one, other in pairs)
    return *found, steps + counts.astype(jnp.float64)


def train(
    plan: Plan,
    rules: Rules,
    rows: Rows,
    flat: Moving,
    order: Array,
    last: Any,
    rates: Array,
    first_step: Any,
    totals: Array,
) -> tuple[Moving, Array, Any]:
    """Train on the first `last` rows of an order; returns what moved, the totals with these steps
    added one by one (so that it does not matter how an epoch is cut), and the steps done.

    A GPU hands back to the processor to ask whether a loop goes on; so some steps are done between
    two questions, of which those beyond the last change nothing.
    """
    form, steps = Flat(plan.network()), -(-last // plan.batch)

    def going_on(carried: Any) -> Any:
        *_, at, alive = carried
        return alive & (at < steps)

    def step(_: Any, carried: Any) -> Any:
        moving, totals, done, at, alive = carried
        batch = gather(rows, order, at * plan.batch, plan.batch, last)
        rate = jax.lax.dynamic_index_in_dim(rates, at, keepdims=False)
        moved, more, finite = one_step(plan, form, rules, moving, batch, rate, first_step + at)
        counts = alive & (at < steps)
        alive = alive & (finite | (at >= steps))
        if plan.at_once > 1:
            moved = chosen(counts, moved, moving)
        return moved, added(totals, more, counts & finite), done + (counts & finite), at + 1, alive

    def some(carried: Any) -> Any:
        if plan.at_once == 1:
            return step(0, carried)
        return jax.lax.fori_loop(0, plan.at_once, step, carried)

    opened = Moving([flat.parameters], [list(flat.state)], list(flat.memory))
    nothing = jnp.zeros((), jnp.int64)
    begin = (opened, tuple(totals), nothing, nothing, jnp.ones((), bool))
    moving, found, done, _, _ = jax.lax.while_loop(going_on, some, begin)
    state = jnp.stack(moving.state[0]) if moving.state[0] else flat.state
    closed = Moving(moving.parameters[0], state, jnp.stack(moving.memory))
    return closed, jnp.stack(found), done


def value_and_gradient(
    plan: Plan, rules: Rules, rows: Rows, parameters: Array, order: Array, last: Any
) -> tuple[Any, Array]:
    """Return loss (penalties included) and gradient of one batch."""
    batch = gather(rows, order, 0, plan.batch, last)
    form = Flat(plan.network())
    loss, penalty, leaves = gradient_of(plan, form, rules, [parameters], batch, 0)
    squares, (gradient,) = shortened(plan, rules, leaves)
    finite = jnp.isfinite(loss) & jnp.isfinite(squares)
    return jnp.where(finite, loss + penalty, jnp.inf), gradient


def evaluate(plan: Plan, rows: Rows, parameters: Array, last: Any = None) -> tuple[Array, Any]:
    """Return the outputs of some rows and the sum of their losses by weight, of those before
    `last`, if it is given.
    """
    form = Flat(plan.network())
    outputs = forward(plan, form, [parameters], rows.inputs, 0, None)[-1]
    each, _ = output_errors(plan, form, outputs, rows.targets)
    losses = each * rows.weights
    if last is not None:
        losses = jnp.where(jnp.arange(losses.size) < last, losses, 0.0)
    return outputs.values, losses.sum()
