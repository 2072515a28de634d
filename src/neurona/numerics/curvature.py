"""The second derivatives of a loss by the outputs, for any loss with an expression."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.autodiff import grad, jacobian_vector_product
from neurona.numerics.losses import Loss

Array = np.ndarray[Any, np.dtype[Any]]


def output_curvature(loss: Loss, targets: Array, outputs: Array, on_sums: bool) -> Array:
    """Return the second derivatives of each row's penalty by its outputs: (rows, K, K).

    For any loss with an expression. `outputs` (rows x K) are sums z or values, as `Loss.member`
    says; so are the derivatives. Costs K Hessian products of all rows at once.

    >>> from neurona.numerics.losses import CategoricalCrossEntropy
    >>> z, t = np.zeros((1, 2)), np.array([[1.0, 0.0]])
    >>> output_curvature(CategoricalCrossEntropy(), t, z, True)
    array([[[ 0.25, -0.25],
            [-0.25,  0.25]]])
    """
    slopes = grad(lambda x: np.sum(loss.expression(targets, x, on_sums)))
    columns = []
    for k in range(outputs.shape[1]):
        direction = np.zeros_like(outputs)
        # rows do not meet, so one direction serves them all
        direction[:, k] = 1
        columns.append(jacobian_vector_product(slopes)(outputs, direction)[1])
    return np.stack(columns, axis=-1)
