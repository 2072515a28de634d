"""The rate to train at, found by short trainings from the first weights.

A sweep over rates, as in L. Smith's range test (Cyclical learning rates, WACV 2017), but every rate
begins anew at the same weights and sees the same batches, so that one rate's damage is not the
next one's start. Those that come to the lowest losses go on (successive halving: K. Jamieson,
A. Talwalkar, Non-stochastic best arm identification, AISTATS 2016). The fit's schedule is pressed
into the longest of these trainings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from neurona.network import Vector
from neurona.numerics.schedules import Clock
from neurona.training.measures.place import thinned
from neurona.training.plan import Plan, Validation
from neurona.training.problem import Problem
from neurona.training.rows import Table, dense_table

RATES = tuple(float(f"{10.0**k:.1e}") for k in np.arange(-6, 1.75, 0.5))
"""What is tried: two rates a decade."""
SHARE = 0.1
"""The share of the fit's steps that all short trainings have together."""
WORK = 1e9
"""Multiplications that they may have in any case, about 0.2 s, if the fit itself has as many."""
MOST_STEPS, LEAST_STEPS = 40_000, 80
MOST_ROWS = 2000
"""Rows that are scored."""
KEPT = 5, 3
"""How many rates go on after the first and the second round."""
SHARES = 0.2, 0.2, 0.6
"""What part of the steps the rounds have."""

@dataclass(frozen=True)
class RateCurve:
    """What short trainings came to, rate by rate.

    Attributes
    ----------
    rates : tuple of float
        Ascending.
    losses : tuple of float
        Each rate's mean loss after its last short training, without penalties; inf if that left
        the finite numbers.
    steps : tuple of int
        How many steps each was given.
    start : float
        The loss of the first weights.
    best : float
        The rate to train at.
    validated : bool
        Whether the losses are of validation rows, else of rows trained on.
    why : str
        A sentence.
    """

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    steps: tuple[int, ...]
    start: float
    best: float
    validated: bool
    why: str = field(default="")

    def text(self) -> str:
        """Return the curve as a table of plain text, the best rate marked."""
        lines = [f"{'rate':>10} {'loss':>12} {'steps':>7}"]
        for rate, loss, steps in zip(self.rates, self.losses, self.steps, strict=True):
            mark = "  <- lowest" if loss == min(self.losses) else ""
            shown = f"{loss:.5g}" if math.isfinite(loss) else "diverged"
            lines.append(f"{rate:>10.3g} {shown:>12} {steps:>7,}{mark}")
        return "\n".join([*lines, self.why])

    def __str__(self) -> str:
        return self.text()


def search_rate(
    problem: Problem, weights: Vector, order: Vector, plan: Plan, validation: Validation | None
) -> RateCurve:
    """Return what short trainings of a problem from these weights come to.

    The problem is one of its own: weights and optimizer state are left anywhere.

    Parameters
    ----------
    problem : Problem
        With an optimizer.
    weights : ndarray
        The first weights, flat.
    order : ndarray of int64
        The rows to train on.
    plan : Plan
        Of the fit; its rate is not looked at.
    validation : Validation or None
        Rows to judge by, in place of those trained on.
    """
    sweep = _Sweep(problem, weights, order, plan, validation)
    alive = list(RATES)
    for number, steps in enumerate(sweep.rounds):
        for rate in alive:
            sweep.go_on(rate, steps)
        if number < len(KEPT):
            alive = sorted(alive, key=lambda rate: (sweep.losses[rate], rate))[: KEPT[number]]
    lowest = min(alive, key=lambda rate: (sweep.losses[rate], rate))
    best = _vertex(lowest, sweep.losses)
    told = "validation rows" if validation is not None else "rows trained on"
    loss, steps = sweep.losses[lowest], sweep.done[lowest]
    if loss < sweep.start:
        between = "" if best == lowest else f"; a parabola through it and its neighbors: {best:g}"
        why = (
            f"Of {len(RATES)} rates {lowest:g} lowered the loss on {told} most, from "
            f"{sweep.start:.4g} to {loss:.4g} in {steps:,} steps{between}."
        )
    else:
        why = (
            f"No rate lowered the loss on {told}, {sweep.start:.4g}, in {steps:,} steps; {best:g} "
            "did the least harm."
        )
    return RateCurve(
        RATES,
        tuple(sweep.losses[rate] for rate in RATES),
        tuple(sweep.done[rate] for rate in RATES),
        sweep.start,
        best,
        validation is not None,
        why,
    )


