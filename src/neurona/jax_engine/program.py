"""An epoch of a small network as one program of a GPU: a program a member, all its steps inside.

A step of a small network is a few microseconds of arithmetic, and a GPU takes several for each of
its operations that XLA starts. Here nothing is started between two steps: parameters and the
optimizer's state stay in the registers of one block of threads from the first step to the last,
and each member has a block of its own. Written with Pallas, in tiles (`forms.Tiles`); the formulas
are those of every other way to train.
"""

from __future__ import annotations

import itertools
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import pallas
from jax.experimental.pallas import triton

from neurona.compiled.callbacks import PythonLoss
from neurona.jax_engine.epoch import Batch, Moving, Rows, added, chosen, one_step
from neurona.jax_engine.forms import Tiles
from neurona.jax_engine.passes import Plan, Rules
from neurona.training.engine import TOTALS

Array = Any
MOST_NUMBERS = 40_000
"""Numbers of a member that its registers are to hold: more of them took too long to compile."""
MANY_NUMBERS = 16_384
"""From here on a member has 8 warps of threads, below 4: as measured."""


def numbers_of(plan: Plan) -> int:
    """Return how many numbers a member's program holds at a time, about."""
    tiles = Tiles(plan.network(), plan.batch)
    sides = tiles.sides
    slots = 0 if plan.optimizer is None else len(plan.optimizer.state_names())
    parameters = sum((n + 1) * m for n, m in itertools.pairwise(sides))
    return parameters * (2 + slots) + tiles.rows * (sides[0] + 3 * sum(sides[1:]))


def fits(plan: Plan) -> bool:
    """Whether a network is small enough, and all of it can be said in tiles."""
    smoothed = getattr(plan.loss, "label_smoothing", 0) != 0
    called_back = isinstance(plan.loss.member(plan.activations[-1])[0], PythonLoss)
    said = not (plan.tied or smoothed or called_back or plan.optimizer is None)
    return said and numbers_of(plan) <= MOST_NUMBERS


class _Member:
    """What one program reads and writes: the references that Pallas hands it, by name."""

    def __init__(self, plan: Plan, rows: Rows, references: tuple[Any, ...]) -> None:
        self.form, self._plan = Tiles(plan.network(), plan.batch), plan
        self._weighted = rows.weights.size > 0
        (
            self._inputs, self._targets, self._weights, self._rules, self._seed, self._parameters,
            self._state, self._memory, self._order, self._last, self._rates, self._first,
            self._totals, self._parameters_out, self._state_out, self._memory_out,
            self._totals_out, self._done_out,
        ) = references  # fmt: skip

    def _tiles(self) -> list[tuple[Array, Array]]:
        """Return, tile by tile, the places of its numbers in the vector, and which are there."""
        form, found = self.form, []
        network, sides = form.network, form.sides
        matrices, biases = network.parameter_places()
        for k, place in enumerate(matrices):
            n, m = (np.int32(size) for size in network.sizes[k : k + 2])
            row, column = jnp.arange(sides[k])[:, None], jnp.arange(sides[k + 1])[None, :]
            at = np.int32(place) + row * m + column
            found.append((at.astype(jnp.int32), (row < n) & (column < m)))
        for k, place in enumerate(biases):
            at = jnp.arange(sides[k + 1])
            there = at < np.int32(network.sizes[k + 1])
            found.append(((np.int32(place) + at).astype(jnp.int32), there))
        return found

    def opened(self) -> Moving:
        """Return parameters, state and memory as tiles and numbers."""
        assert self._plan.optimizer is not None
        slots = range(len(self._plan.optimizer.state_names()))
        parameters, state = [], []
        for at, there in self._tiles():
            parameters.append(triton.load(self._parameters.at[at], mask=there, other=0.0))
            state.append(
                [
                    triton.load(self._state.at[jnp.full_like(at, k), at], mask=there, other=0.0)
                    for k in slots
                ]
            )
        return Moving(parameters, state, [self._memory[k] for k in range(self._memory.shape[0])])

    def close(self, moving: Moving, totals: tuple[Any, ...], done: Any) -> None:
        """Write what came of it."""
        tiles = zip(self._tiles(), moving.parameters, moving.state, strict=True)
        for (at, there), tile, state in tiles:
            triton.store(self._parameters_out.at[at], tile, mask=there)
            for k, one in enumerate(state):
                triton.store(self._state_out.at[jnp.full_like(at, k), at], one, mask=there)
        for k, number in enumerate(moving.memory):
            self._memory_out[k] = number
        for k, number in enumerate(totals):
            self._totals_out[k] = number
        self._done_out[0] = done

    def rules(self) -> Rules:
        """Return the rules of this member."""
        l2, l1, clip_value, clip_norm = (self._rules[k] for k in range(4))
        return Rules(l2, l1, clip_value, clip_norm, self._seed[0])

    def batch(self, first: Any) -> Batch:
        """Return the rows of a step, gathered."""
        form, plan = self.form, self._plan
        network, sides = form.network, form.sides
        row = jnp.arange(form.rows)
        counts = (row < np.int32(plan.batch)) & (first + row < self._last[0])
        places = triton.load(self._order.at[(first + row).astype(jnp.int32)], mask=counts, other=0)

        def gathered(table: Any, size: int, side: int) -> Array:
            column = jnp.arange(side)[None, :]
            there = counts[:, None] & (column < np.int32(size))
            at = places[:, None] + jnp.zeros_like(column), jnp.zeros_like(places)[:, None] + column
            return triton.load(table.at[at], mask=there, other=0.0)

        inputs = gathered(self._inputs, network.sizes[0], sides[0])
        targets = gathered(self._targets, network.sizes[-1], sides[-1])
        weights = counts.astype(targets.dtype)
        if self._weighted:
            weights = triton.load(self._weights.at[places], mask=counts, other=0.0)
        return Batch(inputs, targets, weights, counts)

    def run(self) -> None:
        """Do all the steps."""
        plan, batch, rules = self._plan, np.int32(self._plan.batch), self.rules()
        first_step = self._first[0]
        steps = (self._last[0] + batch - np.int32(1)) // batch

        def step(at: Any, carried: Any) -> Any:
            moving, totals, done, alive = carried
            rows, rate = self.batch(at * batch), self._rates[at]
            number = first_step + at.astype(jnp.int64)
            moved, more, finite = one_step(plan, self.form, rules, moving, rows, rate, number)
            counts = alive & finite
            return chosen(alive, moved, moving), added(totals, more, counts), done + counts, counts

        totals = tuple(self._totals[k] for k in range(TOTALS))
        begin = (self.opened(), totals, jnp.zeros((), jnp.int32), jnp.ones((), bool))
        moving, totals, done, _ = jax.lax.fori_loop(np.int32(0), steps, step, begin)
        self.close(moving, totals, done)


