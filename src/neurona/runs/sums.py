"""Scores as sums over rows, so that a table may come in blocks and no answer is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from neurona import metrics
from neurona.runs.scores import SET_COVERAGE, Array, Pair, Scores

LARGE = 2.0**500
"""Numbers above it have squares, and sums of them, that may be no finite numbers."""


class _Sizes:
    """Sums of sizes and of squares, in a unit that keeps both finite for any finite numbers."""

    def __init__(self) -> None:
        self.unit, self.sum, self.squares = 1.0, 0.0, 0.0

    def add(self, numbers: Array, times: float = 1.0) -> None:
        sizes = np.abs(numbers)
        peak = float(sizes.max(initial=0.0))
        if peak > LARGE * self.unit and peak < math.inf:
            unit = 2.0 ** (math.frexp(peak)[1] - 1)
            self.sum *= self.unit / unit
            self.squares *= (self.unit / unit) * (self.unit / unit)
            self.unit = unit
        sizes = sizes / self.unit
        self.sum += times * float(sizes.sum())
        self.squares += times * float((sizes**2).sum())

    def root_mean(self, rows: int) -> float:
        return math.sqrt(self.squares / rows) * self.unit

    def mean(self, rows: int) -> float:
        return self.sum / rows * self.unit

    def over(self, other: _Sizes) -> float:
        """Return the squares as a part of another's, which are not 0."""
        share = self.unit / other.unit
        return self.squares / other.squares * share * share


class Spread(NamedTuple):
    """What always saying the mean of a target comes to: its mean and deviation over all rows."""

    mean: float
    deviation: float
    constant: bool


def spread_of(blocks: Iterable[Array]) -> Spread:
    """Return the spread of a target's values (Chan, Golub and LeVeque, 1983)."""
    rows, mean, away = 0, 0.0, _Sizes()
    low, high = math.inf, -math.inf
    for truth in blocks:
        count, middle = len(truth), _mean(truth)
        moved, share = middle - mean, len(truth) / (rows + len(truth))
        away.add(truth - middle)
        away.add(np.array([moved]), rows * share)
        mean += moved * share
        rows += count
        low, high = min(low, float(truth.min())), max(high, float(truth.max()))
    return Spread(mean, away.root_mean(rows), low == high or away.squares == 0)


def _mean(numbers: Array) -> float:
    with np.errstate(over="ignore"):
        mean = float(numbers.mean())
    return mean if math.isfinite(mean) else float((numbers / len(numbers)).sum())


class _Errors:
    """Sums over the rows that somebody has said a quantity of."""

    def __init__(self) -> None:
        self.rows, self.sizes = 0, _Sizes()
        self.inside, self.width, self.logarithm = 0, 0.0, 0.0
        self.bars, self.certain = False, False

    def add(self, truth: Array, said: Array) -> None:
        errors = truth - said
        self.rows += len(errors)
        self.sizes.add(errors)

    def add_bars(self, truth: Array, said: Array, std: Array, low: Array, high: Array) -> None:
        self.bars = True
        self.inside += int(((low <= truth) & (truth <= high)).sum())
        self.width += float((high - low).sum())
        found = metrics.log_likelihood(truth - said, std)
        self.certain |= found is None
        self.logarithm += 0.0 if found is None else found * len(truth)

    def scores(self, r2: float | None) -> Scores:
        rows = self.rows
        rmse, mae = self.sizes.root_mean(rows), self.sizes.mean(rows)
        found: Scores = {"rmse": rmse, "mae": mae, "r2": r2}
        if self.bars:
            found["coverage_95"], found["width_95"] = self.inside / rows, self.width / rows
            found["log_likelihood"] = None if self.certain else self.logarithm / rows
        return found


class Quantity:
    """RMSE, MAE and R2, and of error bars the share of rows inside the interval of 95 %, its mean
    width, and the mean logarithm of the density that a normal distribution about the prediction has
    at the truth.

    The baseline always says the mean of all rows; its distribution has their deviation.
    """

    def __init__(self, spread: Spread) -> None:
        self._spread, self._model, self._baseline = spread, _Errors(), _Errors()

    def add(self, truth: Array, said: Array, *bars: Array) -> None:
        """Take rows in; `bars` are deviations, and both ends of the intervals."""
        mean = np.full(len(truth), self._spread.mean)
        self._model.add(truth, said)
        self._baseline.add(truth, mean)
        if bars:
            spread = np.full(len(truth), self._spread.deviation)
            half = metrics.WITHIN_95 * spread
            self._model.add_bars(truth, said, *bars)
            self._baseline.add_bars(truth, mean, spread, mean - half, mean + half)

    def pair(self) -> Pair:
        """Return the scores."""
        constant = self._spread.constant
        r2 = None if constant else 1 - self._model.sizes.over(self._baseline.sizes)
        if r2 is not None and not math.isfinite(r2):
            r2 = math.nan
        return Pair(self._model.scores(r2), self._baseline.scores(None if constant else 0.0))


class Classes:
    """Accuracy, balanced accuracy and log loss of class numbers and probabilities, and of sets that
    should hold 90 % of the classes the share that does, and how many classes a set has.

    The first `known` of `count` classes are the model's. The baseline says the most frequent class,
    how frequent each is, and as its set always the most frequent ones, as many as it needs.
    """

    def __init__(self, known: int, count: int) -> None:
        self._known = known
        self.confusion = np.zeros((count, count), np.int64)
        self._surprise, self._inside, self._sizes, self._sets = 0.0, 0, 0, False

    def add(self, truth: Array, said: Array, shares: Array, sets: Array | None) -> None:
        """Take rows in: classes by number, and probabilities and sets of those that are known."""
        count = len(self.confusion)
        pairs = np.bincount(truth * count + said, minlength=count * count)
        self.confusion += pairs.reshape(count, count)
        rows = np.flatnonzero(truth < self._known)
        given: Any = np.zeros(len(truth))
        given[rows] = shares[rows, truth[rows]]
        self._surprise += float(metrics.surprise(given).sum())
        if sets is not None:
            self._sets = True
            self._inside += int(sets[rows, truth[rows]].sum())
            self._sizes += int(sets.sum())

    def pair(self) -> Pair:
        """Return the scores."""
        counts = self.confusion.sum(axis=1)
        rows, there = int(counts.sum()), counts > 0
        right, frequency = np.diag(self.confusion), counts / rows
        model: Scores = {
            "accuracy": float(right.sum() / rows),
            "balanced_accuracy": float((right[there] / counts[there]).mean()),
            "log_loss": self._surprise / rows,
        }
        baseline: Scores = {
            "accuracy": float(frequency.max()),
            "balanced_accuracy": 1 / int(there.sum()),
            "log_loss": float(frequency @ metrics.surprise(frequency)),
        }
        if self._sets:
            covered = np.cumsum(np.sort(frequency)[::-1])
            needed = int(np.searchsorted(covered, SET_COVERAGE - 1e-12))
            model |= {"set_coverage_90": self._inside / rows, "set_size_90": self._sizes / rows}
            baseline["set_coverage_90"] = float(covered[needed])
            baseline["set_size_90"] = float(needed + 1)
        return Pair(model, baseline)
