"""What was learned of a target, as it is in the target's own units: nodes."""

from __future__ import annotations

import numpy as np

from neurona.data.targets import NumericTargets
from neurona.data.transforms import LEAST, Transform
from neurona.export.tensors.graph import Graph


def scaled(g: Graph, scaling: NumericTargets, outputs: str) -> str:
    """Add the nodes that make learned targets of what networks put out, rows x targets."""
    found = g.multiply(outputs, g.constant([scaling.scale]))
    return g.add(found, g.constant([scaling.center]))


def turned_back(g: Graph, transform: Transform, learned: str) -> str:
    """Add the nodes that bring what was learned of targets, rows x targets, to their units."""
    if not transform:
        return learned
    ends = g.constant([transform.low]), g.constant([transform.high])
    inside = g.node("Min", g.node("Max", learned, ends[0]), ends[1])
    if transform.name == "sqrt":
        return g.multiply(inside, inside)
    if transform.name == "log":
        return g.node("Exp", inside)
    powers, zero = np.array([transform.powers]), g.constant(0.0)
    above = _root(g, g.node("Max", inside, zero), powers)
    below = _root(g, g.node("Max", g.node("Neg", inside), zero), 2 - powers)
    # one of both is 1
    return g.subtract(above, below)


def _root(g: Graph, t: str, powers: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> str:
    """Return (1 + power t) to 1 / power."""
    base = g.add(g.multiply(t, g.constant(powers)), g.constant(1.0))
    logarithm = g.node("Log", g.node("Max", base, g.constant(LEAST)))
    return g.node("Exp", g.divide(logarithm, g.constant(powers)))
