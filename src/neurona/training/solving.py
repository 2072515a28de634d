"""Solving: a full-batch solver doing the loop's epochs, one iteration each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neurona.errors import IncompatibleError, StopReason
from neurona.optimizers.solver import Solver, SolverState, Tolerances, convergence
from neurona.training.blas import one_blas_thread
from neurona.training.objective import NetworkObjective
from neurona.training.problem import EpochResult, Regularisation


def refuse_noise(solver: Solver, given: Regularisation) -> None:
    """Raise `IncompatibleError` for what changes the gradient from step to step."""
    spoils = [
        name
        for name, on in (
            ("dropout", any(given.dropout)),
            ("clip_norm", given.clip_norm > 0),
            ("clip_value", given.clip_value > 0),
            ("noise", given.noise is not None),
        )
        if on
    ]
    if spoils:
        raise IncompatibleError(
            f"The solver {solver.name!r} needs the exact gradient, which {' and '.join(spoils)} "
            "would change: leave it out, or use an optimizer of mini-batches such as 'adam'."
        )


class Solving:
    """A solver at work on a network.

    Attributes
    ----------
    solver, objective : what they say
    state : SolverState
        Where the solver stands; made from the network's weights when it is first asked for.
    """

    def __init__(
        self,
        objective: NetworkObjective,
        solver: Solver,
        tolerances: Tolerances,
        max_evaluations: float = math.inf,
    ) -> None:
        solver.check(objective)
        self.objective, self.solver, self.tolerances = objective, solver, tolerances
        self.max_evaluations = max_evaluations
        self._state: Any = None

    @property
    def state(self) -> Any:
        """Where the solver stands."""
        if self._state is None:
            x = self.objective.parameters_of(self.objective.problem.weights)
            with one_blas_thread():
                self._state = self.solver.start(self.objective, x)
        return self._state

    @property
    def loss(self) -> float:
        """The loss where the solver stands; nan before it began."""
        return math.nan if self._state is None else self.objective.loss_of(float(self._state.value))

    def restore(self, state: SolverState) -> None:
        """Go on from a state, which is copied."""
        self._state = state.copy()

    def restart(self) -> None:
        """Begin anew from the network's weights, which were set by hand."""
        self._state = None

    def at_start(self) -> StopReason | None:
        """Return why there is nothing to do, None if there is."""
        state = self.state
        if not math.isfinite(state.value):
            return StopReason.DIVERGED
        flat = np.abs(state.gradient).max(initial=0.0) <= self.tolerances.gradient
        return StopReason.CONVERGED if flat and state.iterations == 0 else None

    def iterate(self) -> EpochResult:
        """Do one iteration; the network has the new weights."""
        state = self.state
        done = self.solver.advance(self.objective, state)
        self.settle()
        reason = convergence(state, done, self.tolerances)
        if state.evaluations > self.max_evaluations and reason is not StopReason.DIVERGED:
            # as SciPy, which looks at its limits first
            reason = StopReason.MAX_EVALUATIONS
        return EpochResult(
            loss=self.objective.loss_of(float(state.value)),
            gradient_norm=float(np.linalg.norm(state.gradient)),
            steps=1,
            finite=reason is not StopReason.DIVERGED,
            rate=done.rate,
            damping=done.damping,
            reason=reason,
        )

    def settle(self) -> None:
        """Give the network the weights of the state: trials may have left others."""
        if self._state is not None:
            self.objective.place(self._state.x)
