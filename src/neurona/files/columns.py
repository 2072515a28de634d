"""Columns of numbers in which some may be missing, and the history of a training, as arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.files.fields import Array, Arrays
from neurona.training.history import EpochRecord, History

LATER = ("damping",)
"""Fields of a record that older files do not have; left out of a file where all are None."""
OPTIONAL = ("val_loss", "score", "learning_rate", *LATER)


def put_column(arrays: dict[str, Array], name: str, values: Sequence[float | None]) -> None:
    """Add a column as float64; where a number is None, `name.missing` has a 1 (left out if none
    is).
    """
    missing = np.array([value is None for value in values], np.uint8)
    arrays[name] = np.array([math.nan if v is None else v for v in values], np.float64)
    if missing.any():
        arrays[f"{name}.missing"] = missing


def take_column(arrays: Arrays, name: str, length: int | None = None) -> list[Any]:
    """Return the column that `put_column` added, as Python's floats and None."""
    column = arrays.take(name, np.float64, (length,))
    values: list[Any] = column.tolist()
    if f"{name}.missing" in arrays:
        missing = arrays.take(f"{name}.missing", np.uint8, column.shape)
        return [None if gone else value for value, gone in zip(values, missing, strict=True)]
    return values


def put_history(arrays: dict[str, Array], prefix: str, history: History) -> None:
    """Add one array per field of the records."""
    arrays[f"{prefix}epoch"] = np.array(history.column("epoch"), np.int64)
    for name in EpochRecord._fields[1:]:
        values = history.column(name)
        if name not in LATER or any(value is not None for value in values):
            put_column(arrays, f"{prefix}{name}", values)


def take_history(arrays: Arrays, prefix: str) -> History:
    """Return the history that `put_history` added."""
    epochs: list[int] = arrays.take(f"{prefix}epoch", np.int64, (None,)).tolist()
    columns: list[list[Any]] = [
        [None] * len(epochs)
        if name in LATER and f"{prefix}{name}" not in arrays
        else take_column(arrays, f"{prefix}{name}", len(epochs))
        for name in EpochRecord._fields[1:]
    ]
    for name, column in zip(EpochRecord._fields[1:], columns, strict=True):
        if name not in OPTIONAL and None in column:
            raise FormatError(f"the history has epochs without {name}")
    history = History()
    for record in zip(epochs, *columns, strict=True):
        history.append(EpochRecord(*record))
    return history
