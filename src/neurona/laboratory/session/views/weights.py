"""The weights themselves."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from neurona.laboratory.commands import ViewWish
from neurona.laboratory.frames import Section
from neurona.laboratory.session.snapshot import Snapshot

MOST = 4_096
BINS = 64


class Weights:
    """All parameters; of a large network a histogram of each layer instead, in slot 1."""

    most = 30.0

    def paint(self, moment: Snapshot, wish: ViewWish, grid: int) -> Iterable[Section]:
        """Yield one section."""
        network = moment.world.network
        if network.n_parameters <= MOST:
            yield Section("weights", 0, network.parameters(moment.weights).astype(np.float32))
            return
        matrices, _ = network.views(moment.weights)
        reach = float(max(np.abs(one).max() for one in matrices)) or 1.0
        counts = [np.histogram(one, BINS, (-reach, reach))[0] for one in matrices]
        yield Section("weights", 1, np.array(counts, np.int32), -reach, reach)
