"""How rows were divided: twins on both sides, and rows in time drawn by lot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neurona.diagnosis.case import Rows
from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.checks.columns import neighbours_alike, numbers
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy
from neurona.network import Vector


@FINDINGS.register("duplicates_across_split")
@dataclass(frozen=True)
class DuplicatesAcrossSplit(Check):
    """Rows held out that are among those trained on, too."""

    share: float = 0.05

    def look(self, evidence: Evidence) -> Finding | None:
        """Count rows held out with a twin; where all columns have few values, twins are chance."""
        case = evidence.case
        if case.held is None:
            return None
        varied = max((one.distinct for one in evidence.columns), default=0)
        keys = _keys(case.train)
        different = len(set(keys))
        if varied < 0.3 * different:
            return None
        known = set(keys)
        theirs = _keys(case.held)
        twins = np.array([key in known for key in theirs])
        share = float(twins.mean())
        if share <= self.share:
            return None
        ours = set(theirs)
        rows = case.train.places[np.array([key in ours for key in keys])]
        return self.found(
            0.65 + 0.3 * share,
            f"{share:.0%} of the rows held out are in the rows trained on, too, cell by cell.",
            "What was learned by heart is then taken for what was understood: the validation "
            "score is too good.",
            "Keep one of each before rows are split, or hold out whole groups.",
            {"share_of_twins": share, "rows": int(twins.sum())},
            Remedy(
                data="keep one of each row",
                without_rows=tuple(int(row) for row in rows),
                honest=True,
            ),
        )


def _keys(of: Rows) -> list[bytes]:
    """Return what is the same for rows that are the same."""
    width = of.inputs.shape[1]
    rows = np.empty((len(of.inputs), width + of.targets.shape[1]), np.float32)
    rows[:, :width], rows[:, width:] = of.inputs, of.targets
    rows += 0.0  # -0.0 is 0.0
    return [row.tobytes() for row in rows]


@FINDINGS.register("time_order")
@dataclass(frozen=True)
class TimeOrder(Check):
    """Rows in time, or in another order in which neighbours are alike, held out by lot."""

    alike: float = 0.5
    """Correlation of a target with the next row's, from which rows are in an order."""

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare each row with the next one, and look for a column that only rises."""
        case = evidence.case
        if not case.held_by_lot:
            return None
        targets = case.train.targets
        alike = neighbours_alike(targets)
        if case.classifies or _is_sorted(targets) or alike < self.alike:
            return None
        clock = next((name for name, column in numbers(case) if _rises(column)), None)
        if clock is None and case.of_tables and case.table is not None:
            dates = (n for n in case.table.names if case.table[n].dtype.kind == "M")
            clock = next(dates, None)
        if clock is None and alike < 0.5 + self.alike / 2:
            return None
        column = "" if clock is None else f" ({clock!r} only rises)"
        tables = {"split": "last"} if case.of_tables else {}
        return self.found(
            0.6 + 0.2 * (clock is not None),
            f"The rows are in an order{column}: the target of one row tells {alike**2:.0%} of the "
            "next one's, and the rows held out were drawn by lot.",
            "Each row held out then lies between two that were trained on; the rows to come do "
            "not.",
            'Hold out the latest rows (split="last" or "time" of a table estimator; else X_val).',
            {"correlation_with_the_next": alike},
            Remedy(tables, data="hold out the latest rows", latest=True, honest=True),
        )


def _is_sorted(targets: Vector) -> bool:
    steps = np.diff(targets[:, 0])
    return bool((steps >= 0).mean() > 0.98 or (steps <= 0).mean() > 0.98)


def _rises(column: Vector) -> bool:
    """Whether a column goes one way only, in steps most of which are not 0."""
    if not np.isfinite(column).all() or len(column) < 20:
        return False
    steps = np.diff(column)
    return bool(((steps >= 0).all() or (steps <= 0).all()) and (steps != 0).mean() > 0.5)
