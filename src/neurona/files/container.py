"""The container: a JSON header and raw arrays in one file, in the safetensors layout.

    8 bytes     length of the header, little-endian
    header      {"__metadata__": {"neurona_format": "1", "written_by": ..., "sha256": ...,
                 "kind": ..., "document": JSON as a string},
                 array name: {"dtype": "F64", "shape": [...], "data_offsets": [begin, end]}, ...}
                and spaces up to a multiple of 64 bytes
    arrays      one after the other, little-endian, rows first, without gaps

Any reader of safetensors can read the arrays. `__metadata__` comes first with its keys in this
order, so that version and checksum stand where they can be found before anything is parsed. The
checksum is the SHA-256 of the whole file with zeros in the checksum's own place.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona import __version__
from neurona.errors import FormatError
from neurona.files import strict_json
from neurona.files.budget import check_budget

Array = np.ndarray[Any, np.dtype[Any]]

FORMAT_VERSION = 1
MAX_HEADER = 1 << 24
MAX_ARRAYS = 10_000
MAX_DIMENSIONS = 8
MAX_BYTES = 1 << 30
"""Size of the largest file that is read unless the caller allows more."""
ALIGNMENT = 64

DTYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "I64": np.dtype("<i8"),
    "U32": np.dtype("<u4"),
    "U8": np.dtype("u1"),
}
CODES = {dtype: code for code, dtype in DTYPES.items()}
START = re.compile(
    rb'\{"__metadata__":\{"neurona_format":"([0-9]{1,9})","written_by":"([0-9A-Za-z.+-]{1,40})",'
    rb'"sha256":"([0-9a-f]{64})"'
)
ARRAY_NAME = re.compile(r"[A-Za-z0-9_.-]{1,200}")
NO_CHECKSUM = b"0" * 64


@dataclass(frozen=True)
class Container:
    """What a file holds: its kind ("model", "checkpoint"), a JSON document, and named arrays."""

    kind: str
    document: Any
    arrays: Mapping[str, Array]
    written_by: str = __version__


def pack(container: Container) -> list[bytes | memoryview]:
    """Return the file's content in pieces; ValueError if it is more than `unpack` takes."""
    check_budget(container.document)
    # widest numbers first, so that every array begins at a multiple of its number's size
    names = sorted(container.arrays, key=lambda name: -container.arrays[name].dtype.itemsize)
    pieces, entries, end = [], {}, 0
    for name in names:
        array = np.asarray(container.arrays[name])
        dtype = array.dtype.newbyteorder("<")
        begin, end = end, end + array.nbytes
        entries[name] = {
            "dtype": CODES[dtype], "shape": list(array.shape), "data_offsets": [begin, end]
        }  # fmt: skip
        flat: Any = np.ascontiguousarray(array, dtype).reshape(-1)
        pieces.append(memoryview(flat).cast("B"))
    metadata = {
        "neurona_format": str(FORMAT_VERSION),
        "written_by": container.written_by,
        "sha256": NO_CHECKSUM.decode(),
        "kind": container.kind,
        "document": strict_json.dumps(container.document).decode(),
    }
    header = strict_json.dumps({"__metadata__": metadata, **entries})
    header += b" " * (-(8 + len(header)) % ALIGNMENT)
    if len(header) > MAX_HEADER or len(entries) > MAX_ARRAYS:
        raise ValueError(
            f"This is too much for a file: a header of {len(header):,} bytes and {len(entries):,} "
            f"arrays, where {MAX_HEADER:,} and {MAX_ARRAYS:,} are the limits."
        )
    found = START.match(header)
    assert found is not None
    size = len(header).to_bytes(8, "little")
    digest = hashlib.sha256(size + header)
    for piece in pieces:
        digest.update(piece)
    first, last = found.span(3)
    header = header[:first] + digest.hexdigest().encode() + header[last:]
    return [size, header, *pieces]


def read(path: str | os.PathLike[str], max_bytes: int = MAX_BYTES) -> Container:
    """Read a file. OSError if it cannot be opened, FormatError if it is not a whole neurona file.

    The arrays are read-only views of the bytes read.
    """
    try:
        return unpack(_content(path, max_bytes))
    except FormatError as error:
        raise FormatError(f"{os.fspath(path)!r} cannot be read: {error}") from None
    except MemoryError:
        raise FormatError(
            f"{os.fspath(path)!r} cannot be read: it does not fit in memory"
        ) from None


