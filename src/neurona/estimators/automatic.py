"""solver="auto": which method, how many starts and which sizes suit a table, and why.

Second-order methods cost rows x outputs x parameters^2 / 2 multiplications per iteration. Where
that is bearable they reach better networks than any step method, so the choice goes by it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss

AFFORDABLE = 1.5e9
"""Multiplications of an iteration up to which second order is taken: about 50 ms of one core."""
BUDGET = 3e11
"""Multiplications of all starts together: about fifteen seconds of one core."""
ITERATIONS = 300
MOST_STARTS, LEAST_STARTS = 10, 2
VECTORS = 2e8
"""Numbers (rows x parameters) up to which a full batch is a fair price for a line search."""
VECTOR_ITERATIONS = 5 * ITERATIONS
"""Iterations of a full-batch method without matrices: each costs about one pass over the rows."""
LEAST_ROWS = 10
WIDEST, DEEPEST = 20, 12
"""Units of the one hidden layer, and of each of two, that "auto" tries at most."""


class Choice(NamedTuple):
    """A solver's name, the number of starts, the most iterations, and the reason in a sentence, in
    which `because` puts the size of what is trained in the place of `{size}`.
    """

    solver: str
    starts: int
    iterations: int
    reason: str

    def because(self, parameters: Sequence[int], rows: int) -> str:
        """Return the reason where networks of so many parameters each are trained.

        >>> Choice("lm", 1, 300, "small ({size})").because([17, 1200], 50)
        'small (up to 1,200 parameters on 50 rows)'
        """
        several = "up to " if len(parameters) > 1 else ""
        size = f"{several}{max(parameters):,} parameters on {rows:,} rows"
        return self.reason.format(size=size)


def iteration_cost(rows: int, outputs: int, parameters: int) -> float:
    """Return the multiplications of one second-order iteration."""
    return 0.5 * rows * outputs * parameters**2 + parameters**3 / 1.5


def choose(rows: int, outputs: int, parameters: int, loss: Loss, output: Activation) -> Choice:
    """Return what suits networks of up to so many parameters on so many rows."""
    curved = loss.seeds(output) is not None
    cost = iteration_cost(rows, outputs, parameters)
    if loss.is_likelihood and curved and cost <= AFFORDABLE and rows >= LEAST_ROWS:
        fits = int(BUDGET / (cost * ITERATIONS / 2))
        starts = max(LEAST_STARTS, min(MOST_STARTS, fits))
        return Choice(
            "bayesian-lm",
            starts,
            ITERATIONS,
            "a small task ({size}), so the evidence sets the regularisation and no rows are held "
            "out",
        )
    if curved and cost <= AFFORDABLE / 10:
        return Choice(
            "lm", 1, ITERATIONS, "small ({size}): second-order steps are cheap, and precise"
        )
    if loss.has_noise and rows * parameters <= VECTORS / 10 and rows <= 2000:
        return Choice(
            "scg", 1, VECTOR_ITERATIONS, "too many parameters for matrices, but few rows ({size})"
        )
    return Choice("adam", 1, 0, "large ({size}): steps on mini-batches learn fastest")


def hidden_sizes(rows: int, inputs: int, outputs: int) -> list[tuple[int, ...]]:
    """Return the hidden layers to train side by side: one wide layer, and two narrower ones.

    Neither kind is better everywhere, and their mean is better than most of either: so both are
    trained. The wide one has a parameter for every two numbers to be learned, the deep one, which
    bends more, for every three, within bounds.
    """
    targets = rows * outputs
    wide = (targets / 2 - outputs) / (inputs + 1 + outputs)
    # h^2 + (inputs + 2 + outputs) h + outputs parameters
    b = inputs + 2 + outputs
    deep = (-b + math.sqrt(b * b + 4 * max(targets / 3 - outputs, 0.0))) / 2
    one = max(2, min(WIDEST, int(wide)))
    two = max(2, min(DEEPEST, int(deep)))
    return [(one,), (two, two)]
