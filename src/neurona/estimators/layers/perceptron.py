"""Perceptron: a layer of threshold units that learn from their mistakes."""

from __future__ import annotations

from dataclasses import KW_ONLY
from numbers import Integral
from typing import Any, ClassVar, Literal

import numpy as np
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import check_is_fitted

from neurona.engine.unit_learner import rounding_guard
from neurona.engine.unit_memory import Rows, Rule, Task
from neurona.errors import IncompatibleError
from neurona.estimators.constructors import constructed
from neurona.estimators.layers.base import ThresholdLayer
from neurona.estimators.layers.parameters import LAYER_ATTRIBUTES, LAYER_PARAMETERS
from neurona.estimators.parameters import NOT_NEGATIVE, POSITIVE, WHOLE_SHARE, Names
from neurona.neuron.separability import Inseparable, Separable, separability


@constructed(LAYER_PARAMETERS, LAYER_ATTRIBUTES)
class Perceptron(ThresholdLayer):
    """Rosenblatt's Perceptron: scikit-learn's Perceptron, compiled, and more.

    A unit whose sum is on the wrong side (or 0) adds the row, times eta0 and the target 1 or -1, to
    its weights. If the classes can be separated by a plane, it makes at most (R / gamma)^2 mistakes
    (A. Novikoff, On convergence proofs for perceptrons, 1962); see `separability`.

    The same words, defaults and `random_state` as in scikit-learn make the same mistakes and give
    the same weights.

    Parameters
    ----------
    penalty : {"l2", "l1", "elasticnet"}
        Penalty on the weights.

    alpha : float
        Strength of the penalty.

    l1_ratio : float
        Share of the L1 penalty in "elasticnet".

    eta0 : float
        What the updates are multiplied by.

    variant : {"plain", "averaged", "pocket"}
        The weights to end with: the last; the average of those after every row (Y. Freund,
        R. Schapire, 1999); those that were right on most rows (S. Gallant, 1990), which is the one
        to take if the classes cannot be separated.

    max_mistakes : int
        Mistakes of each unit that `mistakes_` keeps; all are counted.

    Attributes
    ----------
    mistakes_ : Mistakes
        The history of the last fit: epoch, row, unit and update of every mistake.

    loss_curve_ : list
        Mean loss of every epoch, averaged over the units.

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
        "penalty": [StrOptions(Names(["l2", "l1", "elasticnet"])), None],
        "alpha": [NOT_NEGATIVE],
        "l1_ratio": [WHOLE_SHARE],
        "eta0": [POSITIVE],
        "variant": [StrOptions(Names(["plain", "averaged", "pocket"]))],
        "max_mistakes": [Interval(Integral, 0, None, closed="left")],
    }

    _: KW_ONLY
    penalty: Literal["l2", "l1", "elasticnet"] | None = None
    alpha: float = 0.0001
    l1_ratio: float = 0.15
    eta0: float = 1.0
    variant: Literal["plain", "averaged", "pocket"] = "plain"
    max_mistakes: int = 10_000

    def _rules(self, rows: Rows, tasks: list[Task], first: bool) -> list[Rule]:
        if self.variant == "averaged" and self.penalty is not None:
            raise IncompatibleError(
                f"penalty={self.penalty!r} cannot be used with variant='averaged', whose average "
                "is a brake of its own; use penalty=None, or another variant."
            )
        share: dict[str | None, float] = {"l1": 1.0, "elasticnet": float(self.l1_ratio)}
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
