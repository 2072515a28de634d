"""How the inputs are scaled, what depends on what, and whether new rows lie among those known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.diagnosis.check import FINDINGS, Check
from neurona.diagnosis.evidence import Evidence
from neurona.diagnosis.finding import Finding, Remedy
from neurona.diagnosis.references import standardised
from neurona.network import Vector

SCALED_AWAY = 0.4
"""What a severity is multiplied by where the model has learned its rows all the same."""
LEARNED = 0.97
"""The explained share from which a model has learned its rows."""
BY_HEART = 0.3
"""How much less of rows held out it explains if it knows its own by heart only."""


def mildly(evidence: Evidence, severity: float) -> float:
    """Return a severity, less where the model has learned in spite of it: its own rows, and as far
    as is known others like them.
    """
    by_heart = evidence.overfits > BY_HEART
    return severity * (SCALED_AWAY if evidence.explained > LEARNED and not by_heart else 1)


@FINDINGS.register("unscaled_inputs")
@dataclass(frozen=True)
class UnscaledInputs(Check):
    """Inputs that are large, or of very different sizes, or far from 0."""

    most: float = 10.0
    """The largest size (root mean square) of a column that trains as it is."""
    ratio: float = 30.0
    """Standard deviations of two columns are this far apart at most."""
    offset: float = 10.0
    """A column's mean is at most this many of its standard deviations."""

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare sizes; flags (two values) are of a size of their own."""
        if evidence.case.of_tables:
            return None
        columns = [one for one in evidence.columns if one.std > 0 and not one.is_flag]
        if not columns:
            return None
        largest = max(columns, key=lambda one: one.size)
        smallest = min(columns, key=lambda one: one.std)
        widest = max(columns, key=lambda one: one.std)
        farthest = max(columns, key=lambda one: abs(one.mean) / one.std)
        offset = abs(farthest.mean) / farthest.std if farthest.size > 3 else 0.0
        # columns within [0, 1], such as shares and pixels, may vary as little as they like
        ratio = widest.std / smallest.std if widest.std > 1.5 else 1.0
        small = widest.size < 1 / (3 * self.most)
        excess = max(
            largest.size / self.most, ratio / self.ratio, offset / self.offset,
            1 / (3 * self.most * widest.size) if small else 0.0,
        )  # fmt: skip
        if excess <= 1:
            return None
        solver = evidence.optimizer is None
        severity = mildly(evidence, min(0.95, (0.4 if solver else 0.6) + 0.13 * math.log10(excess)))
        if largest.size > self.most or not small:
            what = f"The inputs are not scaled: {largest.name!r} has the size {largest.size:.4g}"
            if len(columns) > 1:
                what += f", {smallest.name!r} varies by {smallest.std:.3g}"
            if offset > self.offset:
                what += f", and {farthest.name!r} lies {offset:.3g} standard deviations from 0"
        else:
            what = f"The inputs are tiny: none has a size above {widest.size:.3g}"
        return self.found(
            severity,
            f"{what}.",
            "Weights drawn for inputs of size 1 then saturate or silence the units, and no rate "
            "suits steep and flat directions at once.",
            "Scale the inputs: a table estimator does it itself; or put a StandardScaler before "
            "the model.",
            {
                "largest_size": largest.size,
                "smallest_std": smallest.std,
                "ratio_of_stds": ratio,
                "offset_in_stds": offset,
            },
            Remedy(scaling=True),
        )


@FINDINGS.register("dependent_inputs")
@dataclass(frozen=True)
class DependentInputs(Check):
    """Inputs that are nearly sums of others, where what tells is their small difference."""

    condition: float = 1e4
    missed: float = 0.1
    all_of_it: float = 0.9
    """What a line explains that leaves a network nothing but small differences to magnify."""

    causes = ("unscaled_inputs", "rate_too_small", "rate_too_large", "stopped_early")

    def look(self, evidence: Evidence) -> Finding | None:
        """Compare the model with a straight line, which minds no condition."""
        # flags of one category sum to 1, which is no news
        told = [k for k, one in enumerate(evidence.columns) if not one.is_flag and one.std > 0]
        inputs = standardised(evidence.seen.inputs[:, told])
        if evidence.case.classifies or inputs.shape[1] < 2 or len(inputs) < 3 * inputs.shape[1]:
            return None
        values = np.linalg.eigvalsh(np.corrcoef(inputs.T))
        condition = float(values[-1] / max(values[0], 1e-12))
        if condition < self.condition:
            return None
        line = _exact_line(inputs, evidence.seen.targets)
        missed = line - evidence.on_seen.explained
        if not missed > self.missed:
            return None
        changes: dict[str, Any] = {"solver": "lbfgs", "max_iter": 2000}
        if line > self.all_of_it:
            changes["hidden_layer_sizes"] = ()
        return self.found(
            0.5 + missed / 2,
            f"The inputs depend on each other: their correlations have the condition number "
            f"{condition:.3g}, and a straight line explains {missed:.0%} more than the network.",
            "Gradient descent moves along the flattest direction so many times slower than along "
            "the steepest.",
            "Take a solver that knows the curvature (lbfgs, lm), or inputs that are differences"
            + (
                ", and no hidden layer, for the line leaves little."
                if line > self.all_of_it
                else "."
            ),
            {"condition": condition, "missed": missed},
            Remedy(changes),
        )


def _exact_line(inputs: Vector, targets: Vector) -> float:
    """Return the share that a straight line explains, without a penalty."""
    ones = np.hstack([inputs, np.ones((len(inputs), 1))])
    said = ones @ np.linalg.lstsq(ones, targets, rcond=None)[0]
    total = ((targets - targets.mean(axis=0)) ** 2).sum()
    return float(1 - ((targets - said) ** 2).sum() / total) if total > 0 else 0.0


@FINDINGS.register("extrapolation")
@dataclass(frozen=True)
class Extrapolation(Check):
    """Rows to predict that lie outside the range of those trained on."""

    share: float = 0.05
    margin: float = 0.1
    """How far outside, in ranges of the column."""

    def look(self, evidence: Evidence) -> Finding | None:
        """Count rows with a column outside, and compare the line with the model on them."""
        held = evidence.held
        ahead = evidence.case.ahead if held is None else held.inputs
        if ahead is None or not len(ahead):
            return None
        columns = evidence.columns
        low, high = (np.array([getattr(one, end) for one in columns]) for end in ("low", "high"))
        room = self.margin * (high - low)
        outside = ((ahead < low - room) | (ahead > high + room)) & (high > low)
        place = int(outside.mean(axis=0).argmax())
        worst, rows = columns[place], outside[:, place]
        share = float(rows.mean())
        if share <= self.share or rows.sum() < 5:
            return None
        line, model = math.nan, math.nan
        if held is not None and not evidence.case.classifies:
            line, model = _beside_the_line(evidence, rows)
        better = line < model
        column = ahead[:, place]
        return self.found(
            0.5 + share / 2,
            f"{share:.0%} of the rows to predict lie outside the rows trained on: {worst.name!r} "
            f"goes from {column.min():.4g} to {column.max():.4g} there, and was trained on from "
            f"{worst.low:.4g} to {worst.high:.4g}.",
            "A network has seen nothing there, and its answers are a guess"
            + (f"; a straight line errs {line / model:.2g} times as much." if better else "."),
            "Train on rows that cover the range"
            + (", or on a linear network, which goes on as the rows do." if better else "."),
            {"share_outside": share, "mse_of_the_line": line, "mse_of_the_model": model},
            Remedy(
                {"hidden_layer_sizes": (), "solver": "lbfgs"} if better else {},
                data=f"get rows with {worst.name!r} between {column.min():.4g} and "
                f"{column.max():.4g}",
            ),
        )


def _beside_the_line(evidence: Evidence, rows: Vector) -> tuple[float, float]:
    """Return the mean squared errors of a straight line and of the model on some rows held out."""
    held = evidence.held
    assert held is not None
    seen = evidence.seen
    center, scale = seen.inputs.mean(axis=0), seen.inputs.std(axis=0)
    scale = np.where(scale > 0, scale, 1)
    known = np.hstack([(seen.inputs - center) / scale, np.ones((len(seen.inputs), 1))])
    ahead = np.hstack([(held.inputs - center) / scale, np.ones((len(held.inputs), 1))])
    said = ahead @ np.linalg.lstsq(known, seen.targets, rcond=1e-8)[0]
    line = float(((said - held.targets)[rows] ** 2).mean())
    return line, float(((evidence.outputs(held) - held.targets)[rows] ** 2).mean())
