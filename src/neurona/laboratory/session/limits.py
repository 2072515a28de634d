"""How much memory the engine may take: what it asks for beyond that is refused, not the machine's.

An array that is too large then is a MemoryError, which the page is told in a sentence, instead of a
machine that swaps, or kills somebody else.
"""

from __future__ import annotations

import os
from pathlib import Path

SHARE = 0.75
LEAST = 2 * 2**30
GROUP = Path("/sys/fs/cgroup/memory.max")


def machine_memory() -> int | None:
    """Return the bytes that this machine, or this process' part of it, has; None if not known."""
    try:
        found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
    try:
        return min(found, int(GROUP.read_text()))
    except (OSError, ValueError):  # no group, or one without a limit
        return found


def limit_memory(most: int | None = None) -> int | None:
    """Let this process have so many bytes of data from now on; returns the limit, None for none.

    Usually a share of the machine's memory. A limit that is lower already stays.
    """
    try:
        import resource
    except ImportError:  # not on this system
        return None
    memory = machine_memory()
    if most is None:
        if memory is None:
            return None
        most = max(LEAST, int(SHARE * memory))
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    known = [one for one in (soft, hard) if one != resource.RLIM_INFINITY]
    most = min([most, *known])
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    return most
