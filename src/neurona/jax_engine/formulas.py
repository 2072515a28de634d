"""Activations, losses and optimizers as functions of JAX's arrays, all from their own formulas.

Two members are no formulas of one number, softmax and the cross-entropy of classes on its sums,
and are written here. Any other is refused in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from neurona.compiled.callbacks import PythonLoss
from neurona.errors import IncompatibleError
from neurona.jax_engine.branches import Traced, over_all_ways
from neurona.jax_engine.twins import Cells, twin
from neurona.numerics.activations import Activation, multiply_by_slope
from neurona.numerics.activations.softmax import Softmax
from neurona.numerics.losses import CategoricalCrossEntropy, Loss
from neurona.optimizers.base import StepOptimizer
from neurona.values import Value

Array = Any


def refuse(value: Value, why: str) -> IncompatibleError:
    """Return the error for a value that this engine cannot compute, with the way out."""
    return IncompatibleError(
        f"The engine 'jax' cannot compute {value.name!r} ({why}); use engine='compiled'."
    )


def _run(value: Value, function: Callable[[], Any]) -> Any:
    """Run a formula in all its ways; what it cannot do is a sentence about the value."""
    try:
        with np.errstate(all="ignore"):
            return over_all_ways(function)
    except IncompatibleError:
        raise
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise refuse(value, f"its formula does not run on whole arrays: {reason}") from error


def _numbers(value: Value, dtype: Any) -> tuple[Any, ...]:
    return tuple(np.dtype(dtype).type(one) for one in value.options())


def _like(found: Any, array: Array) -> Array:
    return jnp.broadcast_to(jnp.asarray(found).astype(array.dtype), array.shape)


def activate(activation: Activation, sums: Array) -> tuple[Array, Array]:
    """Return values, and what `chain` takes, for sums (rows x units)."""
    formula = getattr(activation.apply, "formula", None)
    if formula is not None and activation.chain is multiply_by_slope:
        run, options = twin(formula), _numbers(activation, sums.dtype)
        found = _run(activation, lambda: run(Traced(sums), options))
        value, slope = found
        return _like(value, sums), _like(slope, sums)
    if activation.apply is Softmax.apply:
        value = jax.nn.softmax(sums, axis=-1)
        return value, value
    raise refuse(activation, "it is no formula of one number")


def chain(activation: Activation, slopes: Array, errors: Array) -> Array:
    """Return errors by the values as errors by the sums."""
    if activation.chain is Softmax.chain:
        return slopes * (errors - (slopes * errors).sum(axis=-1, keepdims=True))
    return errors * slopes


def penalties(member: Any, loss: Loss, outputs: Array, targets: Array) -> tuple[Array, Array]:
    """Return the penalty of every output, and its slope by what the member takes."""
    formula = getattr(member, "formula", None)
    if formula is not None:
        run, options = twin(formula), _numbers(loss, outputs.dtype)[:1]
        penalty, slope = _run(loss, lambda: run(Traced(targets), Traced(outputs), options))
        return _like(penalty, outputs), _like(slope, outputs)
    if member is CategoricalCrossEntropy.on_sums:
        return _cross_entropy(loss, outputs, targets)
    if isinstance(member, PythonLoss):
        return _called_back(member, outputs, targets)
    raise refuse(loss, "it is no formula of one number")


def _cross_entropy(loss: Any, sums: Array, targets: Array) -> tuple[Array, Array]:
    smoothing = loss.label_smoothing
    shares = targets
    if smoothing:
        keep, spread = (sums.dtype.type(1 - smoothing), sums.dtype.type(smoothing / sums.shape[1]))
        shares = keep * targets + spread
    lower = sums - sums.max(axis=-1, keepdims=True)
    powers = jnp.exp(lower)
    total = powers.sum(axis=-1, keepdims=True)
    penalty = shares * jnp.log(total) - shares * lower
    return penalty, powers / total - shares


def _called_back(member: PythonLoss, outputs: Array, targets: Array) -> tuple[Array, Array]:
    """A loss in Python: the machine that trains waits for this one at every batch."""
    dtype, (rows, columns) = outputs.dtype, outputs.shape
    # as bits: JAX calls from threads of its own, where it keeps 32 of 64 of a number
    outputs, targets = (jax.lax.bitcast_convert_type(one, jnp.uint32) for one in (outputs, targets))

    def on_this_machine(*bits: Any) -> tuple[Any, Any]:
        outputs, targets = (np.array(one).view(dtype).reshape(-1) for one in bits)
        found = np.empty_like(outputs)
        member(outputs, targets, found, None, rows, columns, None)
        return tuple(one.view(np.uint32).reshape(bits[0].shape) for one in (found, outputs))

    shape = jax.ShapeDtypeStruct(outputs.shape, jnp.uint32)
    found = jax.pure_callback(
        on_this_machine, (shape, shape), outputs, targets, vmap_method="sequential"
    )
    penalty, slopes = (jax.lax.bitcast_convert_type(one, dtype) for one in found)
    return penalty, slopes


def seeds(loss: Loss, seed: Any, outputs: Array, targets: Array) -> list[Array]:
    """Return the columns of a square root of the loss's Hessian by the outputs."""
    formula, columns = getattr(seed, "formula", None), outputs.shape[1]
    if formula is not None:
        run, options = twin(formula), _numbers(loss, outputs.dtype)[:1]
        found = _run(loss, lambda: run(Traced(targets), Traced(outputs), options))
        roots = jnp.sqrt(_like(found, outputs))
        return [jnp.zeros_like(roots).at[:, k].set(roots[:, k]) for k in range(columns)]
    if seed is CategoricalCrossEntropy.seeds_on_sums:
        p = jax.nn.softmax(outputs, axis=-1)
        found = []
        for k in range(columns):
            column = -p * jnp.sqrt(p[:, k : k + 1])
            # 1 - p by the other classes, so that nothing cancels
            rest = -column.at[:, k].set(0).sum(axis=-1)
            found.append(column.at[:, k].set(rest))
        return found
    raise refuse(loss, "its curvature is no formula of one number")


def update(
    optimizer: StepOptimizer,
    weights: Array,
    gradient: Array,
    state: list[Array],
    memory: list[Array],
    rate: Any,
    step: Any,
    loss: Any,
) -> tuple[Array, list[Array], list[Array]]:
    """Return weights, state (an array like the weights for each name) and memory (numbers) after
    one step of an optimizer.
    """
    run, options = twin(type(optimizer).update), tuple(map(float, optimizer.options()))
    dtype, slots = weights.dtype, len(state)
    # one cell at least: some look at a state that they do not have
    kept_before = state or [jnp.zeros_like(weights)]
    number = jnp.asarray(step).astype(jnp.float64)

    def once() -> Any:
        w, g = Cells([weights], dtype), Cells([gradient], dtype)
        s, m = Cells([*kept_before], dtype), Cells([*memory], jnp.float64)
        run(w, g, s, m, 1, options, Traced(rate), Traced(number), Traced(loss))
        return w[0], [s[k] for k in range(slots)], [m[k] for k in range(len(m))]

    moved, kept, remembered = _run(optimizer, once)
    return (
        _like(moved, weights),
        [_like(one, weights) for one in kept],
        # a question about every weight makes an array of it, all of whose numbers are the same
        [one if jnp.ndim(one) == 0 else one.max() for one in remembered],
    )


def finite_scale(total: Any) -> Any:
    """Return what turns a sum over rows into the mean: 1 / the sum of their weights, or 0."""
    return jnp.where(total > 0, 1.0 / jnp.where(total > 0, total, 1.0), 0.0)
