"""The weights themselves."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from neurona.laboratory.commands import ViewWish
from neurona.laboratory.frames import Section
from neurona.laboratory.session.snapshot import Snapshot
from neurona.network import Network, Vector

MOST = 4_096
BINS = 64


class Weights:
    """All parameters; of a large network those between the units that are looked at, in slots 2
    and 3, or a histogram of each layer, in slot 1.
    """

    most = 30.0

    def paint(self, moment: Snapshot, wish: ViewWish, grid: int) -> Iterable[Section]:
        """Yield the sections."""
        network = moment.world.network
        if network.n_parameters <= MOST:
            yield Section("weights", 0, network.parameters(moment.weights).astype(np.float32))
            return
        sizes = tuple(map(min, network.sizes, wish.shown))
        if len(sizes) == len(network.sizes) and sum(a * b for a, b in pairwise(sizes)) <= MOST:
            yield Section("weights", 2, np.array(sizes, np.int32))
            yield Section("weights", 3, _part(network, moment.weights, sizes))
            return
        matrices, _ = network.views(moment.weights)
        reach = float(max(np.abs(one).max() for one in matrices)) or 1.0
        counts = [np.histogram(one, BINS, (-reach, reach))[0] for one in matrices]
        yield Section("weights", 1, np.array(counts, np.int32), -reach, reach)


def _part(network: Network, weights: Vector, sizes: tuple[int, ...]) -> Vector:
    """Return the parameters between the first units of each layer, as of so small a network."""
    matrices, biases = network.views(weights)
    lines = [one[:a, :b].ravel() for one, (a, b) in zip(matrices, pairwise(sizes), strict=True)]
    lines += [one[:b] for one, b in zip(biases, sizes[1:], strict=True)]
    part: Vector = np.concatenate(lines).astype(np.float32)
    return part
