"""Where the numbers of an array lie, in the code of a primitive."""

from __future__ import annotations

from typing import Any


def field(context: Any, builder: Any, kind: Any, value: Any, name: str) -> Any:
    """Return a field of an array: `data`, `nitems`, or `shape`, a number for each axis."""
    return builder.extract_value(value, position(context, kind, name))


def position(context: Any, kind: Any, name: str) -> int:
    """Return which field of an array has a name."""
    at: int = context.data_model_manager[kind].get_field_position(name)
    return at


def numbers_of(context: Any, builder: Any, kind: Any, value: Any) -> Any:
    """Return the pointer to the first number of an array of some type."""
    return field(context, builder, kind, value, "data")
