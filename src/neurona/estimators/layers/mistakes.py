"""The mistakes of a training by Rosenblatt's rule: which row, when, and what was learned of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neurona.engine.unit_learner import Learned

Array = np.ndarray[Any, np.dtype[Any]]


class Mistake(NamedTuple):
    """A row on the wrong side of a unit's line: `update` times the row was added to its weights."""

    epoch: int
    row: int
    unit: int
    update: float


@dataclass(frozen=True)
class Mistakes:
    """All mistakes counted, and the first ones kept.

    Each unit keeps its first `max_mistakes`, in the order in which they were made; iterating gives
    `Mistake`s, unit by unit. `counts[e, k]` is how many unit k made in epoch e + 1 (0 after it had
    stopped).

    Examples
    --------
    >>> from neurona import Perceptron
    >>> model = Perceptron(shuffle=False).fit([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 0, 0, 1])
    >>> model.mistakes_
    18 mistakes, 18 of them kept; the last in epoch 8
    >>> list(model.mistakes_)[:2]
    [Mistake(epoch=1, row=0, unit=0, update=-1.0), Mistake(epoch=1, row=3, unit=0, update=1.0)]
    """

    epoch: Array
    row: Array
    unit: Array
    update: Array
    counts: Array

    @property
    def total(self) -> int:
        """How many mistakes were made."""
        return int(self.counts.sum())

    @property
    def per_unit(self) -> Array:
        """How many mistakes each unit made."""
        return np.asarray(self.counts.sum(axis=0))

    def __len__(self) -> int:
        return len(self.epoch)

    def __iter__(self) -> Iterator[Mistake]:
        for one in zip(self.epoch, self.row, self.unit, self.update, strict=True):
            yield Mistake(int(one[0]), int(one[1]), int(one[2]), float(one[3]))

    def weight_changes(self, X: Any) -> Array:
        """Return what each kept mistake added to its unit's weights (mistakes x features).

        Parameters
        ----------
        X : array-like or CSR matrix of shape (n_samples, n_features)
            The rows that were learned from.
        """
        X = X.tocsr()[self.row].toarray() if hasattr(X, "tocsr") else np.asarray(X)[self.row]
        return np.asarray(self.update[:, None] * X)

    def to_frame(self) -> Any:
        """Return the kept mistakes as a pandas DataFrame."""
        import pandas as pd

        names = Mistake._fields
        return pd.DataFrame({name: getattr(self, name) for name in names})

    def __repr__(self) -> str:
        if not self.total:
            return "no mistakes"
        last = int(np.flatnonzero(self.counts.sum(axis=1))[-1]) + 1
        return f"{self.total} mistakes, {len(self)} of them kept; the last in epoch {last}"


def mistakes_of(learned: list[Learned], counts: Any) -> Mistakes:
    """Return the mistakes of several units; `counts` are epochs x units."""
    pairs = [one.kept_rows for one in learned]
    return Mistakes(
        epoch=np.concatenate([one[:, 0] for one in pairs]),
        row=np.concatenate([one[:, 1] for one in pairs]),
        unit=np.repeat(np.arange(len(learned)), [len(one) for one in pairs]),
        update=np.concatenate([one.kept_updates for one in learned]),
        counts=counts,
    )
