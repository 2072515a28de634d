"""A pytest plugin: an estimator of ours in the place of the one that scikit-learn tests its
callbacks with, before its own test files are collected.
"""

from __future__ import annotations

from typing import Any

from sklearn.datasets import make_regression

import neurona

# those that its tests score on
X_OWN, Y_OWN = make_regression(n_samples=100, n_features=2, random_state=0)


class MaxIterEstimator(neurona.MLPRegressor):  # type: ignore[misc]
    """An MLPRegressor of so many epochs, that brings its own rows if it is given none."""

    def __init__(self, max_iter: int = 20, computation_intensity: float = 0.0) -> None:
        super().__init__(
            hidden_layer_sizes=(3,), max_iter=max_iter, tol=0.0, n_iter_no_change=10**6,
            random_state=0,
        )  # fmt: skip
        self.computation_intensity = computation_intensity

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("max_iter", "computation_intensity")}

    def fit(self, X: Any = None, y: Any = None, *, sample_weight: Any = None) -> Any:
        rename_tasks()
        X, y = (X_OWN, Y_OWN) if X is None else (X, y)
        return super().fit(X, y, sample_weight)


def rename_tasks() -> None:
    """Call epochs as the one that is replaced calls its iterations, in workers, too."""
    from sklearn.callback import CallbackContext

    usual = CallbackContext.subcontext
    if usual.__name__ == "renamed":
        return

    def renamed(self: Any, task_name: str = "", *others: Any, **words: Any) -> Any:
        if task_name == "epoch":
            task_name = f"iteration {len(self._children_map)}"
        return usual(self, task_name, *others, **words)

    CallbackContext.subcontext = renamed


def pytest_configure(config: Any) -> None:
    # not on import: pytest's search for doctests imports this file too
    from sklearn.callback.tests import _utils

    config.addinivalue_line("markers", "thread_unsafe")
    _utils.MaxIterEstimator = MaxIterEstimator
