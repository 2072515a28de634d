"""An epoch, or a piece of one, in one kernel: every step is forward, backward, update, with no
Python between.

With several threads each runs this same kernel. A block of rows is shared out by rows for the
forward and backward pass; after a barrier the weights are shared out by chunks: a thread computes
the gradient of its chunks over all rows and updates them while they are in its cache. A large first
layer is shared out by its inputs before that (`halves.py`). No sum is ever split by thread, so the
results are the same bits for any number of threads.
"""

from __future__ import annotations

import math

import numpy as np

from neurona.compiled.barrier import wait
from neurona.compiled.flushing import flush, restore
from neurona.compiled.kernel import entry, inlined, kernel, slow_entry, sum_kernel
from neurona.compiled.members import call_update
from neurona.engine.backward import (
    backward,
    clip,
    output_errors,
    penalize,
    rescale,
    squared_norm,
    strip_gradient,
    turn_strip,
)
from neurona.engine.forward import forward, gather, gather_targets, mark_bias
from neurona.engine.halves import join_halves, sum_halves
from neurona.engine.tied import copy_twin, is_mirror
from neurona.network import (
    FIRST_ROW,
    FIRST_STRIP,
    FIRST_WEIGHT,
    INPUTS,
    LAST_ROW,
    LAST_STRIP,
    LAST_WEIGHT,
    LAYER,
    VALUES_IN,
    VALUES_OUT,
    WEIGHTS,
    WIDTH_IN,
    WIDTH_OUT,
)
from neurona.optimizers.state import MEMORY
from neurona.training.engine import LOSS_SUM, NORM_SUM, ROWS, STEPS

NO_SUCH_ROW = -2
"""What `train` returns for an order that names a row outside the table."""


@sum_kernel
def total(numbers, size):
    """Sum the first numbers of an array."""
    result = 0.0
    for i in range(size):
        result += numbers[i]
    return result


@inlined
def batch_weight(table, order, begin, size):
    """Return the sum of the rows' weights in a batch."""
    if table.weights.size == 0:
        return float(size)
    result = 0.0
    for i in range(begin, begin + size):
        result += table.weights[order[i]]
    return result


@inlined
def chunk_gradient(layout, recipe, model, buffers, c, rows, add):
    """Compute the gradient of one chunk over the rows of a block."""
    for s in range(layout.chunks[c, FIRST_STRIP], layout.chunks[c, LAST_STRIP]):
        strip_gradient(layout.layers, layout.strips[s], buffers, model.gradient, rows, add)


@inlined
def finish_gradient(layout, recipe, model, c, scale, partials):
    """Add the penalties to a chunk's gradient, clip it, and leave its sums of squares in
    `partials`.
    """
    squares, sizes = 0.0, 0.0
    if recipe.l2 != 0 or recipe.l1 != 0:
        for s in range(layout.chunks[c, FIRST_STRIP], layout.chunks[c, LAST_STRIP]):
            k, first = layout.strips[s, LAYER], layout.strips[s, FIRST_ROW]
            if is_mirror(layout.layers, k):
                # tied weights are penalised once
                continue
            # biases are not penalised
            last, width = (
                min(layout.strips[s, LAST_ROW], layout.layers[k, INPUTS]),
                layout.layers[k, WIDTH_OUT],
            )
            if first < last:
                start = layout.layers[k, WEIGHTS] + first * width
                two, one = penalize(
                    model.gradient,
                    model.weights,
                    start,
                    (last - first) * width,
                    recipe.l2 * scale,
                    recipe.l1 * scale,
                )
                squares += two
                sizes += one
    start = layout.chunks[c, FIRST_WEIGHT]
    size = layout.chunks[c, LAST_WEIGHT] - start
    if recipe.clip_value > 0:
        clip(model.gradient, start, size, recipe.clip_value)
    partials[c, 0] = squared_norm(model.gradient, start, size)
    partials[c, 1] = (0.5 * recipe.l2 * squares + recipe.l1 * sizes) * scale


@inlined
def update_chunk(layout, recipe, options, model, c, rate, step, loss):
    """Let the optimizer move a chunk of weights, and keep their transposed copy up to date."""
    start = layout.chunks[c, FIRST_WEIGHT]
    size = layout.chunks[c, LAST_WEIGHT] - start
    call_update(
        recipe.optimizer, model.weights, start, model.gradient, start, model.state, recipe.slots *
        start,
        model.memory, MEMORY * c, size, options, recipe.optimizer_options, rate, step, loss,
    )  # fmt: skip
    for s in range(layout.chunks[c, FIRST_STRIP], layout.chunks[c, LAST_STRIP]):
        turn_strip(layout.layers, layout.strips[s], model.weights, model.turned)


