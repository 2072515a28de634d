"""What a first-order optimizer knows besides the weights: by name, and as the kernels keep it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from neurona.network import FIRST_WEIGHT, LAST_WEIGHT, Network, Vector
from neurona.optimizers.base import StepOptimizer

MEMORY = 8
"""Float64 numbers that an optimizer may remember per chunk of weights, besides its state."""


@dataclass
class OptimizerState:
    """The numbers of an optimizer between two steps, in the layout of the kernels.

    `state` has, chunk by chunk of the weights, one run of numbers per name in `state_names`;
    `memory` MEMORY numbers per chunk; `steps` were done.
    """

    state: Vector
    memory: Vector
    steps: int = 0

    @classmethod
    def fresh(cls, optimizer: StepOptimizer | None, network: Network) -> OptimizerState:
        """Return the state before the first step."""
        slots = 0 if optimizer is None else len(optimizer.state_names())
        memory = np.zeros(MEMORY * len(network.strips()[1]))
        return cls(np.zeros(network.size * slots, network.dtype), memory)

    def copy(self) -> OptimizerState:
        """Return a copy."""
        return OptimizerState(self.state.copy(), self.memory.copy(), self.steps)

    def named(self, optimizer: StepOptimizer, network: Network) -> dict[str, Vector]:
        """Return the numbers per weight by their names, each a flat vector like the weights."""
        names = optimizer.state_names()
        found = {name: np.zeros(network.size, network.dtype) for name in names}
        for (start, end), part in _chunks(self.state, network, len(names)):
            for name, numbers in zip(names, part, strict=True):
                found[name][start:end] = numbers
        return found

    def put(
        self, optimizer: StepOptimizer, network: Network, named: Mapping[str, Vector]
    ) -> OptimizerState:
        """Set numbers per weight by their names; those that are not given stay. Returns itself."""
        names = optimizer.state_names()
        for (start, end), part in _chunks(self.state, network, len(names)):
            for name, numbers in zip(names, part, strict=True):
                if name in named:
                    numbers[:] = named[name][start:end]
        return self

    def carried_over(
        self, before: StepOptimizer, after: StepOptimizer, network: Network
    ) -> OptimizerState:
        """Return the state with which another optimizer goes on: what has the same name is kept.

        The steps are counted on where everything that the other one keeps was there; else they
        begin anew, as the corrections for zeros at the start must. Memory has no names, so only the
        same method keeps it.
        """
        found = OptimizerState.fresh(after, network)
        found.put(after, network, self.named(before, network))
        same = type(before) is type(after)
        if same:
            found.memory[:] = self.memory
        if same or set(after.state_names()) <= set(before.state_names()):
            found.steps = self.steps
        return found


def _chunks(
    state: Vector, network: Network, slots: int
) -> Iterator[tuple[tuple[int, int], Vector]]:
    """Yield each chunk's place in the weights, and its part of a state, a row per name (a view)."""
    for chunk in network.strips()[1]:
        start, end = int(chunk[FIRST_WEIGHT]), int(chunk[LAST_WEIGHT])
        yield (start, end), state[slots * start : slots * end].reshape(slots, end - start)
