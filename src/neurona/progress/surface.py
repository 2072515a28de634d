"""What a screen is drawn on: a terminal, a log, or a notebook's cell."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from neurona.progress.curve import Curve

INDENT = 8
BOLD, DIM = "bold", "dim"
Part = tuple[int, str]
"""A piece of a line; where there is no room, those with the highest numbers go first."""


class Surface(Protocol):
    """What lines can be written on."""

    def line(self, label: str, parts: Sequence[str], style: str = BOLD) -> None:
        """Write a label and the parts of a line."""

    def plain(self, text: str) -> None:
        """Write lines as they are."""


@dataclass(frozen=True)
class Row:
    """A line that changes: a label, parts, and after the first one a bar, if there is a share."""

    label: str
    parts: Sequence[Part]
    share: float | None = None


@runtime_checkable
class LiveSurface(Surface, Protocol):
    """A surface that has, below its lines, some that change."""

    def show(self, rows: Sequence[Row], curve: Curve | None = None) -> None:
        """Change them."""

    def keep(self, curve: Curve) -> None:
        """Write a curve that stays."""

    def clear(self) -> None:
        """Take them away."""


def fitted(
    parts: Sequence[Part], room: int, width: Callable[[str], int] = len, gap: int = 2
) -> list[str]:
    """Return the parts that have room beside each other, always the most important one.

    >>> fitted([(0, "3/9"), (2, "loss 0.1"), (1, "33%")], 10)
    ['3/9', '33%']
    """
    left = [part for part in parts if part[1]]
    while len(left) > 1 and sum(gap + width(text) for _, text in left) - gap > room:
        left.remove(max(left, key=lambda part: part[0]))
    return [text for _, text in left]


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of so many characters at most."""
    return textwrap.wrap(text, width, break_on_hyphens=False)


def broken(
    parts: Sequence[str],
    width: int,
    size: Callable[[str], int] = len,
    wrap: Callable[[str, int], list[str]] = wrapped,
) -> list[str]:
    """Return the parts of a line as lines that have room for a label: broken between parts, or
    within one that is too long.

    `size` tells how many columns a text takes, `wrap` breaks one into lines of so many.
    """
    room = max(12, width - INDENT)
    lines: list[str] = []
    for part in parts:
        if lines and size(lines[-1]) + 3 + size(part) <= room:
            lines[-1] += "   " + part
        else:
            lines += wrap(part, room) or [""]
    return lines


def labelled(label: str, lines: Sequence[str]) -> str:
    """Return a label with lines under each other beside it."""
    return f"{label:<{INDENT}}" + ("\n" + " " * INDENT).join(lines)


def printable(text: str) -> str:
    """Return a text without control characters: a column's name must not steer the terminal."""
    return "".join(one if one.isprintable() else "?" for one in text)
