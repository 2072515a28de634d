"""What the worker processes of one search have said: a file beside the others' temporary ones."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from multiprocessing.util import Finalize
from pathlib import Path
from typing import IO, Any


@contextlib.contextmanager
def said_by_others(what: str) -> Iterator[bool]:
    """Tell a worker process whether another of the same program has said this; what is said within
    counts as said for all of them, unless it raises. Outside of workers nobody has.
    """
    parent = multiprocessing.parent_process()
    if not what or parent is None:
        yield False
        return
    with contextlib.ExitStack() as opened:
        try:
            book = opened.enter_context(_locked(Path(tempfile.gettempdir()), parent.pid))
        except (ImportError, OSError):
            # no such locks, or nowhere to write: each says it
            yield False
            return
        digest = hashlib.sha256(what.encode()).hexdigest()
        known = digest in book.read().split()
        yield known
        if not known:
            with contextlib.suppress(OSError):
                book.write(f"{digest}\n")
                book.flush()


@contextlib.contextmanager
def _locked(folder: Path, program: int | None) -> Iterator[IO[str]]:
    """Open what the workers of a program have said, of one of them at a time."""
    user = getattr(os, "getuid", str)()  # Windows has a temporary folder for each
    path = folder / f"neurona-said-{user}-{program}"
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND
    for name in ("O_NOFOLLOW", "O_CLOEXEC"):
        flags |= getattr(os, name, 0)
    with open(os.open(path, flags, 0o600), "r+") as book:
        _lock(book)
        if not os.fstat(book.fileno()).st_size:
            # at the end of the worker that said something first
            Finalize(None, _removed, (path,), exitpriority=1)
        yield book


def _lock(book: IO[str]) -> None:
    """Wait until no other process has the file; it is let go when it is closed."""
    try:
        import fcntl
    except ImportError:
        # Windows: its first byte, for ten seconds, then an OSError
        msvcrt: Any = importlib.import_module("msvcrt")
        msvcrt.locking(book.fileno(), msvcrt.LK_LOCK, 1)
    else:
        fcntl.flock(book, fcntl.LOCK_EX)


def _removed(path: Path) -> None:
    # another worker may have it open, which Windows minds
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
