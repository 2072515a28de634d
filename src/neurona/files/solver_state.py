"""A full-batch solver's state as arrays and numbers, field by field."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.files import plain
from neurona.files.fields import Array, Arrays
from neurona.optimizers.solver import SolverState


def put_solver(arrays: dict[str, Array], prefix: str, state: SolverState) -> dict[str, Any]:
    """Add the state's arrays; returns the JSON with its numbers."""
    document: dict[str, Any] = {}
    for field in dataclasses.fields(state):
        value = getattr(state, field.name)
        if isinstance(value, np.ndarray):
            arrays[f"{prefix}{field.name}"] = value
        else:
            document[field.name] = plain.encode(value, field.name)
    return document


def take_solver(arrays: Arrays, prefix: str, document: Any, like: SolverState) -> SolverState:
    """Return the state that `put_solver` added; `like` shows its fields, types and shapes."""
    if not isinstance(document, dict):
        raise FormatError("the state of the solver is missing")
    found: dict[str, Any] = {}
    for field in dataclasses.fields(like):
        example = getattr(like, field.name)
        if isinstance(example, np.ndarray):
            found[field.name] = arrays.take(f"{prefix}{field.name}", example.dtype, example.shape)
        else:
            value = plain.decode(document.get(field.name))
            if type(value) is not type(example):
                raise FormatError(f"the solver's {field.name!r} is not as it should be")
            found[field.name] = value
    if set(document) != set(found) - {
        name for name in found if isinstance(found[name], np.ndarray)
    }:
        raise FormatError("the state of the solver has other fields than it should")
    return dataclasses.replace(like, **found)