def train_members(
    plan: Plan,
    rules: Rules,
    rows: Rows,
    moving: Moving,
    order: Array,
    last: Array,
    rates: Array,
    first_step: Array,
    totals: Array,
    interpret: bool = False,
) -> tuple[Moving, Array, Array]:
    """`epoch.train` of many members at once: everything but the rows has a leading axis.

    `interpret` runs it where there is no GPU, slowly.
    """
    members, slots = moving.parameters.shape[0], moving.state.shape[1]
    weights = rows.weights if rows.weights.size else jnp.zeros(1, rows.targets.dtype)
    numbers = jnp.stack(rules[:4], axis=1)
    state = moving.state if slots else jnp.zeros((members, 1, 1), moving.parameters.dtype)
    own = [
        numbers, rules.seed[:, None], moving.parameters, state, moving.memory,
        order, last.astype(jnp.int32)[:, None], rates, first_step[:, None], totals,
    ]  # fmt: skip
    found = [
        jax.ShapeDtypeStruct(one.shape, one.dtype)
        for one in (moving.parameters, state, moving.memory, totals)
    ]
    found.append(jax.ShapeDtypeStruct((members, 1), jnp.int32))

    def body(*references: Any) -> None:
        _Member(plan, rows, references).run()

    how = {"interpret": True} if interpret else {"compiler_params": _how(plan)}
    parameters, states, memory, totals, done = pallas.pallas_call(
        body,
        grid=(members,),
        in_specs=[*map(_whole, (rows.inputs, rows.targets, weights)), *map(_of_member, own)],
        out_specs=[_of_member(one) for one in found],
        out_shape=found,
        **how,
    )(rows.inputs, rows.targets, weights, *own)
    after = Moving(parameters, states if slots else moving.state, memory)
    return after, totals, done[:, 0].astype(jnp.int64)


def _how(plan: Plan) -> Any:
    warps = 4 if numbers_of(plan) < MANY_NUMBERS else 8
    return triton.CompilerParams(num_warps=warps, num_stages=1)


def _nowhere(axes: int, member: Any) -> tuple[Any, ...]:
    return (np.int32(0),) * axes


def _at_member(axes: int, member: Any) -> tuple[Any, ...]:
    return (member, *(np.int32(0),) * (axes - 1))


def _whole(array: Any) -> Any:
    return pallas.BlockSpec(array.shape, partial(_nowhere, len(array.shape)))


def _of_member(array: Any) -> Any:
    return pallas.BlockSpec((None, *array.shape[1:]), partial(_at_member, len(array.shape)))
