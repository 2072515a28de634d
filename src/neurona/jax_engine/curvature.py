"""The Gauss-Newton matrix of all rows, or the Jacobian itself, a block of rows at a time.

As in the compiled engine's `curvature.py`: each column of a square root of the loss's Hessian, a
*seed*, is carried back like an error and multiplied out into rows of derivatives. Here a block's
rows are one array, and their sum of squares one product, in float64.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from neurona.jax_engine import formulas
from neurona.jax_engine.epoch import Rows, gather
from neurona.jax_engine.forms import Flat, Form
from neurona.jax_engine.passes import Layer, Plan, backward, below, forward, output_errors
from neurona.network import Vector
from neurona.training.memory import DOUBLE, refuse_memory

if TYPE_CHECKING:
    from neurona.jax_engine.session import JaxSession

Array = Any
BLOCK_BYTES = 64 * 2**20
"""What the derivatives of a block of rows may take."""


class Sums(NamedTuple):
    """What the blocks add up to; `matrix` is empty where the derivatives are kept instead."""

    loss: Any
    gradient: Array
    matrix: Array


def block(
    plan: Plan, rows: Rows, parameters: Array, sums: Sums, first: Any, size: int, by_rows: bool
) -> tuple[Sums, Array]:
    """Return the sums with a block of rows added, and its derivatives (none for a matrix)."""
    network, count = plan.network(), rows.targets.shape[0]
    form, leaves = Flat(network), [parameters]
    order = jnp.arange(-(-count // size) * size)
    batch = gather(rows, order, first, size, count)
    total = rows.weights.astype(jnp.float64).sum() if rows.weights.size else float(count)
    scale = formulas.finite_scale(jnp.asarray(total))
    layers = forward(plan, form, leaves, batch.inputs, 0, None)
    each, errors = output_errors(plan, form, layers[-1], batch.targets)
    loss = jnp.where(batch.counts, each * batch.weights, 0.0).sum() * scale
    shares = (batch.weights * scale.astype(network.dtype))[:, None]
    errors = jnp.where(batch.counts[:, None], errors * shares, 0)
    (gradient,) = backward(form, leaves, layers, errors)
    derivatives = derivative_rows(
        plan, form, leaves, layers, batch.targets, jnp.sqrt(scale * batch.weights)
    )
    derivatives = jnp.where(batch.counts[:, None, None], derivatives, 0.0)
    derivatives = derivatives.reshape(-1, network.n_parameters)
    matrix = sums.matrix if by_rows else sums.matrix + derivatives.T @ derivatives
    added = Sums(sums.loss + loss, sums.gradient + gradient, matrix)
    return added, derivatives if by_rows else derivatives[:0]


def derivative_rows(
    plan: Plan,
    form: Form,
    leaves: list[Array],
    layers: list[Layer],
    targets: Array,
    roots: Array,
) -> Array:
    """Return the derivatives by all parameters of every row and output (float64)."""
    activation, last = plan.activations[-1], layers[-1]
    _, on_sums = plan.loss.member(activation)
    weights, _ = form.matrices(leaves)
    found = []
    columns = formulas.seeds(
        plan.loss, plan.loss.seeds(activation), last.sums if on_sums else last.values, targets
    )
    for column in columns:
        errors = column * roots.astype(column.dtype)[:, None]
        if not on_sums:
            errors = formulas.chain(activation, last.slopes, errors)
        found.append(_expanded(form, weights, layers, errors))
    return jnp.stack(found, axis=1)


def _expanded(form: Form, weights: list[Array], layers: list[Layer], errors: Array) -> Array:
    """Carry one error of every row back, and multiply it out."""
    slopes: list[Array] = [None] * len(layers)
    biases: list[Array] = [None] * len(layers)
    for k in reversed(range(len(layers))):
        slopes[k] = layers[k].inputs[:, :, None] * errors[:, None, :]
        biases[k] = errors
        if k:
            errors = below(form, weights, layers, k, errors)
    network, own = form.network, []
    for k, slope in enumerate(slopes):
        if not network.is_mirror(k):
            twin = network.twin(k)
            own.append(slope + slopes[twin].transpose(0, 2, 1) if twin > k else slope)
    rows = len(errors)
    parts = [one.reshape(rows, -1).astype(jnp.float64) for one in (*own, *biases)]
    return jnp.concatenate(parts, axis=1)


@cache
def block_of(size: int, by_rows: bool) -> Any:
    """Return `block` for blocks of one size: a function to be compiled."""

    def function(plan: Plan, rows: Rows, parameters: Array, sums: Sums, first: Any) -> Any:
        return block(plan, rows, parameters, sums, first, size, by_rows)

    return function


class DeviceCurvature:
    """Computes loss, gradient and second-order part at the weights of a session."""

    def __init__(self, session: JaxSession, by_rows: bool, memory: float) -> None:
        self._session, self._by_rows = session, by_rows
        network = self._network = session.network
        size, rows = network.n_parameters, session.rows
        derivatives = rows * network.sizes[-1]
        self._size = min(rows, max(1, BLOCK_BYTES // (DOUBLE * size * network.sizes[-1])))
        of_block = self._size * network.sizes[-1] * size
        needed = 2 * derivatives * size + 2 * derivatives**2 if by_rows else 3 * size**2 + of_block
        refuse_memory(network, rows, DOUBLE * float(needed), memory)

    def _pass(self) -> tuple[Sums, list[Array]]:
        size, network = self._network.n_parameters, self._network
        shape = (0, 0) if self._by_rows else (size, size)
        sums, kept = Sums(np.zeros(()), np.zeros(size, network.dtype), np.zeros(shape)), []
        function = block_of(self._size, self._by_rows)
        parameters = self._session.put_parameters()
        for first in range(0, self._session.rows, self._size):
            sums, derivatives = self._session.curvature_pass(
                function, parameters, sums, np.int64(first)
            )
            kept.append(derivatives)
        return jax.tree.map(np.asarray, sums), kept

    def matrix(self) -> tuple[float, Vector, Vector]:
        """Return loss, gradient and the whole symmetric matrix, a new one."""
        sums, _ = self._pass()
        return float(sums.loss), sums.gradient, np.array(sums.matrix)

    def jacobian(self) -> tuple[float, Vector, Vector]:
        """Return loss, gradient and the rows of derivatives (rows * outputs x parameters)."""
        sums, kept = self._pass()
        count = self._session.rows * self._network.sizes[-1]
        whole = np.concatenate([np.asarray(one) for one in kept])[:count]
        return float(sums.loss), sums.gradient, whole
