"""Which choices mattered: how much of the losses' order each explains, and which value did best.

A forest of extremely randomized trees (P. Geurts, D. Ernst and L. Wehenkel 2006) learns the rank of
a candidate from its choices; a choice's importance is its share of what the trees' splits explain.
It is a hint, not a measure: choices that go together share what they explain.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.choosing.space import HIDDEN, Parameters

LEAST = 12
"""Candidates below which nothing is said."""


class Mattered(NamedTuple):
    """A setting, the share of the order that it explains, and mean ranks by its values (0 is the
    best candidate, 1 the worst).
    """

    key: str
    share: float
    ranks: dict[str, float]


def what_mattered(tried: Sequence[tuple[Parameters, float]]) -> list[Mattered]:
    """Return the settings by what they explain of losses, the most first; none of too few."""
    known = [one for one in tried if np.isfinite(one[1])]
    if len(known) < LEAST:
        return []
    from sklearn.ensemble import ExtraTreesRegressor

    losses = np.array([loss for _, loss in known])
    ranks = np.argsort(np.argsort(losses, kind="stable"), kind="stable") / (len(known) - 1)
    keys = sorted({key for parameters, _ in known for key in parameters})
    columns: list[Any] = []
    owners: list[str] = []
    for key in keys:
        for column in _columns([parameters.get(key) for parameters, _ in known], key):
            columns.append(column)
            owners.append(key)
    if not columns:
        return []
    forest = ExtraTreesRegressor(300, min_samples_leaf=2, random_state=0)
    forest.fit(np.column_stack(columns), ranks)
    found = []
    for key in keys:
        share = sum(
            float(part)
            for part, owner in zip(forest.feature_importances_, owners, strict=True)
            if owner == key
        )
        said = [_word(parameters[key]) if key in parameters else "-" for parameters, _ in known]
        means = {
            word: float(np.mean([r for r, one in zip(ranks, said, strict=True) if one == word]))
            for word in sorted(set(said) - {"-"})
        }
        found.append(Mattered(key, share, dict(sorted(means.items(), key=lambda pair: pair[1]))))
    return sorted(found, key=lambda one: (-one.share, one.key))


def _columns(values: list[Any], key: str) -> list[Any]:
    """Return a setting as columns of numbers: sizes and logarithms, or one column a word."""
    if key == HIDDEN:
        shapes = [value if isinstance(value, list) else [] for value in values]
        widths = [np.log2(1 + (shape[0] if shape else 0)) for shape in shapes]
        return [np.array(widths), np.array([float(len(shape)) for shape in shapes])]
    if all(value is None or isinstance(value, int | float) for value in values):
        logs = [-1.0 if value is None else np.log10(value + 1e-7) for value in values]
        return [np.array(logs), np.array([float(value is None) for value in values])]
    words = sorted({_word(value) for value in values})
    return [np.array([float(_word(value) == word) for value in values]) for word in words]


def _word(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
