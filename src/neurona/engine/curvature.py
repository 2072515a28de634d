"""The Gauss-Newton matrix of a network's loss, or the Jacobian itself, over all rows of a table.

For a row with outputs z and loss l(z) the generalised Gauss-Newton matrix is J' H J: J the
derivatives of the outputs by the parameters, H = l'' (N. N. Schraudolph, Neural Computation 14,
2002). H is split as S S', so the matrix is a sum of squares of rows S'J: each column of S, a *seed*
that the loss gives, is carried back through the network like an error, and multiplied out with the
layers' inputs into one row of derivatives. A squared error has S = 1 and J itself.

Where a seed is the error of one output alone (losses that add up over the outputs), a row has
derivatives by that output's own weights in the last layer and by those of the layers before, which
all outputs share; by all others they are 0, and these zeros are not multiplied out. A row is kept
as [own, shared], and the sums as a matrix [own, shared] x [own] of each output and one of what is
shared; `by_output.Row` has their sizes.

A block of rows is shared out by rows; then the columns of the matrix are shared out by panels of
two vectors, each thread summing its panels over all rows of the block. So no sum is split by
thread, and the rows of derivatives never exist for more than one block.
"""

from __future__ import annotations

import math

import numpy as np

from neurona.compiled.kernel import inlined, kernel, slow_entry
from neurona.compiled.members import call_chain, call_seed
from neurona.engine.backward import backward, squeeze
from neurona.engine.epoch import batch_weight, chunk_gradient, meet, rows_pass, share_of, total
from neurona.engine.forward import mark_bias
from neurona.engine.matmul import transposed_product
from neurona.engine.tied import is_mirror
from neurona.network import (
    BIASES_AT,
    CHAIN,
    INPUTS,
    MATRIX_AT,
    OUTPUTS,
    VALUES_IN,
    VALUES_OUT,
    WIDTH_IN,
    WIDTH_OUT,
)

PANEL = 16
"""Columns of the matrix that a thread takes at a time: two vectors of float64."""


@inlined
def expand_layer(layers, k, values, errors, sample, jacobian, matrix, biases):
    """Write one row's derivatives by a layer's matrix and biases to where these begin."""
    n, m = layers[k, INPUTS], layers[k, OUTPUTS]
    x0 = layers[k, VALUES_IN] + sample * layers[k, WIDTH_IN]
    e0 = layers[k, VALUES_OUT] + sample * layers[k, WIDTH_OUT]
    x, e = values[x0 : x0 + n], errors[e0 : e0 + m]
    if is_mirror(layers, k):
        # its matrix lies where its twin's does, transposed
        for b in range(m):
            row, error = jacobian[matrix + b * n : matrix + b * n + n], e[b]
            for a in range(n):
                row[a] += x[a] * error
    elif m == 1:
        row, error = jacobian[matrix : matrix + n], e[0]
        for a in range(n):
            row[a] = x[a] * error
    else:
        for a in range(n):
            row, value = jacobian[matrix + a * m : matrix + a * m + m], x[a]
            for b in range(m):
                row[b] = value * e[b]
    last = jacobian[biases : biases + m]
    for b in range(m):
        last[b] = e[b]


@kernel
def expand_rows(layers, values, errors, first, rows, jacobian, at, stride):
    """Write the derivatives of some rows by every parameter, in the order of network.parameters."""
    for k in range(layers.shape[0]):
        matrix, biases = at + layers[k, MATRIX_AT], at + layers[k, BIASES_AT]
        for i in range(rows):
            expand_layer(
                layers, k, values, errors, first + i, jacobian, matrix + i * stride,
                biases + i * stride,
            )  # fmt: skip


@kernel
def expand_apart(layers, values, errors, output, first, rows, jacobian, at, stride, own):
    """Write the derivatives of some rows by an output's own weights and by those that are shared,
    which come without the last layer's in the order of network.parameters.
    """
    k = layers.shape[0] - 1
    n, m = layers[k, INPUTS], layers[k, OUTPUTS]
    for i in range(rows):
        x0 = layers[k, VALUES_IN] + (first + i) * layers[k, WIDTH_IN]
        error = errors[layers[k, VALUES_OUT] + (first + i) * layers[k, WIDTH_OUT] + output]
        x, row = values[x0 : x0 + n], jacobian[at + i * stride : at + i * stride + n + 1]
        for a in range(n):
            row[a] = x[a] * error
        row[n] = error
    for before in range(k):
        matrix, biases = layers[before, MATRIX_AT], layers[before, BIASES_AT] - n * m
        for i in range(rows):
            row = at + i * stride + own
            expand_layer(
                layers, before, values, errors, first + i, jacobian, row + matrix, row + biases
            )


@kernel
def spread(compact, weights, scale, errors, at, first, rows, columns, width):
    """Make errors of some rows' seeds, by the square root of the rows' weights."""
    for i in range(rows):
        factor = math.sqrt(scale * weights[first + i])
        for j in range(columns):
            errors[at + i * width + j] = factor * compact[(first + i) * columns + j]


