"""Short trainings at other rates, from where a training began or from where it came to."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurona.network import Vector
from neurona.training.measures.place import thinned
from neurona.training.problem import Problem
from neurona.training.rows import Table, dense_table, make_table

if TYPE_CHECKING:
    from neurona.diagnosis.evidence import Evidence

FACTORS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Multiples of the rate that are tried; more, by tens, while the last one is the best."""
FARTHEST = 6
WORK = 1.5e8
"""Multiplications of one short training, about: some 20 ms."""
MOST_ROWS, LEAST_ROWS = 2000, 300
NEARLY = 1.1
LEAST_STEPS, MOST_STEPS, PASSES = 20, 2000, 10
"""Steps of a short training at least and at most, and passes over the rows at most."""
FEWEST_STEPS, LARGE = 8, 6.0
"""Steps at least of networks whose LEAST_STEPS come to more than LARGE times WORK."""


class Losses(NamedTuple):
    """A loss (penalties left out) on rows trained on, and on those held out; nan if none are."""

    seen: float
    held: float

    def gain_over(self, now: Losses, trivial: float) -> tuple[float, float]:
        """Return how much lower it is than another on the rows trained on, as a share of that; and
        of the trivial answer's, where it is lower by least.
        """
        share, worth = _gain(self.seen, now.seen, trivial)
        if not math.isnan(now.held):
            worth = min(worth, _gain(self.held, now.held, trivial)[1])
        return share, worth

    @property
    def worst(self) -> float:
        """The larger of the two."""
        return self.seen if math.isnan(self.held) else max(self.seen, self.held)


def _gain(better: float, now: float, trivial: float) -> tuple[float, float]:
    if math.isinf(now):
        return (1.0, 1.0) if math.isfinite(better) else (0.0, 0.0)
    if not now > 0 or not trivial > 0 or math.isnan(better):
        return 0.0, 0.0
    return (now - better) / now, (now - better) / trivial


class Probe(NamedTuple):
    """What `steps` steps come to at multiples of the rate.

    `start` is the loss before; `losses` those after them by factor, from the last weights if
    `from_last`, else from the first ones.
    """

    start: Losses
    losses: dict[float, Losses]
    steps: int
    from_last: bool

    @property
    def now(self) -> Losses:
        """What the rate itself comes to."""
        return self.losses[1.0]

    @property
    def best(self) -> float:
        """The factor to take: the smallest whose loss is nearly the lowest."""
        return self.among(self.losses)

    def among(self, factors: Iterable[float]) -> float:
        """Return the smallest of some factors whose loss is nearly their lowest."""
        taken = sorted(factors)
        lowest = min(self.losses[factor].worst for factor in taken)
        return next(factor for factor in taken if self.losses[factor].worst <= NEARLY * lowest)


def probed(evidence: Evidence, weights: Vector, from_last: bool) -> Probe:
    """Return what short trainings come to from some weights."""
    fit = evidence.case.fit
    short = _Short(evidence, weights, fit.batch, from_last)
    order, steps = _order(short.problem, len(fit.order))
    losses = {factor: short.after(order, steps, factor * evidence.rate) for factor in FACTORS}
    for ratio, end in ((10.0, max(FACTORS)), (0.1, min(FACTORS))):
        factor = end
        while abs(math.log10(factor)) < FARTHEST:
            lowest = min(losses, key=lambda one: losses[one].worst)
            # where all leave the finite numbers, they may still be too large
            if lowest != factor and (ratio > 1 or math.isfinite(losses[lowest].worst)):
                break
            factor *= ratio
            losses[factor] = short.after(order, steps, factor * evidence.rate)
    short.problem.close()
    return Probe(short.start, losses, steps, from_last)


def probed_batches(evidence: Evidence, weights: Vector, from_last: bool) -> dict[int, Losses]:
    """Return the losses after the same rows in batches of other sizes, by their size."""
    fit = evidence.case.fit
    rows = len(fit.order)
    order = _order(_Short(evidence, weights, fit.batch, from_last).problem, rows)[0]
    sizes = {max(8, fit.batch // 4), max(8, fit.batch // 16), fit.batch, min(rows, 16 * fit.batch)}
    found = {}
    for batch in sorted(sizes):
        short = _Short(evidence, weights, batch, from_last)
        found[batch] = short.after(order, -(-len(order) // batch), evidence.rate)
        short.problem.close()
    return found


class _Short:
    """A training that can be done again and again from the same weights."""

    def __init__(self, evidence: Evidence, weights: Vector, batch: int, from_last: bool) -> None:
        fit = evidence.case.fit
        self.problem = Problem(
            fit.network, fit.loss, fit.method.optimizer, fit.table, batch,
            fit.regularisations[0], 1, engine=fit.engine,
        )  # fmt: skip
        most = max(LEAST_ROWS, min(MOST_ROWS, int(WORK / fit.network.n_parameters)))
        self._weights, self._seen = weights, _some(fit.table, most)
        self._held = _held(evidence, most)
        fresh = self.problem.optimizer_state().copy()
        kept = evidence.case.network.standing().optimizer if from_last else None
        self._state = fresh if kept is None or kept.state.size != fresh.state.size else kept
        self.problem.set_weights(weights)
        self.start = self._losses()

    def after(self, order: Vector, steps: int, rate: float) -> Losses:
        """Return the losses after some steps; inf if they leave the finite numbers."""
        problem = self.problem
        problem.set_weights(self._weights)
        problem.set_optimizer_state(self._state.copy())
        result = problem.train_epoch(order, np.full(steps, rate))
        if result.finite:
            return self._losses()
        return Losses(math.inf, math.nan if self._held is None else math.inf)

    def _losses(self) -> Losses:
        held = math.nan if self._held is None else self._loss(self._held)
        return Losses(self._loss(self._seen), held)

    def _loss(self, table: Table) -> float:
        with np.errstate(all="ignore"):
            loss = self.problem.evaluate(table, len(table.targets))[1]
        return loss if math.isfinite(loss) else math.inf


def _order(problem: Problem, rows: int) -> tuple[Vector, int]:
    """Return the rows of so many steps, shuffled anew for every pass, and the number of steps."""
    batch, random = problem.batch, np.random.RandomState(0)
    work = 3.0 * problem.network.n_parameters * batch + 1e4
    per_pass = -(-rows // batch)
    most = min(MOST_STEPS, max(LEAST_STEPS, PASSES * per_pass))
    least = min(LEAST_STEPS, max(FEWEST_STEPS, int(LARGE * WORK / work)))
    steps = int(np.clip(WORK / work, least, most))
    passes = -(-steps * batch // rows)
    order = np.concatenate([random.permutation(rows) for _ in range(passes)])
    return order[: steps * batch].astype(np.int64), steps


def _held(evidence: Evidence, most: int) -> Table | None:
    """Return the rows held out, to be scored; None if there are none."""
    held, dtype = evidence.held, evidence.network.dtype
    if held is None:
        return None
    few = thinned(len(held.inputs), most)
    return make_table(held.inputs[few].astype(dtype), held.targets[few].astype(dtype), None, dtype)


def _some(table: Table, most: int) -> Table:
    """Return some rows of a table, to be scored."""
    rows = len(table.targets)
    few = thinned(rows, most)
    if len(few) == rows or table.indptr.size:
        return table
    some = Table(
        table.width, table.dense, table.indptr, table.indices, table.data,
        np.ascontiguousarray(table.targets[few]),
        np.ascontiguousarray(table.weights[few]) if table.weights.size else table.weights,
    )  # fmt: skip
    return dense_table(some, np.ascontiguousarray(table.dense[few]))
