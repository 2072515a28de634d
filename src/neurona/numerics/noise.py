"""Noise for denoising: what a network is shown in place of its inputs, drawn anew every epoch.

| name | each input x becomes |
|---|---|
| gaussian | x + deviation * a normal number |
| masking | 0 with probability `share`, else x (Vincent et al. 2008) |

An autoencoder that must give back the clean rows learns how the columns hang together, not to copy
(P. Vincent, H. Larochelle, Y. Bengio and P.-A. Manzagol, Extracting and composing robust features
with denoising autoencoders, ICML 2008). Whole tables are spoiled at once, before an epoch begins.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import elsewhere
from neurona.registry import Registry
from neurona.values import Value, option

NOISES = Registry("noise", elsewhere.NOISES)

Array = np.ndarray[Any, np.dtype[Any]]
BLOCK = 65_536
"""Numbers that are spoiled at a time: they stay in the cache between drawing and using."""


@dataclass(frozen=True)
class Noise(Value):
    """Base of the kinds of noise."""

    def spoil(self, clean: Array, out: Array, seed: tuple[int, ...]) -> None:
        """Write a spoiled copy of a matrix into another one; the same seed gives the same noise."""
        random = np.random.default_rng(seed)
        for rows in _blocks(clean):
            self.spoil_rows(clean[rows], out[rows], random)

    @abstractmethod
    def spoil_rows(self, clean: Array, out: Array, random: np.random.Generator) -> None:
        """Write spoiled rows into `out`."""


def _blocks(matrix: Array) -> Iterator[slice]:
    step = max(1, BLOCK // max(1, matrix.shape[1]))
    for start in range(0, len(matrix), step):
        yield slice(start, start + step)


@NOISES.register("gaussian")
@dataclass(frozen=True)
class Gaussian(Noise):
    """Normal noise of one standard deviation, in the units of the inputs.

    >>> Gaussian(0.5)
    Gaussian(deviation=0.5)
    """

    deviation: float = option(0.1, 0.0, math.inf, "neither")

    def spoil_rows(self, clean: Array, out: Array, random: np.random.Generator) -> None:
        """Add normal numbers."""
        random.standard_normal(out=out, dtype=out.dtype)
        out *= out.dtype.type(self.deviation)
        out += clean


@NOISES.register("masking")
@dataclass(frozen=True)
class Masking(Noise):
    """A share of the inputs set to 0."""

    share: float = option(0.25, 0.0, 1.0, "neither")

    def spoil_rows(self, clean: Array, out: Array, random: np.random.Generator) -> None:
        """Keep each number with probability 1 - share."""
        kept = random.random(clean.shape, np.float32) >= self.share
        np.multiply(clean, kept, out=out)
