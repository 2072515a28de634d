"""Writing a file so that, whatever happens, there is either the old one or the new one, whole.

The content goes to a temporary file in the same directory, which is flushed to the disk, checked,
and renamed over the old file; then the directory is flushed, too.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path

PIECE = 1 << 20
_unfinished: set[str] = set()
"""The temporary files that this process is writing."""


def write_atomically(
    path: str | os.PathLike[str],
    pieces: Iterable[bytes | memoryview],
    verify: Callable[[str], object] | None = None,
) -> None:
    """Write `pieces`, one after the other, as the file `path`.

    Parameters
    ----------
    path : str or PathLike
        A symbolic link is followed: the file that it names is replaced. A pipe or a device
        (/dev/null) is no file to replace: it is written into.
    pieces : iterable of bytes
    verify : function of a path, default=None
        Reads the temporary file back and raises if it is not right; the old file then stays.

    Raises
    ------
    OSError
        The disk is full, the directory is read-only or gone, ...; the old file is as it was.
    """
    target = os.path.realpath(path)
    if os.path.exists(target) and not (os.path.isfile(target) or os.path.isdir(target)):
        with open(target, "wb", buffering=0) as stream:
            _write_all(stream.fileno(), pieces)
        return
    folder = os.path.dirname(target)
    unique = f"{os.getpid()}-{secrets.token_hex(8)}.tmp"
    temporary = os.path.join(folder, _prefix(target) + unique)
    try:
        _unfinished.add(temporary)
        try:
            _write(temporary, pieces, _mode_of(target))
            if verify is not None:
                verify(temporary)
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            raise
        finally:
            _unfinished.discard(temporary)
        _flush_folder(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OSError(error.errno, f"{reason} (while saving)", str(Path(path))) from error


def remove_unfinished() -> None:
    """Remove what this process has begun to write: for one that leaves at once."""
    for temporary in tuple(_unfinished):
        with contextlib.suppress(OSError):
            os.unlink(temporary)


def remove_leftovers(path: str | os.PathLike[str]) -> None:
    """Remove temporary files of `path` whose writers were killed. Nobody else may be writing it
    from another machine.
    """
    target = os.path.realpath(path)
    folder, prefix = os.path.dirname(target), _prefix(target)
    if os.name == "nt" or not os.path.isdir(folder):  # there, asking for a process ends it
        return
    try:
        names = os.listdir(folder)
    except OSError:  # a folder that may not be listed
        return
    for name in names:
        found = re.fullmatch(re.escape(prefix) + r"([0-9]{1,9})-[0-9a-f]{16}\.tmp", name)
        if found and not _is_alive(int(found[1])):
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(folder, name))


def _prefix(target: str) -> str:
    """Return how the names of a file's temporary files begin; short, however long its name is."""
    return f".neurona-{zlib.crc32(os.path.basename(target).encode(errors='replace')):08x}-"


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _mode_of(target: str) -> int | None:
    """Return the permissions of the old file, None if there is none."""
    try:
        return stat.S_IMODE(os.stat(target).st_mode)
    except OSError:
        return None


def _write(path: str, pieces: Iterable[bytes | memoryview], mode: int | None) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, 0o666)
    try:
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(handle, mode)
        _write_all(handle, pieces)
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, pieces: Iterable[bytes | memoryview]) -> None:
    for piece in pieces:
        rest = memoryview(piece).cast("B")
        while len(rest):
            rest = rest[os.write(handle, rest[:PIECE]) :]


def _flush_folder(folder: str) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
