"""Single columns: one that names the rows, one that gives the target away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from neurona.diagnosis.case import Case
from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.columns import FEW, are_whole
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy
from neurona.network import Vector
from neurona.training.measures.place import thinned

BINS, MOST_ROWS = 25, 3000


def numbers(case: Case) -> Iterator[tuple[str, Vector]]:
    """Yield the columns of numbers that the network sees, named, as the user has them."""
    if case.table is None:
        return
    if case.of_tables:
        left_out = (
            {one.name for one in case.model.preparation_.dropped}
            if hasattr(case.model, "preparation_")
            else set()
        )
        for name in case.table.names:
            column = case.table[name]
            if column.dtype.kind == "f" and name not in left_out:
                yield name, column
        return
    for name, column in zip(case.names, case.train.inputs.T, strict=True):
        yield name, column


def known(column: Vector) -> Vector:
    """Return the finite numbers of a column."""
    found: Vector = column[np.isfinite(column)]
    return found


def neighbours_alike(values: Vector) -> float:
    """Return the correlation of each row's value with the next row's; 0 if nothing varies."""
    values = np.asarray(values, np.float64).reshape(len(values), -1)
    found = [0.0]
    for column in values.T:
        if len(column) > 3 and column[:-1].std() > 0 and column[1:].std() > 0:
            found.append(float(np.corrcoef(column[:-1], column[1:])[0, 1]))
    return max(found)


@FINDINGS.register("id_like_column")
@dataclass(frozen=True)
class IdLikeColumn(Check):
    """A column of whole numbers, another in every row: it names the rows."""

    least_rows: int = 40
    pairs: float = 6.0
    """Numbers that repeat by chance would make so many equal pairs at least, drawn from the range:
    that there is none then happens once in 400 times.
    """

    def look(self, evidence: Evidence) -> Finding | None:
        """Look for whole numbers without a repetition, side by side, that tell nothing."""
        case = evidence.case
        targets = case.train.targets
        for name, column in numbers(case):
            if not are_whole(known(column[:FEW])):
                continue
            values = known(column)
            if len(values) < self.least_rows or not are_whole(values):
                continue
            span = float(values.max() - values.min() + 1)
            rows = case.train.count
            expected = len(values) * (len(values) - 1) / (2 * span)
            if expected < self.pairs or len(np.unique(values)) < len(values):
                continue
            if neighbours_alike(values) > 0.95 and neighbours_alike(targets) > 0.3:
                continue  # a clock, by which the target moves
            return self.found(
                0.62,
                f"The column {name!r} has another whole number in each of the {rows:,} rows: it "
                "names them.",
                "A network learns such names by heart, and a new row has a name that it has never "
                "seen.",
                f"Leave {name!r} out.",
                {"different_values": len(values), "span": span},
                Remedy(data=f"leave out the column {name!r}", without_columns=(name,)),
            )
        return None


@FINDINGS.register("column_gives_target_away")
@dataclass(frozen=True)
class ColumnGivesTargetAway(Check):
    """A column that alone tells the target, as nothing known beforehand does."""

    share: float = 0.98
    share_of_classes: float = 0.92

    def look(self, evidence: Evidence) -> Finding | None:
        """Ask every column alone."""
        case = evidence.case
        targets = case.train.targets
        columns = list(numbers(case))
        if len(columns) < 2 or len(targets) < 30 or not (targets.std(axis=0) > 0).any():
            return None
        few = thinned(len(targets), MOST_ROWS)
        rows, targets = case.train.places[few] if case.of_tables else few, targets[few]
        shares = [told(column[rows], targets, case.classifies) for _, column in columns]
        best = int(np.argmax(shares))
        others = max(share for k, share in enumerate(shares) if k != best)
        least = self.share_of_classes if case.classifies else self.share
        if shares[best] < least or others > shares[best] - 0.02:
            return None
        name = columns[best][0]
        return self.found(
            0.85,
            f"The column {name!r} alone tells {shares[best]:.1%} of the target; the next best "
            f"tells {max(others, 0):.0%}.",
            "Such a column is mostly the target in other words, or known only after it: the scores "
            "are too good, and new rows will not have it.",
            f"Ask when {name!r} is known; if not before the target, leave it out.",
            {"told_alone": shares[best], "told_by_the_next": others},
            Remedy(data=f"leave out the column {name!r}", without_columns=(name,), honest=True),
        )


def told(column: Vector, targets: Vector, classes: bool) -> float:
    """Return the share of the targets that one column tells: of their variance, by a line or by the
    means of its quantiles; of classes, of their uncertainty, by the frequencies in them.
    """
    finite = np.isfinite(column)
    if not finite.all():
        column, targets = column[finite], targets[finite]
    if len(column) < 30 or not column.std() > 0:
        return 0.0
    order = np.argsort(column)
    column, targets = column[order], targets[order] - targets.mean(axis=0)
    places = np.linspace(0, len(column) - 1, BINS + 1)[1:-1]
    edges = np.unique(np.interp(places, np.arange(len(column)), column))
    starts = np.unique([0, *np.searchsorted(column, edges)])
    starts = starts[starts < len(column)]
    counts = np.diff([*starts, len(column)])
    # what lies between the bins is what they tell
    between = (np.add.reduceat(targets, starts, axis=0) ** 2 / counts[:, None]).sum(axis=0)
    totals = (targets**2).sum(axis=0)
    varied = totals > 0
    shares = between[varied] / totals[varied]
    if not classes:
        with np.errstate(all="ignore"):
            middle = column - column.mean()
            lines = (middle @ targets[:, varied]) ** 2 / (middle @ middle * totals[varied])
            shares = np.maximum(np.where(shares > 0.999, shares, 0.0), lines)
    return float(min(shares, default=0.0))
