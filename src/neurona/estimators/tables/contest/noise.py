"""Noise that depends on the inputs: how large errors are, learned of those on rows not seen.

Each target's size is one for all rows, or its logarithm a line: of the prediction, of all prepared
columns and the prediction, or of these and of how far each is from its middle, so that noise may
grow to both sides. The folds judge which, by the log score of errors whose size alone is known
(exponential: heavy tails do not decide), and one for all rows stays unless another is better by
more than chance. The less clearly it is, the more it is shrunk to one size.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurona.data.table import Column
from neurona.estimators.tables.clear import clearness, is_clear
from neurona.estimators.tables.contest.candidates import FEW_ROWS, FOLDS
from neurona.estimators.tables.contest.combining import Winners
from neurona.estimators.tables.contest.entries import Entries, positions_of
from neurona.inference.held_out import HeldOutErrors
from neurona.inference.members import Member
from neurona.inference.noise_scale import NoiseScale
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.log_scale import fit_log_scale
from neurona.training.blas import one_blas_thread

MOST_ROWS = 4000
"""Of more rows some are taken, evenly: the sizes are known well enough."""
LEAST_OFF = 0.5
"""The share of rows that must be off at all for errors to have a size."""


class _Size(NamedTuple):
    """A target's size: a line of its columns, another of how far they are from their middles, and
    what was said of rows that were not seen.
    """

    bias: float
    slopes: Column
    bends: Column
    unseen: Column

    @property
    def depends(self) -> bool:
        """Whether it is not the same in all rows."""
        return bool(self.slopes.any() or self.bends.any())


class Noise(NamedTuple):
    """How large errors are; for each target the column that this depends on most ("" where it is
    the same in all rows), and nine of ten rows' least and largest size over the middle one.
    """

    scale: NoiseScale
    by: list[str]
    spans: list[tuple[float, float]]

    def in_words(self, targets: list[str]) -> list[str]:
        """Return a sentence for each target whose errors depend on the inputs."""
        return [
            f"How far {target!r} may be off depends on the row, most on {by}: error bars are "
            f"{low:.2g} to {high:.2g} times the middle one in nine of ten rows."
            for target, by, (low, high) in zip(targets, self.by, self.spans, strict=True)
            if by
        ]


def noise_of(entries: Entries, winners: Winners) -> Noise | None:
    """Return how large errors are by the inputs; None where no target's depend on them, or rows
    are too few to tell.
    """
    if winners.answers is None or len(winners.rows) < FEW_ROWS:
        return None
    count = len(winners.rows)
    some = np.arange(count)
    if count > MOST_ROWS:
        some = np.linspace(0, count - 1, MOST_ROWS).astype(np.intp)
    rows, said = winners.rows[some], winners.answers[some].astype(float)
    errors, columns = said - entries.outputs[rows], entries.matrix[rows].astype(float)
    parts = _parts(entries, rows)
    with one_blas_thread():
        sizes = [
            _size(np.column_stack([columns, own]), np.abs(off), parts)
            for own, off in zip(said.T, errors.T, strict=True)
        ]
    if not any(one.depends for one in sizes):
        return None
    places, width = np.arange(columns.shape[1]), columns.shape[1]
    if not winners.alone:
        places, width = positions_of(entries.narrow, entries.wide), entries.wide.width
    unseen = np.column_stack([one.unseen for one in sizes])
    spans = np.quantile(unseen, [0.05, 0.95], axis=0) / np.median(unseen, axis=0)
    return Noise(
        NoiseScale(
            _network(sizes, columns, said, places, width), HeldOutErrors.of(errors / unseen)
        ),
        [
            _by(entries, one, np.column_stack([columns, own]))
            for one, own in zip(sizes, said.T, strict=True)
        ],
        [(low, high) for low, high in spans.T.tolist()],
    )


def _by(entries: Entries, size: _Size, columns: Column) -> str:
    """Return what a target's size depends on most, in words."""
    if not size.depends:
        return ""
    far = np.abs(columns - columns.mean(axis=0))
    counts = (
        np.abs(size.slopes) * columns.std(axis=0) + np.abs(size.bends) * far.std(axis=0)
    ).tolist()
    owners = [one.name for one in entries.narrow.encoders for _ in one.features()]
    totals = {"the prediction": counts[-1]}
    for name, one in zip(owners, counts[:-1], strict=True):
        totals[repr(name)] = totals.get(repr(name), 0.0) + one
    return max(totals, key=lambda name: totals[name])


