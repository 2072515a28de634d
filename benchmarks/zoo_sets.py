"""Data sets of the zoo: made ones, those embedded in scikit-learn, and shared ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

_PLACES = [above / "shared" / "data" for above in Path(__file__).parents[2:4]]
DATA = next((place for place in _PLACES if place.is_dir()), _PLACES[0])
Array = np.ndarray[Any, Any]


def friedman(rows: int, seed: int, noise: float = 0.5, extra: int = 0) -> tuple[Array, Array]:
    r = np.random.default_rng(seed)
    U = r.uniform(size=(rows, 5 + extra))
    y = 10 * np.sin(np.pi * U[:, 0] * U[:, 1]) + 20 * (U[:, 2] - 0.5) ** 2
    y += 10 * U[:, 3] + 5 * U[:, 4] + noise * r.standard_normal(rows)
    return (U - 0.5) * 12**0.5, (y - 14.4) / 5


def waves(rows: int, seed: int, noise: float = 0.1, extra: int = 0) -> tuple[Array, Array]:
    r = np.random.default_rng(seed)
    X = r.standard_normal((rows, 4 + extra))
    y = np.sin(2 * X[:, 0]) + 0.5 * X[:, 1] * X[:, 2] + 0.3 * np.abs(X[:, 3])
    return X, y + noise * r.standard_normal(rows)


def moons(rows: int, seed: int, noise: float = 0.2) -> tuple[Array, Array]:
    r = np.random.default_rng(seed)
    t, y = r.uniform(0, np.pi, rows), r.integers(0, 2, rows)
    X = np.column_stack([np.cos(t), np.sin(t)])
    X[y == 1] = np.column_stack([1 - np.cos(t), 0.5 - np.sin(t)])[y == 1]
    return X + noise * r.standard_normal(X.shape), y


def rings(rows: int, seed: int, noise: float = 0.15) -> tuple[Array, Array]:
    r = np.random.default_rng(seed)
    y = r.integers(0, 3, rows)
    angle, size = r.uniform(0, 2 * np.pi, rows), 0.4 + 0.6 * y + noise * r.standard_normal(rows)
    return np.column_stack([size * np.cos(angle), size * np.sin(angle)]), y


def blobs(rows: int, seed: int, spread: float = 1.0) -> tuple[Array, Array]:
    r = np.random.default_rng(seed)
    centers = 2.0 * r.standard_normal((4, 6))
    y = r.integers(0, 4, rows)
    return (centers[y] + spread * r.standard_normal((rows, 6))) / 2, y


def sheets(rows: int, seed: int) -> tuple[Array, Array]:
    """Return ten classes that lie on bent surfaces in 40 dimensions."""
    r = np.random.default_rng(seed)
    y, place = r.integers(0, 10, rows), r.standard_normal((rows, 3))
    bend = r.standard_normal((10, 6, 40)) / 3
    flat = np.hstack([place, np.tanh(place[:, :2] * 1.5), np.ones((rows, 1))])
    return scaled(np.einsum("rk,rkd->rd", flat, bend[y]) + 0.1 * r.standard_normal((rows, 40))), y


def scaled(X: Array) -> Array:
    std = X.std(axis=0)
    found: Array = (X - X.mean(axis=0)) / np.where(std > 0, std, 1)
    return found


def embedded(name: str) -> tuple[Array, Array]:
    from sklearn import datasets

    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return X, y


def shared(name: str, rows: int, seed: int) -> tuple[Array, Array]:
    data = np.load(DATA / f"{name}.npz")
    X, y = data["X"].astype(float), data["y"].ravel().astype(float)
    take = np.random.default_rng(seed).permutation(len(X))[:rows]
    return X[take], y[take]


def quantity(name: str, rows: int, seed: int) -> tuple[Array, Array]:
    """Return scaled inputs and target of a regression, rows in a random order."""
    if name in ("friedman", "waves"):
        return {"friedman": friedman, "waves": waves}[name](rows, seed)
    X, y = embedded(name) if name == "diabetes" else shared(name, rows, seed)
    take = np.random.default_rng(seed).permutation(len(X))[:rows]
    return scaled(X[take]), scaled(y[take])


def classes(name: str, rows: int, seed: int) -> tuple[Array, Array]:
    """Return scaled inputs and classes, rows in a random order."""
    made = {"moons": moons, "rings": rings, "blobs": blobs, "sheets": sheets}
    if name in made:
        return made[name](rows, seed)
    X, y = embedded(name)
    take = np.random.default_rng(seed).permutation(len(X))[:rows]
    return scaled(X[take]), y[take]
