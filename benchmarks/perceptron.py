"""Perceptron against scikit-learn's on the bundled sets, as ratios in one run.

Run `python -m benchmarks.perceptron` (half a minute). Both take the same words and make the same
mistakes, so they have the same weights; the least time of several turns counts, first fits (which
compile) excluded. The last columns are variants that scikit-learn's Perceptron does not have.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import sklearn.linear_model
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from neurona import Perceptron

TURNS = 15
SETS = {
    "iris": load_iris,
    "wine": load_wine,
    "breast cancer": load_breast_cancer,
    "digits": load_digits,
}
WORDS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "L2 penalty": {"penalty": "l2"},
    "early stopping": {"early_stopping": True},
    "200 epochs": {"tol": None, "max_iter": 200},
}


def split(load: Callable[..., Any]) -> tuple[np.ndarray, ...]:
    """Return scaled training and test rows and their classes."""
    X, y = load(return_X_y=True)
    X, X_test, y, y_test = train_test_split(X, y, test_size=0.3, random_state=0, stratify=y)
    scaler = StandardScaler().fit(X)
    return scaler.transform(X), scaler.transform(X_test), y, y_test


def seconds(models: list[Any], X: np.ndarray, y: np.ndarray) -> list[float]:
    """Return the least time of a fit of each model, the models taking turns."""
    least = [np.inf] * len(models)
    for turn in range(TURNS + 1):
        for k, model in enumerate(models):
            started = time.perf_counter()
            model.fit(X, y)
            if turn:
                least[k] = min(least[k], time.perf_counter() - started)
    return least


def main() -> None:
    warnings.simplefilter("ignore")
    print(
        "| set | words | neurona, ms | scikit-learn, ms | ratio | same weights | test accuracy "
        "| scikit-learn | averaged | pocket |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, load in SETS.items():
        X, X_test, y, y_test = split(load)
        for words, given in WORDS.items():
            ours, theirs = Perceptron(**given), sklearn.linear_model.Perceptron(**given)
            mine, other = seconds([ours, theirs], X, y)
            same = np.array_equal(ours.coef_, theirs.coef_)
            cells = [name, words, f"{1e3 * mine:.2f}", f"{1e3 * other:.2f}", f"{other / mine:.1f}"]
            cells += ["yes" if same else "NO"]
            cells += [f"{model.score(X_test, y_test):.3f}" for model in (ours, theirs)]
            for variant in ("averaged", "pocket"):
                more = Perceptron(variant=variant, **given) if "penalty" not in given else None
                cells += [f"{more.fit(X, y).score(X_test, y_test):.3f}" if more else "-"]
            print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