def _vertex(lowest: float, losses: dict[float, float]) -> float:
    """Return the lowest point of the parabola through the logarithms of the lowest loss and its
    neighbors, two digits of it; the rate itself where there is none.
    """
    k = RATES.index(lowest)
    if not 0 < k < len(RATES) - 1:
        return lowest
    three = [losses[rate] for rate in RATES[k - 1 : k + 2]]
    if not all(0 < loss < math.inf for loss in three):
        return lowest
    left, middle, right = map(math.log, three)
    bend = left - 2 * middle + right
    if not bend > 0:
        return lowest
    # less than half a step of the sweep, as the middle one is the lowest
    return float(f"{10 ** (math.log10(lowest) + 0.25 * (left - right) / bend):.1e}")


class _Sweep:
    """Short trainings, one a rate, each of which can go on."""

    def __init__(
        self,
        problem: Problem,
        weights: Vector,
        order: Vector,
        plan: Plan,
        validation: Validation | None,
    ) -> None:
        self.problem = problem
        self._table, self._rows = _judged(problem, order, validation)
        per_epoch = -(-len(order) // problem.batch)
        self.rounds = _rounds(problem, per_epoch * plan.max_epochs)
        longest = sum(self.rounds)
        self._order = _batches(order, problem.batch, longest, plan.shuffle)
        self._factors = np.ones(longest)
        if plan.schedule.varies:
            epochs = np.arange(longest) / longest * plan.max_epochs
            self._factors = np.asarray(plan.schedule.factors(Clock(epochs, plan.max_epochs, 0)))
        problem.set_weights(weights)
        first = problem.weights.copy(), problem.optimizer_state().copy()
        self._standing = dict.fromkeys(RATES, first)
        self.start = self._loss()
        self.done = dict.fromkeys(RATES, 0)
        self.losses = dict.fromkeys(RATES, math.inf)

    def go_on(self, rate: float, steps: int) -> None:
        """Train so many more steps at a rate; one that has diverged stays where it is."""
        begin, end = self.done[rate], self.done[rate] + steps
        if begin and not math.isfinite(self.losses[rate]):
            return
        problem, batch = self.problem, self.problem.batch
        weights, state = self._standing[rate]
        problem.set_weights(weights)
        problem.set_optimizer_state(state.copy())
        piece = np.ascontiguousarray(self._order[begin * batch : end * batch])
        result = problem.train_epoch(piece, rate * self._factors[begin:end])
        self._standing[rate] = problem.weights.copy(), problem.optimizer_state().copy()
        self.done[rate] = end
        self.losses[rate] = self._loss() if result.finite else math.inf

    def _loss(self) -> float:
        with np.errstate(all="ignore"):
            loss = self.problem.evaluate(self._table, self._rows)[1]
        return float(loss) if math.isfinite(loss) else math.inf


def _rounds(problem: Problem, whole: int) -> list[int]:
    """Return the steps of one rate in each round, by the steps of the whole fit."""
    work = 3.0 * problem.network.n_parameters * problem.batch + 1e4
    total = max(SHARE * whole, min(whole, WORK / work), LEAST_STEPS)
    total = min(total, MOST_STEPS)
    counts = (len(RATES), *KEPT)
    return [max(1, int(part * total / n)) for part, n in zip(SHARES, counts, strict=True)]


def _batches(order: Vector, batch: int, steps: int, shuffle: bool) -> Vector:
    """Return the rows of so many steps of whole batches, shuffled anew for every pass."""
    random = np.random.RandomState(0)
    passes = -(-steps * batch // len(order))
    parts = [random.permutation(order) if shuffle else order for _ in range(passes)]
    found: Vector = np.concatenate(parts)[: steps * batch].astype(np.int64)
    return found


def _judged(problem: Problem, order: Vector, validation: Validation | None) -> tuple[Table, int]:
    """Return the rows that losses are of."""
    table, rows = problem.table, np.asarray(order)
    if validation is not None:
        table, rows = validation.table, np.arange(validation.rows)
    if table.indptr.size:
        return table, len(table.targets)
    few = rows[thinned(len(rows), MOST_ROWS)]
    some = Table(
        table.width, table.dense, table.indptr, table.indices, table.data,
        np.ascontiguousarray(table.targets[few]),
        np.ascontiguousarray(table.weights[few]) if table.weights.size else table.weights,
    )  # fmt: skip
    return dense_table(some, np.ascontiguousarray(table.dense[few])), len(few)
