"""The log of a run: an event a line, each with a checksum, so that what is whole can be told.

A line is the event as JSON whose last field is `crc`: the CRC-32, in eight hexadecimal digits, of
the line's bytes before `, "crc"`. Whoever reads NDJSON reads it and need not care.

>>> line = sealed({"event": "note", "text": "rows were left out"})
>>> line
b'{"event": "note", "text": "rows were left out", "crc": "64d64e86"}\\n'
>>> read_events(line + line.replace(b"were", b"wera") + line[:20])
([{'event': 'note', 'text': 'rows were left out'}], [2, 3])
"""

from __future__ import annotations

import json
import re
import zlib
from typing import IO

from neurona.progress.events import Event, JsonLines, line_of

_SEALED = re.compile(rb'(\{.*), "crc": "([0-9a-f]{8})"\}\n')


def log_file(handle: IO[bytes]) -> JsonLines:
    """Return a listener that appends to a file: a line is written whole, or is known not to be."""

    def write(line: bytes) -> None:
        handle.write(line)
        handle.flush()

    return JsonLines(write, sealed)


def sealed(event: Event) -> bytes:
    """Return an event as a line with its checksum."""
    body = line_of(event)[:-2]
    return body + f', "crc": "{zlib.crc32(body):08x}"}}\n'.encode()


def opened(line: bytes) -> Event | None:
    """Return the event of a line, None if the line is not as it was written."""
    found = _SEALED.fullmatch(line)
    if found is None or zlib.crc32(found[1]) != int(found[2], 16):
        return None
    return _event(found[1] + b"}")


def read_events(content: bytes) -> tuple[list[Event], list[int]]:
    """Return the whole events of a log, and the numbers of the lines, from 1, that are damaged.

    A log without any checksum is of a version that wrote none; its lines are whole if they are
    JSON.
    """
    lines = content.splitlines(keepends=True)
    is_sealed = any(_SEALED.fullmatch(line) for line in lines)
    events, damaged = [], []
    for number, line in enumerate(lines, 1):
        event = opened(line) if is_sealed else _event(line)
        if event is None or not line.endswith(b"\n"):
            damaged.append(number)
        else:
            events.append(event)
    return events, damaged


def _event(line: bytes) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