@inlined
def seed_errors(layers, recipe, seed, options, buffers, output, first, rows, scale):
    """Compute one seed of some rows as errors of the last layer."""
    k = layers.shape[0] - 1
    width, columns = layers[k, WIDTH_OUT], layers[k, OUTPUTS]
    at, compact = layers[k, VALUES_OUT] + first * width, first * columns
    outputs = buffers.slopes if recipe.on_sums else buffers.values
    squeeze(outputs, at, buffers.outputs, compact, rows, columns, width)
    call_seed(
        seed, buffers.outputs, compact, buffers.targets, compact, buffers.scratch, compact,
        output, rows, columns, options, recipe.loss_options,
    )  # fmt: skip
    spread(buffers.scratch, buffers.weights, scale, buffers.errors, at, first, rows, columns, width)
    if not recipe.on_sums:
        call_chain(layers[k, CHAIN], buffers.slopes, at, buffers.errors, at, rows, columns, width)


@kernel
def add_panel(
    jacobian, matrix, stride, own, output, outputs, panel, rows, size, add_own, add_shared
):  # fmt: skip
    """Add a block's rows to one panel of the matrix, from its diagonal down: an output's own, or
    what all outputs share. Its flag says whether it is added to, or begun anew.
    """
    column = panel * PANEL
    if column < own:
        ld, add = own, add_own
        at = output * stride * own + column * own + column
    else:
        ld, add = stride - own, add_shared
        at = outputs * stride * own + (column - own) * ld + column - own
    transposed_product(
        jacobian, column, stride, jacobian, column, stride, matrix, at, ld, rows, size - column,
        np.int64(PANEL), add,
    )  # fmt: skip


@inlined
def derivative_rows(
    layout, recipe, seed, options, model, buffers, jacobian, stride, own, output, outputs, start,
    first, rows, scale, keeps,
):  # fmt: skip
    """Carry one output's seeds of some rows back, and write their rows of derivatives: each to its
    own place in a Jacobian that is kept, else to the row's place in the block.
    """
    layers = layout.layers
    seed_errors(layers, recipe, seed, options, buffers, output, first, rows, scale)
    backward(
        layers, recipe, model.turned, buffers.slopes, buffers.errors, first, rows, np.int64(-1),
        start + first,
    )  # fmt: skip
    at = first * stride
    step = stride
    if own > 0:
        expand_apart(
            layers, buffers.values, buffers.errors, output, first, rows, jacobian, at, stride, own
        )
        return
    if keeps:
        at = ((start + first) * outputs + output) * stride
        step = outputs * stride
    expand_rows(layers, buffers.values, buffers.errors, first, rows, jacobian, at, step)


@slow_entry
def gauss_newton(
    layout, recipe, seed, options, model, table, buffers, order, begin, end, jacobian, matrix,
    stride, own, size, losses, counter, thread, threads,
):  # fmt: skip
    """Compute losses, gradient and the lower triangle of the Gauss-Newton matrix over `order`.

    A pass may be cut: rows `begin` to `end` of the order are added to what the calls before, from
    0 on, have left. All but the last cut are multiples of a block.

    `matrix` empty: `jacobian` gets a row of derivatives per row and output instead. `size` is the
    number of parameters, or, with outputs apart, of those that a row has; `stride` is it padded,
    and `own` how many of these are an output's own, padded too, or 0. The gradient is
    model.gradient, without penalties. -1: called off by Python.
    """
    layers, chunks = layout.layers, layout.chunks.shape[0]
    outputs, no_step = layers[layers.shape[0] - 1, OUTPUTS], np.int64(-1)
    own_first, own_last = chunks * thread // threads, chunks * (thread + 1) // threads
    panels, keeps = stride // PANEL, matrix.size == 0
    phase = zero = np.int64(0)
    mark_bias(
        buffers.values, layers[0, VALUES_IN], recipe.block, layers[0, INPUTS], layers[0, WIDTH_IN]
    )
    weight = batch_weight(table, order, zero, order.size)
    scale = 1.0 / weight if weight > 0 else 0.0
    for start in range(begin, end, recipe.block):
        rows = min(recipe.block, end - start)
        first, share = share_of(rows, thread, threads)
        if share > 0:
            rows_pass(
                layout, recipe, options, model, table, buffers, order, zero, start, first, share,
                no_step, scale, np.bool_(False),
            )  # fmt: skip
        phase = meet(recipe, counter, threads, phase)
        if phase < 0:
            return -1
        for c in range(own_first, own_last):
            chunk_gradient(layout, recipe, model, buffers, c, rows, start > 0)
        for output in range(outputs):
            phase = meet(recipe, counter, threads, phase)
            if phase < 0:
                return -1
            if share > 0:
                derivative_rows(
                    layout, recipe, seed, options, model, buffers, jacobian, stride,
                    own, output, outputs, start, first, share, scale, keeps,
                )  # fmt: skip
            if keeps:
                continue
            phase = meet(recipe, counter, threads, phase)
            if phase < 0:
                return -1
            for panel in range(thread, panels, threads):
                add_panel(
                    jacobian, matrix, stride, own, output, outputs, panel, rows, size, start > 0,
                    start > 0 or output > 0,
                )  # fmt: skip
        phase = meet(recipe, counter, threads, phase)
        if phase < 0:
            return -1
    if thread == 0 and end == order.size:
        losses[0] = total(buffers.losses, order.size) * scale
    return 0
