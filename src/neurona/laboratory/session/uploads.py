"""A file that comes in pieces: written as they come, and kept when all are there."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any, BinaryIO

from neurona.laboratory.commands import UploadBegin, UploadEnd
from neurona.laboratory.fields import Refused
from neurona.laboratory.pipe import PIECE
from neurona.laboratory.session.shelf import Shelf, plain_name

PART = "part"


class Uploads:
    """Takes one file at a time; a file that begins takes the place of one that never ended.

    It belongs to the thread that reads, so that pieces are taken in the order of the commands
    around them, and training does not wait for them.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._file: BinaryIO | None = None
        self._name, self._expected, self._got = "", 0, 0
        self._digest = hashlib.sha256()

    def do(self, command: UploadBegin | UploadEnd) -> dict[str, Any]:
        """Begin or end a file; returns what is answered."""
        return self.begin(command) if isinstance(command, UploadBegin) else self.end()

    def begin(self, command: UploadBegin) -> dict[str, Any]:
        """Begin a file; answers how large a piece may be."""
        self.close()
        if self._shelf.folder is None:
            raise Refused("This Lab takes no files.")
        self._name = plain_name(command.name)
        self._expected, self._got, self._digest = command.bytes, 0, hashlib.sha256()
        self._file = os.fdopen(
            os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        )
        return {"piece": PIECE}

    def piece(self, data: bytes) -> None:
        """Take a piece; nothing happens outside of a file, or beyond its end."""
        if self._file is None:
            return
        self._got += len(data)
        if self._got <= self._expected:
            self._file.write(data)
            self._digest.update(data)

    def end(self) -> dict[str, Any]:
        """Keep the file; answers its name, its hash and its bytes."""
        if self._file is None:
            raise Refused("No file has begun.", "do")
        self.close(keep=True)
        try:
            if self._got != self._expected:
                raise Refused(
                    f"{self._name} was to have {self._expected:,} bytes, and {self._got:,} came; "
                    "hand it over again."
                )
            sha256 = self._digest.hexdigest()
            self._shelf.put(self._part, self._name, sha256)
        finally:
            self._part.unlink(missing_ok=True)
        return {"name": self._name, "sha256": sha256, "bytes": self._got}

    def close(self, keep: bool = False) -> None:
        """Leave a file that is under way."""
        if self._file is not None:
            self._file.close()
            self._file = None
            if not keep:
                self._part.unlink(missing_ok=True)

    @property
    def _part(self) -> Path:
        assert self._shelf.folder is not None
        return self._shelf.folder / PART
