"""The noise of gradients, and the batch that it asks for.

With G the gradient over all rows and S the covariance of single rows' gradients, a step on B rows
lowers the loss by at most a share 1 / (1 + N / B) of what one on all rows would, where

    N = trace(S) / |G|^2

is the simple noise scale (S. McCandlish, J. Kaplan, D. Amodei, An empirical model of large-batch
training, arXiv:1812.06162, 2018): below N rows a larger batch saves as many steps as it costs rows,
far above it only costs. A row's gradient in a layer is the product of its values and its errors, so
its length is known without it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neurona.network import Vector
from neurona.training.measures.place import Place


class GradientNoise(NamedTuple):
    """What the gradients of single rows say of a batch.

    `scale` is N above, in rows (inf where no direction is seen in the noise), `trace` that of the
    covariance, `signal` the square of the gradient's length, both estimated without bias from
    `rows` rows.
    """

    scale: float
    trace: float
    signal: float
    rows: int

    def efficiency(self, batch: float) -> float:
        """Return the share of a full step's gain that a step on so many rows has, 0 to 1."""
        return 1 / (1 + self.scale / batch) if np.isfinite(self.scale) else 0.0


def gradient_noise(place: Place) -> GradientNoise:
    """Return the simple noise scale at a place: rows a batch needs for signal to equal noise."""
    lengths = row_gradients(place)
    rows = place.rows
    # the penalty's gradient is the same for every row
    penalty = place.l2 * place.is_weight * place.parameters
    of_loss = place.gradient - penalty
    if rows < 2:
        return GradientNoise(np.nan, np.nan, float(place.gradient @ place.gradient), rows)
    trace = max(0.0, (float(lengths.mean()) - float(of_loss @ of_loss)) * rows / (rows - 1))
    signal = float(place.gradient @ place.gradient) - trace / rows
    scale = trace / signal if signal > 0 else np.inf if trace > 0 else np.nan
    return GradientNoise(scale, trace, signal, rows)


def row_gradients(place: Place) -> Vector:
    """Return each row's squared gradient length; rows' mean gradient is that of the loss."""
    graph, network = place.graph, place.network
    values, errors = [], []
    for k in range(1, network.n_layers + 1):
        values.append(graph["inputs" if k == 1 else f"layer {k - 1} values"].value)
        errors.append(graph.gradient(f"layer {k} sums") * place.rows)
    found: Vector = np.zeros(place.rows)
    for k, (a, d) in enumerate(zip(values, errors, strict=True)):
        found += (d**2).sum(axis=1) * ((a**2).sum(axis=1) + 1)
        if network.is_mirror(k):
            # the same matrix, transposed, had a part from its twin
            b, e = values[network.twin(k)], errors[network.twin(k)]
            found += 2 * (b * d).sum(axis=1) * (e * a).sum(axis=1)
    return found
