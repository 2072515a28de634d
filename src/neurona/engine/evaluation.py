"""Outputs and losses of the rows of a table, by the weights as they are."""

from __future__ import annotations

import numpy as np

from neurona.compiled.flushing import flush, restore
from neurona.compiled.kernel import entry
from neurona.engine.backward import output_errors
from neurona.engine.forward import activate, forward, gather, gather_targets
from neurona.network import OUTPUTS, VALUES_OUT, WIDTH_IN, WIDTH_OUT


@entry
def evaluate(layout, recipe, options, weights, table, buffers, outputs, losses, with_losses):
    """Compute the outputs of all rows of a table and, if asked, every row's loss (times its
    weight).
    """
    # what is predicted is said as it is, and losses as training has them
    mode = flush() if with_losses else np.int64(0)
    layers = layout.layers
    last = layers.shape[0] - 1
    columns, width = layers[last, OUTPUTS], layers[last, WIDTH_OUT]
    no_order, zero, no_step = layers[0, :0], np.int64(0), np.int64(-1)
    for start in range(0, outputs.shape[0], recipe.block):
        rows = min(recipe.block, outputs.shape[0] - start)
        gather(
            table, no_order, start, zero, rows, buffers.values, layers[0, WIDTH_IN], zero,
            table.width,
        )  # fmt: skip
        forward(
            layers,
            recipe,
            options,
            weights,
            buffers.values,
            buffers.slopes,
            zero,
            rows,
            no_step,
            zero,
            np.bool_(False),
        )
        if with_losses:
            gather_targets(table, no_order, start, zero, rows, buffers.targets, buffers.weights)
            output_errors(layers, recipe, options, buffers, zero, rows, zero, 1.0)
            for i in range(rows):
                losses[start + i] = buffers.losses[i]
        if recipe.on_sums or not with_losses:
            activate(layers, last, options, buffers.values, buffers.slopes, zero, rows)
        at = layers[last, VALUES_OUT]
        for i in range(rows):
            for j in range(columns):
                outputs[start + i, j] = buffers.values[at + i * width + j]
    if with_losses:
        restore(mode)
