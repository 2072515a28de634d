"""A terminal with lines that change below those that stay, drawn by rich."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurona.progress.surface import BOLD, INDENT, Row, broken, fitted, labelled, printable
from neurona.progress.terminal import Terminal

if TYPE_CHECKING:
    from neurona.progress.curve import Curve

BAR = 4, "=" * 10
"""The part that is drawn as a bar, at least so long."""
LONGEST_BAR = 30
LABEL, BAR_STYLE, DONE_STYLE, REST_STYLE = "bold", "cyan", "green", "bright_black"
SERIES = ("cyan", "yellow", "magenta", "green", "blue", "red")
CURVE_SHARE = 0.4
"""Of the terminal's height, at most."""
HIGHEST_CURVE = 14


class RichTerminal:
    """Writes lines to a terminal above some that change.

    The cursor stays visible, so that a process that is killed leaves the terminal as it was, but
    for the lines.
    """

    def __init__(self, terminal: Terminal) -> None:
        from rich.cells import cell_len
        from rich.console import Console

        self._terminal, self._size = terminal, cell_len
        self._console = Console(
            file=terminal.stream,
            force_terminal=True,
            color_system="auto" if terminal.color else None,
            highlight=False,
            markup=False,
            emoji=False,
        )
        self._live: Any = None

    def line(self, label: str, parts: Sequence[str], style: str = BOLD) -> None:
        """Write a label and the parts of a line, broken between parts."""
        from rich.text import Text

        text = [printable(part) for part in parts if part]
        lines = broken(text, self._width(), self._size, self._wrapped)
        styled = Text(labelled(label, lines))
        styled.stylize(style, 0, len(label))
        self._print(styled)

    def plain(self, text: str) -> None:
        """Write lines as they are."""
        from rich.text import Text

        self._print(Text("\n".join(map(printable, text.split("\n")))))

    def show(self, rows: Sequence[Row], curve: Curve | None = None) -> None:
        """Change the lines that change: as many as the terminal has room for."""
        from rich.console import Group

        if self._live is None:
            self._live = self._started()
        width, height = self._width(), self._terminal.size.lines
        drawn: list[Any] = [] if curve is None else self._drawn(curve, width, height)
        room = max(1, height - len(drawn) - 1)
        shown = list(rows[:room])
        if len(rows) > room > 1:
            shown[-1] = Row("", [(0, f"and {len(rows) - room + 1} more")])
        drawn += [self._row(row, width) for row in shown]
        self._live.update(Group(*drawn), refresh=True)

    def keep(self, curve: Curve) -> None:
        """Write a curve that stays."""
        for line in self._drawn(curve, self._width(), self._terminal.size.lines):
            self._print(line)

    def clear(self) -> None:
        """Take away the lines that change."""
        if self._live is not None:
            live, self._live = self._live, None
            live.stop()

    def _wrapped(self, text: str, width: int) -> list[str]:
        from rich.text import Text

        return [line.plain.strip() for line in Text(text).wrap(self._console, width)]

    def _width(self) -> int:
        return self._terminal.width

    def _print(self, text: Any) -> None:
        self._console.print(text, no_wrap=True, overflow="ignore", crop=False)

    def _started(self) -> Any:
        from rich.live import Live

        live = Live(
            console=self._console,
            auto_refresh=False,
            transient=True,
            # what others print there goes above
            redirect_stdout=self._terminal.stream is sys.stdout,
            redirect_stderr=self._terminal.stream is sys.stderr,
            vertical_overflow="crop",
        )
        live.start()
        self._console.show_cursor(True)
        return live

    def _row(self, row: Row, width: int) -> Any:
        """Return a row as rich draws it: label, first part, bar, the rest, all in one line."""
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        label = f"{row.label:<{max(INDENT, len(row.label) + 1)}}"
        room = width - self._size(label)
        parts = [(order, printable(text)) for order, text in row.parts]
        if row.share is not None:
            parts.insert(1, BAR)
        texts = fitted(parts, room, self._size)
        line = Table.grid()
        cells: list[Any] = [Text(label, LABEL)]
        for text in texts:
            if text is BAR[1]:
                spare = room - sum(2 + self._size(one) for one in texts)
                bar = min(LONGEST_BAR, len(text) + max(0, spare))
                cells.append(
                    ProgressBar(
                        1.0, min(row.share or 0.0, 1.0), bar,
                        style=REST_STYLE, complete_style=BAR_STYLE, finished_style=DONE_STYLE,
                    )
                )  # fmt: skip
            else:
                cells.append(Text(text, no_wrap=True, overflow="crop"))
            cells.append(Text("  "))
        for _ in cells:
            line.add_column(no_wrap=True, overflow="crop")
        line.add_row(*cells[:-1])
        return line

    def _drawn(self, curve: Curve, width: int, height: int) -> list[Any]:
        """Return a curve as lines of text, the names of its series in the colour of each."""
        from rich.text import Text

        if not self._console.encoding.lower().startswith("utf"):
            return []
        rows = min(HIGHEST_CURVE, int(height * CURVE_SHARE))
        lines = curve.lines(width, rows)
        if not lines:
            return []
        drawn = []
        for line in lines:
            text = Text(line.axis, style="dim", no_wrap=True, overflow="crop")
            for letters, series in line.letters:
                text.append(letters, SERIES[series % len(SERIES)] if series >= 0 else "dim")
            drawn.append(text)
        legend = Text(" " * len(lines[0].axis), no_wrap=True, overflow="crop")
        for number, name in enumerate(curve.key):
            legend.append(f"{name}  ", SERIES[number % len(SERIES)])
        return [*drawn, legend]
