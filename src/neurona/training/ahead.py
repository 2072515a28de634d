"""Epochs done ahead: several in one call of the engine, of which the loop hears one by one.

Between two epochs of a small network the interpreter has a tenth of the time to itself, and of many
trainings side by side one at a time. So, where nobody looks at a training between its epochs, as
many are done at once as last some milliseconds. The stopping rule ends none of them early, as they
are never more than its patience allows. What else ends or changes a training in their midst takes
back those that the loop has not heard of: what was before is remembered, and those that count are
done again. So the bits are those of epochs done one by one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import numpy as np

from neurona.network import Vector
from neurona.numerics.shuffle import Orders, Shuffler
from neurona.training.engine import TOTALS, AheadSession
from neurona.training.plan import Validation
from neurona.training.problem import EpochResult, Problem


class Epoch(NamedTuple):
    """An epoch that was done ahead: what it came to, the moment (of `time.perf_counter`) when,
    about, and what the validation rows say, if there are any.
    """

    result: EpochResult
    moment: float
    scored: tuple[Vector, float] | None


class Ahead:
    """Does epochs of a problem ahead, all at one base rate; `order` is shuffled, if there is a
    shuffler.
    """

    def __init__(
        self,
        problem: Problem,
        order: Vector,
        shuffler: Shuffler | None,
        validation: Validation | None,
    ) -> None:
        self._problem, self._order, self._shuffler = problem, order, shuffler
        self._session = cast(AheadSession, problem.session)  # or `_most` is 1
        self._validation = validation
        self._steps, self._first = problem.steps_in(order), problem.steps
        self._rates: Vector = np.zeros(0)
        self._most = problem.epochs_at_once(order)
        self.rate = math.nan
        """The base rate of what was done."""
        # of what was done: totals, what validation rows say, when it began, how long one lasted
        self._totals: Vector = np.zeros((0, TOTALS))
        self._scored: tuple[Sequence[Vector], Sequence[float]] | None = None
        self._begun = self._each = math.nan
        self._taken, self._best = 0, -1
        self.open = False
        """Whether something was done that was not taken yet."""

    def take(self, allowed: float, rate: float, rates: Callable[[int], Vector]) -> Epoch | None:
        """Return the next epoch, of so many that may be done; None if it is to be done alone.

        `rate` is the base rate now, `rates` gives the rates of all steps of so many epochs.
        """
        if not self.open:
            count = int(min(self._most, allowed))
            if count < 2:
                return None
            self.rate, self._rates = rate, rates(count)
            if not self._do(count):
                return None
        epoch = self._epoch(self._taken)
        self._taken += 1
        self._problem.steps += self._steps
        self.open = self._taken < len(self._totals)
        return epoch

    def _epoch(self, k: int) -> Epoch:
        # made when it is taken: what is kept for long is looked through again and again for garbage
        total, rows, norms, _ = self._totals[k].tolist()
        rate = float(self._rates[(k + 1) * self._steps - 1])
        result = EpochResult(total / rows, norms / self._steps, self._steps, rate=rate)
        moment = self._begun + self._each * (k + 1)
        if self._scored is None:
            return Epoch(result, moment, None)
        outputs, losses = self._scored
        return Epoch(result, moment, (outputs[k], losses[k]))

    def remember(self) -> None:
        """Remember the epoch that was taken last as the best so far."""
        self._best = self._taken - 1

    def best(self) -> Vector | None:
        """Return the weights of the last epoch to be remembered, once; None if there is none."""
        best, self._best = self._best, -1
        return None if best < 0 else self._session.weights_after(best)

    def settle(self) -> None:
        """Take back what was done but not taken: problem and order are where the last epoch that
        was left them.
        """
        if not self.open:
            return
        taken, self._taken, self.open = self._taken, 0, False
        self._session.back()
        if self._shuffler:
            self._shuffler.back()
        if taken:
            self._train(taken, self._first)

    def _do(self, count: int) -> bool:
        """Do epochs; False if one of them would leave the finite numbers."""
        problem = self._problem
        self._first, self._taken = problem.steps, 0
        self._session.mark()
        if self._shuffler:
            self._shuffler.mark()
        self.open = True
        self._begun = time.perf_counter()
        self._totals = self._train(count, self._first)
        if len(self._totals) < count:
            self.settle()
            self._most = 1
            return False
        if self._validation is not None:
            table, rows, _ = self._validation
            self._scored = self._session.evaluate_epochs(table, rows)
        self._each = (time.perf_counter() - self._begun) / count
        return True

    def _train(self, count: int, first_step: int) -> Vector:
        orders = Orders(self._order, count, self._shuffler)
        rates = self._rates[: count * self._steps]
        return self._problem.train_epochs(self._session, orders, rates, first_step)
