"""Thumbnails: what every unit answers over the plane of the field."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from neurona.laboratory.commands import ViewWish
from neurona.laboratory.frames import INPUTS, Section
from neurona.laboratory.session.snapshot import Snapshot
from neurona.laboratory.session.views.answering import Answering
from neurona.laboratory.session.views.field import as_bytes
from neurona.laboratory.session.views.plane import LINE, Planes, axes_of
from neurona.network import Network, Vector

MOST_UNITS = 200
SIZE = 24


class Units:
    """Sections of the layers' thumbnails, and their lowest and highest values."""

    most = 10.0

    def __init__(self, planes: Planes, answering: Answering) -> None:
        self._planes, self._answering = planes, answering

    def paint(self, moment: Snapshot, wish: ViewWish, grid: int) -> Iterable[Section]:
        """Yield two sections a layer: the outputs first, then those of the units looked at."""
        size = min(grid, SIZE)
        matrix, _ = self._planes.of(moment.world, wish, size)
        shape = (size, size) if len(axes_of(moment.world, wish)) == 2 else (1, LINE)
        left = MOST_UNITS
        for k, count in _looked_at(self._answering.network, wish):
            count = min(count, left)
            if count <= 0:
                continue
            left -= count
            values = matrix if k == INPUTS else self._answering.layer(k, matrix)
            yield from _pictures(k, values[:, :count], shape)


def _looked_at(network: Network, wish: ViewWish) -> Iterable[tuple[int, int]]:
    """Yield layers and how many of their units are looked at; the inputs last, if said."""
    shown = dict(enumerate(wish.shown, -1))
    last = network.n_layers - 1
    wanted = (last, *range(last)) if wish.layer is None else (wish.layer,)
    for k in wanted:
        if 0 <= k <= last:
            count = network.sizes[k + 1]
            yield k, min(count, shown.get(k, 0)) if shown else count
    if shown and wish.layer is None:
        yield INPUTS, min(network.sizes[0], shown[-1])


def _pictures(k: int, values: Vector, shape: tuple[int, int]) -> Iterable[Section]:
    low, high = values.min(axis=0), values.max(axis=0)
    span = np.where(high > low, high - low, 1.0)
    shades = as_bytes((values - low) / span, 0, 1, values.shape)
    yield Section("units", k, shades.T.reshape(-1, *shape).copy(), 0.0, 255.0)
    yield Section("units", 128 + k, np.column_stack([low, high]).astype(np.float32))
