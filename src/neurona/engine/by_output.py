"""Outputs apart: where the derivatives of one output alone stand, and the whole matrix of them.

Losses that add up over the outputs give seeds that are the error of one output each. The
derivatives of an output by the other outputs' weights of the last layer are 0, and so is the
Gauss-Newton matrix between the weights of two outputs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurona.engine.curvature import PANEL
from neurona.network import Network, Vector, padded
from neurona.numerics.activations.base import multiply_by_slope
from neurona.numerics.losses import Loss


class Row(NamedTuple):
    """How many derivatives a row has, and how many it takes with padding, of which `own` (0 where
    outputs are not apart) are by its output's own weights.
    """

    size: int
    stride: int
    own: int

    @property
    def panels(self) -> int:
        """How many panels the columns are."""
        return self.stride // PANEL

    def numbers(self, outputs: int) -> int:
        """Return how many numbers the sums over all rows are."""
        shared = self.stride - self.own
        return outputs * self.stride * self.own + shared * shared


def are_apart(network: Network, loss: Loss) -> bool:
    """Whether there are several outputs, each of which has an error and last weights of its own."""
    output = network.activations[-1]
    # a loss on values is carried back through the activation, and softmax mixes what it is given
    is_by_unit = output.name == loss.link or output.chain is multiply_by_slope
    apart = is_by_unit and getattr(loss.seeds(output), "apart", False)
    return network.sizes[-1] > 1 and not network.tied and apart


def row_of(network: Network, apart: bool) -> Row:
    """Return a row of derivatives, apart if outputs are and that is narrower."""
    size = network.n_parameters
    together = Row(size, padded(size, PANEL), 0)
    if not apart:
        return together
    inputs, outputs = network.sizes[-2:]
    own, shared = padded(inputs + 1, PANEL), size - (inputs + 1) * outputs
    by_output = Row(own + shared, own + padded(shared, PANEL), own)
    return min(together, by_output, key=lambda one: one.stride)


def whole_of(sums: Vector, network: Network, row: Row) -> Vector:
    """Return the sums over all rows as one matrix of all parameters, in the order of
    `network.parameters`, of which the lower triangle is filled.
    """
    if not row.own:
        return sums.reshape(row.stride, row.stride)[: row.size, : row.size]
    (inputs, outputs), size = network.sizes[-2:], network.n_parameters
    shared, ld = row.size - row.own, row.stride - row.own
    each = outputs * row.stride * row.own
    starts, ends = network.parameter_places()
    last = np.concatenate([starts[-1] + np.arange(inputs) * outputs, ends[-1:]])
    others = np.delete(np.arange(size), (last[:, None] + np.arange(outputs)).ravel())
    whole = np.zeros((size, size))
    whole[np.ix_(others, others)] = sums[each:].reshape(ld, ld)[:shared, :shared]
    parts = sums[:each].reshape(outputs, row.stride, row.own)[:, :, : inputs + 1]
    for output, part in enumerate(parts):
        mine = last + output
        whole[np.ix_(mine, mine)] = part[: inputs + 1]
        between = part[row.own : row.size]
        whole[np.ix_(others, mine)], whole[np.ix_(mine, others)] = between, between.T
    return whole
