"""What a view is: something of a moment that becomes sections of a frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from neurona.laboratory.commands import ViewWish
from neurona.laboratory.frames import Section
from neurona.laboratory.session.snapshot import Snapshot


class View(Protocol):
    """Makes sections of moments. It has buffers of its own, and is used by one thread."""

    most: float
    """Times a second at most."""

    def paint(self, moment: Snapshot, wish: ViewWish, grid: int) -> Iterable[Section]:
        """Return the sections; `grid` is at most the one wished for."""
