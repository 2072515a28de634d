"""Transforms of targets as formulas, both ways."""

from __future__ import annotations

from neurona.data.transforms import Transform
from neurona.export.excel.formulas import literal


def forward(transform: Transform, k: int, target: str) -> str:
    """Return what is learned of target number `k`, which is in a cell."""
    if not transform:
        return target
    if transform.name != "yeo_johnson":
        return f"{'LN' if transform.name == 'log' else 'SQRT'}({target})"
    p, q = literal(transform.powers[k]), literal(2 - transform.powers[k])
    above, below = f"(1+MAX({target},0))^{p}-1", f"(1-MIN({target},0))^{q}-1"
    return f"({above})/{p}-({below})/{q}"


def back(transform: Transform, k: int, learned: str) -> str:
    """Return what was learned of target number `k` in its own units."""
    if not transform:
        return learned
    inside = f"MIN(MAX({learned},{literal(transform.low[k])}),{literal(transform.high[k])})"
    if transform.name == "log":
        return f"EXP({inside})"
    if transform.name == "sqrt":
        return f"{inside}^2"
    p, q = literal(transform.powers[k]), literal(2 - transform.powers[k])
    above, below = f"(1+{p}*MAX({inside},0))^(1/{p})", f"(1-{q}*MIN({inside},0))^(1/{q})"
    return f"{above}-{below}"
