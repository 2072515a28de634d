"""Where an example's answers find what they need, and what an answer is."""

from __future__ import annotations

from typing import NamedTuple

from neurona.export.excel.cells import at

SHEET = "Answers"
FIRST_ROW = 5
"""Of the sheet of scalings, labels or usual errors."""


class Places(NamedTuple):
    """Where an example's cells are: its row, and the first column of its answers, of its features,
    of its outputs, and of those of each network.
    """

    row: int
    answers: int
    features: int
    outputs: int
    each: tuple[int, ...] = ()


class Answer(NamedTuple):
    """A column of answers: its head, and its formula; a `label` is shown as it is."""

    head: str
    formula: str
    label: bool = False
    number_format: str = ""


def in_learned(k: int, output: str) -> str:
    """Return output number `k`, which is in a cell, with the spread and the mean of the target."""
    return f"{output}*{learned(k, 3)}+{learned(k, 2)}"


def learned(k: int, column: int) -> str:
    """Return the reference to what was learned of output or column number `k`."""
    return at(FIRST_ROW + k, column, True, SHEET)
