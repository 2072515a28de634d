"""The curve of a line of time: what every epoch came to, thinned so that it never grows large."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.training.history import EpochRecord

KEPT, FIRST = 8_192, 256
SENT = 2_000
PER_FRAME = 64
FIELDS = 7
LOSS, HELD_OUT = 1, 2

Rows = np.ndarray[Any, np.dtype[np.float64]]
Sent = np.ndarray[Any, np.dtype[np.float32]]


class Curve:
    """Rows of epoch, loss, validation loss, score, rate, gradient norm and seconds.

    When it is full, of every four rows the lowest and the highest loss stay, so that no spike is
    lost; the newest rows stay as they are.
    """

    def __init__(self) -> None:
        self._rows: Rows = np.empty((FIRST, FIELDS))
        self._count = 0

    @property
    def nbytes(self) -> int:
        """What it takes."""
        return int(self._rows.nbytes)

    def append(self, record: EpochRecord) -> None:
        """Add what an epoch came to."""
        if self._count == len(self._rows):
            self._make_room()
        nan = np.nan
        epoch, loss, val_loss, score, rate, norm, seconds, _ = record
        self._rows[self._count] = (
            epoch,
            loss,
            nan if val_loss is None else val_loss,
            nan if score is None else score,
            nan if rate is None else rate,
            norm,
            seconds,
        )
        self._count += 1

    def _make_room(self) -> None:
        """Grow, or thin what is older than the newest rows."""
        count = self._count
        if count < KEPT:
            grown: Rows = np.empty((min(KEPT, 2 * count), FIELDS))
            grown[:count] = self._rows
            self._rows = grown
            return
        half = thinned(self._rows[: KEPT - SENT], (KEPT - SENT) // 2)
        newest = self._rows[KEPT - SENT :].copy()
        self._rows[: len(half)] = half
        self._rows[len(half) : len(half) + SENT] = newest
        self._count = len(half) + SENT

    def since(self, epoch: int) -> Sent:
        """Return a copy of the rows after an epoch, at most PER_FRAME."""
        rows = self._rows[: self._count]
        first = int(np.searchsorted(rows[:, 0], epoch, "right"))
        return _single(thinned(rows[first:], PER_FRAME))

    def whole(self) -> Sent:
        """Return a copy of all, at most SENT rows."""
        return _single(thinned(self._rows[: self._count], SENT))

    def lowest_held_out(self) -> float | None:
        """Return the lowest loss of the rows held out, None if there are none."""
        losses = self._rows[: self._count, HELD_OUT]
        return float(np.nanmin(losses)) if np.isfinite(losses).any() else None

    def until(self, epoch: int) -> Curve:
        """Return a curve of its own of the rows up to an epoch."""
        new = Curve()
        count = int(np.searchsorted(self._rows[: self._count, 0], epoch, "right"))
        if count > FIRST:
            new._rows = np.empty((count, FIELDS))
        new._rows[:count] = self._rows[:count]
        new._count = count
        return new

    def __len__(self) -> int:
        return self._count


def thinned(rows: Rows, most: int) -> Rows:
    """Return a copy of at most so many rows: of each run the lowest and highest loss, in order."""
    count = len(rows)
    if count <= most:
        return rows.copy()
    runs = max(1, (most - 2) // 2)
    edges = np.linspace(0, count - 1, runs + 1).astype(np.int64)
    loss = np.nan_to_num(rows[:, LOSS], nan=np.inf)
    lengths = np.diff(edges)
    places = {count - 1}
    for start, length in zip(edges[:-1], lengths, strict=True):
        part = loss[start : start + length]
        places.add(int(start + part.argmin()))
        places.add(int(start + part.argmax()))
    return rows[sorted(places)]


def _single(rows: Rows) -> Sent:
    """Return rows as they are sent; what is too large becomes infinite."""
    with np.errstate(over="ignore"):
        return rows.astype(np.float32)
