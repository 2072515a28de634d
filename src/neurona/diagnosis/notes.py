"""Notes: during training, what the losses alone can tell, each said once.

The curve is looked at after epochs 12, 18, 27, ...: so rarely that it costs next to nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from neurona.diagnosis.curves import Curve, longest_flat, strides
from neurona.optimizers.solver import Need
from neurona.training.callbacks import Callback
from neurona.training.guard import trivial_loss
from neurona.training.history import EpochRecord
from neurona.training.loop import Training

FIRST_LOOK, SPACING = 12, 1.5
RISE, STRIDE, STILL = 0.1, 0.2, 0.02
"""Shares of the loss: a rise above the best, a change an epoch, a fall that is none."""
RISEN, GAP = 0.05, 0.4
"""Shares of the trivial answer's loss: a rise, and a distance from the rows trained on, from which
the diagnosis of the whole calls it over-fitting.
"""


class Notes(Callback):
    """Says what goes wrong while it does: the rate, a standstill, a validation loss that rises.

    Parameters
    ----------
    say : function of a sentence and the finding's name
        Called at most once for each finding.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import MLPRegressor, begin
    >>> from neurona.diagnosis import Notes
    >>> X = np.random.default_rng(0).standard_normal((200, 2))
    >>> model = MLPRegressor(solver="sgd", learning_rate_init=1e-7, random_state=0, tol=0)
    >>> training = begin(model, X, X[:, 0] + X[:, 1])
    >>> reason = training.run([Notes(lambda text, name: print(name))])
    rate_too_small
    """

    def __init__(self, say: Callable[[str, str], object]) -> None:
        self._say, self._said = say, set[str]()
        self._next: dict[int, int] = {}
        self._trivial: dict[int, float] = {}

    def on_start(self, training: Training) -> None:
        """Forget the training before."""
        self._said.clear()
        self._next.clear()
        self._trivial.clear()

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Look, if it is time to."""
        if record.epoch < self._next.get(training.start, FIRST_LOOK):
            return None
        if "candidate" in training.about:
            return None  # rows it does not see judge it, and keep its best epoch
        self._next[training.start] = math.ceil(record.epoch * SPACING)
        for name, text in self._found(training):
            if name not in self._said:
                self._said.add(name)
                self._say(text, name)
        return None

    def _found(self, training: Training) -> Iterator[tuple[str, str]]:
        history = training.history
        curve = np.array(history.column("loss"), np.float64)
        if not np.isfinite(curve).all() or len(curve) < 3:
            return
        trivial = self._trivial_of(training)
        steps = training.solving is None
        if steps:
            yield from _of_the_rate(curve, trivial, training.learning_rate)
        val = history.column("val_loss")
        if val and val[0] is not None:
            held = np.array(val, np.float64)
            # what rises after the weights that are kept costs nothing
            own = curve if _keeps_the_best(training) else None
            yield from _of_validation(held, own, trivial, history[0].epoch)

    def _trivial_of(self, training: Training) -> float:
        if training.start not in self._trivial:
            problem = training.problem
            self._trivial[training.start] = trivial_loss(problem.loss, problem.table)
        return self._trivial[training.start]


def _of_the_rate(curve: Curve, trivial: float, rate: float) -> Iterator[tuple[str, str]]:
    """Yield what the training loss says of the learning rate."""
    best, last = float(curve.min()), float(curve[-1])
    half = strides(curve[len(curve) // 2 :])
    poor = best > 0.05 * trivial
    if last > 2 * best and last > curve[0] and poor:
        yield (
            "rate_too_large",
            f"the loss rises: it was {best:.3g}, and is {last:.3g}; the learning rate "
            f"({rate:.2g}) may be too large",
        )
    elif half.oscillates(STRIDE) and poor:
        yield (
            "oscillation",
            f"the loss goes up as often as down, by {half.stride:.0%} an epoch; a lower learning "
            f"rate (it is {rate:.2g}) would let it settle",
        )
    start, length = longest_flat(curve, STILL)
    if length < max(FIRST_LOOK - 1, len(curve) // 2) or start + length < len(curve) - 1:
        return
    if last > 1.02 * curve[start]:
        return
    if start == 0 and last > 0.5 * trivial:
        yield (
            "rate_too_small",
            f"in {len(curve)} epochs the loss fell from {curve[0]:.3g} to {last:.3g} only; the "
            f"learning rate ({rate:.2g}) may be too small",
        )
    elif abs(curve[start] - trivial) < 0.05 * trivial:
        yield (
            "collapsed",
            f"for {length} epochs the loss stands at {last:.3g}, and always saying the same would "
            f"cost {trivial:.3g}",
        )


def _keeps_the_best(training: Training) -> bool:
    """Whether the weights that training ends with are those of an epoch that it chooses."""
    solving = training.solving
    by_evidence = solving is not None and Need.EVIDENCE in solving.solver.needs
    return training.plan.restore_best or by_evidence


def _of_validation(
    val: Curve, own: Curve | None, trivial: float, first: int
) -> Iterator[tuple[str, str]]:
    """Yield whether the validation loss rises; where the best weights are kept, only if it was far
    above that of the rows trained on, `own`, already there.
    """
    if not np.isfinite(val).all():
        return
    place = int(val.argmin())
    best, now = float(val[place]), float(np.median(val[-3:]))
    if own is not None and best - own[place] < GAP * trivial:
        return
    if len(val) - place > 8 and now > (1 + RISE) * best and now - best > RISEN * trivial:
        yield (
            "overfitting",
            f"the validation loss rises since epoch {place + first}: it was {best:.3g}, and is "
            f"{now:.3g}",
        )
