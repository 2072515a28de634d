"""Numbers, and beside them where they lie between quantiles: thresholds become easy to learn.

Between each two neighbouring quantiles of training a column goes from 0 to 1 (the piecewise linear
encoding of Y. Gorishniy, I. Rubachev and A. Babenko, NeurIPS 2022, arXiv:2203.05556).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from neurona.data.contents import numbers_of
from neurona.data.encoders.kind import KINDS, Seen
from neurona.data.encoders.numeric import Numeric
from neurona.data.encoders.scaled import LIMIT, spread
from neurona.data.table import Column, Table

DEFAULT_BINS = 8
EXACT = 17
"""Digits that tell every number from its neighbours."""


@KINDS.register("piecewise")
@dataclass(frozen=True, slots=True)
class Piecewise(Numeric):
    """Numbers with a column more for each step between the quantiles `edges`, which ascend.

    A missing number is the median, in every column, and marked.
    """

    edges: tuple[float, ...]

    @classmethod
    def recognize(cls, seen: Seen) -> str | None:
        """Return None: no column is taken for one unless somebody says so."""
        return None

    @classmethod
    def fit(cls, table: Table, name: str, missing: bool, max_levels: int) -> Piecewise:
        """Learn the middle, the spread and the quantiles."""
        return cls.between(table, name, missing, DEFAULT_BINS)

    @classmethod
    def between(cls, table: Table, name: str, missing: bool, bins: int) -> Piecewise:
        """Learn as many quantiles as make so many pieces; fewer where values repeat."""
        values = numbers_of(table, name)
        return cls(name, *spread(values), LIMIT, missing, _edges(values, bins))

    @classmethod
    def checked(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Return stored values; ValueError if edges are no finite numbers that ascend."""
        values = super(Piecewise, cls).checked(values)
        edges = tuple(values["edges"])
        if not all(type(edge) in (int, float) and np.isfinite(edge) for edge in edges):
            raise ValueError("edges")
        if any(not low / 2 < high / 2 for low, high in pairwise(edges)):
            raise ValueError("edges")
        return values | {"edges": edges}

    def whole(self) -> Numeric:
        """Return what cuts no numbers into pieces."""
        return Numeric(self.name, self.center, self.scale, self.limit, self.indicator)

    def features(self) -> list[str]:
        """Return the names of the columns this becomes."""
        steps = [f"{self.name} from {low} to {high}" for low, high in pairwise(_texts(self.edges))]
        name, *mark = Numeric.features(self)
        return [name, *steps, *mark]

    def encode(self, table: Table, out: Column) -> int:
        """Write the columns into `out`; returns how many cells were missing."""
        values = self.numbers(table)
        # halves, so that numbers near the largest leave room for their difference
        halves = np.where(np.isnan(values), self.center, values) / 2
        for k, (low, high) in enumerate(pairwise(edge / 2 for edge in self.edges), 1):
            out[:, k] = (np.clip(halves, low, high) - low) / (high - low)
        return self.scaled(values, out)

    def described(self) -> dict[str, Any]:
        """Return middle, spread and quantiles."""
        return {**Numeric.described(self), "edges": list(self.edges)}

    @staticmethod
    def in_words(described: Any) -> str:
        """Return the formula and how many steps there are."""
        count = max(len(described["edges"]) - 1, 0)
        return f"{Numeric.in_words(described)}, and {count} steps between quantiles"


def _texts(edges: tuple[float, ...]) -> list[str]:
    """Return edges in as few digits as tell them apart, and lie within a tenth of a step."""
    # halves, so that numbers near the largest leave room for their difference
    nearest = min((high / 2 - low / 2 for low, high in pairwise(edges)), default=0.0)
    for digits in range(1, EXACT):
        texts = [f"{edge:.{digits}g}" for edge in edges]
        near = all(
            abs(float(t) / 2 - e / 2) <= nearest / 10 for t, e in zip(texts, edges, strict=True)
        )
        if near and len(set(texts)) == len(texts):
            return [repr(float(text)).removesuffix(".0") for text in texts]
    return [repr(edge) for edge in edges]


def _edges(values: Column, bins: int) -> tuple[float, ...]:
    values = values[~np.isnan(values)]
    if not len(values):
        return ()
    # a value that many rows share takes one edge, not all the quantiles that fall on it
    distinct, counts = np.unique(values, return_counts=True)
    shared = distinct[counts * bins > len(values)][: bins + 1]
    rest = values[~np.isin(values, shared)]
    edges = shared
    if len(rest):
        left = max(bins + 1 - len(shared), 1)
        edges = np.union1d(shared, 2 * np.quantile(rest / 2, np.linspace(0, 1, left)))
    # rounding may lead beyond the outer ones
    edges = np.unique(np.clip(edges, values.min(), values.max()))
    # half of the least numbers there are is the same number
    apart = np.concatenate([[True], np.diff(edges / 2) > 0])
    edges = edges[apart]
    return tuple(map(float, edges)) if len(edges) > 1 else ()
