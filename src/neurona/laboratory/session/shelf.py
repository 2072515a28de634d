"""The shelf: files that a page handed over, and those that may be taken by name and hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from neurona.laboratory.fields import Refused

ROOM = 600_000_000
"""Bytes that all files of a session may have together."""
DIGITS = 16


class Shelf:
    """Where a file is that a state calls by its name and its SHA-256.

    Parameters
    ----------
    folder : Path, default=None
        Where files are put that a page hands over; None takes none.
    beside : Path, default=None
        A folder in which a file of that name may lie already, as beside a log of changes.
    known : tuple of Path
        Files that were named when the Lab was started.
    """

    def __init__(
        self, folder: Path | None = None, beside: Path | None = None, known: tuple[Path, ...] = ()
    ) -> None:
        self.folder, self.beside, self.known = folder, beside, known

    def find(self, name: str, sha256: str) -> Path:
        """Return the path of a file; Refused if it is not there, or is another one by now."""
        plain = plain_name(name)
        if self.folder is not None:
            path = self.folder / sha256[:DIGITS] / plain
            if is_hash(sha256) and path.is_file():
                return path
        there = [path for path in self.known if path.name == plain]
        if self.beside is not None:
            there.append(self.beside / plain)
        for path in there:
            if path.is_file() and hash_of_file(path) == sha256:
                return path
        other = " Another file of that name is there." if any(p.is_file() for p in there) else ""
        raise Refused(
            f"The rows of this are in the file {plain!r}, which the Lab does not have: drop it on "
            f"the page, or put it beside the changes.{other}",
            "name",
        )

    def put(self, path: Path, name: str, sha256: str) -> None:
        """Keep a file that has come, under its name and hash; Refused if the shelf is full."""
        if self.folder is None:
            raise Refused("This Lab takes no files.")
        place = self.folder / sha256[:DIGITS]
        kept = sum(one.stat().st_size for one in self.folder.glob("*/*") if one.parent != place)
        if kept + path.stat().st_size > ROOM:
            raise Refused(
                f"Files of more than {ROOM // 1_000_000} MB in all were handed over; start the Lab "
                "again for more."
            )
        place.mkdir(mode=0o700, exist_ok=True)
        path.replace(place / plain_name(name))


def plain_name(name: str) -> str:
    """Return the last part of a name, which lies in no other folder; Refused if nothing is left."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(one if one.isprintable() and one not in '<>:"|?*' else "_" for one in last)
    kept = kept.strip()
    if not kept or set(kept) <= {"."} or len(kept.encode()) > 255:
        raise Refused("A file has a name of 1 to 255 bytes.", "name")
    return kept


def is_hash(text: str) -> bool:
    """Whether a text is a SHA-256 in hexadecimal digits."""
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def hash_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shelf_of(plan: Mapping[str, Any]) -> Shelf:
    """Return where files are that are called by name and hash."""
    folder, beside = plan.get("shelf"), plan.get("beside")
    named = [Path(plan["source"])] if plan.get("file") and plan.get("source") else []
    if plan.get("model"):
        named.append(Path(plan["model"]))
    if plan.get("run"):
        named.append(Path(plan["run"]) / "model.neurona")
    return Shelf(folder and Path(folder), beside and Path(beside), tuple(named))
