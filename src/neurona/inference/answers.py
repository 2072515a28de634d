"""From a network's inputs to answers: numbers in its dtype, classes, probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.network import Vector


def converted(name: str, values: Any, dtype: Any) -> Any:
    """Return an array or sparse matrix of numbers in the dtype of training, or say that they do not
    fit.
    """
    with np.errstate(over="ignore"):
        values = values.astype(dtype, copy=False)
    numbers = values if isinstance(values, np.ndarray) else values.data
    if not np.isfinite(numbers).all():
        raise ValueError(
            f"{name} has values that do not fit {dtype}, the dtype of training: scale it, or pass "
            "X as float64 to fit."
        )
    return values


def class_of(outputs: Vector, classes: Vector) -> Vector:
    """Return the class of each row; one output is the probability of the second class."""
    if outputs.shape[1] > 1:
        found: Vector = classes[outputs.argmax(axis=1)]
        return found
    codes = (outputs[:, 0] > 0.5).astype(np.intp)
    # with a single class it is that one
    one_of_two: Vector = classes[np.minimum(codes, len(classes) - 1)]
    return one_of_two


def labels_on(outputs: Vector) -> Vector:
    """Return 1 where a label is on, else 0."""
    return (outputs > 0.5).astype(np.int_)


def probabilities(outputs: Vector, classes: Vector | None = None) -> Vector:
    """Return a column per class or label, two for a single output.

    With a single class, which is all that there is to say, a column of ones.
    """
    if classes is not None and len(classes) == 1:
        return np.ones_like(outputs[:, :1])
    return outputs if outputs.shape[1] > 1 else np.hstack([1 - outputs, outputs])


def flat(values: Vector) -> Vector:
    """Return a single column as a vector, several as they are."""
    return values.ravel() if values.shape[1] == 1 else values
