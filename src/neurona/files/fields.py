"""Reading a document and its arrays with every type and size checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from neurona.errors import FormatError

T = TypeVar("T")
Array = np.ndarray[Any, np.dtype[Any]]


def entry(document: Any, name: str, kind: type[T]) -> T:
    """Return the entry `name` of a JSON object, which must be of exactly this type."""
    if not isinstance(document, dict) or name not in document:
        raise FormatError(f"the document has no {name!r}")
    value = document[name]
    if type(value) is not kind:
        raise FormatError(f"{name!r} in the document is not of the type {kind.__name__}")
    return value


def count(document: Any, name: str) -> int:
    """Return an entry that must be an integer from 0 to 2^63 - 1."""
    number = entry(document, name, int)
    if not 0 <= number < 1 << 63:
        raise FormatError(f"{name!r} in the document is out of range")
    return number


class Arrays:
    """The arrays of a file, taken out one by one; `finish` finds what nobody asked for."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        self._left = dict(arrays)

    def __contains__(self, name: str) -> bool:
        return name in self._left

    def take(self, name: str, dtype: Any, shape: tuple[int | None, ...]) -> Array:
        """Return an array, which must have this type and shape; None stands for any length."""
        if name not in self._left:
            raise FormatError(f"the array {name} is missing")
        array = self._left.pop(name)
        fits = len(array.shape) == len(shape) and all(
            expected in (None, size) for expected, size in zip(shape, array.shape, strict=True)
        )
        if array.dtype != np.dtype(dtype) or not fits:
            raise FormatError(
                f"the array {name} is {array.dtype} {array.shape} where {np.dtype(dtype)} {shape} "
                "is expected"
            )
        return array

    def finish(self) -> None:
        """Raise FormatError if an array was not taken."""
        if self._left:
            raise FormatError(f"the array {min(self._left)} belongs to nothing")
