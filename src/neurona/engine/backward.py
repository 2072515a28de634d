"""From the loss back to the gradient of every weight."""

from __future__ import annotations

import numpy as np

from neurona.compiled.kernel import inlined, kernel
from neurona.compiled.members import call_chain, call_loss
from neurona.compiled.scalars import cast
from neurona.compiled.sums import (
    add_and_square,
    sum_of_products,
    sum_of_rows,
    sum_of_sizes,
)
from neurona.engine.forward import activate, drop, dropout_seed
from neurona.engine.matmul import (
    product,
    transpose,
    transposed_column,
    transposed_product,
)
from neurona.engine.tied import add_mirror, is_mirror
from neurona.network import (
    CHAIN,
    FIRST_ROW,
    INPUTS,
    LAST_ROW,
    LAYER,
    OUTPUTS,
    TURNED,
    TWIN,
    VALUES_IN,
    VALUES_OUT,
    WEIGHTS,
    WIDTH_IN,
    WIDTH_OUT,
)


@kernel
def squeeze(padded, start, compact, first, rows, columns, width):
    """Copy the outputs of some rows out of their padding."""
    for i in range(rows):
        for j in range(columns):
            compact[first + i * columns + j] = padded[start + i * width + j]


@kernel
def weigh(
    compact, penalties, weights, first, errors, start, losses, at, rows, columns, width, scale
):
    """Sum each row's penalties into its loss; slopes become errors, by the rows' weights."""
    for i in range(rows):
        total, weight = 0.0, weights[first + i]
        factor = cast(scale, errors) * weight
        for j in range(columns):
            total += penalties[(first + i) * columns + j]
            errors[start + i * width + j] = factor * compact[(first + i) * columns + j]
        losses[at + i] = weight * total


@inlined
def output_errors(layers, recipe, options, buffers, first, rows, losses_from, scale):
    """Compute the losses of some rows and the errors (slopes by z) of the last layer."""
    k = layers.shape[0] - 1
    width, columns = layers[k, WIDTH_OUT], layers[k, OUTPUTS]
    at, compact = layers[k, VALUES_OUT] + first * width, first * columns
    if not recipe.on_sums:
        activate(layers, k, options, buffers.values, buffers.slopes, first, rows)
    outputs = buffers.slopes if recipe.on_sums else buffers.values
    squeeze(outputs, at, buffers.outputs, compact, rows, columns, width)
    call_loss(
        recipe.loss, buffers.outputs, compact, buffers.targets, compact, buffers.penalties, compact,
        buffers.scratch, compact, rows, columns, options, recipe.loss_options,
    )  # fmt: skip
    weigh(
        buffers.outputs, buffers.penalties, buffers.weights, first, buffers.errors, at,
        buffers.losses, losses_from, rows, columns, width, scale,
    )  # fmt: skip
    if not recipe.on_sums:
        call_chain(layers[k, CHAIN], buffers.slopes, at, buffers.errors, at, rows, columns, width)


@inlined
def backward(layers, recipe, turned, slopes, errors, first, rows, step, position):
    """Carry the errors of the last layer back to the first, by the chain rule."""
    for k in range(layers.shape[0] - 1, 0, -1):
        n, m = layers[k, INPUTS], layers[k, OUTPUTS]
        width_in, width_out = layers[k, WIDTH_IN], layers[k, WIDTH_OUT]
        at = layers[k, VALUES_IN] + first * width_in
        product(
            errors, layers[k, VALUES_OUT] + first * width_out, width_out, turned, layers[k, TURNED],
            width_in,
            errors, at, width_in, rows, m, width_in, errors, at, np.bool_(False),
        )  # fmt: skip
        if recipe.dropout[k - 1] > 0:
            seed = dropout_seed(recipe, step, k - 1)
            drop(errors, at, rows * width_in, recipe.dropout[k - 1], seed, position * width_in)
        call_chain(layers[k - 1, CHAIN], slopes, at, errors, at, rows, n, width_in)


@inlined
def strip_gradient(layers, strip, buffers, gradient, rows, add):
    """Compute the gradient of a strip of weights from the values below and the errors above."""
    k, first, last = strip[LAYER], strip[FIRST_ROW], strip[LAST_ROW]
    n, width_in, width = layers[k, INPUTS], layers[k, WIDTH_IN], layers[k, WIDTH_OUT]
    w, errors_at = layers[k, WEIGHTS], layers[k, VALUES_OUT]
    mirror = is_mirror(layers, k)
    if mirror:
        # its twin learns for it
        pass
    elif layers[k, OUTPUTS] == 1 and first == 0 and last >= n:
        transposed_column(
            buffers.values, layers[k, VALUES_IN], width_in, buffers.errors, errors_at, width,
            gradient, w, width, buffers.spare, rows, (n + 7) // 8 * 8, add,
        )  # fmt: skip
    elif first < n:
        transposed_product(
            buffers.values, layers[k, VALUES_IN] + first, width_in, buffers.errors, errors_at,
            width,
            gradient, w + first * width, width, rows, min(n, last) - first, width, add,
        )  # fmt: skip
    if (mirror or n % 8 == 0) and first <= n < last:
        # otherwise the biases were the last row of a tile (see mark_bias)
        sum_of_rows(buffers.errors, errors_at, width, gradient, w + n * width, rows, width, add)
    if layers[k, TWIN] > k:
        add_mirror(layers, strip, buffers, gradient, rows)


@kernel
def penalize(gradient, weights, start, size, l2, l1):
    """Add the slopes of l2 w^2 / 2 + l1 |w| to a piece of the gradient; returns sums of w^2 and
    |w|.
    """
    g, w = gradient[start : start + size], weights[start : start + size]
    two, one, zero = cast(l2, w), cast(l1, w), cast(0.0, w)
    squares, sizes = add_and_square(weights, start, gradient, start, size, two), zero
    if l1 != 0:
        sizes = sum_of_sizes(weights, start, size)
        for i in range(size):
            sign = one if w[i] > zero else -one
            g[i] += sign if w[i] != zero else zero
    return squares, sizes


@kernel
def clip(gradient, start, size, limit):
    """Limit every number of a piece of the gradient to +-limit; nan stays nan."""
    g, top = gradient[start : start + size], cast(limit, gradient)
    for i in range(size):
        value = top if g[i] > top else g[i]
        g[i] = -top if value < -top else value


@kernel
def squared_norm(gradient, start, size):
    """Return the sum of squares of a piece of the gradient."""
    return sum_of_products(gradient, start, gradient, start, size)


@kernel
def rescale(gradient, start, size, factor):
    """Multiply a piece of the gradient."""
    g, by = gradient[start : start + size], cast(factor, gradient)
    for i in range(size):
        g[i] *= by


@inlined
def turn_strip(layers, strip, weights, turned):
    """Bring the transposed copy of a strip of weights up to date (the first layer needs none)."""
    k, first = strip[LAYER], strip[FIRST_ROW]
    last = min(strip[LAST_ROW], layers[k, INPUTS])
    if k > 0 and first < last:
        width, width_in = layers[k, WIDTH_OUT], layers[k, WIDTH_IN]
        transpose(
            weights, layers[k, WEIGHTS] + first * width, width,
            turned, layers[k, TURNED] + first, width_in, last - first, layers[k, OUTPUTS],
        )  # fmt: skip
