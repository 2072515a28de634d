"""Colors that color-blind people tell apart (M. Okabe and K. Ito, 2008).

Each has a dash and a mark of its own, so that a drawing can be read in grey.
"""

from __future__ import annotations

from typing import Any, NamedTuple

BLUE = "#0072B2"
VERMILLION = "#D55E00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
ORANGE = "#E69F00"
SKY = "#56B4E9"
BLACK = "#000000"


class Stroke(NamedTuple):
    """A color, a dash, a mark, and a tint of the color for areas."""

    color: str
    dash: Any
    mark: str
    tint: str


STROKES = (
    Stroke(BLUE, "-", "o", "#cfe3f2"),
    Stroke(VERMILLION, (0, (5, 2)), "s", "#f9d9bd"),
    Stroke(GREEN, (0, (1, 1.2)), "^", "#c4e9dc"),
    Stroke(PURPLE, (0, (6, 2, 1, 2)), "D", "#f3dfea"),
    Stroke(BLACK, (0, (3, 1.5)), "v", "#dcdcdc"),
    Stroke(ORANGE, (0, (8, 2)), "P", "#fae6bf"),
    Stroke(SKY, (0, (4, 1, 1, 1, 1, 1)), "X", "#dff1fb"),
)


def stroke(number: int) -> Stroke:
    """Return the stroke of the first, second, ... thing drawn; after the last they come again."""
    return STROKES[number % len(STROKES)]
