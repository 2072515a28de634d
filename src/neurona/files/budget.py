"""How much one document may ask for: counted over the whole of it before anything is made.

A limit for each array alone lets a thousand arrays each take as much; so bytes and values are added
up over the document, the same for what is written and what is read.
"""

from __future__ import annotations

import re
from typing import Any

from neurona.errors import FormatError

MAX_BYTES = 1 << 27
"""What all values of a document may take in memory."""
COSTS = {"array": 4096, "random_state": 1 << 16, "value": 4096, "dict": 1024}
"""Bytes that a value of a kind is counted with besides its items: what it takes to make it."""
ITEM_SIZE = re.compile(r"<U([0-9]{1,7})|[<|][biuf]([1248])")
OBJECT_BYTES = 64
"""What a number or text of its own is counted with."""


def check_budget(document: Any) -> None:
    """FormatError if the values of a JSON document come to too much; they may be of any kind."""
    left, waiting = MAX_BYTES, [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            left -= _cost(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            left -= OBJECT_BYTES // 8 * len(value)
            waiting.extend(one for one in value if isinstance(one, dict | list))
        if left < 0:
            raise FormatError(
                f"its values would take more than {MAX_BYTES:,} bytes, which is more than a model's"
            )


def _cost(value: dict[str, Any]) -> int:
    cost = OBJECT_BYTES * (1 + len(value))
    for tag, price in COSTS.items():
        if tag in value:
            cost += price
    code, items = value.get("array"), value.get("items")
    if isinstance(code, str) and isinstance(items, list):
        found = ITEM_SIZE.fullmatch(code)
        size = OBJECT_BYTES if found is None else 4 * int(found[1] or 0) + int(found[2] or 0)
        cost += size * len(items)
    return cost