def _parts(entries: Entries, rows: Column) -> Column:
    """Return the fold that held out each row; where that is one for all, parts of it."""
    parts = np.zeros(len(entries.outputs), np.intp)
    for part, fold in enumerate(entries.folds):
        parts[fold.held] = part
    found: Column = parts[rows]
    return found if (found != found[0]).any() else np.arange(len(rows)) % FOLDS


def _size(columns: Column, off: Column, parts: Column) -> _Size:
    """Return how large a target's errors are, of its columns, the prediction last."""
    width = columns.shape[1]
    one_for_all = _Size(0.0, np.zeros(width), np.zeros(width), np.ones(len(off)))
    if min((off[parts != part] > 0).mean() for part in np.unique(parts)) < LEAST_OFF:
        return one_for_all
    both = np.hstack([columns, np.abs(columns - columns.mean(axis=0))])
    candidates = [np.array([width - 1]), np.arange(width), np.arange(2 * width)]
    tried = [_unseen(both[:, taken], off, parts) for taken in candidates]
    scores = [-np.log(sizes) - off / sizes for sizes in tried]
    best = int(np.argmax([score.mean() for score in scores]))
    plain = _unseen(both[:, :0], off, parts)
    gains = scores[best] - (-np.log(plain) - off / plain)
    if not is_clear(gains[:, None])[0]:
        return one_for_all
    power = 1 - 1 / clearness(gains) ** 2
    found, slopes = fit_log_scale(both[:, candidates[best]], off), np.zeros(2 * width)
    slopes[candidates[best]] = power * found.slopes
    return _Size(power * found.bias, slopes[:width], slopes[width:], tried[best] ** power)


def _unseen(inputs: Column, off: Column, parts: Column) -> Column:
    """Return the size of each row as it is learned of the other parts."""
    found = np.empty(len(off))
    for part in np.unique(parts):
        held = parts == part
        found[held] = fit_log_scale(inputs[~held], off[~held])(inputs[held])
    return found


def _network(
    sizes: list[_Size], columns: Column, said: Column, places: Column, width: int
) -> Member:
    """Return the network of all targets' sizes. What a column adds is a curve of three corners: it
    bends at its middle, and stays what it is beyond the least and the largest of training.
    """
    units: list[tuple[int, float, int, float]] = []  # input, corner, target, slope from there
    biases = []
    for target, (bias, slopes, bends, _) in enumerate(sizes):
        own = np.column_stack([columns, said[:, target]])
        inputs = [*places, width + target]
        low, middle, high = own.min(axis=0), own.mean(axis=0), own.max(axis=0)
        for k in np.flatnonzero((slopes != 0) | (bends != 0)):
            slope, bend = slopes[k], bends[k]
            units += [
                (inputs[k], low[k], target, slope - bend),
                (inputs[k], middle[k], target, 2 * bend),
                (inputs[k], high[k], target, -slope - bend),
            ]
            bias += slope * low[k] + bend * (middle[k] - low[k])
        biases.append(bias)
    first, last = np.zeros((width + len(sizes), len(units))), np.zeros((len(units), len(sizes)))
    for unit, (place, _, target, slope) in enumerate(units):
        first[place, unit], last[unit, target] = 1, slope
    kinds = [ACTIVATIONS.find("relu"), ACTIVATIONS.find("exp")]
    network = Network([len(first), len(units), len(sizes)], kinds, np.float64)
    corners = np.array([-corner for _, corner, _, _ in units])
    return Member(network, network.pack([first, last], [corners, np.array(biases)]))
