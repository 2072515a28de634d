"""From rows of the data to the values of the last layer."""

from __future__ import annotations

import numpy as np

from neurona.compiled.copying import copy_rows
from neurona.compiled.kernel import inlined, kernel
from neurona.compiled.members import call_apply
from neurona.compiled.scalars import cast
from neurona.engine.matmul import product
from neurona.network import (
    APPLY,
    INPUTS,
    OPTIONS,
    OUTPUTS,
    VALUES_IN,
    VALUES_OUT,
    WEIGHTS,
    WIDTH_IN,
    WIDTH_OUT,
)


@kernel
def gather(table, order, start, first, rows, values, width, low, high):
    """Copy columns low to high - 1 of rows of the data into the input layer: rows order[start ...],
    or start ... if there is no order.
    """
    if table.indptr.size == 0:
        to = first * width + low
        copy_rows(table.dense, order, start, values, to, width, rows, table.width, low, high)
        return
    for i in range(rows):
        at = order[start + i] if order.size > 0 else start + i
        to = (first + i) * width
        out = values[to + low : to + high]
        out[:] = 0
        for p in range(table.indptr[at], table.indptr[at + 1]):
            # entries that stand twice in a sparse matrix add up
            if low <= table.indices[p] < high:
                out[table.indices[p] - low] += table.data[p]


@kernel
def gather_targets(table, order, start, first, rows, targets, weights):
    """Copy targets and row weights (1 where there are none) of the same rows."""
    columns, zero, one = table.targets.shape[1], np.int64(0), cast(1.0, weights)
    at = first * columns
    copy_rows(table.targets, order, start, targets, at, columns, rows, columns, zero, columns)
    for i in range(rows):
        weights[first + i] = one
    if table.weights.size > 0:
        alone = np.int64(1)
        copy_rows(table.weights, order, start, weights, first, alone, rows, alone, zero, alone)


@kernel
def mark_bias(values, start, rows, columns, width):
    """Write 1 and then 0 into the padding that completes the last tile of eight columns.

    The gradient's tiles reach that far: the 1 makes the next row of the gradient the biases' own.
    """
    if columns % 8 == 0:
        return
    last, one, zero = (columns + 7) // 8 * 8, cast(1.0, values), cast(0.0, values)
    for i in range(rows):
        row = start + i * width
        values[row + columns] = one
        for j in range(columns + 1, last):
            values[row + j] = zero


@kernel
def random_bits(x):
    """Return 32 well-mixed bits for a number (the finaliser of MurmurHash3, A. Appleby, public
    domain).
    """
    x = np.uint32(x)
    x = np.uint32((x ^ (x >> np.uint32(16))) * np.uint32(0x85EBCA6B))
    x = np.uint32((x ^ (x >> np.uint32(13))) * np.uint32(0xC2B2AE35))
    return np.uint32(x ^ (x >> np.uint32(16)))


@kernel
def drop(values, start, size, rate, seed, position):
    """Set a share `rate` of the numbers to 0 and scale up the rest; the same again for the same
    seed.
    """
    part = values[start : start + size]
    limit = np.uint32(rate * 4294967295.0)
    keep, zero = cast(1.0 / (1.0 - rate), values), cast(0.0, values)
    for i in range(size):
        bits = random_bits(np.uint32(np.uint32(position + i) ^ np.uint32(seed)))
        part[i] = part[i] * keep if bits >= limit else zero


@inlined
def dropout_seed(recipe, step, layer):
    """Return the seed of one layer's dropout in one step."""
    return random_bits(np.uint32(recipe.seed) + random_bits(np.uint32(step * 64 + layer)))


@inlined
def layer_sums(layers, k, weights, values, slopes, first, rows):
    """Compute the sums z of layer k, biases included, into `slopes`."""
    n, width_in, width_out, w = (
        layers[k, INPUTS],
        layers[k, WIDTH_IN],
        layers[k, WIDTH_OUT],
        layers[k, WEIGHTS],
    )
    product(
        values, layers[k, VALUES_IN] + first * width_in, width_in, weights, w, width_out,
        slopes, layers[k, VALUES_OUT] + first * width_out, width_out,
        rows, n, width_out, weights, w + n * width_out, np.bool_(True),
    )  # fmt: skip


@inlined
def activate(layers, k, options, values, slopes, first, rows):
    """Turn the sums of layer k into values, leaving slopes in their place."""
    width = layers[k, WIDTH_OUT]
    at = layers[k, VALUES_OUT] + first * width
    call_apply(
        layers[k, APPLY],
        slopes,
        at,
        values,
        at,
        rows,
        layers[k, OUTPUTS],
        width,
        options,
        layers[k, OPTIONS],
    )


@inlined
def forward(layers, recipe, options, weights, values, slopes, first, rows, step, position, summed):
    """Compute all layers up to the sums of the last one, the first one's unless they are `summed`;
    `step` < 0 is a prediction, without dropout.
    """
    last = layers.shape[0] - 1
    for k in range(last + 1):
        if k > 0 or not summed:
            layer_sums(layers, k, weights, values, slopes, first, rows)
        if k < last:
            activate(layers, k, options, values, slopes, first, rows)
            width, columns = layers[k, WIDTH_OUT], layers[k, OUTPUTS]
            at = layers[k, VALUES_OUT] + first * width
            if step >= 0 and recipe.dropout[k] > 0:
                seed = dropout_seed(recipe, step, k)
                drop(values, at, rows * width, recipe.dropout[k], seed, position * width)
            mark_bias(values, at, rows, columns, width)
