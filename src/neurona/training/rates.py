"""The rate to train at, found by short trainings from the first weights.

A sweep over rates, as in L. Smith's range test (Cyclical learning rates, WACV 2017), but every rate
begins anew at the same weights and sees the same batches, so that one rate's damage is not the
next one's start. Those that come to the lowest losses are tried again for longer (successive
halving: K. Jamieson, A. Talwalkar, Non-stochastic best arm identification, AISTATS 2016). The fit's
schedule is pressed into each of these trainings, so that a large rate is judged when it has gone
down.
"""

from __future__ import annotations

import importlib
import itertools
import math
from dataclasses import dataclass, field

import numpy as np

from neurona.network import Network, Vector
from neurona.numerics.schedules import Clock
from neurona.training.guard import WORSE, trivial_loss
from neurona.training.measures.place import thinned
from neurona.training.plan import Plan, Validation
from neurona.training.problem import Problem
from neurona.training.rows import Table, dense_table

RATES = tuple(float(f"{10.0**k:.1e}") for k in np.arange(-6, 1.75, 0.5))
"""What is tried: two rates a decade."""
SHARE = 0.1
"""The share of the fit's steps that all short trainings have together, at least."""
WORK = 2e9
"""Multiplications that they have in any case, some 0.2 s: with little data, whole fits."""
MOST_STEPS, LEAST_STEPS = 100_000, 100
MOST_ROWS = 2000
"""Rows that are scored."""
NEARLY = 1.02
"""Losses that differ by less are taken as equal."""
LOOKS = 10
"""How often a short training is looked at, where the fit keeps its best weights."""
KEPT = 5, 3
"""How many rates go on after the first and the second round."""
SHARES = 0.25, 0.25, 0.5
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
        the finite numbers, or its own rows' loss rose far above that of the start.
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

    def _repr_html_(self) -> str:
        # a page stands above a training; it is looked for when a notebook shows one
        page: str = importlib.import_module("neurona.reports.page.shown").rates_shown(self)
        return page


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
            sweep.tries(rate, steps)
        if number < len(KEPT):
            alive = sorted(alive, key=lambda rate: (sweep.losses[rate], rate))[: KEPT[number]]
    lowest = min(alive, key=lambda rate: (sweep.losses[rate], rate))
    best = _middle(lowest, sweep.losses, alive)
    told = "validation rows" if validation is not None else "rows trained on"
    loss, steps = sweep.losses[lowest], sweep.done[lowest]
    if loss < sweep.start:
        between = "" if best == lowest else f"; between it and its neighbors lies {best:g}"
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


def _middle(lowest: float, losses: dict[float, float], alive: list[float]) -> float:
    """Return the middle of the last rates that are nearly as good, else a parabola's lowest point;
    two digits of it.
    """
    near = [rate for rate in alive if losses[rate] <= NEARLY * losses[lowest]]
    if len(near) > 1 and 0 < losses[lowest] < math.inf:
        return float(f"{math.exp(sum(map(math.log, near)) / len(near)):.1e}")
    return _vertex(lowest, losses)


def _vertex(lowest: float, losses: dict[float, float]) -> float:
    """Return the lowest point of the parabola through the logarithms of the lowest loss and its
    neighbors; the rate itself where there is none.
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
        self._plan = plan
        self._order = _batches(order, problem.batch, self.rounds[-1], plan.shuffle)
        problem.set_weights(weights)
        self._first = problem.weights.copy(), problem.optimizer_state().copy()
        self.start = self._loss()
        self._known = float(np.fmax(self.start, trivial_loss(problem.loss, problem.table)))
        self.done = dict.fromkeys(RATES, 0)
        self.losses = dict.fromkeys(RATES, math.inf)

    def tries(self, rate: float, steps: int) -> None:
        """Train at a rate for so many steps from the first weights; one that diverged is out."""
        if self.done[rate] and not math.isfinite(self.losses[rate]):
            return
        problem, batch = self.problem, self.problem.batch
        rates = rate * self._factors(steps)
        problem.set_weights(self._first[0])
        problem.set_optimizer_state(self._first[1].copy())
        losses = []
        cuts = sorted({round(steps * k / LOOKS) for k in range(LOOKS + 1)})
        for begin, end in itertools.pairwise(cuts):
            piece = np.ascontiguousarray(self._order[begin * batch : end * batch])
            trained = problem.train_epoch(piece, rates[begin:end])
            out = not trained.finite or trained.loss > WORSE * self._known
            loss = math.inf if out else self._loss()
            # rows that are judged may be few, and lie well by chance where training runs away
            losses.append(max(loss, trained.loss) if trained.loss > self._known else loss)
            if out:
                break
        keeps = self._plan.restore_best and math.isfinite(losses[-1])
        self.done[rate] = steps
        self.losses[rate] = min(losses) if keeps else losses[-1]

    def _factors(self, steps: int) -> Vector:
        """Return what the schedule makes of the rate, the whole fit pressed into so many steps."""
        schedule, epochs = self._plan.schedule, self._plan.max_epochs
        if not schedule.varies:
            return np.ones(steps)
        clock = Clock(np.arange(steps) / steps * epochs, epochs, 0)
        return np.asarray(schedule.factors(clock))

    def _loss(self) -> float:
        with np.errstate(all="ignore"):
            loss = self.problem.evaluate(self._table, self._rows)[1]
        return float(loss) if math.isfinite(loss) else math.inf


def _rounds(problem: Problem, whole: int) -> list[int]:
    """Return the steps of one rate in each round, none longer than the whole fit."""
    work = _work(problem.network, problem.batch)
    total = min(max(SHARE * whole, WORK / work, LEAST_STEPS), MOST_STEPS)
    counts = (len(RATES), *KEPT)
    found = [max(1, int(part * total / n)) for part, n in zip(SHARES, counts, strict=True)]
    return list(dict.fromkeys(min(steps, max(1, whole)) for steps in found))


def _work(network: Network, batch: int) -> float:
    """Return about the multiplications of a step."""
    return 3.0 * network.n_parameters * batch + 1e4


def whole_fits(network: Network, batch: int, steps: int) -> int:
    """Return how many whole fits cost no more than short trainings may in any case."""
    return int(WORK / (_work(network, batch) * max(1, steps)))


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
