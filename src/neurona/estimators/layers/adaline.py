"""Adaline: a layer of linear units that learn by the delta rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import KW_ONLY, replace
from typing import Any, ClassVar, Literal

import numpy as np
from sklearn.utils._param_validation import StrOptions

from neurona.engine import unit_memory
from neurona.engine.unit_learner import Learned, Progress
from neurona.engine.unit_memory import Rows, Rule, Task, Vector
from neurona.errors import CollapsedWarning
from neurona.estimators.constructors import constructed
from neurona.estimators.layers.base import ThresholdLayer
from neurona.estimators.layers.parameters import LAYER_ATTRIBUTES, LAYER_PARAMETERS
from neurona.estimators.layers.unit_tasks import mean_loss
from neurona.estimators.parameters import POSITIVE, Names
from neurona.estimators.warn import warn_user

IDLE_LOSS = 0.5
"""The loss of a sum of 0 for a target of 1 or -1."""


@constructed(LAYER_PARAMETERS, LAYER_ATTRIBUTES)
class Adaline(ThresholdLayer):
    """ADALINE, the adaptive linear neuron: least mean squares, row by row.

    Each unit learns the target 1 or -1 with its sum, before the threshold: every row moves the
    weights by eta0 times the error times the row (B. Widrow and M. Hoff, Adaptive switching
    circuits, 1960). This is gradient descent on the squared error, so it settles near the least
    squares solution whether or not the classes can be separated, and does not stop at the first
    plane without a mistake as the Perceptron does.

    Parameters
    ----------
    eta0 : float or "auto"
        Learning rate. "auto" is 1 / max |x|^2 over the rows (extended by the bias's 1, and times
        their weight): no step goes beyond its row's target, so learning cannot diverge. The mean
        squared error comes nearer to its least value with a smaller rate.

    Attributes
    ----------
    eta_ : ndarray of shape (n_units,)
        The learning rates that were used.

    loss_curve_ : list
        Half the weighted mean squared error of every epoch, each row before its step, averaged over
        the units.

    mistakes_ : Mistakes
        How many rows were on the wrong side, by epoch and unit; none is kept.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.preprocessing import scale
    >>> from neurona import Adaline
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> Adaline().fit(scale(X), y).score(scale(X), y) > 0.95
    True
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "eta0": [StrOptions(Names(["auto"])), POSITIVE],
    }

    _: KW_ONLY
    eta0: float | Literal["auto"] = "auto"

    def _rules(self, rows: Rows, tasks: list[Task], first: bool) -> list[Rule]:
        if self.eta0 != "auto":
            rates = np.full(len(tasks), float(self.eta0))
        else:
            lengths = rows.norms.astype(np.float64) ** 2 + bool(self.fit_intercept)
            steepest = np.array([np.max(lengths * task.factors) for task in tasks])
            rates = 1.0 / np.where((steepest > 0) & np.isfinite(steepest), steepest, 1.0)
        self.eta_: Vector = rates if first else np.minimum(rates, self.eta_)
        return [Rule(delta=True, eta=float(rate)) for rate in self.eta_]

    def _settled(
        self,
        learned: Learned,
        again: Callable[[int], Learned],
        X: Any,
        rows: Rows,
        task: Task,
        start: Progress,
    ) -> Learned:
        if learned.status != unit_memory.DIVERGED and learned.losses[-1] <= 2 * IDLE_LOSS:
            return learned
        # the best weights seen: those after the epoch of the least loss, or the first ones
        best = 1 + int(np.argmin(np.nan_to_num(learned.losses, nan=np.inf)))
        found = [(start.weights, start.bias, start)]
        for one in (again(best) if best < learned.epochs else learned, learned):
            if one.status != unit_memory.DIVERGED:
                found.append((one.weights, one.bias, one.progress))
        losses = [mean_loss(X, rows.held, task, weights, bias) for weights, bias, _ in found]
        weights, bias, progress = found[int(np.argmin(losses))]
        return replace(learned, weights=weights.copy(), bias=bias, progress=progress)

    def _report(self, learned: list[Learned]) -> None:
        if any(one.status == unit_memory.DIVERGED for one in learned):
            return  # that was said
        worst = max(float(one.losses[-1]) for one in learned)
        if worst > 2 * IDLE_LOSS:
            warn_user(
                f"The mean loss of the last epoch is {worst:.3g}, more than the {IDLE_LOSS} of "
                f"weights of 0: the learning rate {self.eta_.max():g} is too large. Lower eta0, "
                "or use 'auto'. The best weights seen were kept.",
                CollapsedWarning,
            )

    def _advice(self, rows: Rows) -> str:
        steepest = float(np.max(rows.norms.astype(np.float64) ** 2)) + bool(self.fit_intercept)
        return (
            f"The learning rate {self.eta_.max():g} is too large for rows of this size: below "
            f"{2 / steepest:.3g} no row can make learning diverge. Lower it, use eta0='auto', or "
            "scale X (StandardScaler)."
        )
