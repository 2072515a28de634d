"""Adaline: a layer of linear units that learn by the delta rule."""

from __future__ import annotations

import warnings
from numbers import Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions

from neurona.engine.unit_learner import Learned
from neurona.engine.unit_memory import Rows, Rule, Task, Vector
from neurona.errors import CollapsedWarning
from neurona.estimators.layers.base import ThresholdLayer

IDLE_LOSS = 0.5
"""The loss of a sum of 0 for a target of 1 or -1."""


class Adaline(ThresholdLayer):
    """ADALINE, the adaptive linear neuron: least mean squares, row by row.

    Each unit learns the target 1 or -1 with its sum, before the threshold: every row moves the
    weights by eta0 times the error times the row (B. Widrow and M. Hoff, Adaptive switching
    circuits, 1960). This is gradient descent on the squared error, so it settles near the least
    squares solution whether or not the classes can be separated, and does not stop at the first
    plane without a mistake as the Perceptron does.

    Parameters
    ----------
    eta0 : float or "auto", default="auto"
        Learning rate. "auto" is 1 / max |x|^2 over the rows (extended by the bias's 1, and times
        their weight): no step goes beyond its row's target, so learning cannot diverge. The mean
        squared error comes nearer to its least value with a smaller rate.

    fit_intercept : bool, default=True
        Whether the units have a bias.

    max_iter : int, default=1000
        Most epochs.

    tol : float or None, default=1e-3
        An epoch whose mean loss is not less than the least before, less this, counts as no
        improvement; None goes on to max_iter.

    shuffle : bool, default=True
        Whether to shuffle the rows before each epoch.

    verbose : int, default=0
        Print a line per epoch when all is learned.

    n_jobs : int, default=None
        Units that learn at a time. Never changes a result.

    random_state : int, RandomState instance or None, default=0
        Determines the order of the rows and the validation rows.

    early_stopping : bool, default=False
        Watch the accuracy on a share of the rows put aside, in place of the loss.

    validation_fraction : float, default=0.1
        Share of the rows put aside.

    n_iter_no_change : int, default=5
        Epochs without improvement before learning stops.

    class_weight : dict, "balanced" or None, default=None
        What the updates of a class's rows are multiplied by.

    warm_start : bool, default=False
        Begin the next fit from the weights of the last.

    Attributes
    ----------
    coef_, intercept_ : ndarray of shape (n_units, n_features), (n_units,)
        Weights and biases; one unit for two classes.

    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.

    eta_ : ndarray of shape (n_units,)
        The learning rates that were used.

    loss_curve_ : list
        Half the weighted mean squared error of every epoch, each row before its step, averaged over
        the units.

    mistakes_ : Mistakes
        How many rows were on the wrong side, by epoch and unit; none is kept.

    stop_reason_ : str
        Why learning ended, in a sentence.

    n_iter_, t_ : int, float
        Epochs of the unit that took longest; rows seen, and one.

    n_features_in_, feature_names_in_ : int, ndarray
        Number of inputs; their names if X had any.

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
        **ThresholdLayer._parameter_constraints,
        "eta0": [StrOptions({"auto"}), Interval(Real, 0, None, closed="neither")],
    }

    eta_: Vector

    def __init__(
        self,
        *,
        eta0: Any = "auto",
        fit_intercept: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-3,
        shuffle: Any = True,
        verbose: Any = 0,
        n_jobs: Any = None,
        random_state: Any = 0,
        early_stopping: Any = False,
        validation_fraction: Any = 0.1,
        n_iter_no_change: Any = 5,
        class_weight: Any = None,
        warm_start: Any = False,
    ) -> None:
        self.eta0 = eta0
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.verbose = verbose
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.warm_start = warm_start

    def _rules(self, rows: Rows, tasks: list[Task], first: bool) -> list[Rule]:
        if self.eta0 != "auto":
            rates = np.full(len(tasks), float(self.eta0))
        else:
            lengths = rows.norms.astype(np.float64) ** 2 + bool(self.fit_intercept)
            steepest = np.array([np.max(lengths * task.factors) for task in tasks])
            rates = 1.0 / np.where((steepest > 0) & np.isfinite(steepest), steepest, 1.0)
        self.eta_ = rates if first else np.minimum(rates, self.eta_)
        return [Rule(delta=True, eta=float(rate)) for rate in self.eta_]

    def _report(self, learned: list[Learned]) -> None:
        worst = max(float(one.losses[-1]) for one in learned)
        if worst > 2 * IDLE_LOSS:
            warnings.warn(
                f"The mean loss of the last epoch is {worst:.3g}, more than the {IDLE_LOSS} of "
                f"weights of 0: the learning rate {self.eta_.max():g} is too large. Lower eta0, "
                "or use 'auto'.",
                CollapsedWarning,
                stacklevel=3,
            )

    def _advice(self, rows: Rows) -> str:
        steepest = float(np.max(rows.norms.astype(np.float64) ** 2)) + bool(self.fit_intercept)
        return (
            f"The learning rate {self.eta_.max():g} is too large for rows of this size: below "
            f"{2 / steepest:.3g} no row can make learning diverge. Lower it, use eta0='auto', or "
            "scale X (StandardScaler)."
        )
