"""A trace as strict JSON, all digits kept: what the Lab steps through.

A number that is not finite is one of the texts "nan", "inf", "-inf". Arrays are lists of rows.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurona.tracing.parts import Trace

SCHEMA = "neurona.trace"
VERSION = 1


def as_json(trace: Trace, indent: int | None) -> str:
    """Return the trace as JSON text."""
    return json.dumps(document(trace), allow_nan=False, indent=indent)


def document(trace: Trace) -> dict[str, Any]:
    """Return the trace as plain data."""
    layers = range(len(trace.forward))
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "estimator": trace.estimator,
        "sizes": list(trace.sizes),
        "units": [list(trace.unit_names(k)) for k in range(len(trace.sizes))],
        "loss_function": _value(trace.loss_function),
        "optimizer": None if trace.optimizer is None else _value(trace.optimizer),
        "options": {name: plain(value) for name, value in trace.options.items()},
        "rate": plain(trace.rate),
        "step": trace.step,
        "rows": {
            "inputs": plain(trace.inputs),
            "targets": plain(trace.targets),
            "shares": plain(trace.row_shares),
            "losses": plain(trace.row_losses),
            "prediction": plain(trace.prediction),
            "truth": plain(trace.truth),
        },
        "loss": plain(trace.loss),
        "penalty": plain(trace.penalty),
        "gradient_norm": plain(trace.gradient_norm),
        "forward": [_fields(trace.forward[k]) for k in layers],
        "backward": [_fields(trace.backward[k]) for k in layers],
        "update": [
            {"weights": _fields(layer.weights), "biases": _fields(layer.biases)}
            for layer in trace.update
        ],
        "memory": plain(trace.memory),
        "note": trace.note,
    }


def plain(value: Any) -> Any:
    """Return numbers, arrays and collections of them as JSON has them."""
    if isinstance(value, np.ndarray):
        return value.tolist() if np.isfinite(value).all() else plain(value.tolist())
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    # a function of the user's, as an option
    return str(getattr(value, "__qualname__", value))


def _fields(part: Any) -> dict[str, Any]:
    return {field.name: plain(getattr(part, field.name)) for field in dataclasses.fields(part)}


def _value(value: Any) -> dict[str, Any]:
    return {"name": value.name, "options": _fields(value)}
