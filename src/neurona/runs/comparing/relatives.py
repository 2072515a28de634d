"""Which test rows belong together, so that they tell less than as many rows by lot: those of a
group, and those that follow each other in time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from neurona.data.split import group_codes, times_of
from neurona.data.table import Table
from neurona.runs.comparing.paired import Array
from neurona.runs.failures import Code, Failure
from neurona.spelling import parameter

GROUP, TIME, LAST = "group", "time", "last"


class Apart(NamedTuple):
    """How rows are kept apart: by groups or by the time of a column, or in their order; by lot
    (`word` is another one) they are single rows.
    """

    word: str
    column: str = ""

    @property
    def has_relatives(self) -> bool:
        """Whether rows belong together."""
        return self.word in (GROUP, TIME, LAST)

    @property
    def said(self) -> str:
        """What is held out, in words."""
        if self.word == GROUP:
            return f"whole groups of {self.column!r}"
        if self.word == TIME:
            return f"the latest rows by {self.column!r}"
        return "the last rows" if self.word == LAST else "rows by lot"

    def relatives(self, table: Table) -> Array | None:
        """Return the number of the group, or of the stretch of time, of each row of a table; None
        where rows are single, or the column is not there.
        """
        if not self.has_relatives or (self.column and self.column not in table.names):
            return None
        if self.word == GROUP:
            return group_codes(table[self.column])
        return stretches(
            np.arange(table.rows)
            if self.word == LAST
            else times_of(table[self.column], self.column)
        )


def apart_by(said: str) -> Apart:
    """Return what a run's setting says: "group:patient", "time:day", "random"."""
    return Apart(*said.partition(":")[::2])


def stretches(times: Array) -> Array:
    """Return the number of each row's stretch of time, of about as many as each has rows.

    Within a stretch rows may depend on each other as they like: longer ones forget, more of them
    tell more surely how they vary (batch means; B. Schmeiser 1982, Batch size effects in the
    analysis of simulation output, Operations Research 30).

    >>> stretches(np.array([5, 1, 2, 3, 4, 0, 6, 8, 7])).tolist()
    [1, 0, 0, 1, 1, 0, 2, 2, 2]
    """
    count = max(1, math.isqrt(len(times)))
    found = np.empty(len(times), np.intp)
    for number, places in enumerate(np.array_split(np.argsort(times, kind="stable"), count)):
        found[places] = number
    return found


def asked(groups: str | None, time: str | None) -> Apart | None:
    """Return what a person says of rows that belong together; None if that is nothing."""
    if groups and time:
        raise Failure(
            f"Name the column of {parameter('groups')} or that of {parameter('time')}, not both.",
            Code.USAGE,
        )
    if groups:
        return Apart(GROUP, groups)
    return Apart(TIME, time) if time else None


def check_column(apart: Apart, table: Table) -> None:
    """Raise a Failure where rows have no such column, or none that says a time."""
    if apart.column not in table.names:
        shown = ", ".join(map(repr, table.names[:8])) + (", ..." if len(table.names) > 8 else "")
        raise Failure(
            f"The test rows have no column {apart.column!r}; they have {shown}. A column that was "
            "ignored is not among them."
        )


def apart_of(first: Apart, second: Apart, names: Sequence[str]) -> tuple[Apart, str]:
    """Return what two runs together say of rows that belong together, and a sentence where they
    were split differently, else "".
    """
    if first == second or not (first.has_relatives or second.has_relatives):
        return first, ""
    said = f"{names[0]} holds out {first.said}, {names[1]} {second.said}"
    lots = [name for name, one in zip(names, (first, second), strict=True)
            if not one.has_relatives]  # fmt: skip
    if not lots:
        return first, f"{said}; so they are asked different things."
    strict = first if first.has_relatives else second
    known = "of the same groups" if strict.word == GROUP else "later than those it is tested on"
    return strict, (
        f"{said}: {lots[0]} was trained on rows {known}, which flatters its scores, and with them "
        "the difference."
    )