@inlined
def rows_pass(
    layout, recipe, options, model, table, buffers, order, begin, start, first, rows, step, scale,
    halved,
):  # fmt: skip
    """Gather some rows of a block and carry them forward and back; of a first layer that is
    `halved` the inputs are there, and the sums of the halves.
    """
    layers = layout.layers
    at = begin + start + first
    if halved:
        width = layers[0, WIDTH_OUT]
        place = layers[0, VALUES_OUT] + first * width
        join_halves(buffers.slopes, buffers.errors, place, rows * width)
    else:
        gather(
            table, order, at, first, rows, buffers.values, layers[0, WIDTH_IN], np.int64(0),
            table.width,
        )  # fmt: skip
    gather_targets(table, order, at, first, rows, buffers.targets, buffers.weights)
    position = start + first
    forward(
        layers,
        recipe,
        options,
        model.weights,
        buffers.values,
        buffers.slopes,
        first,
        rows,
        step,
        position,
        halved,
    )
    output_errors(layers, recipe, options, buffers, first, rows, start + first, scale)
    backward(
        layers, recipe, model.turned, buffers.slopes, buffers.errors, first, rows, step, position
    )


@inlined
def meet(recipe, counter, threads, phase):
    """Wait for the other threads; returns the next phase, or -1 when the training is called off."""
    if threads > 1:
        return wait(counter, threads, phase, recipe.yield_at)
    return phase


@inlined
def share_of(rows, thread, threads):
    """Return the first of a thread's own rows of a block, and how many they are: whole eights."""
    share = (rows + 8 * threads - 1) // (8 * threads) * 8
    first = min(rows, thread * share)
    return first, min(rows, first + share) - first


@inlined
def batch_pass(
    layout, recipe, options, model, table, buffers, order, begin, size, step, scale,
    own, counter, thread, threads, phase,
):  # fmt: skip
    """Carry a batch forward and back, a block of rows at a time, and add up the gradient of this
    thread's chunks over all blocks but the last; returns the phase, or -1 when called off.
    """
    halved = recipe.half > 0
    for start in range(0, size, recipe.block):
        rows = min(recipe.block, size - start)
        if halved:
            sum_halves(
                layout.layers, recipe, model, table, buffers, order, begin + start, rows, thread,
                threads,
            )  # fmt: skip
            phase = meet(recipe, counter, threads, phase)
            if phase < 0:
                break
        first, own_rows = share_of(rows, thread, threads)
        if own_rows > 0:
            rows_pass(
                layout, recipe, options, model, table, buffers, order, begin, start, first,
                own_rows, step, scale, halved,
            )  # fmt: skip
        phase = meet(recipe, counter, threads, phase)
        if phase < 0 or start + rows == size:
            break
        for c in own:
            chunk_gradient(layout, recipe, model, buffers, c, rows, start > 0)
        phase = meet(recipe, counter, threads, phase)
        if phase < 0:
            break
    return phase


@inlined
def totals_of(partials):
    """Return the gradient's sum of squares and the penalty, over all chunks in their order."""
    squares, penalty = 0.0, 0.0
    for c in range(partials.shape[0]):
        squares += partials[c, 0]
        penalty += partials[c, 1]
    return squares, penalty


@inlined
def update_by_totals(layout, recipe, options, model, own, partials, rate, step, loss):
    """Update a thread's chunks where that takes the whole gradient's norm or the whole loss."""
    squares, penalty = totals_of(partials)
    norm = math.sqrt(squares)
    for c in own:
        if recipe.clip_norm > 0 and norm > recipe.clip_norm:
            at = layout.chunks[c, FIRST_WEIGHT]
            size = layout.chunks[c, LAST_WEIGHT] - at
            rescale(model.gradient, at, size, recipe.clip_norm / norm)
        if recipe.optimizer != 0:
            update_chunk(layout, recipe, options, model, c, rate, step, loss + penalty)


