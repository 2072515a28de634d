"""Jacobians without the graph: the complex step, for functions that take complex numbers."""

from __future__ import annotations

import numpy as np

from neurona import autodiff


def complex_jacobian(function, x):
    """Im f(x + ih e_k) / h for every k: exact to rounding."""
    x = np.asarray(x, float)
    columns = []
    for k in range(x.size):
        moved = x.astype(complex)
        moved.reshape(-1)[k] += 1e-30j
        columns.append(np.asarray(function(moved)).imag / 1e-30)
    shape = columns[0].shape
    return np.stack(columns, -1).reshape(*shape, *x.shape)


def reverse_jacobian(function, x):
    """The graph's Jacobian, row by row in reverse mode."""
    value, pull = autodiff.vector_jacobian_product(function)(x)
    rows = []
    for k in range(value.size):
        cotangent = np.zeros(value.size)
        cotangent[k] = 1
        rows.append(pull(cotangent.reshape(value.shape)))
    return np.reshape(rows, (*value.shape, *np.shape(x)))


def forward_jacobian(function, x):
    """The graph's Jacobian, column by column in forward mode."""
    columns = []
    for k in range(np.size(x)):
        tangent = np.zeros(np.size(x))
        tangent[k] = 1
        product = autodiff.jacobian_vector_product(function)
        columns.append(product(x, tangent.reshape(np.shape(x)))[1])
    return np.stack(columns, -1).reshape(*columns[0].shape, *np.shape(x))
