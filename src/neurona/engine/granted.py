"""How many threads there are for what is done here: fewer where it is one of several at a time.

Whoever works side by side says what each one has (`granting`); of joblib's workers we ask joblib,
if it is there: where it was not imported nobody is one. A worker that is a process finds in
OMP_NUM_THREADS what joblib left it; one that is a thread has its neighbours, of whom it knows
nothing, and gets one.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_granted: ContextVar[int | None] = ContextVar("granted", default=None)


@contextmanager
def granting(threads: int) -> Iterator[None]:
    """Let all that is done in the block have so many threads; contexts that are copied in it, too.

    >>> with granting(1):
    ...     granted(8)
    1
    """
    token = _granted.set(max(1, threads))
    try:
        yield
    finally:
        _granted.reset(token)


def granted(processors: int) -> int:
    """Return how many of so many processors are for what is done here."""
    own = _granted.get()
    if own is not None:
        return min(own, processors)
    backend, n_jobs = _joblib()
    if backend is None:
        return processors
    if not backend.nesting_level:
        # None: nobody said how many
        return processors if n_jobs is None else min(processors, backend.effective_n_jobs(n_jobs))
    is_thread = threading.current_thread() is not threading.main_thread()
    return 1 if is_thread or "OMP_NUM_THREADS" not in os.environ else processors


def is_worker() -> bool:
    """Whether what is done here is one of several jobs of joblib's."""
    backend, _ = _joblib()
    return backend is not None and bool(backend.nesting_level)


def _joblib() -> tuple[Any, int | None]:
    """Return joblib's backend in force and its number of jobs."""
    parallel = sys.modules.get("joblib.parallel")
    return (None, None) if parallel is None else parallel.get_active_backend()
