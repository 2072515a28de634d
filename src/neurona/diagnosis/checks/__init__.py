"""The checks, by what they look at; importing this registers them."""

from neurona.diagnosis.checks import (
    capacity,
    columns,
    divided,
    inputs,
    labels,
    penalty,
    progress,
    rates,
    starts,
    targets,
    units,
)

__all__ = [
    "capacity",
    "columns",
    "divided",
    "inputs",
    "labels",
    "penalty",
    "progress",
    "rates",
    "starts",
    "targets",
    "units",
]
