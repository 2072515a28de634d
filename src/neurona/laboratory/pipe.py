"""What travels between server and engine: a length, a kind, and so many bytes."""

from __future__ import annotations

import asyncio
import struct
import threading
from typing import BinaryIO

HEAD = struct.Struct("<IB")
TEXT, BYTES, CONTROL = 0, 1, 2
"""A JSON text, a binary frame, or a message between server and engine, in JSON."""
LARGEST = 256 * 2**20
LARGEST_TEXT = 64_000
"""Bytes of a command."""
PIECE = 256_000
"""Bytes of a piece of an upload, and of a frame."""


class PipeError(ValueError):
    """What came through the pipe is no message."""


def packed(kind: int, payload: bytes) -> bytes:
    """Return a message as bytes."""
    return HEAD.pack(len(payload), kind) + payload


async def receive(reader: asyncio.StreamReader) -> tuple[int, bytes] | None:
    """Return the next message; None at the end."""
    try:
        size, kind = HEAD.unpack(await reader.readexactly(HEAD.size))
        _check(size, kind)
        return kind, await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def receive_from(file: BinaryIO) -> tuple[int, bytes] | None:
    """Return the next message, waiting for it; None at the end."""
    head = _exactly(file, HEAD.size)
    if head is None:
        return None
    size, kind = HEAD.unpack(head)
    _check(size, kind)
    payload = _exactly(file, size)
    return None if payload is None else (kind, payload)


class Writer:
    """Sends messages from several threads, each as a whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._lock = file, threading.Lock()

    def send(self, kind: int, payload: bytes) -> None:
        """Send one."""
        with self._lock:
            self._file.write(packed(kind, payload))
            self._file.flush()


def _check(size: int, kind: int) -> None:
    if size > LARGEST or kind not in (TEXT, BYTES, CONTROL):
        raise PipeError("What came through the pipe is no message: somebody else wrote to it.")


def _exactly(file: BinaryIO, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        part = file.read(size - len(parts))
        if not part:
            return None
        parts += part
    return bytes(parts)
