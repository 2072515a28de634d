"""JSON from strangers: refused before it is parsed if it is too deep or too long.

Python's own parser takes nan, duplicate keys, and nesting up to the recursion limit. Here depth and
number of values are counted first, in linear time and without recursion.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

import numpy as np

from neurona.errors import FormatError

MAX_DEPTH = 40
MAX_VALUES = 2_000_000


def dumps(value: Any) -> bytes:
    """Return a value as compact ASCII JSON that `loads` takes."""
    text = json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode()
    _check_size(text)
    return text


def loads(text: bytes) -> Any:
    """Parse JSON; FormatError if it is not what `dumps` could have written."""
    if not text.isascii():
        raise FormatError("the header has bytes that are not ASCII")
    _check_size(text)
    try:
        return json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_float=_finite
        )
    except FormatError:
        raise
    except (ValueError, RecursionError) as error:
        raise FormatError(f"the header is not JSON: {error}") from None


def _check_size(text: bytes) -> None:
    # without escaped backslashes, then without escaped quotes, every second piece is a string
    outside = b"".join(text.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')[::2])
    codes = np.frombuffer(outside, np.uint8)
    opening = (codes == ord("[")) | (codes == ord("{"))
    closing = (codes == ord("]")) | (codes == ord("}"))
    values = int(opening.sum()) + int((codes == ord(",")).sum())
    if values > MAX_VALUES:
        raise FormatError(f"the header has more than {MAX_VALUES:,} values")
    depth = np.cumsum(opening.astype(np.int32) - closing.astype(np.int32))
    if depth.max(initial=0) > MAX_DEPTH:
        raise FormatError(f"the header is nested more than {MAX_DEPTH} deep")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise FormatError("the header has a key twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise FormatError(f"the header has {name}, which is not JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise FormatError(f"the header has the number {digits[:40]}, which is too large")
    return number
