"""Runs the kernel of `linear_unit` for one unit: memory, epochs, stopping, and what it came to."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurona.engine import linear_unit
from neurona.engine import unit_memory as unit
from neurona.engine.unit_memory import Memory, Rows, Rule, Task, Vector
from neurona.training.rows import places_of

EPOCHS_AT_ONCE = 1024
"""Epochs in one call of the kernel, which has room for their losses."""


@dataclass
class Progress:
    """Where a unit stands: its running weights and bias, and the sums that an average needs."""

    weights: Vector
    bias: float = 0.0
    sums: Vector = field(default_factory=lambda: np.zeros(0))
    bias_sum: float = 0.0
    steps: float = 0.0


@dataclass
class Learned:
    """What a unit has come to: the weights to use, where it stands, and its history.

    `mistakes` counts per epoch; of the kept ones, `kept_rows` has epoch and row, `kept_updates` the
    number of times the row was added to the weights.
    """

    weights: Vector
    bias: float
    progress: Progress
    losses: Vector
    mistakes: Vector
    scores: list[float]
    kept_rows: Vector
    kept_updates: Vector
    status: int

    @property
    def epochs(self) -> int:
        """Epochs done."""
        return len(self.losses)


def make_rows(X: Any, held: Vector) -> Rows:
    """Return the rows of an array or CSR matrix (float32 or float64) as the kernel reads them."""
    size, width = X.shape
    dense = isinstance(X, np.ndarray)
    with np.errstate(over="ignore"):
        norms = np.sqrt(np.einsum("ij,ij->i", X, X) if dense else X.multiply(X).sum(axis=1))
    return Rows(
        dense,
        X.reshape(-1) if dense else X.data,
        np.zeros(0, np.int32) if dense else X.indices.astype(np.int32, copy=False),
        width * np.arange(size + 1, dtype=np.int64) if dense else X.indptr.astype(np.int64),
        np.asarray(norms, X.dtype).reshape(-1),
        held,
    )


def rounding_guard(rows: Rows) -> float:
    """Return a number that, times the lengths of two vectors, is more than their product's error.

    An addition errs by eps / 2 of the sizes added so far; twice that for products, four times for
    two orders of adding.
    """
    width = int(np.diff(rows.starts).max())
    return 4.0 * (width + 2) * float(np.finfo(rows.values.dtype).eps)


def learn(
    rows: Rows,
    task: Task,
    rule: Rule,
    start: Progress,
    max_epochs: int,
    capacity: int,
    score: Callable[[Vector, float], float] | None = None,
) -> Learned:
    """Let a unit learn, up to `max_epochs` or until the rule stops it.

    `capacity` is the number of mistakes to keep; `score`, called after every epoch with weights
    and bias, takes the loss's place in the rule.
    """
    _check(rows, task, start)
    memory = _memory(rows, task, rule, start, capacity)
    state = memory.state
    kernel = linear_unit.learn.at(memory.weights.dtype, rows, task, memory, rule, 1.0, 1)
    trained = float(len(task.targets) - rows.held.sum())
    if rule.delta:
        trained = float(task.factors[rows.held == 0].sum()) or 1.0
    losses, mistakes, scores = [], [], []
    best, flat = -math.inf, 0
    while state[unit.EPOCHS] < max_epochs and state[unit.STATUS] < unit.FLAT:
        before = int(state[unit.EPOCHS])
        kernel(rows, task, memory, rule, trained, min(len(memory.losses), max_epochs - before))
        done = int(state[unit.EPOCHS]) - before
        losses.append(memory.losses[:done].copy())
        mistakes.append(memory.mistakes[:done].copy())
        if score is not None and state[unit.STATUS] != unit.DIVERGED:
            scores.append(score(*_shown(memory, rule)))
            flat = flat + 1 if scores[-1] < best + rule.tol else 0
            best = max(best, scores[-1])
            if flat >= rule.patience:
                state[unit.STATUS] = unit.FLAT
    weights, bias = _shown(memory, rule)
    progress = Progress(
        memory.weights * memory.weights.dtype.type(state[unit.SCALE]),
        float(state[unit.BIAS]),
        memory.sums,
        float(state[unit.BIAS_SUM]),
        float(state[unit.STEPS]),
    )
    kept = int(state[unit.KEPT])
    return Learned(
        weights,
        bias,
        progress,
        np.concatenate(losses),
        np.concatenate(mistakes),
        scores,
        memory.kept_rows[: 2 * kept].reshape(kept, 2).copy(),
        memory.kept_updates[:kept].copy(),
        int(state[unit.STATUS]),
    )


def _check(rows: Rows, task: Task, start: Progress) -> None:
    """ValueError unless weights, targets and rows fit each other; the kernel does not look."""
    count, width, dtype = len(rows.starts) - 1, start.weights.size, rows.values.dtype
    fits = (
        start.weights.shape == (width,)
        and start.weights.dtype == dtype
        and (not len(start.sums) or start.sums.shape == (width,))
        and all(len(one) == count for one in (*task, rows.norms, rows.held))
        and all(one.dtype == dtype for one in task)
        and (width == rows.values.size // max(1, count) if rows.dense else True)
    )
    if not rows.dense:
        places_of(rows.starts, rows.indices, len(rows.values), count, width)
    if not fits:
        raise ValueError(
            f"A unit with {width} weights of {start.weights.dtype} cannot learn from these "
            f"{count} rows of {dtype}: weights or targets are of another shape or dtype."
        )


def _memory(rows: Rows, task: Task, rule: Rule, start: Progress, capacity: int) -> Memory:
    weights = start.weights.copy()
    none = np.zeros(0, weights.dtype)
    state = np.zeros(16)
    wide = weights.astype(np.float64)
    state[unit.BIAS], state[unit.SCALE] = start.bias, 1.0
    state[unit.SQUARES], state[unit.SIZES] = wide @ wide, np.abs(wide).sum()
    state[unit.BIAS_SUM], state[unit.STEPS] = start.bias_sum, start.steps
    state[unit.BEST_RUN] = state[unit.BEST_RIGHT] = -1.0
    state[unit.BEST_LOSS] = math.inf
    room = EPOCHS_AT_ONCE if rule.watches_loss else 1
    return Memory(
        weights=weights,
        sums=(start.sums.copy() if len(start.sums) else np.zeros_like(weights))
        if rule.averages
        else none,
        pocket=np.zeros_like(weights) if rule.pockets else none,
        pulls=np.zeros_like(weights) if rule.pulls else none,
        order=np.arange(len(task.targets), dtype=np.int64),
        state=state,
        losses=np.zeros(room),
        mistakes=np.zeros(room, np.int64),
        kept_rows=np.zeros(2 * capacity, np.int64),
        kept_updates=np.zeros(capacity),
    )


def _shown(memory: Memory, rule: Rule) -> tuple[Vector, float]:
    """Return the weights and the bias to use: the running ones, their average, or the pocket's."""
    state, dtype = memory.state, memory.weights.dtype
    if rule.pockets:
        return memory.pocket.copy(), float(state[unit.POCKET_BIAS])
    weights, bias = memory.weights * dtype.type(state[unit.SCALE]), float(state[unit.BIAS])
    if rule.averages and state[unit.STEPS]:
        steps = state[unit.STEPS]
        weights = (weights - memory.sums / steps).astype(dtype)
        bias -= float(state[unit.BIAS_SUM]) / float(steps)
    return weights, bias
