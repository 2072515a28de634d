"""What the exports have in common: their numbers, and how places write these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

ROWS = 12
TIME = [round(0.25 * i, 2) for i in range(ROWS)]
TEMP = [20.5, 20.75, 21.25, 21.5, 22.75, 22.5, 23.25, 24.5, 24.75, 25.25, 26.5, 27.75]
VOLT = [-0.125, 0.25, 0.5, -0.75, 1.125, 1.5, -1.75, 2.25, 2.5, -2.625, 3.5, 3.75]
COUNT = [float(i) for i in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8)]
MONEY = [
    1234.56,
    -987.65,
    12345678.9,
    45.2,
    -1500.0,
    0.75,
    999.99,
    1000.25,
    -0.5,
    77.0,
    3210.1,
    5.05,
]
NAMES = ["Pump", "Valve", "Motor", "Pump", "Valve", "Motor"] * 2
DAYS = [f"2024-03-{day:02}" for day in range(4, 4 + ROWS)]


class Export(NamedTuple):
    """`columns` are cells by column, or parts of the sentence that refuses the table; `kinds` are
    those of some columns; `said` must be in the notes.
    """

    name: str
    content: bytes
    columns: dict[str, list[Any]] | tuple[str, ...]
    kinds: Mapping[str, str] = MappingProxyType({})
    said: tuple[str, ...] = ()
    file: str = "t.csv"


def number(value: float, digits: int = 2, decimal: str = ",", thousands: str = "") -> str:
    """Return a number as a place writes it."""
    text = f"{value:,.{digits}f}"
    return text.replace(",", "T").replace(".", decimal).replace("T", thousands)


def dotted(day: str, short: bool = False) -> str:
    """Return a day as 05.03.2024 or 05.03.24."""
    year, month, number_ = day.split("-")
    return f"{number_}.{month}.{year[2:] if short else year}"


def lines(rows: Iterable[Sequence[Any]], cut: str = ",", end: str = "\n") -> str:
    """Return rows of cells as lines."""
    return "".join(cut.join(str(cell) for cell in row) + end for row in rows)


def quoted(rows: Iterable[Sequence[Any]], cut: str = ",", end: str = "\n") -> str:
    """Return rows of cells as lines, each cell in quotes."""
    return lines(([f'"{cell}"' for cell in row] for row in rows), cut, end)
