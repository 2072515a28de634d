"""Threads of a team on processors of their own.

A scheduler that finds the other processors busy for a moment lets a thread begin where the one that
woke it runs, and there they stay: each waits for the other at every barrier, and two threads take
longer than one (64-128-64-1 x 64 in float64: 247 us a step for 65). A thread that finds itself on a
processor that another of its team has taken asks for one of the rest, and may be moved again after
that: nothing is pinned. Where other programs have the processors, threads stay where they are: one
that waits for a processor holds up all the others.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable


@functools.cache
def _ask() -> Callable[[], int] | None:
    """Return what says on which processor a thread runs, None where the system does not say it."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    return getattr(ctypes.CDLL(None), "sched_getcpu", None)


def processor() -> int:
    """Return the number of the processor that this thread runs on, -1 if it is not known."""
    ask = _ask()
    return ask() if ask is not None else -1


def keep_apart(taken: set[int]) -> None:
    """Move this thread off the processors that are taken, where it may run on others, and add the
    one that it runs on.
    """
    here = processor()
    if here in taken and here >= 0:
        allowed = os.sched_getaffinity(0)
        free = allowed - taken
        # the load has this team in it, if it has been at work for a while
        if free and os.getloadavg()[0] < len(allowed) + 1:
            try:
                os.sched_setaffinity(0, free)
                here = processor()
            finally:
                os.sched_setaffinity(0, allowed)
    taken.add(here)
