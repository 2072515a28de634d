"""What each layer does: gradient, update, saturated and dead units, size of the weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from neurona.laboratory.commands import ViewWish
from neurona.laboratory.frames import Section
from neurona.laboratory.session.snapshot import Snapshot
from neurona.laboratory.session.views.answering import Answering
from neurona.laboratory.session.views.gradient import Gradient

SATURATED = {"tanh": (-0.995, 0.995), "logistic": (0.0025, 0.9975)}
"""Beyond these values an activation's slope is below 0.01, or 1% of its steepest."""
MOST_ROWS = 500


class Layers:
    """One section: a row per layer of weights, as in `frames.LAYER_FIELDS`."""

    most = 10.0

    def __init__(self, gradient: Gradient, answering: Answering) -> None:
        self._gradient, self._answering = gradient, answering

    def paint(self, moment: Snapshot, wish: ViewWish, grid: int) -> Iterable[Section]:
        """Yield the section."""
        network = moment.world.network
        gradients, gradient_biases = network.views(self._gradient.at(moment.weights))
        matrices, _ = network.views(moment.weights)
        earlier = None if moment.before is None else network.views(moment.before)[0]
        rows = []
        for k in range(network.n_layers):
            norm = float(np.linalg.norm(matrices[k]))
            gradient = float(
                np.hypot(np.linalg.norm(gradients[k]), np.linalg.norm(gradient_biases[k]))
            )
            update = 0.0
            if earlier is not None and norm > 0:
                update = float(np.linalg.norm(matrices[k] - earlier[k])) / norm
            values = self._answering.layer(k, self._gradient.inputs[:MOST_ROWS])
            name = network.activations[k].name
            rows.append((gradient, update, _saturated(name, values), _dead(values), norm))
        yield Section("layers", 0, np.array(rows, np.float32))


def _saturated(name: str, values: Any) -> float:
    if name not in SATURATED:
        return 0.0
    low, high = SATURATED[name]
    return float(((values < low) | (values > high)).mean())


def _dead(values: Any) -> float:
    """Return the share of units that answer the same to every row."""
    spread = values.max(axis=0) - values.min(axis=0)
    return float((spread <= 1e-9 * np.abs(values).max(axis=0)).mean()) if len(values) > 1 else 0.0
