"""One line on a terminal that says what is being done; nothing at all in a log."""

from __future__ import annotations

import shutil
import sys


class Line:
    """Rewrites a line of stderr, if that is a terminal and nobody asked for quiet."""

    def __init__(self, quiet: bool = False) -> None:
        self._on = not quiet and sys.stderr is not None and sys.stderr.isatty()

    def say(self, text: str) -> None:
        """Show a text in place of the last."""
        if self._on:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{text[:width]:<{width}}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Clear the line."""
        if self._on:
            width = shutil.get_terminal_size().columns - 1
            print(f"\r{'':<{width}}\r", end="", file=sys.stderr, flush=True)
