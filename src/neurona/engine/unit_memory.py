"""What the kernel of a linear unit reads and writes, as named tuples of arrays and numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Vector = np.ndarray[Any, np.dtype[Any]]

(
    BIAS, SCALE, SQUARES, SIZES, PULL, STEPS, BIAS_SUM, POCKET_BIAS, RUN, BEST_RUN, BEST_RIGHT,
    BEST_LOSS, FLAT_EPOCHS, EPOCHS, KEPT, STATUS,
) = range(16)  # fmt: skip
"""Places in `state`: the bias; the factor before the weights; their sum of squares and of sizes;
the L1 penalty so far; rows seen; the bias's sum for the average; the pocket's bias, the rows right
in a row, their number when the pocket was filled, and the weight of its right rows; the least
loss, the epochs without a better one, and all epochs; the mistakes kept; and how it stands.
"""
GOING, IDLE, FLAT, DIVERGED = range(4)
"""How it stands: learning; an epoch without a mistake, so nothing will change any more; the rule
for stopping was met; not finite.
"""


class Rows(NamedTuple):
    """The rows: `values` one after another, of a dense row all, of a sparse row with `indices`.

    Row i is at starts[i] up to starts[i + 1]; `norms` are bounds of the rows' lengths; `held` are
    1 for rows put aside.
    """

    dense: bool
    values: Vector
    indices: Vector
    starts: Vector
    norms: Vector
    held: Vector


class Task(NamedTuple):
    """What one unit is to say: targets 1 and -1, and what each row's update is multiplied by."""

    targets: Vector
    factors: Vector


class Memory(NamedTuple):
    """What learning changes. `pulls` are of the L1 penalty; `sums` are for the average.

    `losses` and `mistakes` have a number per epoch; `kept_rows` and `kept_updates` (epoch and row;
    the factor of the row that was added) a line per mistake, as far as they reach.
    """

    weights: Vector
    sums: Vector
    pocket: Vector
    pulls: Vector
    order: Vector
    state: Vector
    losses: Vector
    mistakes: Vector
    kept_rows: Vector
    kept_updates: Vector


class Rule(NamedTuple):
    """How to learn; `guard` times the lengths of row and weights bounds a sum's rounding error."""

    eta: float
    delta: bool = False
    guard: float = 0.0
    averages: bool = False
    pockets: bool = False
    shrinks: bool = False
    pulls: bool = False
    alpha: float = 0.0
    l1_ratio: float = 0.0
    bias_rate: float = 1.0
    shuffles: bool = True
    seed: int = 1
    watches_loss: bool = True
    tol: float = 0.0
    patience: int = 1
