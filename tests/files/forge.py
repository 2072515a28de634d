"""Files as an enemy would make them: any header, any data, and a checksum that fits."""

from __future__ import annotations

import copy
import hashlib
import json
import random
import struct
from typing import Any

from neurona.files.container import NO_CHECKSUM, START

HOSTILE: list[Any] = [
    None, True, False, 0, 1, -1, 2, 1 << 31, 1 << 63, 1 << 64, 10**300, -(10**18), 0.5, -1.5, 1e308,
    "", "a", "os.system", "builtins.eval", "__import__('os').system('true')", "nan", "F64", "O",
    "<U9999999", "<f8", "\x00", "../../etc/passwd", [], {}, [[]], [0], [1, 2], [-1], [1 << 40] * 8,
    {"tuple": []}, {"float": "nan"}, {"float": "1e999"}, {"dict": [[[], 1]]}, {"dict": 5},
    {"array": "<f8", "shape": [1 << 40], "items": []}, {"array": "O", "shape": [1], "items": [[]]},
    {"array": "<i4,<i4", "shape": [1], "items": [1]}, {"array": "<U9999999", "shape": [99],
     "items": ["a"] * 99}, {"value": "activation", "name": "tanh", "options": {}},
    {"value": "optimizer", "name": "adam", "options": {"beta1": 7}},
    {"value": "schedule", "name": "warm_up", "options": {"then": "os.system"}},
    {"value": "os", "name": "system", "options": {}}, {"random_state": [[0] * 624, 9999, 0, 0.0]},
    {"random_state": 0}, {"class": "os.system"},
]  # fmt: skip


def with_checksum(content: bytes) -> bytes:
    """Return the content with the checksum that belongs there, if there is a place for one."""
    size = int.from_bytes(content[:8], "little")
    found = START.match(content[8 : 8 + min(size, 1 << 20)])
    if not found:
        return content
    first, last = (8 + place for place in found.span(3))
    blank = content[:first] + NO_CHECKSUM + content[last:]
    digest = hashlib.sha256(blank).hexdigest().encode()
    return content[:first] + digest + content[last:]


def forge(header: bytes | str, data: bytes = b"") -> bytes:
    """Return a file of a header and data with the right lengths and checksum."""
    text = header.encode() if isinstance(header, str) else header
    return with_checksum(len(text).to_bytes(8, "little") + text + data)


def take_apart(content: bytes) -> tuple[dict[str, Any], Any, bytes]:
    """Return the header without its document, the document, and the data."""
    size = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + size])
    return header, json.loads(header["__metadata__"].pop("document")), content[8 + size :]


def put_together(header: dict[str, Any], document: object, data: bytes) -> bytes:
    """The inverse of take_apart, whatever is in them."""
    metadata = {**header["__metadata__"], "document": json.dumps(document)}
    text = json.dumps({**header, "__metadata__": metadata}, separators=(",", ":"))
    return forge(text, data)


def places(value: object) -> list[tuple[object, object]]:
    """Return all (container, key) of a JSON value."""
    found: list[tuple[object, object]] = []
    keys = (
        value.keys()
        if isinstance(value, dict)
        else range(len(value))
        if isinstance(value, list)
        else ()
    )
    for key in list(keys):
        found.append((value, key))
        found.extend(places(value[key]))  # type: ignore[index]
    return found


def mutate_bytes(content: bytes, chance: random.Random) -> bytes:
    """Flip bits, cut, double, swap, or set a length."""
    mutant = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 2, 8))):
        where = chance.randrange(max(1, len(mutant)))
        kind = chance.randrange(6)
        if kind == 0 and mutant:
            mutant[where] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del mutant[where:]
        elif kind == 2:
            mutant[where:where] = mutant[where : where + chance.randrange(1, 40)]
        elif kind == 3:
            del mutant[where : where + chance.randrange(1, 40)]
        elif kind == 4:
            mutant[:8] = struct.pack(
                "<Q", chance.choice((0, 1, 64, 1 << 20, 1 << 40, (1 << 64) - 1))
            )
        else:
            mutant += bytes(chance.randrange(1, 20))
    return bytes(mutant)


def mutate_document(content: bytes, chance: random.Random) -> bytes:
    """Change, delete or add something in the header or the document."""
    header, document, data = take_apart(content)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        tree = document if chance.random() < 0.75 else header
        spots = [spot for spot in places(tree) if spot[1] not in ("__metadata__", "sha256")]
        if not spots:
            break
        holder, key = chance.choice(spots)
        kind = chance.randrange(4)
        if kind == 0 and isinstance(holder, dict):
            del holder[key]
        elif kind == 1 and isinstance(holder, dict):
            holder[chance.choice(("x", "class", "..", "layers.9.weights"))] = copy.deepcopy(
                chance.choice(HOSTILE)
            )
        elif kind == 2 and isinstance(holder[key], int):  # type: ignore[index]
            holder[key] += chance.choice((-1, 1, 7, 1 << 33, -(1 << 33)))  # type: ignore[index]
        else:
            holder[key] = copy.deepcopy(chance.choice(HOSTILE))  # type: ignore[index]
    if not isinstance(header.get("__metadata__"), dict):
        return content[:-1]
    return put_together(header, document, data)
