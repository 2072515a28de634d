"""Thumbnails: what every unit answers over the plane of the field."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from neurona.laboratory.commands import ViewWish
from neurona.laboratory.frames import Section
from neurona.laboratory.session.snapshot import Snapshot
from neurona.laboratory.session.views.answering import Answering
from neurona.laboratory.session.views.field import as_bytes
from neurona.laboratory.session.views.plane import LINE, Planes, axes_of

MOST_UNITS = 200
SIZE = 24


class Units:
    """Sections of the layers' thumbnails, and their lowest and highest values."""

    most = 10.0

    def __init__(self, planes: Planes, answering: Answering) -> None:
        self._planes, self._answering = planes, answering

    def paint(self, moment: Snapshot, wish: ViewWish, grid: int) -> Iterable[Section]:
        """Yield two sections a layer."""
        size = min(grid, SIZE)
        matrix, _ = self._planes.of(moment.world, wish, size)
        shape = (size, size) if len(axes_of(moment.world, wish)) == 2 else (1, LINE)
        network = self._answering.network
        wanted = range(network.n_layers) if wish.layer is None else (wish.layer,)
        left = MOST_UNITS
        for k in wanted:
            if not 0 <= k < network.n_layers or left <= 0:
                continue
            values = self._answering.layer(k, matrix)[:, :left]
            left -= values.shape[1]
            low, high = values.min(axis=0), values.max(axis=0)
            span = np.where(high > low, high - low, 1.0)
            shades = as_bytes((values - low) / span, 0, 1, values.shape)
            yield Section("units", k, shades.T.reshape(-1, *shape).copy(), 0.0, 255.0)
            yield Section("units", 128 + k, np.column_stack([low, high]).astype(np.float32))
