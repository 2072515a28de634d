"""A model's constructor parameters as plain data, and an unfitted model made of them again."""

from __future__ import annotations

from typing import Any

from neurona.errors import FormatError
from neurona.estimators.parameters import check_parameters
from neurona.files import plain
from neurona.files.fields import entry

DROPPED = ("callbacks",)
"""Parameters that a file does not keep; the loaded model has their default."""


def encode_parameters(model: Any) -> dict[str, Any]:
    """Return the parameters by name; TypeError if one cannot be kept."""
    owner = type(model).__name__
    return {
        name: plain.encode(value, f"The parameter {name!r} of {owner}")
        for name, value in model.get_params(deep=False).items()
        if name not in DROPPED
    }


def decode_parameters(cls: Any, document: Any) -> Any:
    """Return an unfitted model of class `cls` with the document's parameters."""
    given = entry(document, "parameters", dict)
    known = set(cls._get_param_names()) - set(DROPPED)
    if not set(given) <= known:
        raise FormatError(f"{cls.__name__} has no parameter {min(set(given) - known)[:60]!r}")
    model = cls(**{name: plain.decode(value) for name, value in given.items()})
    try:
        check_parameters(model)
    except ValueError as error:
        raise FormatError(str(error)) from None
    return model
