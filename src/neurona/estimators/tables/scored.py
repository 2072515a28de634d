"""Scores of the table estimators, whose targets may be named as in `fit`."""

from __future__ import annotations

from typing import Any

from neurona.estimators.weights import ScoresWeighedRows


class ScoresNamedTargets(ScoresWeighedRows):
    """The `score` of scikit-learn's mixins, for targets that are columns of X, too."""

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return how well the rows of X are predicted: accuracy of classes, R2 of quantities.

        Parameters
        ----------
        X : as in `predict`
        y : str, list of str, or array-like of shape (n_samples,) or (n_samples, n_outputs)
            What is true, or the names of the columns of X that say it; rows without are left out.
        sample_weight : array-like of shape (n_samples,), default=None
            Weights of the rows, 0 or more.

        Returns
        -------
        score : float, at most 1

        Raises
        ------
        ValueError
            Weights that are negative, not finite, or all 0.
        """
        given = self._as_scored(X, y, sample_weight)  # type: ignore[attr-defined]
        if given.X is not X:
            X, y = given.X(), given.y()
            sample_weight = None if given.sample_weight is None else given.sample_weight()
        elif y is not None:
            y = self._given_targets(y)[1]  # type: ignore[attr-defined]
        return super().score(X, y, sample_weight)
