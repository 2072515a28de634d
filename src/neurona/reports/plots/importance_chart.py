"""How much worse a model is without each input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from neurona.reports.measures.inspection import Importance, permutation_importance
from neurona.reports.plots.relevance_chart import RelevanceDisplay


@dataclass(eq=False)
class ImportanceDisplay(RelevanceDisplay):
    """How much a model's score on rows suffers when an input is shuffled (Breiman 2001).

    Computed by scikit-learn's `permutation_importance` on at most 2,000 rows; whiskers are the
    standard deviation over the repeats. Inputs that say the same share what they matter. Use
    `from_estimator`, or `from_values` for importances that are known.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona import MLPRegressor
    >>> from neurona.reports.plots import ImportanceDisplay
    >>> X = np.random.default_rng(0).uniform(-1, 1, (200, 2))
    >>> model = MLPRegressor(solver="lbfgs", random_state=0).fit(X, X[:, 1])
    >>> display = ImportanceDisplay.from_estimator(model, X, X[:, 1])
    >>> display.names[display.order()[0]]
    'x2'
    """

    label: str = "importance"

    @classmethod
    def from_estimator(  # type: ignore[override]
        cls, model: Any, X: Any, y: Any, *, repeats: int = 5, seed: int = 0, most: int = 20,
        ax: Any = None,
    ) -> Self:  # fmt: skip
        """Measure a fitted model on rows, and draw.

        Parameters
        ----------
        model : any fitted model that predicts
        X, y : as in its `fit`; y may be the name of a column of X
        repeats : int, default=5
            How often each input is shuffled.
        seed : int, default=0
        most : int, default=20
        ax : Axes, default=None
        """
        found = permutation_importance(model, X, y, repeats=repeats, seed=seed)
        return cls.of(found, most=most, ax=ax)

    @classmethod
    def of(cls, found: Importance, *, most: int = 20, ax: Any = None) -> Self:
        """Draw what was measured (`reports.measures.inspection.Importance`)."""
        what = "rise" if found.score == "log loss" else "fall"
        label = f"importance: {what} of {found.score}"
        return cls.from_values(
            found.names, found.mean, spread=found.std, label=label, most=most, ax=ax
        )

    def caption(self) -> str:
        """Return what it says in a sentence."""
        first = ", ".join(f"{self.names[k]} {self.values[k]:.3g}" for k in self.order()[:5])
        more = f", and {len(self.names) - 5} more" if len(self.names) > 5 else ""
        what = self.label.partition(": ")[2] or "importance"
        return f"What is lost when an input is shuffled ({what}): {first}{more}."
