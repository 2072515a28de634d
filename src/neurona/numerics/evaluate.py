"""Values and slopes of an activation for any numbers, from Python."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.compiled import members
from neurona.numerics.activations import ACTIVATIONS, Activation

Array = np.ndarray[Any, np.dtype[Any]]


def evaluate(activation: Activation | str, sums: Any) -> tuple[Array, Array]:
    """Return the value g(z) and the slope g'(z) for each sum, by the compiled formula in float64.

    Parameters
    ----------
    activation : Activation or str
        Element-wise: softmax, which needs its whole layer, has values but no slopes of this kind.
    sums : array-like
        Any shape.

    Raises
    ------
    ValueError
        The activation is not element-wise.

    Examples
    --------
    >>> from neurona.numerics.evaluate import evaluate
    >>> values, slopes = evaluate("logistic", [0.0, 2.0])
    >>> bool(np.allclose(slopes, values * (1 - values)))
    True
    """
    found: Activation = ACTIVATIONS.find(activation)
    if not hasattr(type(found), "formula"):
        raise ValueError(
            f"The activation {found.name!r} is of a whole layer, not of one sum; use "
            "`softmax` of this module, or another activation."
        )
    numbers = np.array(sums, np.float64)
    slopes = numbers.reshape(-1).copy()
    values = np.empty_like(slopes)
    if slopes.size:
        where = members.address(found.apply, members.APPLY, np.float64)
        members.call(
            where, members.APPLY, slopes, values, 1, slopes.size, slopes.size, found.options()
        )
    return values.reshape(numbers.shape), slopes.reshape(numbers.shape)


def softmax(sums: Any) -> Array:
    """Return exp(z_j) / sum_k exp(z_k) along the last axis, by the compiled formula in float64.

    Parameters
    ----------
    sums : array-like of shape (n_units,) or (n_rows, n_units)
    """
    numbers = np.array(sums, np.float64)
    rows = np.ascontiguousarray(np.atleast_2d(numbers))
    values = np.empty_like(rows)
    found: Activation = ACTIVATIONS.find("softmax")
    where = members.address(found.apply, members.APPLY, np.float64)
    size, units = rows.shape
    members.call(where, members.APPLY, rows, values, size, units, units, found.options())
    return values.reshape(numbers.shape)
