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
    """A color, a dash, a mark, and a tint of the color for areas, light and less light in turn."""

    color: str
    dash: Any
    mark: str
    tint: str


STROKES = (
    Stroke(BLUE, "-", "o", "#e3eff9"),
    Stroke(VERMILLION, (0, (5, 2)), "s", "#f6d5b8"),
    Stroke(GREEN, (0, (1, 1.2)), "^", "#cdeedd"),
    Stroke(PURPLE, (0, (6, 2, 1, 2)), "D", "#dfbdd0"),
    Stroke(BLACK, (0, (3, 1.5)), "v", "#c6c6c6"),
    Stroke(ORANGE, (0, (8, 2)), "P", "#fbeecb"),
    Stroke(SKY, (0, (4, 1, 1, 1, 1, 1)), "X", "#b9dff2"),
)


def stroke(number: int) -> Stroke:
    """Return the stroke of the first, second, ... thing drawn; after the last they come again."""
    return STROKES[number % len(STROKES)]
