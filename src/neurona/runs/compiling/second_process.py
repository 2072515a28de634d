"""A second process that compiles what takes longest while this one compiles the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from neurona.compiled import cache
from neurona.engine.threads import available_threads
from neurona.runs.compiling import kernels_of_training


@contextmanager
def compiling_training(dtype: str) -> Iterator[None]:
    """Have the kernels of training compiled for numbers of a type during the block.

    Where that cannot be, nothing is: what the block needs it compiles itself, or waits for if the
    other process has begun with it.
    """
    process = _begin(dtype) if available_threads() > 1 and _is_kept() else None
    try:
        yield
    finally:
        if process is not None:
            process.terminate()
            process.wait()


def _begin(dtype: str) -> subprocess.Popen[bytes] | None:
    # -P: what lies in the working folder is a person's, and not to be imported
    command = [sys.executable, "-P", "-m", kernels_of_training.__name__, dtype]
    silent = subprocess.DEVNULL
    try:
        return subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent)
    except (OSError, ValueError):
        return None


def _is_kept() -> bool:
    """Whether what is compiled is kept for other processes."""
    folder = cache.folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
