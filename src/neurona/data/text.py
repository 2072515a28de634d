"""Bytes to text: encodings, gzip, and the limits that keep a hostile file from filling memory."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from neurona.data.limits import MAX_CELLS, check_unpacked
from neurona.errors import TableError
from neurona.spelling import parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _typeshed import WriteableBuffer

MAX_LINE_BYTES = 64 * 2**20
SAMPLE_BYTES = 2**16
LATIN = "cp1252"
"""What is not UTF-8 is taken for."""
_LETTERS = re.compile(r"\w*[^\x00-\x7f]\w*")
CHUNK_BYTES = 2**18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Guard(io.RawIOBase):
    """A binary stream that refuses lines beyond MAX_LINE_BYTES, and packed files that become more
    bytes than `most` cells have; and names the file when a read fails.
    """

    def __init__(self, stream: IO[bytes], source: str, most: int) -> None:
        self._stream, self._source, self._since_line_end = stream, source, 0
        self._most = most if isinstance(stream, gzip.GzipFile) else 0
        self._size = 0

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read some bytes."""
        view = memoryview(buffer).cast("B")
        try:
            data = self._stream.read(len(view))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise TableError(
                f"{self._source} is a damaged gzip file ({error}); get it anew."
            ) from None
        self._size += len(data)
        if self._most:
            check_unpacked(self._source, self._size, self._most)
        view[: len(data)] = data
        if b"\n" in data or b"\r" in data:
            self._since_line_end = 0
        else:
            self._since_line_end += len(data)
        if self._since_line_end > MAX_LINE_BYTES:
            raise TableError(
                f"{self._source} has a line of more than {MAX_LINE_BYTES // 2**20} MB, so it is no "
                "table in text form; check what kind of file it is."
            )
        return len(data)

    def close(self) -> None:
        """Close the file below as well."""
        if not self.closed:
            self._stream.close()
        super().close()


class Chunks(io.BufferedReader):
    """A buffered stream that gives a text stream as much at once as it holds; 8 KB otherwise."""

    def __init__(self, raw: io.RawIOBase) -> None:
        super().__init__(raw, CHUNK_BYTES)

    def read1(self, size: int = -1, /) -> bytes:
        """Read up to a whole chunk, whatever is asked for."""
        return super().read1(CHUNK_BYTES)


def unpacked(stream: IO[bytes]) -> IO[bytes]:
    """Return the stream, unzipped if it begins like a gzip file."""
    if isinstance(stream, io.BufferedReader):
        # a pipe cannot go back
        start = stream.peek(2)[:2]
    else:
        start = stream.read(2)
        stream.seek(0)
    return gzip.GzipFile(fileobj=stream) if start == b"\x1f\x8b" else stream  # type: ignore[return-value]


def open_text(
    stream: IO[bytes], source: str, encoding: str | None, most: int = MAX_CELLS
) -> tuple[io.TextIOWrapper, str]:
    """Return a text stream (line ends kept) and the name of its encoding.

    Without `encoding` it is found: a byte order mark, else the zeros of UTF-16, else UTF-8, and
    Windows's Latin letters (cp1252) for what is not UTF-8.
    """
    guarded = Chunks(Guard(unpacked(stream), source, most))
    sample = guarded.peek(SAMPLE_BYTES)[:SAMPLE_BYTES]
    if encoding is None:
        encoding = find_encoding(sample)
        errors = "latin" if encoding == "utf-8" else "strict"
        latin = encoding == "utf-8" and not _is_utf8(sample)
    else:
        errors, latin = "strict", False
    try:
        text = io.TextIOWrapper(guarded, encoding=encoding, errors=errors, newline="")
    except LookupError:
        raise TableError(
            f"{source}: {encoding!r} is no encoding that Python knows; "
            "try 'utf-8', 'utf-16' or 'cp1252'."
        ) from None
    return text, LATIN if latin else encoding


def _is_utf8(sample: bytes) -> bool:
    """Whether bytes are UTF-8, the last letter of which may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def said_of_letters(lines: Iterable[str]) -> str:
    """Return a sentence that lets a person see whether letters were taken for Windows's rightly."""
    word = next((match[0] for match in map(_LETTERS.search, lines) if match), "")
    return (
        f"it is not UTF-8 and read as Windows's letters ({LATIN}), such as {word[:30]!r}; if that "
        f"is wrong, pass its encoding, e.g. {parameter('encoding', 'cp850')}, 'mac-roman', 'gbk' "
        "or 'shift_jis'"
    )


def find_encoding(sample: bytes) -> str:
    """Return the encoding that the first bytes of a file speak for."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    zeros_even, zeros_odd = sample[0::2].count(0), sample[1::2].count(0)
    quarter = max(1, len(sample) // 8)
    if zeros_odd >= quarter and zeros_even < zeros_odd // 4:
        return "utf-16-le"
    if zeros_even >= quarter and zeros_odd < zeros_even // 4:
        return "utf-16-be"
    return "utf-8"


def _as_latin(error: UnicodeError) -> tuple[str, int]:
    """Decode bytes that are not UTF-8 as cp1252, or Latin-1 where that has no letter."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    try:
        return wrong.decode("cp1252"), error.end
    except UnicodeDecodeError:
        return wrong.decode("latin-1"), error.end


codecs.register_error("latin", _as_latin)


@contextmanager
def decoding(source: str, encoding: str) -> Iterator[None]:
    """Turn bytes that do not decode into a TableError."""
    try:
        yield
    except UnicodeError as error:
        raise TableError(
            f"{source} is not {encoding} text ({error}); pass another encoding, e.g. "
            f"{parameter('encoding', 'cp1252')}."
        ) from None
