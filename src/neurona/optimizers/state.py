"""What a first-order optimizer knows besides the weights: by name, and as the kernels keep it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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

    def runs(self, network: Network) -> list[Vector]:
        """Return the numbers per weight, a flat vector like the weights for each name in turn."""
        found = [np.zeros(network.size, network.dtype) for _ in range(self.slots(network))]
        for places, part in _chunks(self.state, network, len(found)):
            for run, numbers in zip(found, part, strict=True):
                run[places] = numbers
        return found

    def put(self, network: Network, runs: Sequence[Vector | None]) -> None:
        """Set the numbers per weight of each name in turn; None leaves those that are there."""
        for places, part in _chunks(self.state, network, len(runs)):
            for run, numbers in zip(runs, part, strict=True):
                if run is not None:
                    numbers[:] = run[places]

    def slots(self, network: Network) -> int:
        """Return how many names there are numbers for."""
        return self.state.size // network.size

    def named(self, optimizer: StepOptimizer, network: Network) -> dict[str, Vector]:
        """Return the numbers per weight by their names, each a flat vector like the weights."""
        return dict(zip(optimizer.state_names(), self.runs(network), strict=True))

    def carried_over(
        self, before: StepOptimizer, after: StepOptimizer, network: Network
    ) -> OptimizerState:
        """Return the state with which another optimizer goes on: what has the same name is kept.

        The steps are counted on where everything that the other one keeps was there; else they
        begin anew, as the corrections for zeros at the start must. Memory has no names, so only the
        same method keeps it.
        """
        found = OptimizerState.fresh(after, network)
        known = self.named(before, network)
        found.put(network, [known.get(name) for name in after.state_names()])
        same = type(before) is type(after)
        if same:
            found.memory[:] = self.memory
        if same or set(after.state_names()) <= set(before.state_names()):
            found.steps = self.steps
        return found


def _chunks(state: Vector, network: Network, slots: int) -> Iterator[tuple[slice, Vector]]:
    """Yield each chunk's place in the weights, and its part of a state, a row per name (a view)."""
    for chunk in network.strips()[1]:
        start, end = int(chunk[FIRST_WEIGHT]), int(chunk[LAST_WEIGHT])
        yield slice(start, end), state[slots * start : slots * end].reshape(slots, end - start)
