"""Patients of the zoo: a data set, a seed, a size, and one thing that is wrong, or none."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sklearn.base import clone

from benchmarks.zoo_sets import Array, classes, quantity
from neurona import MLPClassifier, MLPRegressor
from neurona.errors import StopReason


@dataclass
class Patient:
    """One training: what is wrong (nothing: healthy), what else may rightly be said, and how it is
    made: a model that is not fitted, and rows; the last quarter validates unless `alone`.
    """

    name: str
    half: str
    expected: str
    make: Callable[[], tuple[Any, Any, Any]]
    also: tuple[str, ...] = ()
    alone: bool = False
    quick: bool = False
    needs: str = ""
    shift: Callable[[Any, Any], tuple[Any, Any]] | None = field(default=None, repr=False)

    def rows(self) -> tuple[Any, Any, Any, Any, Any]:
        model, X, y = self.make()
        if self.alone:
            return model, X, y, None, None
        cut = len(y) - max(20, len(y) // 4)
        if isinstance(X, dict):
            first, last = ({k: v[part] for k, v in X.items()} for part in
                           (slice(None, cut), slice(cut, None)))  # fmt: skip
            return model, first, y[:cut], last, y[cut:]
        return model, X[:cut], y[:cut], X[cut:], y[cut:]


PATIENTS: list[Patient] = []
SEEDS = {"develop": 0, "report": 100, "tune": 200}


def patient(
    name: str, half: str, expected: str, make: Callable[[], tuple[Any, Any, Any]], **words: Any
) -> None:
    PATIENTS.append(Patient(name, half, expected, make, **words))


def mlp(task: str, seed: int, **words: Any) -> Any:
    given = {"random_state": seed, "max_iter": 300, **words}
    return MLPRegressor(**given) if task == "quantity" else MLPClassifier(**given)


def both(expected: str, words: dict[str, Any], change: Any = None, **more: Any) -> None:
    """Add patients of a sickness on regressions and classifications, for both halves."""
    sets = {
        "develop": (("friedman", 600), ("concrete", 700), ("moons", 500), ("wine", 178)),
        "report": (("waves", 800), ("kin8nm", 1500), ("rings", 600), ("breast_cancer", 569)),
        "tune": (("friedman", 900), ("power_plant", 1000), ("moons", 800), ("blobs", 700)),
    }
    tasks = more.pop("tasks", ("quantity", "classes"))
    for half, names in sets.items():
        for number, (name, rows) in enumerate(names):
            task = "quantity" if number < 2 else "classes"
            if task in tasks:
                add(expected, name, rows, half, task, number, words, change, **more)


def add(
    expected: str, name: str, rows: int, half: str, task: str, number: int,
    words: dict[str, Any], change: Any = None, calm: bool = False, **more: Any,
) -> None:  # fmt: skip
    seed = number + SEEDS[half]
    is_shared = name in ("concrete", "kin8nm", "power_plant", "california_housing")
    given = f"uci_{name}" if name in ("concrete", "kin8nm", "power_plant") else name

    def make() -> tuple[Any, Any, Any]:
        source = quantity if task == "quantity" else classes
        X, y = source(given, rows, seed)
        if change is not None:
            X, y = change(X, y, np.random.default_rng(seed + 7))
        model = mlp(task, seed, **words)
        return (settled(model, X, y) if calm else model), X, y

    needs = f"{given}.npz" if is_shared else ""
    patient(f"{expected}: {name}", half, expected, make, needs=needs, **more)


def settled(model: Any, X: Array, y: Array) -> Any:
    """Return a model whose rate is lowered, a fifth at a time, until its training neither leaves
    the finite numbers nor ends above where it began: it must be restless, not lost.
    """
    cut = len(y) - max(20, len(y) // 4)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        while True:
            with contextlib.suppress(ValueError):
                model.fit(X[:cut], y[:cut])
                losses = model.history_.column("loss")
                if model.stop_reason_ != StopReason.DIVERGED and losses[-1] < losses[0]:
                    return clone(model)
            model.set_params(learning_rate_init=0.8 * model.learning_rate_init)
