"""The curve of a training in a terminal, drawn with the dots of Braille's letters.

A letter is two dots wide and four high. The loss goes down a logarithmic axis where it falls by
more than a factor, and what was drawn is drawn anew from at most a few hundred points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from neurona.progress.events import Event
from neurona.progress.numbers import short

MOST_POINTS = 400
LOGARITHMIC = 10.0
"""From this ratio of the largest to the smallest value on."""
DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of a Braille letter's dots, row by row."""
FIRST_LETTER = 0x2800

Point = tuple[int, float]


class Line(NamedTuple):
    """A row of a picture: what stands at its left, and letters with the numbers of their series."""

    axis: str
    letters: Sequence[tuple[str, int]]


class Curve:
    """Losses against epochs: the training's and the validation's, or of several starts one each."""

    def __init__(self) -> None:
        self._points: dict[str, list[Point]] = {}
        self._seen: dict[str, list[Point]] = {}

    def add(self, event: Event) -> None:
        """Take an epoch; at most a few hundred points are kept of each series."""
        validated = event["val_loss"] is not None
        if event.get("starts", 1) > 1:
            value = event["val_loss"] if validated else event["loss"]
            self._add(f"start {event['start']}", event["epoch"], value)
            return
        self._add("loss", event["epoch"], event["loss"])
        if validated:
            self._add("val", event["epoch"], event["val_loss"])

    def _add(self, name: str, epoch: int, value: float) -> None:
        if not math.isfinite(value):
            return
        points = self._points.setdefault(name, [])
        points.append((epoch, value))
        if len(points) > MOST_POINTS:
            del points[1:-1:2]

    def look(self) -> None:
        """Let the picture be of the points until now."""
        self._seen = {name: points[:] for name, points in sorted(self._points.items())}

    @property
    def names(self) -> list[str]:
        """The series, in the order of their numbers."""
        return list(self._seen)

    @property
    def key(self) -> list[str]:
        """What is written of each series below the picture: its name and where it is now, by which
        it is told from the others without colors.
        """
        return [f"{name} {short(series[-1][1])}" for name, series in self._seen.items()]

    def lines(self, width: int, height: int) -> list[Line]:
        """Return the picture, so many columns wide, with an axis at its left and one below.

        Nothing is drawn before there are two epochs.
        """
        points = [point for series in self._seen.values() for point in series]
        if len({epoch for epoch, _ in points}) < 2 or height < 2:
            return []
        values = [value for _, value in points]
        low, high = min(values), max(values)
        scaled = low > 0 and high / low >= LOGARITHMIC
        marks = [short(high), short(low)]
        margin = max(map(len, marks)) + 1
        columns = max(8, width - margin)
        first, last = min(x for x, _ in points), max(x for x, _ in points)
        canvas = _Canvas(columns, height)
        top, bottom = _scaled(high, scaled), _scaled(low, scaled)
        for number, series in enumerate(self._seen.values()):
            across = [_place(x, first, last, 2 * columns) for x, _ in series]
            down = [
                _place(top - _scaled(y, scaled), 0.0, top - bottom, 4 * height) for _, y in series
            ]
            canvas.draw(list(zip(across, down, strict=True)), number)
        rows = canvas.rows()
        axis = [marks[0], *[""] * (height - 2), marks[1]]
        found = [Line(f"{mark:>{margin - 1}} ", row) for mark, row in zip(axis, rows, strict=True)]
        below = f"{first}{'epoch':^{columns - len(f'{first}{last}')}}{last}"
        return [*found, Line(" " * margin, [(below, -1)])]


def _scaled(value: float, logarithmic: bool) -> float:
    return math.log(value) if logarithmic else value


def _place(value: float, low: float, high: float, count: int) -> int:
    """Return which of `count` places between two values a value has."""
    if high <= low:
        return count // 2
    return min(count - 1, max(0, round((value - low) / (high - low) * (count - 1))))


class _Canvas:
    """Dots of Braille's letters, and of which series each letter is: that drawn last."""

    def __init__(self, columns: int, height: int) -> None:
        self._dots = [[0] * columns for _ in range(height)]
        self._series = [[-1] * columns for _ in range(height)]

    def draw(self, points: Sequence[tuple[int, int]], series: int) -> None:
        """Draw points and what joins them."""
        if len(points) == 1:
            self._dot(*points[0], series)
        for (x0, y0), (x1, y1) in pairwise(points):
            steps = max(abs(x1 - x0), abs(y1 - y0), 1)
            for step in range(steps + 1):
                share = step / steps
                self._dot(round(x0 + share * (x1 - x0)), round(y0 + share * (y1 - y0)), series)

    def _dot(self, x: int, y: int, series: int) -> None:
        self._dots[y // 4][x // 2] |= DOTS[y % 4][x % 2]
        self._series[y // 4][x // 2] = series

    def rows(self) -> list[list[tuple[str, int]]]:
        """Return the letters of each row, those of one series after each other together."""
        return [
            [
                ("".join(chr(FIRST_LETTER + dots) if dots else " " for dots, _ in run), series)
                for series, run in groupby(zip(*row, strict=True), key=lambda pair: pair[1])
            ]
            for row in zip(self._dots, self._series, strict=True)
        ]