def _content(path: str | os.PathLike[str], max_bytes: int) -> bytes:
    # a named pipe would otherwise block for ever
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb", closefd=True) if _is_file(handle) else _refuse(handle) as file:
        size = os.fstat(file.fileno()).st_size
        if size > max_bytes:
            raise FormatError(
                f"it has {size:,} bytes, more than the {max_bytes:,} that are read of a stranger's "
                "file; if you trust it, neurona.load takes a larger max_bytes"
            )
        content: bytes = file.read(size)
    return content


def _is_file(handle: int) -> bool:
    return stat.S_ISREG(os.fstat(handle).st_mode)


def _refuse(handle: int) -> Any:
    folder = stat.S_ISDIR(os.fstat(handle).st_mode)
    os.close(handle)
    raise FormatError(
        "it is a folder; name a file in it, of a run that is model.neurona"
        if folder
        else "it is not a regular file"
    )


def unpack(content: bytes) -> Container:
    """Return what a file's content holds; FormatError if anything at all is out of order."""
    if len(content) < 8:
        raise FormatError("it is too short to be a neurona file")
    size = int.from_bytes(content[:8], "little")
    if not 0 < size <= min(len(content) - 8, MAX_HEADER):
        raise FormatError("it is not a neurona file, or it was cut off")
    header = content[8 : 8 + size]
    start = START.match(header)
    if start is None:
        raise FormatError("it is not a neurona file")
    version, written_by = int(start[1]), start[2].decode()
    if version > FORMAT_VERSION:
        raise FormatError(
            f"it has format version {version} and was written by neurona {written_by}; this is "
            f"neurona {__version__}, which reads versions up to {FORMAT_VERSION}: upgrade neurona"
        )
    _check_sum(content, 8 + start.start(3), 8 + start.end(3), start[3])
    entries = strict_json.loads(header)
    if not isinstance(entries, dict):
        raise FormatError("the header is not an object")
    metadata = entries.pop("__metadata__")
    document, kind = metadata.get("document"), metadata.get("kind")
    if not isinstance(document, str) or not isinstance(kind, str):
        raise FormatError("the header has no document or kind")
    if len(entries) > MAX_ARRAYS:
        raise FormatError(f"it has more than {MAX_ARRAYS:,} arrays")
    arrays = _arrays(entries, memoryview(content)[8 + size :])
    text = document.encode("ascii", "replace")
    if not document.isascii():
        raise FormatError("the document has characters that are not ASCII")
    whole = strict_json.loads(text)
    check_budget(whole)
    return Container(kind, whole, arrays, written_by)


def _check_sum(content: bytes, first: int, last: int, expected: bytes) -> None:
    view = memoryview(content)
    digest = hashlib.sha256(view[:first])
    digest.update(NO_CHECKSUM)
    digest.update(view[last:])
    if digest.hexdigest().encode() != expected:
        raise FormatError("its checksum does not fit: the file is damaged")


def _arrays(entries: dict[str, Any], data: memoryview) -> dict[str, Array]:
    arrays: dict[str, Array] = {}
    end = 0
    for name, entry in entries.items():
        if not ARRAY_NAME.fullmatch(name):
            raise FormatError("an array has an odd name")
        if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
            raise FormatError(f"the entry of the array {name} is not as it should be")
        dtype = DTYPES.get(entry["dtype"]) if isinstance(entry["dtype"], str) else None
        shape, offsets = entry["shape"], entry["data_offsets"]
        if dtype is None or not _are_sizes(shape) or not _are_sizes(offsets):
            raise FormatError(f"the array {name} has an odd type, shape or place")
        # Python's integers do not overflow
        size = math.prod(shape) * dtype.itemsize
        if len(shape) > MAX_DIMENSIONS or offsets != [end, end + size] or end + size > len(data):
            raise FormatError(f"the shape of the array {name} does not fit its place in the file")
        arrays[name] = np.frombuffer(data[end : end + size], dtype).reshape(shape)
        end += size
    if end != len(data):
        raise FormatError(f"it has {len(data) - end:,} bytes too many at its end")
    return arrays


def _are_sizes(given: Any) -> bool:
    return isinstance(given, list) and all(type(n) is int and 0 <= n < 1 << 48 for n in given)
