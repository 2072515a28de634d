"""Levenberg-Marquardt that finds its own regularisation, by the evidence.

With E the cost of the data and A the prior precisions of the weights it lowers

    F(w) = beta E(w) + w'Aw / 2,        (beta B + A + lambda I) p = -(beta g + A w),

and after each step sets alpha (one per group of weights) and beta (the noise's precision) to the
values that raise the evidence for this network (D. J. C. MacKay, Neural Computation 4, 1992; F. D.
Foresee and M. T. Hagan, ICNN 1997; see `numerics.evidence`). No rows need be held out. The damping
follows the gain ratio (H. B. Nielsen 1999), in the prior's own lengths.

The value it reports is the mean cost of the data, without the prior; it may rise for a while, as
the prior changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.errors import StopReason
from neurona.numerics.damping import Damping, gain_ratio
from neurona.numerics.evidence import Evidence, Hyperparameters, evidence
from neurona.numerics.linear_solvers import NormalModel
from neurona.optimizers.solve.line import no_step
from neurona.optimizers.solver import (
    MEMORY_LIMIT,
    SOLVERS,
    Advance,
    BayesianObjective,
    Believed,
    Need,
    Solver,
    SolverState,
    Vector,
)
from neurona.values import option

LARGEST_DAMPING = 1e15
CALM = 3
"""Iterations in a row with no more evidence after which training is done."""


@dataclass(kw_only=True)
class BayesianState(SolverState):
    """The damping, and what is believed of weights and noise.

    `precisions` and `effective` are per group; `calm` counts iterations without more evidence.
    """

    damping: float = 1.0
    growth: float = 2.0
    precisions: Vector
    effective: Vector
    noise: float = 1.0
    log_evidence: float = -np.inf
    calm: int = 0

    @property
    def hyperparameters(self) -> Hyperparameters:
        """Precisions and noise together."""
        return Hyperparameters(self.precisions, self.noise)


@SOLVERS.register("bayesian-lm")
@dataclass(frozen=True)
class BayesianLM(Solver):
    """Levenberg-Marquardt with Bayesian regularisation.

    `relevance` gives each input a precision of its own, else each layer has one; `wait` is how many
    iterations pass before the hyper-parameters move; `tolerance`, times the root of the number of
    observations, is the change of the log evidence that counts as none; `memory_limit` is in MiB.
    """

    needs = frozenset({Need.MODEL, Need.EVIDENCE})
    asks_gradients = False

    relevance: bool = True
    wait: int = option(5, 0)
    tolerance: float = option(1e-4, 0)
    memory_limit: float = option(MEMORY_LIMIT, 0, closed="neither")

    def start(self, problem: Any, x: Vector) -> BayesianState:
        """Return the state at x: precision 1 for all weights, the noise as large as the errors."""
        model = problem.model(x)
        count = int(problem.groups(self.relevance).max()) + 1
        noise = 1.0
        if problem.has_noise:
            noise = problem.observations / max(2 * problem.weight * model.value, 1e-300)
        return BayesianState(
            x.copy(), model.value, model.gradient, 0, 1,
            precisions=np.ones(count), effective=np.zeros(count), noise=noise,
        )  # fmt: skip

    def advance(self, problem: Any, state: BayesianState) -> Advance:
        """Take one step down F, then look at the evidence."""
        groups, scale = problem.groups(self.relevance), state.noise * problem.weight
        prior = state.precisions[groups]
        found = self._step(problem, state, prior, scale)
        if found is None:
            return no_step(state)
        step, decrease, damping = found
        before = state.value
        state.x = state.x + step
        model = problem.model(state.x)
        state.value = model.value
        state.gradient = model.gradient + prior * state.x / scale
        state.iterations += 1
        reason = None
        if state.iterations >= self.wait or decrease < 0.01:
            seen = evidence_at(problem, state, self.relevance)
            if seen is not None:
                reason = self._believe(problem, state, seen)
        return Advance(step, before - state.value, damping, reason=reason)

    def posterior(self, problem: Any, state: Any) -> Believed | None:
        """Return the evidence at the state's weights, with its precisions."""
        seen = evidence_at(problem, state, self.relevance)
        return None if seen is None else Believed(seen, state.precisions, self.relevance)

    def _step(
        self, problem: BayesianObjective, state: BayesianState, prior: Vector, scale: float
    ) -> tuple[Vector, float, float] | None:
        """Return a step that lowers F, by how much, and the damping it took; None if none does."""
        given: Any = problem.model(state.x)
        damping = Damping(state.damping, state.growth)
        model = NormalModel(given.value, given.gradient + prior * state.x / scale, given.matrix)
        start = scale * state.value + 0.5 * float(prior @ state.x**2)
        while damping.value < LARGEST_DAMPING:
            step = model.step((prior + damping.value) / scale)
            if step is not None:
                x = state.x + step
                promised = 0.5 * float(step @ (damping.value * step - scale * model.gradient))
                end = scale * problem.value(x) + 0.5 * float(prior @ x**2)
                state.evaluations += 1
                gain = gain_ratio(start - end, promised)
                if gain > 1e-4:
                    used = damping.value
                    state.damping, state.growth = damping.relaxed(gain)
                    return step, start - end, used
                if not (x != state.x).any():
                    return None
            damping = damping.tightened(1e-8)
        return None

    def _believe(
        self, problem: BayesianObjective, state: BayesianState, seen: Evidence
    ) -> StopReason | None:
        enough = self.tolerance * np.sqrt(problem.observations)
        calm = abs(seen.log - state.log_evidence) < enough
        state.calm = state.calm + 1 if calm else 0
        state.log_evidence, state.effective = seen.log, seen.effective
        if state.calm >= CALM:
            return StopReason.EVIDENCE_FLAT
        state.precisions, state.noise = seen.improved
        return None


def evidence_at(
    problem: BayesianObjective, state: BayesianState, relevance: bool
) -> Evidence | None:
    """Return the evidence at a state's weights, with the factor of their inverse covariance."""
    model: Any = problem.model(state.x)
    return evidence(
        state.x,
        problem.weight * model.value,
        problem.weight * model.matrix,
        problem.groups(relevance),
        state.hyperparameters,
        problem.observations,
        problem.has_noise,
    )
