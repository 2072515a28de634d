"""What a device is called for: epochs of many members, and what they say of rows, along an axis."""

from __future__ import annotations

from functools import cache, partial
from importlib import import_module
from typing import Any

import jax
import jax.numpy as jnp

from neurona.jax_engine import epoch
from neurona.jax_engine.epoch import Moving, Rows
from neurona.jax_engine.passes import Plan, Rules
from neurona.training.engine import TOTALS

Array = Any
OWN = len(Rules._fields), 4
"""Numbers of each member that go to the device in one array, before the totals and the rates of its
epochs: its rules; the rows of an epoch, how many epochs, the first step, and where its table
begins.
"""


def train_in_turn(plan: Plan, rules: Rules, rows: Rows, moving: Moving, *own: Array) -> Any:
    """`epoch.train` of many members: all but the rows has a leading axis."""
    axes = (0, None, 0, *(0 for _ in own))
    return jax.vmap(partial(epoch.train, plan), axes)(rules, rows, moving, *own)


def evaluate_all(plan: Plan, rows: Rows, parameters: Array) -> tuple[Array, Array]:
    """`epoch.evaluate` of many members, after some epochs (epochs x members x parameters)."""
    found: tuple[Array, Array] = jax.lax.map(
        jax.vmap(partial(epoch.evaluate, plan, rows)), parameters
    )
    return found


def evaluate_apart(
    plan: Plan, rows: Rows, parameters: Array, begins: Array, lasts: Array, places: Array
) -> tuple[Array, Array]:
    """The same where each member has rows of its own: so many as there are `places`, from where
    its own begin; those from its last on do not count.
    """

    def one(parameters: Array, begin: Array, last: Array) -> tuple[Array, Array]:
        own = (jax.lax.dynamic_slice_in_dim(each, begin, places.size) for each in rows)
        return epoch.evaluate(plan, Rows(*own), parameters, last)

    found: tuple[Array, Array] = jax.lax.map(
        lambda each: jax.vmap(one)(each, begins, lasts), parameters
    )
    return found


def train_alone(plan: Plan, rules: Rules, rows: Rows, moving: Moving, *own: Array) -> Any:
    """`epoch.train` of one member, whose axis has one place."""
    rules, moving, own = jax.tree.map(lambda one: one[0], (rules, moving, own))
    found = epoch.train(plan, rules, rows, moving, *own)
    return jax.tree.map(lambda one: one[None], found)


def cut_up(numbers: Any, epochs: int) -> tuple[Any, Any, Any, Any]:
    """Return the parts of what goes to the device in one array: rules, ends, totals, rates, of
    which the last two are members x epochs x some.
    """
    rules, ends = len(Rules._fields), sum(OWN)
    totals = ends + epochs * TOTALS
    return (
        numbers[:, :rules],
        numbers[:, rules:ends],
        numbers[:, ends:totals].reshape(len(numbers), epochs, TOTALS),
        numbers[:, totals:].reshape(len(numbers), epochs, -1),
    )


@cache
def from_numbers(train: Any) -> Any:
    """Return a function that trains members some epochs long (orders are members x epochs x rows),
    whose own numbers lie in one array, and whose totals and steps done do so too: each array that
    goes to a device, or comes back, costs about as much.

    A member that did not do all steps of an epoch is not `alive`, and does no more. The parameters
    after each epoch come back as well.
    """

    def call(
        plan: Plan, rows: Rows, moving: Moving, alive: Array, orders: Array, numbers: Array
    ) -> Any:
        rules, ends, totals, rates = cut_up(numbers, orders.shape[1])
        size, epochs, first, begin = ends.T.astype(jnp.int64)
        l2, l1, clip_value, clip_norm, seed = rules.T
        whole = Rules(l2, l1, clip_value, clip_norm, seed.astype(jnp.uint32))
        steps = -(-size // plan.batch)

        def one(carried: Any, given: Any) -> Any:
            (moving, alive), (number, order, total, rate) = carried, given
            last, before = jnp.where(alive & (number < epochs), size, 0), first + number * steps
            moving, total, done = train(plan, whole, rows, moving, order, last, rate, before, total)
            came = jnp.column_stack([total, done.astype(total.dtype)])
            return (moving, alive & ((done == steps) | (last == 0))), (moving.parameters, came)

        places = orders.astype(jnp.int32) + begin.astype(jnp.int32)[:, None, None]
        turned = (jnp.moveaxis(each, 1, 0) for each in (places, totals, rates))
        given = (jnp.arange(orders.shape[1]), *turned)
        (moving, alive), (trail, came) = jax.lax.scan(one, (moving, alive), given)
        return moving, alive, trail, came

    return call


def program_of_a_gpu() -> Any:
    """Return the module of that program, or None where JAX has no Triton (its makers will remove
    it: https://docs.jax.dev/en/latest/pallas/CHANGELOG.html). Nothing on a CPU waits for it.
    """
    try:
        return import_module("neurona.jax_engine.program")
    except ImportError:
        return None


def loop_of(count: int) -> Any:
    """Return the function that trains so many members by XLA's own operations, on any device."""
    return train_alone if count == 1 else train_in_turn


def way_to_train(plan: Plan, platform: str, count: int) -> Any:
    """Return the function that trains so many members the fastest."""
    program = None if platform == "cpu" else program_of_a_gpu()
    if program is not None and program.fits(plan):
        return program.train_members
    return loop_of(count)


def taken(_: Plan, flags: Moving, new: Moving, old: Moving) -> Moving:
    """Return the new of members whose flag is set, the old of the others."""

    def of_field(flag: Array, new: Array, old: Array) -> Array:
        return jnp.where(flag.reshape(-1, *(1,) * (old.ndim - 1)), new, old)

    return Moving(*map(of_field, flags, new, old))
