"""Where a fit that was called from Python shows itself: a notebook, a terminal, or a log."""

from __future__ import annotations

import sys
from typing import IO

from neurona.progress.events import Stream
from neurona.progress.notebook import Cell, notebook_display
from neurona.progress.screen import Screen
from neurona.progress.surface import LiveSurface
from neurona.progress.terminal import Terminal


def fit_stream() -> Stream:
    """Return a stream of events with the screen that fits standard output."""
    if sys.stdout is None:  # a program without a console
        return Stream()
    display = notebook_display()
    if display is not None:
        return Stream([Screen(Cell(display), "live")])
    return Stream([screen_on(Terminal(sys.stdout))])


def screen_on(
    terminal: Terminal, mode: str = "auto", verbose: bool = False, plot: bool = False
) -> Screen:
    """Return the screen for a terminal or a log; "auto" is live where lines can change."""
    if mode == "auto":
        mode = "live" if terminal.moves else "lines"
    if mode != "live" or not terminal.moves:
        return Screen(terminal, "lines" if mode == "live" else mode, verbose)
    # 30 ms, and nothing for a log
    from neurona.progress.rich_terminal import RichTerminal

    return Screen(RichTerminal(terminal), mode, verbose, plot)


def live_surface(stream: IO[str]) -> LiveSurface | None:
    """Return a stream as a surface with lines that change, None if it is no such terminal."""
    terminal = Terminal(stream)
    if not terminal.moves:
        return None
    from neurona.progress.rich_terminal import RichTerminal

    return RichTerminal(terminal)
