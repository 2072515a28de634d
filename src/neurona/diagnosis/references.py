"""What simple answers can say of the targets: a row's neighbours, and a straight line."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurona.network import Vector
from neurona.training.measures.place import thinned

if TYPE_CHECKING:
    from neurona.diagnosis.evidence import Evidence

NEIGHBOURS, FEWEST = 10, 3
"""Neighbours that are asked, and rows a line needs for each of its numbers."""
MOST_ROWS = 1500


class References(NamedTuple):
    """Simple answers, measured on the rows held out, if there are any; else on those trained on,
    each without itself.

    Attributes
    ----------
    places : ndarray of int
        The rows of `Evidence.seen` that were looked at.
    neighbours : ndarray of shape (rows, NEIGHBOURS)
        The numbers (in `places`) of each such row's nearest rows, inputs scaled.
    line_said : ndarray of shape (rows, outputs)
        What a straight line through the other rows says of each.
    nearby, line : float
        The share of the targets' variance that the mean of the neighbours, a straight line explain.
    residual : float
        The share of the model's own errors, on rows trained on, that the neighbours' errors tell
        and its own answers do not: what it could have learned.
    """

    places: Vector
    neighbours: Vector
    line_said: Vector
    nearby: float
    line: float
    residual: float


def references(evidence: Evidence) -> References:
    """Return what simple answers can say."""
    seen, held = evidence.seen, evidence.held
    places = thinned(len(seen.inputs), MOST_ROWS)
    scale = Scale.of(seen.inputs[places])
    inputs, targets = scale.of_rows(seen.inputs[places]), seen.targets[places]
    count = min(NEIGHBOURS, len(places) - 1)
    if count < 1:
        none = np.zeros((len(places), 0), np.int64)
        return References(places, none, np.full(targets.shape, np.nan), np.nan, np.nan, np.nan)
    neighbours = nearest_rows(inputs, inputs, count, itself=False)
    line = Line.through(inputs, targets)
    said = line.without_each(inputs, targets)
    errors = errors_of_shape(evidence.outputs(seen)[places], targets)
    residual = explained(errors, errors[neighbours].mean(axis=1))
    if held is None or len(held.inputs) < 10:
        nearby, straight = targets[neighbours].mean(axis=1), said
        return References(
            places, neighbours, said, explained(targets, nearby), explained(targets, straight),
            residual,
        )  # fmt: skip
    few = thinned(len(held.inputs), MOST_ROWS)
    ahead, truth = scale.of_rows(held.inputs[few]), held.targets[few]
    theirs = targets[nearest_rows(ahead, inputs, count)].mean(axis=1)
    return References(
        places, neighbours, said, explained(truth, theirs), explained(truth, line.says(ahead)),
        residual,
    )  # fmt: skip


def errors_of_shape(outputs: Vector, targets: Vector) -> Vector:
    """Return a model's errors without what its own answers tell of them.

    Answers that are drawn to the middle, by a penalty or an early end, are wrong alike wherever
    they are alike; that is no shape that the model cannot follow.
    """
    errors = targets - outputs
    errors = np.where(np.isfinite(errors), errors, 0.0)
    errors -= errors.mean(axis=0)
    answers = standardised(outputs)
    bent = np.hstack([answers, answers**2, answers**3])
    line = Line.through(bent, errors)
    found: Vector = errors if line.coefficients is None else errors - line.says(bent)
    return found


class Scale(NamedTuple):
    """Middles and spreads of columns."""

    middle: Vector
    spread: Vector

    @classmethod
    def of(cls, inputs: Vector) -> Scale:
        """Return those of some rows; a constant column has the spread 1."""
        with np.errstate(all="ignore"):
            low, middle, high = np.quantile(inputs, [0.1, 0.5, 0.9], axis=0)
            spread = np.where(high > low, (high - low) / 2.56, inputs.std(axis=0))
        return cls(middle, np.where(spread > 0, spread, 1.0))

    def of_rows(self, inputs: Vector) -> Vector:
        """Return rows with spreads of 1 about 0, cut at 5."""
        with np.errstate(all="ignore"):
            scaled = (inputs - self.middle) / self.spread
        found: Vector = np.nan_to_num(np.clip(scaled, -5, 5))
        return found


def standardised(inputs: Vector) -> Vector:
    """Return rows with spreads of 1 about 0, cut at 5."""
    return Scale.of(inputs).of_rows(inputs)


class Line(NamedTuple):
    """A straight line through rows, with a small penalty; none through too few."""

    coefficients: Vector | None
    inverse: Vector | None

    @classmethod
    def through(cls, inputs: Vector, targets: Vector) -> Line:
        """Return the line through these rows."""
        ones = _with_ones(inputs)
        if len(ones) < FEWEST * ones.shape[1]:
            return cls(None, None)
        gram = ones.T @ ones + 1e-3 * len(ones) * np.diag([*np.ones(inputs.shape[1]), 0])
        inverse = np.linalg.inv(gram)
        return cls(inverse @ ones.T @ targets, inverse)

    def says(self, inputs: Vector) -> Vector:
        """Return what it says of rows; nan if there is no line."""
        if self.coefficients is None:
            return np.full((len(inputs), 1), np.nan)
        found: Vector = _with_ones(inputs) @ self.coefficients
        return found

    def without_each(self, inputs: Vector, targets: Vector) -> Vector:
        """Return what the line through the others says of each of its rows, by its leverage."""
        if self.coefficients is None or self.inverse is None:
            return np.full(targets.shape, np.nan)
        ones = _with_ones(inputs)
        leverage = np.einsum("ij,jk,ik->i", ones, self.inverse, ones, optimize=True)
        errors = (targets - ones @ self.coefficients) / np.maximum(1 - leverage, 1e-6)[:, None]
        found: Vector = targets - errors
        return found


def _with_ones(inputs: Vector) -> Vector:
    return np.hstack([inputs, np.ones((len(inputs), 1))])


def nearest_rows(rows: Vector, known: Vector, count: int, itself: bool = True) -> Vector:
    """Return the numbers of the `known` rows that are nearest to each of `rows`; not `itself`, if
    these are the same rows.
    """
    squares = (rows**2).sum(axis=1)[:, None] + (known**2).sum(axis=1)
    distances = squares - 2 * rows @ known.T
    if not itself:
        np.fill_diagonal(distances, np.inf)
    near: Vector = np.argpartition(distances, count - 1, axis=1)[:, :count]
    return near


def explained(targets: Vector, said: Vector) -> float:
    """Return the share of the targets' variance that answers explain; nan if nothing varies."""
    total = ((targets - targets.mean(axis=0)) ** 2).sum()
    if not total > 0 or not np.isfinite(said).all():
        return float("nan")
    return float(1 - ((targets - said) ** 2).sum() / total)
