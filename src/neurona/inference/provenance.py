"""Where a model comes from: which rows it was made of, and how good it was on which rows.

Rows are kept as fingerprints: 64 bits of each row's prepared numbers and targets. They answer "was
this row among them?" for whoever has the row, and hold nothing of it otherwise; see decision 027.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neurona.network import Vector

MOST_FINGERPRINTS = 1 << 15
"""Fingerprints that a model keeps, 256 KiB: of more rows the smallest ones, a sample by lot."""
SPAN = 2.0**64


class PartScore(NamedTuple):
    """Scores of a model on one part of the rows: "test", "validation" or "training".

    `model` and `baseline` are scores by name: a number, or one per target.
    """

    part: str
    rows: int
    model: dict[str, Any]
    baseline: dict[str, Any]


class Seen(NamedTuple):
    """How many of some rows a model was made of; `exact` unless a sample was asked."""

    rows: int
    exact: bool


@dataclass(frozen=True, eq=False)
class SeenRows:
    """Fingerprints of the rows that a model was trained or validated on, in ascending order, those
    of equal rows as often as there are such rows.

    `salt` goes into each, so that those of two models have nothing in common; `rows` is the number
    of rows, of which at most MOST_FINGERPRINTS are kept.
    """

    salt: int
    rows: int
    prints: Vector

    @classmethod
    def of(cls, salt: int, prints: Vector) -> SeenRows:
        """Return what is kept of the fingerprints of rows."""
        return cls(salt, len(prints), np.sort(prints)[:MOST_FINGERPRINTS])

    @property
    def complete(self) -> bool:
        """Whether every row has its fingerprint here."""
        return len(self.prints) < MOST_FINGERPRINTS

    def known(self, prints: Vector) -> Vector:
        """Return for each fingerprint whether it is here: of equal ones as many as there are."""
        order = np.argsort(prints, kind="stable")
        ascending = prints[order]
        earlier = np.arange(len(prints)) - np.searchsorted(ascending, ascending)
        here = np.searchsorted(self.prints, ascending, "right")
        here -= np.searchsorted(self.prints, ascending)
        found = np.empty(len(prints), bool)
        found[order] = earlier < here
        return found

    def among(self, prints: Vector) -> Vector:
        """Return the places of fingerprints that are here; the rest need not be kept to count."""
        place = np.searchsorted(self.prints, prints)
        return np.flatnonzero(place < np.searchsorted(self.prints, prints, "right"))

    def count(self, prints: Vector, rows: int) -> Seen:
        """Return how many of so many rows there are here; of a sample, about how many.

        `prints` are the rows' fingerprints, or those `among` them.
        """
        found = int(self.known(prints).sum())
        if self.complete or not found:
            return Seen(found, True)
        share = (float(self.prints[-1]) + 1) / SPAN
        return Seen(min(round(found / share), rows), False)


@dataclass(frozen=True, eq=False)
class Provenance:
    """What a run tells of the model that it made.

    Attributes
    ----------
    source : str
        What the table was called.
    test, validation : str
        How rows were kept back for either, in words.
    scores : list of PartScore
        The most telling part first.
    members : list of dict
        Scores of each network that is averaged, on the rows of the first part.
    seen : SeenRows or None
        None if no fingerprints were to be kept.
    """

    source: str
    test: str
    validation: str
    scores: Sequence[PartScore]
    members: Sequence[dict[str, Any]] = ()
    seen: SeenRows | None = None


def salt_of(weights: Sequence[Vector]) -> int:
    """Return a salt that is a model's own: made of its weights, so that the same training has the
    same.
    """
    digest = hashlib.blake2b(digest_size=8)
    for part in weights:
        digest.update(np.ascontiguousarray(part).tobytes())
    return int.from_bytes(digest.digest(), "little")


def text_prints(texts: Sequence[str | None]) -> Vector:
    """Return 64 bits of each text."""
    known: dict[str | None, int] = {}
    for text in texts:
        if text not in known:
            raw = b"\0" if text is None else text.encode(errors="surrogatepass")
            known[text] = int.from_bytes(hashlib.blake2b(raw, digest_size=8).digest(), "little")
    return np.array([known[text] for text in texts], np.uint64)


def fingerprints(salt: int, numbers: Sequence[Vector], words: Sequence[Vector] = ()) -> Vector:
    """Return 64 bits of each row.

    `numbers` are matrices or columns, rounded to seven digits so that a row is known again from
    another file; `words` are columns of 64 bits. Columns are mixed in by the steps of SplitMix64
    (Steele, Lea and Flood 2014), whose every bit depends on every bit.
    """
    rows = len(numbers[0]) if numbers else len(words[0])
    state = np.full(rows, salt, np.uint64)
    for part in numbers:
        with np.errstate(over="ignore"):
            # -0.0 and 0.0 are the same number
            rounded = part.reshape(rows, -1).astype(np.float32) + np.float32(0)
        for column in rounded.view(np.uint32).T:
            state = _mixed(state ^ column.astype(np.uint64))
    for column in words:
        state = _mixed(state ^ column)
    return state


def _mixed(state: Vector) -> Vector:
    state = state + np.uint64(0x9E3779B97F4A7C15)
    state ^= state >> np.uint64(30)
    state *= np.uint64(0xBF58476D1CE4E5B9)
    state ^= state >> np.uint64(27)
    state *= np.uint64(0x94D049BB133111EB)
    mixed: Vector = state ^ (state >> np.uint64(31))
    return mixed
