"""Spool: prepared rows on a disk, in chunks that can be read again in any order.

Rows come once, in blocks of any size; inputs, targets and weights of a chunk lie one behind the
other, so that reading a chunk copies nothing but what is read. The file has no name (where the
system allows it) and is gone with the process.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import threading
import weakref
from typing import IO, Any

import numpy as np

from neurona.errors import TableError
from neurona.network import Vector

CHUNK_ROWS = 1024
"""Rows that are read at a time: few enough that a shuffle of chunks mixes the rows well."""
SPARE = 1.05
"""Times the room that the rows take must be free on the disk."""


class Spool:
    """A file of rows: `add` writes them, `seal` ends writing, `read` reads a chunk.

    Attributes
    ----------
    rows, chunks : int
        How many were written.
    inputs, outputs : int
        Numbers of a row.
    weighted : bool
        Whether rows have weights.
    fingerprint : str
        SHA-256 of all that was written.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        dtype: Any,
        rows: int,
        weighted: bool = False,
        chunk_rows: int = CHUNK_ROWS,
    ) -> None:
        self.inputs, self.outputs, self.weighted = inputs, outputs, weighted
        self.dtype, self.chunk_rows, self.rows = np.dtype(dtype), chunk_rows, 0
        self._check_room(rows)
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="neurona-")  # noqa: SIM115 - kept
        weakref.finalize(self, self._file.close)
        self._lock = threading.Lock()
        self._digest = hashlib.sha256()
        self._parts = self.room(chunk_rows)
        self._filled = 0

    @property
    def row_bytes(self) -> int:
        """What a row takes."""
        return int((self.inputs + self.outputs + self.weighted) * self.dtype.itemsize)

    @property
    def chunks(self) -> int:
        """How many chunks there are; the last one may be shorter."""
        return -(-self.rows // self.chunk_rows)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of all that was written."""
        return self._digest.hexdigest()

    def room(self, rows: int) -> tuple[Vector, Vector, Vector]:
        """Return arrays for so many rows: inputs, targets, weights (empty if they have none)."""
        return (
            np.zeros((rows, self.inputs), self.dtype),
            np.zeros((rows, self.outputs), self.dtype),
            np.zeros(rows if self.weighted else 0, self.dtype),
        )

    def rows_of(self, chunk: int) -> int:
        """Return how many rows a chunk has."""
        return min(self.chunk_rows, self.rows - chunk * self.chunk_rows)

    def add(self, inputs: Vector, targets: Vector, weights: Vector | None = None) -> None:
        """Write rows behind those that are there."""
        given = (inputs, targets, *([] if weights is None else [weights]))
        start = 0
        while start < len(inputs):
            take = min(self.chunk_rows - self._filled, len(inputs) - start)
            for part, rows in zip(self._parts, given, strict=False):
                part[self._filled : self._filled + take] = rows[start : start + take]
            self._filled += take
            start += take
            if self._filled == self.chunk_rows:
                self._write()

    def seal(self) -> None:
        """End writing."""
        if self._filled:
            self._write()
        self._parts = self.room(0)
        self._file.flush()

    def read(self, chunk: int, inputs: Vector, targets: Vector, weights: Vector) -> int:
        """Read a chunk into the first rows of C-contiguous arrays; returns how many it has."""
        rows = self.rows_of(chunk)
        with self._lock:
            self._file.seek(chunk * self.chunk_rows * self.row_bytes)
            for into in (inputs, targets, *([weights] if self.weighted else [])):
                wanted = _bytes(into[:rows])
                if self._file.readinto(wanted) != len(wanted):  # type: ignore[attr-defined]
                    raise TableError(
                        "The temporary file of prepared rows is shorter than it was; leave the "
                        "folder of temporary files alone while a model trains."
                    )
        return rows

    def close(self) -> None:
        """Delete the file."""
        self._file.close()

    def _write(self) -> None:
        try:
            for part in self._parts:
                written = _bytes(part[: self._filled])
                self._digest.update(written)
                self._file.write(written)
        except OSError as error:
            self.close()
            raise TableError(
                f"Prepared rows cannot be written to {tempfile.gettempdir()!r} ({error.strerror}); "
                "free room there, or set TMPDIR to a folder on another disk."
            ) from None
        self.rows += self._filled
        self._filled = 0

    def _check_room(self, rows: int) -> None:
        folder = tempfile.gettempdir()
        needed, free = rows * self.row_bytes, shutil.disk_usage(folder).free
        if needed * SPARE > free:
            raise TableError(
                f"{rows:,} prepared rows take {needed / 1e9:,.1f} GB of disk, and {folder!r} has "
                f"{free / 1e9:,.1f} GB free; free some, or set TMPDIR to a folder on another disk."
            )


def _bytes(array: Vector) -> memoryview:
    """Return the bytes of a C-contiguous array, not copied."""
    flat: Any = array.reshape(-1)
    return memoryview(flat).cast("B")
