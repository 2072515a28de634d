"""Commands for one's own rows: a file comes in, and is told what is to be made of it."""

from __future__ import annotations

from dataclasses import dataclass

from neurona.laboratory.commands.base import ROW, Command, command
from neurona.laboratory.fields import Flag, Many, OneOf, Text, Whole, of

LARGEST_FILE = 200_000_000
"""Bytes of a file that a page may hand over."""
FILE_NAME = Text(200)
SHA256 = Text(64)
TASKS = ("auto", "regression", "classification")


@command("upload.begin")
@dataclass(frozen=True)
class UploadBegin(Command):
    """A file comes: its pieces follow as binary messages of at most PIECE bytes."""

    name: str = of(FILE_NAME)
    bytes: int = of(Whole(1, LARGEST_FILE))


@command("upload.end")
@dataclass(frozen=True)
class UploadEnd(Command):
    """All pieces were sent: answers the file's name and hash, by which `table.file` uses it."""


@command("table.file", edits=True)
@dataclass(frozen=True)
class TableFile(Command):
    """Train on a file that was handed over; without `targets` the last column is predicted."""

    name: str = of(FILE_NAME)
    sha256: str = of(SHA256)
    targets: tuple[str, ...] = of(Many(Text(1000), 100), ())
    task: str = of(OneOf(TASKS), "auto")


@command("table.task", edits=True)
@dataclass(frozen=True)
class TableTask(Command):
    """Whether the target of a file is a quantity or a class; "auto" is what it looks like."""

    task: str = of(OneOf(TASKS))


@command("row.exclude", edits=True)
@dataclass(frozen=True)
class RowExclude(Command):
    """Go on without some rows, by their numbers in `table.row_numbers`; `back` takes them in."""

    rows: tuple[int, ...] = of(Many(ROW, 500, 1))
    back: bool = of(Flag(), False)