@inlined
def copy_twins(layout, model, own):
    """Copy what tied weights have learned into the mirrors among a thread's chunks."""
    for c in own:
        for s in range(layout.chunks[c, FIRST_STRIP], layout.chunks[c, LAST_STRIP]):
            copy_twin(layout.layers, layout.strips[s], model.weights, model.turned)


@inlined
def are_rows(order, rows):
    """Whether an order names rows 0 to rows - 1 only: one quick look at all of it."""
    least, most = np.int64(0), np.int64(-1)
    for i in range(order.size):
        least = min(least, order[i])
        most = max(most, order[i])
    return least >= 0 and most < rows


@kernel
def steps(
    layout, recipe, options, model, table, buffers, order, rates, batch, first_step, totals,
    partials, own, counter, thread, threads,
):  # fmt: skip
    """Do the steps of `train`."""
    layers = layout.layers
    tied = is_mirror(layers, layers.shape[0] - 1)
    # a plain 0 would be a literal to Numba, and compile what takes it twice
    phase = step = begin = np.int64(0)
    mark_bias(
        buffers.values, layers[0, VALUES_IN], recipe.block, layers[0, INPUTS], layers[0, WIDTH_IN]
    )
    while begin < order.size:
        size = min(batch, order.size - begin)
        weight = batch_weight(table, order, begin, size)
        scale = 1.0 / weight if weight > 0 else 0.0
        phase = batch_pass(
            layout, recipe, options, model, table, buffers, order, begin, size, first_step + step,
            scale, own, counter, thread, threads, phase,
        )  # fmt: skip
        if phase < 0:
            return -1
        loss = total(buffers.losses, size) * scale
        if not math.isfinite(loss):
            return step
        rate, number = rates[step], first_step + step + 1
        last = (size - 1) // recipe.block * recipe.block
        for c in own:
            chunk_gradient(layout, recipe, model, buffers, c, size - last, last > 0)
            finish_gradient(layout, recipe, model, c, scale, partials)
            if recipe.optimizer != 0 and not recipe.needs_totals:
                update_chunk(layout, recipe, options, model, c, rate, number, loss)
        if recipe.needs_totals:
            phase = meet(recipe, counter, threads, phase)
            if phase < 0:
                return -1
            update_by_totals(layout, recipe, options, model, own, partials, rate, number, loss)
        phase = meet(recipe, counter, threads, phase)
        if phase < 0:
            return -1
        if tied and recipe.optimizer != 0:
            copy_twins(layout, model, own)
            phase = meet(recipe, counter, threads, phase)
            if phase < 0:
                return -1
        squares, penalty = totals_of(partials)
        if not math.isfinite(squares):
            return step
        if thread == 0:
            totals[LOSS_SUM] += (loss + penalty) * size
            totals[ROWS] += size
            totals[NORM_SUM] += math.sqrt(squares)
            totals[STEPS] += 1
        step += 1
        begin += size
    return step


@slow_entry
def train(
    layout, recipe, options, model, table, buffers, orders, rates, batch, first_step, totals,
    trail, partials, own, counter, thread, threads,
):  # fmt: skip
    """Train on the rows of each of `orders`, one after the other, `batch` at a time, with one rate
    per step; `totals` has a row for each, which is added to, and `trail` one for the weights that
    each leaves, or none.

    Returns the number of steps done. Fewer than there are batches: the loss or the gradient of the
    next step was not finite (loss: the weights are those before that step). -1: called off by
    Python. NO_SUCH_ROW: nothing was done. Several threads do one order at a time.
    """
    for i in range(orders.shape[0]):
        if not are_rows(orders[i], table.targets.shape[0]):
            return NO_SUCH_ROW
    mode = flush()
    each = (orders.shape[1] + batch - 1) // batch
    done = did = np.int64(0)
    for i in range(orders.shape[0]):
        did = steps(
            layout, recipe, options, model, table, buffers, orders[i], rates[done:], batch,
            first_step + done, totals[i], partials, own, counter, thread, threads,
        )  # fmt: skip
        done += max(did, 0)
        if did < each:
            break
        if i < trail.shape[0]:
            for k in range(trail.shape[1]):
                trail[i, k] = model.weights[k]
    restore(mode)
    return did if did < 0 else done


@entry
def refresh_turned(layout, model):
    """Fill the transposed copy of all weights (a training begins with it, and sets weights with
    it).
    """
    for s in range(layout.strips.shape[0]):
        turn_strip(layout.layers, layout.strips[s], model.weights, model.turned)
