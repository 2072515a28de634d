"""What a run comes to, and the sentence for every failure."""

from __future__ import annotations

import errno
from enum import IntEnum

from neurona.errors import DivergenceError, NeuronaError


class Code(IntEnum):
    """What a command or a run came to: the exit code, and `exit_code` of the done event."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    INVALID = 3
    """The data, the configuration or a file is not right."""
    DIVERGED = 4
    GATE_MISSED = 5
    """A quality that was asked for was not reached (`evaluate --fail-under`)."""
    INTERRUPTED = 130


class Failure(Exception):  # noqa: N818 - what a run reports, not a defect
    """A failure and its kind; the message is one sentence: what, where, what to do."""

    def __init__(self, message: str, code: Code = Code.INVALID) -> None:
        super().__init__(message)
        self.code = code


_ELSEWHERE = "name another place"
_REMEDIES = {
    errno.ENOSPC: f"make room, or {_ELSEWHERE}",
    errno.EDQUOT: f"make room, or {_ELSEWHERE}",
    errno.EFBIG: f"files may not be so large here: {_ELSEWHERE}",
    errno.EACCES: f"it may not be read or written: {_ELSEWHERE}",
    errno.EPERM: f"it may not be written: {_ELSEWHERE}",
    errno.EROFS: f"nothing can be written here: {_ELSEWHERE}",
    errno.EEXIST: f"a file stands where a folder is to be: {_ELSEWHERE}",
    errno.ENOTDIR: f"a file stands where a folder is to be: {_ELSEWHERE}",
    errno.ENOENT: f"there is no such folder, and none can be made: {_ELSEWHERE}",
    errno.EISDIR: "it is a folder: name a file",
    errno.ENAMETOOLONG: "name a shorter one",
    errno.EMFILE: "too many files are open: close some programs",
}


def as_failure(error: Exception) -> Failure:
    """Return the failure that an exception means to a person who started a run."""
    if isinstance(error, Failure):
        return error
    if isinstance(error, DivergenceError):
        return Failure(str(error), Code.DIVERGED)
    if isinstance(error, NeuronaError | ValueError):
        return Failure(str(error))
    if isinstance(error, OSError):
        where = f"{str(error.filename)!r}: " if error.filename else ""
        remedy = _REMEDIES.get(error.errno or 0)
        return Failure(f"{where}{error.strerror or error}{(remedy and f'; {remedy}.') or ''}")
    return Failure(
        f"internal error, please report it: {type(error).__name__}: {error}", Code.INTERNAL
    )
