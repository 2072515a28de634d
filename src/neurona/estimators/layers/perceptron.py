"""Perceptron: a layer of threshold units that learn from their mistakes."""

from __future__ import annotations

from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from neurona.engine.unit_learner import rounding_guard
from neurona.engine.unit_memory import Rows, Rule, Task
from neurona.errors import IncompatibleError
from neurona.estimators.layers.base import ThresholdLayer
from neurona.neuron.separability import Inseparable, Separable, separability


class Perceptron(ThresholdLayer):
    """Rosenblatt's Perceptron: scikit-learn's Perceptron, compiled, and more.

    A unit whose sum is on the wrong side (or 0) adds the row, times eta0 and the target 1 or -1, to
    its weights. If the classes can be separated by a plane, it makes at most (R / gamma)^2 mistakes
    (A. Novikoff, On convergence proofs for perceptrons, 1962); see `separability`.

    The same words, defaults and `random_state` as in scikit-learn make the same mistakes and give
    the same weights.

    Parameters
    ----------
    penalty : {"l2", "l1", "elasticnet"}, default=None
        Penalty on the weights.

    alpha : float, default=0.0001
        Strength of the penalty.

    l1_ratio : float, default=0.15
        Share of the L1 penalty in "elasticnet".

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

    eta0 : float, default=1.0
        What the updates are multiplied by.

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

    variant : {"plain", "averaged", "pocket"}, default="plain"
        The weights to end with: the last; the average of those after every row (Y. Freund,
        R. Schapire, 1999); those that were right on most rows (S. Gallant, 1990), which is the one
        to take if the classes cannot be separated.

    max_mistakes : int, default=10000
        Mistakes of each unit that `mistakes_` keeps; all are counted.

    Attributes
    ----------
    coef_, intercept_ : ndarray of shape (n_units, n_features), (n_units,)
        Weights and biases; one unit for two classes.

    classes_ : ndarray of shape (n_classes,)
        The classes, sorted.

    mistakes_ : Mistakes
        The history of the last fit: epoch, row, unit and update of every mistake.

    loss_curve_ : list
        Mean loss of every epoch, averaged over the units.

    stop_reason_ : str
        Why learning ended, in a sentence.

    n_iter_, t_ : int, float
        Epochs of the unit that took longest; rows seen, and one.

    n_features_in_, feature_names_in_ : int, ndarray
        Number of inputs; their names if X had any.

    Examples
    --------
    >>> from sklearn.datasets import load_digits
    >>> from neurona import Perceptron
    >>> X, y = load_digits(return_X_y=True)
    >>> Perceptron().fit(X, y).score(X, y) > 0.93
    True
    >>> model = Perceptron().fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 1])
    >>> model.coef_, model.intercept_
    (array([[2., 2.]]), array([-1.]))
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        **ThresholdLayer._parameter_constraints,
        "penalty": [StrOptions({"l2", "l1", "elasticnet"}), None],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "l1_ratio": [Interval(Real, 0, 1, closed="both")],
        "eta0": [Interval(Real, 0, None, closed="neither")],
        "variant": [StrOptions({"plain", "averaged", "pocket"})],
        "max_mistakes": [Interval(Integral, 0, None, closed="left")],
    }

    def __init__(
        self,
        *,
        penalty: Any = None,
        alpha: Any = 0.0001,
        l1_ratio: Any = 0.15,
        fit_intercept: Any = True,
        max_iter: Any = 1000,
        tol: Any = 1e-3,
        shuffle: Any = True,
        verbose: Any = 0,
        eta0: Any = 1.0,
        n_jobs: Any = None,
        random_state: Any = 0,
        early_stopping: Any = False,
        validation_fraction: Any = 0.1,
        n_iter_no_change: Any = 5,
        class_weight: Any = None,
        warm_start: Any = False,
        variant: Any = "plain",
        max_mistakes: Any = 10_000,
    ) -> None:
        self.penalty = penalty
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.verbose = verbose
        self.eta0 = eta0
        self.n_jobs = n_jobs
        self.random_state = random_state
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.warm_start = warm_start
        self.variant = variant
        self.max_mistakes = max_mistakes

    def _rules(self, rows: Rows, tasks: list[Task], first: bool) -> list[Rule]:
        if self.variant == "averaged" and self.penalty is not None:
            raise IncompatibleError(
                f"penalty={self.penalty!r} cannot be used with variant='averaged', whose average "
                "is a brake of its own; use penalty=None, or another variant."
            )
        share = {"l1": 1.0, "elasticnet": float(self.l1_ratio)}
        rule = Rule(
            eta=float(self.eta0),
            guard=rounding_guard(rows),
            averages=self.variant == "averaged",
            pockets=self.variant == "pocket",
            shrinks=self.penalty in ("l2", "elasticnet"),
            pulls=self.penalty in ("l1", "elasticnet"),
            alpha=float(self.alpha),
            l1_ratio=share.get(self.penalty, 0.0),
        )
        return [rule] * len(tasks)

    def _check_partial(self) -> None:
        super()._check_partial()
        if self.variant == "pocket":
            raise ValueError(
                "partial_fit does not support variant='pocket', which compares weights on all "
                "rows; use fit, or variant='averaged'."
            )

    def _capacity(self) -> int:
        return int(self.max_mistakes)

    def separability(self, X: Any, y: Any) -> Any:
        """Say whether each unit's classes can be separated by a plane, with the proof.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,) or (n_samples, n_labels)
            Classes that the model was fitted with.

        Returns
        -------
        result : Separable or Inseparable, or a list of them, one per unit
            With `margin` and `mistake_bound`, or with a certificate of the contrary; see
            `neurona.neuron.separability`.

        Examples
        --------
        >>> from neurona import Perceptron
        >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
        >>> model = Perceptron(tol=None, max_iter=20).fit(X, [0, 0, 0, 1])
        >>> result = model.separability(X, [0, 0, 0, 1])
        >>> model.mistakes_.total <= result.mistake_bound
        True
        >>> print(Perceptron().fit(X, [0, 1, 1, 0]).separability(X, [0, 1, 1, 0]))
        The classes cannot be separated by a plane: 1/2 of row 1 + 1/2 of row 2 on one side is
        the same point as 1/2 of row 0 + 1/2 of row 3 on the other, and no plane has a point on
        both its sides.
        """
        check_is_fitted(self)
        X, y = self._validate(X, y, reset=False)
        X = np.asarray(X.toarray() if hasattr(X, "toarray") else X, np.float64)
        found: list[Separable | Inseparable] = [
            separability(X, task.targets > 0, bias=bool(self.fit_intercept))
            for task in self._tasks(y, np.ones(len(y)))
        ]
        return found[0] if self._units() == 1 and not self._multilabel else found
