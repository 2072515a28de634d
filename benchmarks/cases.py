"""The four trainings that are timed, the same for everyone."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Case(NamedTuple):
    """One training: rows of random data, layer sizes, batch, optimizer, epochs for a long enough
    run.
    """

    name: str
    rows: int
    sizes: tuple[int, ...]
    batch: int
    optimizer: str
    epochs: int
    slow_epochs: int
    """Epochs for the peers that need a hundred times as long."""

    @property
    def steps_per_epoch(self) -> int:
        return -(-self.rows // self.batch)

    def data(self, dtype: str = "float32") -> tuple[np.ndarray, np.ndarray]:
        """Return inputs, and targets: one number, or class numbers for several outputs."""
        random = np.random.default_rng(0)
        X = random.standard_normal((self.rows, self.sizes[0])).astype(dtype)
        scores = X @ (
            random.standard_normal((self.sizes[0], self.sizes[-1])) / self.sizes[0] ** 0.5
        )
        if self.sizes[-1] > 1:
            return X, scores.argmax(axis=1)
        return X, np.tanh(scores[:, 0]).astype(dtype)


CASES = (
    Case("8-30-1 x 32, SGD", 11_610, (8, 30, 1), 32, "sgd", 40, 4),
    Case("4-16-3 x 32, Adam", 500, (4, 16, 3), 32, "adam", 800, 80),
    Case("64-128-64-1 x 64, Adam", 20_000, (64, 128, 64, 1), 64, "adam", 10, 3),
    Case("784-256-128-10 x 128, Adam", 20_000, (784, 256, 128, 10), 128, "adam", 3, 2),
)
