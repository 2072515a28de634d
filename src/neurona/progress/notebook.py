"""A notebook's cell: lines in one output, the last of which change in place."""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Sequence
from typing import Any

from neurona.progress.curve import Curve
from neurona.progress.surface import BOLD, INDENT, Row, broken, fitted, labelled, printable

COLUMNS = 96
"""What a cell of a window of 1000 dots has room for."""
BAR = 10
EVEN = "var(--jp-code-font-family, monospace)"
"""Letters of one width, which a notebook's style would take from a cell."""


class Cell:
    """Shows labelled lines as one output of a cell, which is updated as a whole.

    `display` is IPython's: called with data by MIME type, `raw=True` and `display_id=True` it
    returns a handle whose `update` replaces what is shown. What comes from tables is escaped.
    """

    def __init__(self, display: Callable[..., Any]) -> None:
        self._display = display
        self._handle: Any = None
        self._lines: list[str] = []
        self._live = ""

    def line(self, label: str, parts: Sequence[str], style: str = BOLD) -> None:
        """Add a label and the parts of a line, broken between parts."""
        self._add(labelled(label, broken([printable(one) for one in parts if one], COLUMNS)))

    def plain(self, text: str) -> None:
        """Add lines as they are."""
        self._add("\n".join(map(printable, text.split("\n"))))

    def show(self, rows: Sequence[Row], curve: Curve | None = None) -> None:
        """Change the last lines."""
        self._live = "\n".join(_in_letters(row) for row in rows)
        self._show()

    def keep(self, curve: Curve) -> None:
        """Do nothing: a notebook has better plots."""

    def clear(self) -> None:
        """Take the changing lines away."""
        if self._live:
            self._live = ""
            self._show()

    def _add(self, text: str) -> None:
        self._lines.append(text)
        self._live = ""
        self._show()

    def _show(self) -> None:
        text = "\n".join([*self._lines, self._live] if self._live else self._lines)
        style = f"white-space: pre-wrap; word-break: normal; line-height: 1.3; font-family: {EVEN}"
        page = f'<pre style="{style}">{html.escape(text)}</pre>'
        data = {"text/plain": text, "text/html": page}
        if self._handle is None:
            self._handle = self._display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


def _in_letters(row: Row) -> str:
    """Return a line that changes, with its bar, as text."""
    label = f"{row.label:<{INDENT}}"
    parts = list(row.parts)
    if row.share is not None:
        filled = int(row.share * BAR)
        parts.insert(1, (7, "#" * filled + "-" * (BAR - filled)))
    return label + "  ".join(fitted(parts, COLUMNS - INDENT))


def notebook_display() -> Callable[..., Any] | None:
    """Return IPython's `display` if a notebook's kernel runs this and its output is not redirected.

    IPython is not imported for it: where a kernel runs, it has been.
    """
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    kernels = any(cls.__name__ == "ZMQInteractiveShell" for cls in type(shell).__mro__)
    if not kernels or not type(sys.stdout).__module__.startswith("ipykernel"):
        return None
    from IPython.display import display

    found: Callable[..., Any] = display
    return found
