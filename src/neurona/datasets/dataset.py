"""Dataset: a table of inputs and targets with the names and units of its columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Task = Literal["regression", "classification"]


@dataclass(frozen=True, eq=False)
class Dataset:
    """A table that cannot be changed: its arrays are read-only.

    Attributes
    ----------
    name : str
    X : ndarray of float64, shape (rows, inputs)
    y : ndarray, shape (rows,) for one target, (rows, targets) for several
        float64 for regression; integers or strings for classes.
    input_names, target_names : tuple of str
        One per column.
    task : "regression" or "classification"
    description : str
        One paragraph: what the columns are, and what makes the set worth a look.
    source : str
        Where it comes from: a paper, or the equations and constants.
    input_units, target_units : tuple of str
        One per column; "" where there is none or it is not known.
    """

    name: str
    X: Array
    y: Array
    input_names: tuple[str, ...]
    target_names: tuple[str, ...]
    task: Task
    description: str
    source: str
    input_units: tuple[str, ...] = ()
    target_units: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        targets = 1 if self.y.ndim == 1 else self.y.shape[1]
        if not self.input_units:
            object.__setattr__(self, "input_units", ("",) * len(self.input_names))
        if not self.target_units:
            object.__setattr__(self, "target_units", ("",) * len(self.target_names))
        widths = (len(self.input_names), len(self.input_units), self.X.shape[1])
        heights = (len(self.target_names), len(self.target_units), targets)
        if len({*widths}) > 1 or len({*heights}) > 1 or len(self.X) != len(self.y):
            raise ValueError(f"the names and units of {self.name!r} do not fit its arrays")
        self.X.setflags(write=False)
        self.y.setflags(write=False)

    def __repr__(self) -> str:
        inputs, targets = len(self.input_names), len(self.target_names)
        return f"Dataset({self.name!r}, {len(self.X)} rows, {inputs} inputs, {targets} targets)"
