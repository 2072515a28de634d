"""Tied weights: a mirror layer's matrix is the transpose of an earlier layer's, its twin.

Only the twin's matrix learns. Its gradient is the sum of both layers' (the chain rule for a weight
that is used twice): V'E of its own values and errors, and E'V of the mirror's, which comes out of
the same tiles already transposed. The mirror's own gradient stays 0, its biases are its own, and
after each update the twin's weights are copied into it. Each thread sums its own chunks over all
rows, so the bits do not depend on the number of threads, and copies are equal bit for bit.
"""

from __future__ import annotations

import numpy as np

from neurona.compiled.kernel import inlined, kernel
from neurona.compiled.scalars import cast
from neurona.engine.matmul import transpose, transposed_product
from neurona.network import (
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


@inlined
def is_mirror(layers, k):
    """Whether layer k's matrix is the transpose of an earlier one."""
    return 0 <= layers[k, TWIN] < k


@inlined
def add_mirror(layers, strip, buffers, gradient, rows):
    """Add the mirror's part to the gradient of a strip of its twin."""
    k, first = strip[LAYER], strip[FIRST_ROW]
    last, width = min(strip[LAST_ROW], layers[k, INPUTS]), layers[k, WIDTH_OUT]
    mirror, start = layers[k, TWIN], layers[k, WEIGHTS] + first * width
    if first < last:
        transposed_product(
            buffers.errors, layers[mirror, VALUES_OUT] + first, layers[mirror, WIDTH_OUT],
            buffers.values, layers[mirror, VALUES_IN], layers[mirror, WIDTH_IN],
            gradient, start, width, rows, last - first, width, np.bool_(True),
        )  # fmt: skip
        columns = layers[k, OUTPUTS]
        if columns % 8 != 0:
            # the 1 of mark_bias stands in the padding of the mirror's values
            clear_column(gradient, start + columns, width, last - first)


@kernel
def clear_column(numbers, start, width, rows):
    """Set one column of some rows to 0."""
    for i in range(rows):
        numbers[start + i * width] = cast(0.0, numbers)


@inlined
def copy_twin(layers, strip, weights, turned):
    """Copy the twin's weights into a mirror's strip, and into its transposed copy."""
    k, first = strip[LAYER], strip[FIRST_ROW]
    last = min(strip[LAST_ROW], layers[k, INPUTS])
    if is_mirror(layers, k) and first < last:
        twin, width, columns = layers[k, TWIN], layers[k, WIDTH_OUT], layers[k, OUTPUTS]
        start = layers[k, WEIGHTS] + first * width
        transpose(
            weights, layers[twin, WEIGHTS] + first, layers[twin, WIDTH_OUT], weights, start, width,
            columns, last - first,
        )  # fmt: skip
        transpose(
            weights, start, width, turned, layers[k, TURNED] + first, layers[k, WIDTH_IN],
            last - first, columns,
        )  # fmt: skip
