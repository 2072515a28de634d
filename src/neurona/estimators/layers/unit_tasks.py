"""What each unit of a layer is to learn: its targets, its rows' factors, and where it begins."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit
from sklearn.utils.class_weight import compute_class_weight

from neurona.engine.unit_learner import Progress
from neurona.engine.unit_memory import Task, Vector

MAX_SEED = np.iinfo(np.int32).max


def class_tasks(y: Vector, classes: Vector, class_weight: Any, sample_weight: Vector) -> list[Task]:
    """Return a task per class, that one against the others; for two classes one, of the second."""
    dtype = sample_weight.dtype
    weights = np.ones(len(classes))
    if class_weight is not None:
        weights = compute_class_weight(class_weight, classes=classes, y=y)
    # with several classes, scikit-learn weighs a unit's own class alone
    pairs = [(weight, 1.0) for weight in weights]
    if len(classes) == 2:
        classes, pairs = classes[1:], [(weights[1], weights[0])]
    tasks = []
    for one, (positive, negative) in zip(classes, pairs, strict=True):
        mine = y == one
        factors = sample_weight
        if positive != 1 or negative != 1:
            factors = np.where(mine, positive, negative).astype(dtype) * sample_weight
        tasks.append(Task(np.where(mine, 1, -1).astype(dtype), factors))
    return tasks


def label_tasks(y: Vector, class_weight: Any, sample_weight: Vector) -> list[Task]:
    """Return a task per column of 0 and 1."""
    if class_weight is not None:
        raise ValueError(
            "class_weight is for y with one class per row. Got several labels; use sample_weight."
        )
    dtype = sample_weight.dtype
    return [Task(np.where(column != 0, 1, -1).astype(dtype), sample_weight) for column in y.T]


def shuffle_seeds(random_state: Any, units: int | None) -> list[int]:
    """Return what each unit's rows are shuffled from; `units` is None for two classes.

    scikit-learn draws a seed for each of several classes, and two numbers from it for each fit, of
    which the second is this one. Its None is NumPy's global generator, which we leave alone.
    """
    ours = random_state is None or isinstance(random_state, Integral)
    random = np.random.RandomState(random_state) if ours else random_state
    if units is None:
        random.randint(1, MAX_SEED)
        return [int(random.randint(MAX_SEED))]
    seeds = []
    # to seed a generator again is much faster than to make one
    again = random if ours else np.random.RandomState(0)
    for seed in random.randint(MAX_SEED, size=units):
        again.seed(seed)
        again.randint(1, MAX_SEED)
        seeds.append(int(again.randint(MAX_SEED)))
    return seeds


def held_rows(y: Vector, sample_weight: Vector, fraction: float, random_state: Any) -> Vector:
    """Return 1 for the rows put aside for validation, else 0; stratified if y is of classes."""
    split = ShuffleSplit if y.ndim == 2 else StratifiedShuffleSplit
    splitter = split(test_size=fraction, random_state=random_state)
    _, aside = next(splitter.split(np.zeros((len(y), 1)), y))
    if not np.any(sample_weight[aside]):
        raise ValueError(
            "The sample weights for validation set are all zero, consider using a different "
            "random state."
        )
    held = np.zeros(len(y), np.uint8)
    held[aside] = 1
    return held


def validation_score(X: Any, held: Vector, task: Task) -> Callable[[Vector, float], float]:
    """Return a function of weights and bias: the share of the held rows on the right side.

    Rows have their sample weights, without those of their classes, as in scikit-learn.
    """
    aside = held.astype(bool)
    X, positive, weights = X[aside], task.targets[aside] > 0, task.factors[aside]

    def score(w: Vector, bias: float) -> float:
        return float(np.average((X @ w + bias > 0) == positive, weights=weights))

    return score


def mean_loss(X: Any, held: Vector, task: Task, weights: Vector, bias: float) -> float:
    """Return a unit's mean half squared error on the rows that it learns from; inf where its sums
    leave the finite numbers.
    """
    mine = held == 0
    with np.errstate(all="ignore"):
        errors = X[mine] @ weights.astype(np.float64) + bias - task.targets[mine]
        loss = 0.5 * float(np.average(errors**2, weights=task.factors[mine].astype(np.float64)))
    return loss if np.isfinite(loss) else float("inf")


def first_progress(shape: tuple[int, int], dtype: Any, weights: Any, biases: Any) -> list[Progress]:
    """Return where each unit begins: at zero, or at the given weights and biases."""
    units, width = shape
    if any(np.iscomplexobj(given) for given in (weights, biases)):
        raise ValueError("Weights and biases to begin from must be real numbers.")
    weights = np.zeros(shape, dtype) if weights is None else np.asarray(weights, dtype)
    if weights.size != units * width:
        raise ValueError(
            f"Provided coef_init does not match dataset: its shape is {weights.shape}, and "
            f"{shape} is needed."
        )
    biases = np.zeros(units) if biases is None else np.asarray(biases, dtype)
    if biases.size != units:
        raise ValueError(
            f"Provided intercept_init does not match dataset: its shape is {biases.shape}, and "
            f"{(units,)} is needed."
        )
    rows = weights.reshape(shape)
    return [
        Progress(row.copy(), float(bias))
        for row, bias in zip(rows, biases.reshape(-1), strict=True)
    ]
