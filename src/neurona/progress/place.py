"""Where a fit that was called from Python shows itself: a notebook, a terminal, or a log."""

from __future__ import annotations

import sys

from neurona.progress.events import Stream
from neurona.progress.notebook import Cell, notebook_display
from neurona.progress.screen import Screen
from neurona.progress.terminal import Terminal


def fit_stream() -> Stream:
    """Return a stream of events with the screen that fits standard output."""
    if sys.stdout is None:  # a program without a console
        return Stream()
    display = notebook_display()
    if display is not None:
        return Stream([Screen(Cell(display), "live")])
    terminal = Terminal(sys.stdout)
    return Stream([Screen(terminal, "live" if terminal.moves else "lines")])
