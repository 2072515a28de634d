"""Whether an optimizer from outside moves every weight by itself, as its twin here assumes.

The twin runs the loop over weights once, for all of them. An optimizer that adds the weights of a
chunk up looks the same and is not; so both are run on a few numbers before a training begins.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from neurona.compiled import members
from neurona.jax_engine import formulas
from neurona.optimizers.base import StepOptimizer
from neurona.optimizers.state import MEMORY

SIZE, STEPS, NEAR = 5, 3, 1e-4
OURS = "neurona.optimizers."


def check_optimizer(optimizer: StepOptimizer, dtype: Any) -> None:
    """Raise `IncompatibleError` for an optimizer whose twin comes to other numbers."""
    if type(optimizer).__module__.startswith(OURS):
        return
    random, slots = np.random.RandomState(0), len(optimizer.state_names())
    weights = random.normal(size=SIZE).astype(dtype)
    state, memory = np.zeros(max(slots, 1) * SIZE, dtype), np.zeros(MEMORY)
    moved: Any = jnp.asarray(weights), [jnp.zeros(SIZE, dtype)] * slots, [jnp.zeros(())] * MEMORY
    where = members.address(optimizer.update, members.UPDATE, dtype)
    for step in range(1, STEPS + 1):
        gradient = random.normal(size=SIZE).astype(dtype)
        members.call(
            where, members.UPDATE, weights, gradient, state, memory, SIZE, optimizer.options(),
            0.01, step, 1.0 / step,
        )  # fmt: skip
        given = (jnp.asarray(one) for one in (gradient, 0.01, step, 1.0 / step))
        slope, rate, number, loss = given
        moved = formulas.update(optimizer, moved[0], slope, moved[1], moved[2], rate, number, loss)
    if not np.allclose(np.asarray(moved[0]), weights, rtol=NEAR, atol=NEAR):
        raise formulas.refuse(optimizer, "it mixes weights, and not every one moves by itself")
