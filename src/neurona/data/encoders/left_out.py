"""Kinds of columns that a model leaves out: those that tell it nothing."""

from __future__ import annotations

from collections import Counter

import numpy as np

from neurona.data.dates import find_dates
from neurona.data.encoders.boolean import Boolean
from neurona.data.encoders.kind import KINDS, Kind, Seen, shown
from neurona.data.encoders.numeric import Numeric
from neurona.data.table import Column

MIN_ID_ROWS = 20


@KINDS.register("constant", before=Boolean.kind)
class Constant(Kind):
    """One value in every row, or none in any."""

    @classmethod
    def recognize(cls, seen: Seen) -> str | None:
        """Return the reason if there is nothing to tell rows apart by."""
        if not len(seen.values):
            return "every cell is missing"
        if len(seen.values) == 1 and len(seen.present) > 1 and not seen.missing:
            return f"every row has the value {shown(seen.values[0])}"
        return None


@KINDS.register("id-like", before=Numeric.kind)
class IdLike(Kind):
    """Names of rows: whole numbers that count them up or down, or texts that occur once."""

    @classmethod
    def recognize(cls, seen: Seen) -> str | None:
        """Return the reason if there are 20 rows or more, and nearly each has a name."""
        present, values = seen.present, seen.values
        if len(present) < MIN_ID_ROWS:
            return None
        if seen.column.dtype.kind == "f" and not seen.missing and len(values) == len(present):
            with np.errstate(over="ignore"):
                steps = np.diff(present)
            if abs(steps[0]) == 1 and (steps == steps[0]).all() and present[0] % 1 == 0:
                return "it counts the rows"
        single = seen.column.dtype.kind == "O" and _singles(present) > 0.9 * len(present)
        # times of day are told by a kind of their own
        if single and find_dates(values) is None:
            return f"{len(values):,} different texts in {len(present):,} rows"
        return None


def _singles(present: Column) -> int:
    """Return how many rows have a text of their own."""
    return sum(count == 1 for count in Counter(present.tolist()).values())
