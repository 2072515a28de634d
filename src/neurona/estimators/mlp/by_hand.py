"""Weights that a person may have set by hand, looked at before anything is computed with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.network import Vector

REAL = "biuf"
"""Kinds of arrays that can become weights."""


def layers_by_hand(
    coefs: Sequence[Any], intercepts: Sequence[Any], inputs: int | None, outputs: int | None
) -> tuple[list[Vector], list[Vector]]:
    """Return the matrices and biases of a model as arrays of float32 or float64, all of one dtype.

    ValueError, with the name of what is wrong, if they do not follow each other from `inputs`
    columns to `outputs` numbers (None: whatever they are).
    """
    found: dict[str, list[Vector]] = {}
    for name, given in (("coefs_", coefs), ("intercepts_", intercepts)):
        if not isinstance(given, list | tuple):
            raise ValueError(f"{name} is a list of arrays, one per layer. Got {given!r:.80}.")
        found[name] = [_real(f"{name}[{k}]", one) for k, one in enumerate(given)]
    matrices, biases = found.values()
    if len(matrices) != len(biases) or not matrices:
        raise ValueError(
            "coefs_ and intercepts_ have one array per layer each. Got "
            f"{len(matrices)} and {len(biases)}."
        )
    last = len(matrices) - 1
    for k, (matrix, bias) in enumerate(zip(matrices, biases, strict=True)):
        before = inputs if k == 0 else matrices[k - 1].shape[-1]
        rows = matrix.shape[0] if matrix.ndim and before is None else before
        columns = matrix.shape[-1] if matrix.ndim else 1
        columns = outputs if k == last and outputs is not None else columns
        if matrix.shape != (rows, columns) or not matrix.size:
            raise ValueError(
                f"coefs_[{k}] must have the shape {(rows, columns)}, as the columns of X, the "
                f"outputs and the layers beside it ask. Got {matrix.shape}."
            )
        if bias.shape != (columns,):
            raise ValueError(f"intercepts_[{k}] must have shape {(columns,)}. Got {bias.shape}.")
    single = all(one.dtype == np.float32 for one in (*matrices, *biases))
    dtype = np.float32 if single else np.float64
    return [one.astype(dtype) for one in matrices], [one.astype(dtype) for one in biases]


def _real(name: str, given: Any) -> Vector:
    try:
        array: Vector = np.asarray(given)
    except ValueError:
        raise ValueError(f"{name} must be an array of real numbers.") from None
    if array.dtype.kind not in REAL:
        raise ValueError(f"{name} must be an array of real numbers. Got one of {array.dtype}.")
    return array
