"""What the worker processes of one search have said: a file beside the others' temporary ones."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from multiprocessing.util import Finalize
from pathlib import Path
from typing import IO


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
    import fcntl

    path = folder / f"neurona-said-{os.getuid()}-{program}"
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(path, flags, 0o600), "r+") as book:
        fcntl.flock(book, fcntl.LOCK_EX)
        if not os.fstat(book.fileno()).st_size:
            # at the end of the worker that said something first
            Finalize(None, path.unlink, kwargs={"missing_ok": True}, exitpriority=1)
        yield book
