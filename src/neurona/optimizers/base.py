"""What an optimizer is: an immutable value with options, and a compiled update of a flat vector."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from neurona import elsewhere
from neurona.registry import Registry
from neurona.values import Value

OPTIMIZERS = Registry("optimizer", elsewhere.OPTIMIZERS)


@dataclass(frozen=True)
class StepOptimizer(Value):
    """A first-order method: one update per gradient.

    `update(weights, gradient, state, memory, size, options, rate, step, loss)` changes the weights
    in place. `state` holds one run of `size` numbers per name in `state_names`, zeros before the
    first step; `memory` eight float64 numbers; `step` counts from 1; `loss` is the batch's loss, or
    nan if it is not known.
    """

    update: ClassVar[Callable[..., None]]
    full_batch: ClassVar[bool] = False
    uses_loss: ClassVar[bool] = False

    def state_names(self) -> tuple[str, ...]:
        """Return the names of the numbers kept per weight."""
        return ()


def find(optimizer: str | StepOptimizer) -> StepOptimizer:
    """Return the optimizer that a name stands for, with the defaults of its paper; values pass
    through.

    >>> find("adam").beta1
    0.9
    """
    found: StepOptimizer = OPTIMIZERS.find(optimizer)
    return found
