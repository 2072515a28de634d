"""Text in columns that fits the terminal: cells are cut or wrapped, headings are faint."""

from __future__ import annotations

import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Collection, Sequence

from neurona.progress.surface import BOLD, printable
from neurona.progress.terminal import CODES, PLAIN, Terminal

PIPE_WIDTH = 100
GAP = "  "
LEAST_ROOM = 16


def width() -> int:
    """Return the columns of the terminal; in a pipe, a width that does not depend on anything."""
    if sys.stdout is not None and sys.stdout.isatty():
        return max(40, shutil.get_terminal_size().columns)
    return PIPE_WIDTH


def bold(text: str, no_color: bool = False) -> str:
    """Return a heading."""
    return f"{CODES[BOLD]}{text}{PLAIN}" if Terminal(sys.stdout, no_color).color else text


def shown_width(text: str) -> int:
    """Return how many columns a text takes: wide letters take two, marks on letters none."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def cut(text: str, room: int) -> str:
    """Return a text that takes at most so many columns."""
    if shown_width(text) <= room:
        return text
    out, used = "", 0
    for c in text:
        used += shown_width(c)
        if used > room - 1:
            break
        out += c
    return out + "\u2026" if _unicode() else out[: room - 1] + "~"


def _unicode() -> bool:
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    return encoding.startswith("utf")


def grid(
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Collection[int] = (),
    most: int = 24,
    no_color: bool = False,
    single: bool = False,
) -> str:
    """Return rows under a head: the last column wraps, or is cut if rows are to be `single` lines;
    others are cut at `most` columns.
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    last = len(head) - 1
    widths = [min(most, max(shown_width(row[k]) for row in [head, *rows])) for k in range(last)]
    while width() - sum(widths) - len(GAP) * last < LEAST_ROOM and max(widths, default=0) > 8:
        widths[widths.index(max(widths))] -= 1
    room = max(8, width() - sum(widths) - len(GAP) * last)
    lines = []
    for number, row in enumerate([head, *rows]):
        cells = []
        for k in range(last):
            cell = cut(row[k], widths[k])
            space = " " * (widths[k] - shown_width(cell))
            cells.append(space + cell if k in right else cell + space)
        pieces = wrap(row[last], room) if number and not single else [cut(row[last], room)]
        if last in right:
            size = max(shown_width(r[last]) for r in [head, *rows])
            pieces = [piece.rjust(size) for piece in pieces]
        start = GAP.join(cells)
        text = (start + GAP if cells else "") + pieces[0]
        lines.append(bold(text.rstrip(), no_color) if not number else text.rstrip())
        indent = " " * (sum(widths) + len(GAP) * last)
        lines += [indent + piece for piece in pieces[1:]]
    return "\n".join(lines)


def wrap(text: str, room: int) -> list[str]:
    """Return a text in lines of at most so many columns."""
    return textwrap.wrap(text, room, break_on_hyphens=False) or [""]


def entry(word: str, text: str) -> str:
    """Return a word and what is to be said of it, wrapped under itself."""
    start = f"{word:<12}"
    pieces = wrap(printable(text), max(20, width() - len(start)))
    return "\n".join([start + pieces[0], *(" " * len(start) + p for p in pieces[1:])]).rstrip()
