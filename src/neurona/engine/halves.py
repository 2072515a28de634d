"""The sums of a large first layer, in two halves of its inputs.

Two threads that share out the rows of a batch both need all weights of the first layer, half of
which the other one has just updated; and for the gradient of its own half each needs the inputs of
all rows. With hundreds of inputs that is most of what two cores exchange in a step. Shared out by
inputs, a thread gathers its half of the columns and multiplies them by the weights that it updates
itself, and only sums travel: one number a row and unit.

So the sum of such a layer is z = (biases + the first half's) + the second half's, with any number
of threads, one included. A prediction sums in one go; the difference is a rounding.
"""

from __future__ import annotations

import numpy as np

from neurona.compiled.kernel import inlined, kernel
from neurona.engine.forward import gather
from neurona.engine.matmul import product
from neurona.network import (
    FIRST_ROW,
    FIRST_STRIP,
    INPUTS,
    LAYER,
    VALUES_IN,
    VALUES_OUT,
    WEIGHTS,
    WIDTH_IN,
    WIDTH_OUT,
    Layout,
    Vector,
)

WORTH_HALVING = 2**15
"""Numbers that need not travel in a step: fewer do not pay for one more barrier."""
NOMINAL_ROWS = 256
"""The rule asks no batch, so that a sum is the same whichever rows are summed with it."""


def halved_at(layout: Layout) -> int:
    """Return at which input the first layer is halved, where a run of a thread's weights begins; 0:
    it stays whole.
    """
    inputs, units = layout.layers[0, INPUTS], layout.layers[0, WIDTH_OUT]
    spared = inputs * units // 2 + NOMINAL_ROWS * (inputs // 4 - units // 2)
    if spared < WORTH_HALVING:
        return 0
    first = layout.strips[layout.chunks[_of_first(layout) // 2, FIRST_STRIP]]
    return int(first[FIRST_ROW])


def own_chunks(layout: Layout, half: int, thread: int, threads: int) -> Vector:
    """Return the chunks that a thread updates, in order: a share of all, or, of a network whose
    first layer is halved, a share of that layer's and one of the others.
    """
    chunks = len(layout.chunks)
    cut = _of_first(layout) if half else 0
    return np.array(
        [
            chunk
            for first, count in ((0, cut), (cut, chunks - cut))
            for chunk in range(
                first + count * thread // threads, first + count * (thread + 1) // threads
            )
        ],
        np.int64,
    )


def _of_first(layout: Layout) -> int:
    """Return how many chunks begin in the first layer."""
    layers = layout.strips[layout.chunks[:, FIRST_STRIP], LAYER]
    return int(np.count_nonzero(layers == 0))


@inlined
def sum_halves(layers, recipe, model, table, buffers, order, start, rows, thread, threads):
    """Gather this thread's share of the inputs of a block, and sum it up: shares are of two halves
    of the inputs with all rows each, in eights. The second half's sums lie where the errors will.
    """
    n, width, units, w = (
        layers[0, INPUTS],
        layers[0, WIDTH_IN],
        layers[0, WIDTH_OUT],
        layers[0, WEIGHTS],
    )
    eights = (rows + 7) // 8
    own_first, own_last = 2 * eights * thread // threads, 2 * eights * (thread + 1) // threads
    for second in range(2):
        first = 8 * max(own_first - second * eights, 0)
        own = min(rows, 8 * min(own_last - second * eights, eights)) - first
        low, high = (recipe.half, n) if second else (np.int64(0), recipe.half)
        if own > 0:
            gather(table, order, start + first, first, own, buffers.values, width, low, high)
            sums = buffers.errors if second else buffers.slopes
            product(
                buffers.values, layers[0, VALUES_IN] + first * width + low, width,
                model.weights, w + low * units, units,
                sums, layers[0, VALUES_OUT] + first * units, units,
                own, high - low, units, model.weights, w + n * units, np.bool_(second == 0),
            )  # fmt: skip


@kernel
def join_halves(slopes, errors, start, size):
    """Add the second half's sums to the first's."""
    z, more = slopes[start : start + size], errors[start : start + size]
    for i in range(size):
        z[i] += more[i]
