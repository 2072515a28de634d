"""Sharpness: the largest eigenvalue of the loss's Hessian, and the rate that it allows.

Along an eigenvector of curvature L a step of gradient descent multiplies the distance by
1 - rate L, so it grows beyond rate = 2 / L; with momentum m

    rate = 2 (1 + m) / L                    (Polyak 1964)
    rate = 2 (1 + m) / ((1 + 2 m) L)        (Nesterov 1983)

An optimizer that divides the gradient by P (Adam: P = (1 - beta1^t) (sqrt(v^) + epsilon) after t
steps) sees the curvature of P^-1/2 H P^-1/2, and its steps grow beyond rate = 2 (1 + beta1) /
((1 - beta1) L) (J. Cohen et al., Adaptive gradient methods at the edge of stability,
arXiv:2207.14484). The eigenvalue is found by Lanczos' method on products with the exact Hessian
(B. Pearlmutter, Fast exact multiplication by the Hessian, Neural Computation 6, 1994).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurona.network import Network, Vector
from neurona.optimizers import SGD, Adam, AdamW, RMSProp, StepOptimizer
from neurona.optimizers.state import OptimizerState
from neurona.training.measures.place import Place

LEAST = 1e-12
"""An optimizer's epsilon of 0 counts as this, so that no gradient of 0 is divided by 0."""
FEW = 24
"""Up to so many parameters the whole Hessian is made, which takes no more products."""


class Sharpness(NamedTuple):
    """The largest curvature, from so many products with the Hessian; `converged`, to the tolerance
    asked for.
    """

    value: float
    products: int
    converged: bool


def sharpness(
    place: Place, divisor: Vector | None = None, tol: float = 0.01, most: int = 120
) -> Sharpness:
    """Return the largest eigenvalue of the Hessian of the loss with its penalty.

    Parameters
    ----------
    place : Place
    divisor : ndarray of the size of `place.parameters`, default=None
        What an optimizer divides the gradient by (`preconditioner`): curvature as it sees it.
    tol : float
        Relative error.
    most : int
        Products with the Hessian, about; the largest value found so far is returned after them.
    """
    size = place.parameters.size
    root = np.ones(size) if divisor is None else 1 / np.sqrt(np.asarray(divisor, np.float64))
    products = 0

    def product(direction: Vector) -> Vector:
        nonlocal products
        products += 1
        found = root * place.hessian_product(root * np.ravel(direction))
        # what overflowed says nothing of a direction
        return np.nan_to_num(found)

    if size <= FEW:
        whole = np.column_stack([product(one) for one in np.eye(size)])
        value = float(np.linalg.eigvalsh((whole + whole.T) / 2)[-1])
        return Sharpness(value, products, True)
    # not at the top: slow to import, and trainings do not need it
    from scipy.sparse.linalg import ArpackError, ArpackNoConvergence, LinearOperator, eigsh

    operator = LinearOperator((size, size), matvec=product, dtype=np.float64)  # type: ignore[call-arg]
    start = np.random.default_rng(0).standard_normal(size)
    try:
        values = eigsh(
            operator, k=1, which="LA", v0=start, tol=tol, ncv=min(size, 12),
            maxiter=max(1, most // 12), return_eigenvectors=False,
        )  # fmt: skip
        return Sharpness(float(values[0]), products, True)
    except ArpackNoConvergence as error:
        found = np.asarray(error.eigenvalues)
        if found.size:
            return Sharpness(float(found[-1]), products, False)
    except ArpackError:
        pass
    return Sharpness(_by_powers(product, start), products, False)


def stable_rate(optimizer: StepOptimizer | None, value: float) -> float | None:
    """Return the rate beyond which an optimizer's steps grow where the sharpness is `value`.

    For Adam, AdamW and RMSProp that is the sharpness as they see it (`preconditioner`). None where
    nothing curves upwards, and for an optimizer of which nothing so simple can be said.
    """
    if not value > 0:
        return None
    if isinstance(optimizer, SGD):
        momentum = optimizer.momentum
        limit = 2 * (1 + momentum) / value
        return limit / (1 + 2 * momentum) if optimizer.nesterov else limit
    if isinstance(optimizer, RMSProp):
        return 2 * (1 + optimizer.momentum) / value
    if isinstance(optimizer, Adam | AdamW):
        return 2 * (1 + optimizer.beta1) / ((1 - optimizer.beta1) * value)
    return None


def preconditioner(
    optimizer: StepOptimizer | None, state: OptimizerState, network: Network
) -> Vector | None:
    """Return what an optimizer divides the gradient by, for each of `Network.parameters`.

    None for one that divides by nothing (SGD), or of which that is not known, and before its first
    step.
    """
    if not isinstance(optimizer, Adam | AdamW | RMSProp) or not state.steps:
        return None
    square = state.named(optimizer, network)["square"].astype(np.float64)
    if isinstance(optimizer, RMSProp):
        return network.parameters(np.sqrt(square) + max(optimizer.epsilon, LEAST))
    root = np.sqrt(square / (1 - optimizer.beta2**state.steps))
    first = 1 - optimizer.beta1**state.steps
    return network.parameters(first * (root + max(optimizer.epsilon, LEAST)))


def _by_powers(product: object, start: Vector, steps: int = 20) -> float:
    """Return the largest eigenvalue in size by powers, where Lanczos' method broke down."""
    direction, value = start / np.linalg.norm(start), 0.0
    for _ in range(steps):
        after = product(direction)  # type: ignore[operator]
        value, length = float(direction @ after), float(np.linalg.norm(after))
        if not length > 0:
            break
        direction = after / length
    return value
