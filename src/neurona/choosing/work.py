"""About how long a candidate trains, counted in operations: the plan of a search is made by it, so
that it does not depend on how fast a machine is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from neurona.estimators.automatic import iteration_cost
from neurona.network import count_parameters

OPERATIONS = 2e10
"""Multiplications and additions of a second of one usual core."""
MATRICES = 8e9
"""The same where a matrix is made and factored."""
STEP = 2e-5
"""Seconds of a step besides them."""


class Facts(NamedTuple):
    """What a plan is made of: rows to learn from, columns of the prepared inputs, outputs, whether
    they are classes, and what the table's own defaults are: the solver's family and the shapes;
    how many of the inputs are numbers, that may be cut into pieces, and whether the default lets
    several ways to learn compete.
    """

    rows: int
    inputs: int
    outputs: int
    classifies: bool
    family: str
    shapes: tuple[tuple[int, ...], ...]
    starts: int
    batch: int
    numbers: int = 0
    contest: bool = False


def size(parameters: Mapping[str, Any], facts: Facts) -> int:
    """Return the parameters of a candidate's largest network."""
    hidden = parameters.get("model.hidden", "auto")
    shapes = facts.shapes if hidden == "auto" else (tuple(hidden),)
    bins = parameters.get("data.bins", "auto")
    inputs = facts.inputs + (0 if bins == "auto" else bins * facts.numbers)
    return max(count_parameters((inputs, *one, facts.outputs)) for one in shapes)


def seconds(family: str, parameters: Mapping[str, Any], facts: Facts) -> float:
    """Return about how many seconds of one usual core a candidate trains."""
    weights = size(parameters, facts)
    starts = parameters.get("training.starts", "auto")
    count = facts.starts if starts == "auto" else starts
    if family == "steps":
        batch = parameters.get("training.batch", facts.batch)
        steps = parameters.get("training.steps", 20_000)
        batch = facts.batch if batch == "auto" else min(batch, facts.rows)
        each = STEP + 6 * batch * weights / (2 * OPERATIONS)
        return float(count * steps * each * 0.8)
    if family in ("evidence", "curvature"):
        # usually half of the iterations
        each = iteration_cost(facts.rows, facts.outputs, weights) / MATRICES + 5e-4
        return float(count * 150 * each)
    return float(count * 750 * (5e-4 + 9 * facts.rows * weights / OPERATIONS))


def of_default(facts: Facts) -> float:
    """Return the same of the table's default, half a second at least."""
    return max(0.5, seconds(facts.family, {}, facts))
