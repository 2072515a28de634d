"""The computation graph: derivatives of functions written in plain NumPy.

>>> import numpy as np
>>> from neurona import autodiff
>>> def f(x):
...     return np.sum(np.exp(-x) * np.sin(x))
>>> autodiff.grad(f)(np.array([0.0, np.pi]))
array([ 1.        , -0.04321392])

A function gets a `Node` in place of its array; operators and NumPy's functions on it build the
graph, and the sweeps of `grad`, `jacobian` and `hessian` run over it. What NumPy has no name for
is here: `logistic`, `softplus`, `erf`, `logsumexp`, `softmax`. NumPy is all it needs.
"""

from neurona.autodiff.check import GradientCheck, check_gradient
from neurona.autodiff.derivatives import (
    grad,
    hessian,
    hessian_product,
    jacobian,
    jacobian_vector_product,
    value_and_grad,
    value_and_jacobian,
    value_gradient_and_hessian,
    vector_jacobian_product,
)
from neurona.autodiff.describe import describe, gradients
from neurona.autodiff.dispatch import operations
from neurona.autodiff.drawing import draw
from neurona.autodiff.elementwise import erf, erfc, logistic, softplus, xlogy
from neurona.autodiff.functions import log_softmax, logsumexp, softmax, stop_gradient
from neurona.autodiff.node import Node, variable

__all__ = [
    "GradientCheck",
    "Node",
    "check_gradient",
    "describe",
    "draw",
    "erf",
    "erfc",
    "grad",
    "gradients",
    "hessian",
    "hessian_product",
    "jacobian",
    "jacobian_vector_product",
    "log_softmax",
    "logistic",
    "logsumexp",
    "operations",
    "softmax",
    "softplus",
    "stop_gradient",
    "value_and_grad",
    "value_and_jacobian",
    "value_gradient_and_hessian",
    "variable",
    "vector_jacobian_product",
    "xlogy",
]
