"""Quality gates: `r2=0.9` in words, and whether scores pass them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import click

from neurona import elsewhere
from neurona.nearest import unknown

REGRESSION = {
    "rmse": False,
    "mae": False,
    "r2": True,
    "coverage_95": True,
    "width_95": False,
    "log_likelihood": True,
}
"""Metrics of quantities, and whether more is better; the last three are those of error bars."""
CLASSIFICATION = {
    "accuracy": True,
    "balanced_accuracy": True,
    "log_loss": False,
    "set_coverage_90": True,
    "set_size_90": False,
}
"""Those of classes; the last two are those of prediction sets."""
METRICS = {**REGRESSION, **CLASSIFICATION}
MOST = dict.fromkeys(("r2", "coverage_95", "accuracy", "balanced_accuracy", "set_coverage_90"), 1.0)


class Gate(NamedTuple):
    """A metric and the worst value that is good enough."""

    metric: str
    bound: float


class Miss(NamedTuple):
    """A gate that was not reached, by which target."""

    gate: Gate
    target: str
    value: float | None


def parse(given: str) -> list[Gate]:
    """Return the gates in a text like `r2=0.9` or `r2=0.9,mae=2`; UsageError if it is none."""
    gates = []
    for part in given.split(","):
        name, equals, number = part.partition("=")
        metric = name.strip().lower().replace("-", "_")
        if not equals:
            raise click.UsageError(
                f"--fail-under {part!r} has no value; write a metric and a number, like r2=0.9."
            )
        if metric not in METRICS:
            said = unknown("metric", name.strip(), METRICS, elsewhere.METRICS, alike=0.4)
            raise click.UsageError(said)
        try:
            bound = float(number)
        except ValueError:
            bound = math.nan
        if math.isnan(bound):
            raise click.UsageError(
                f"--fail-under {part!r}: {number.strip()!r} is no number; write, for example, "
                f"{metric}=0.9."
            )
        if bound > MOST.get(metric, math.inf):
            raise click.UsageError(
                f"--fail-under {part!r} can never be reached: {metric} is at most 1."
            )
        gates.append(Gate(metric, bound))
    return gates


def check_metrics(gates: Sequence[Gate], classifies: bool) -> None:
    """Raise UsageError for a metric that this kind of model has not."""
    known = CLASSIFICATION if classifies else REGRESSION
    for gate in gates:
        if gate.metric not in known:
            kind = "classifier" if classifies else "regression"
            raise click.UsageError(
                f"--fail-under {gate.metric}={gate.bound:g}: the model is a {kind}, whose metrics "
                f"are {', '.join(known)}."
            )


def misses(gates: Sequence[Gate], scores: Mapping[str, Mapping[str, float | None]]) -> list[Miss]:
    """Return the gates that scores (by target, then metric) do not reach, each by its worst target.

    A score that has no value (R2 of a constant target, or no error bars) reaches nothing.
    """
    missed = []
    for gate in gates:
        more = METRICS[gate.metric]
        failing: list[tuple[float, str, float | None]] = []
        for target, found in scores.items():
            value = found.get(gate.metric)
            if value is None:
                failing.append((math.inf, target, None))
                continue
            short = gate.bound - value if more else value - gate.bound
            if not short <= 0:
                failing.append((short, target, value))
        if failing:
            _, target, value = max(failing, key=lambda one: one[0])
            missed.append(Miss(gate, target, value))
    return missed


def sentence(missed: Sequence[Miss], several: bool) -> str:
    """Return what is said of gates that were missed."""
    said = []
    for gate, target, value in missed:
        of = f" of {target!r}" if several else ""
        number = "has no value" if value is None else f"is {value:.6g}"
        side = "at least" if METRICS[gate.metric] else "at most"
        said.append(f"{gate.metric}{of} {number}, {side} {gate.bound:g} was asked for")
    return f"quality gate missed: {'; '.join(said)}."
