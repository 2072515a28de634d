"""Small tables for the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import numpy as np


def write_regression(path: Path, rows: int = 300) -> Path:
    """A CSV of two inputs and their product and sum, `flow`."""
    random = np.random.default_rng(5)
    a, b = random.normal(size=(2, rows)).round(6)
    lines = [f"{x},{y},{x * y + x:.6f}" for x, y in zip(a, b, strict=True)]
    path.write_text("\n".join(["a,b,flow", *lines]) + "\n")
    return path


def write_classes(path: Path, rows: int = 300) -> Path:
    """A CSV of two inputs, a group, and the class `state`."""
    random = np.random.default_rng(6)
    a, b = random.normal(size=(2, rows)).round(6)
    state = np.where(a + b > 0.5, "alarm", np.where(a < -0.5, "off", "good"))
    lines = [f"{x},{y},g{i % 9},{s}" for i, (x, y, s) in enumerate(zip(a, b, state, strict=True))]
    path.write_text("\n".join(["a,b,pump,state", *lines]) + "\n")
    return path
