"""Which processors a measurement runs on."""

from __future__ import annotations

import os
from pathlib import Path

TOPOLOGY = "/sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"


def cores(count: int) -> set[int]:
    """Return so many of the processors that we may run on, no two of them threads of one core where
    that can be had; none where the system does not say.
    """
    if not hasattr(os, "sched_getaffinity"):
        return set()
    free = sorted(os.sched_getaffinity(0))
    first = {_core_of(one): one for one in reversed(free)}
    apart = sorted(first.values())
    others = [one for one in free if one not in apart]
    return set([*apart, *others][:count])


def stay_on(processors: set[int]) -> None:
    """Keep this thread, and those that it starts, on some processors."""
    if processors:
        os.sched_setaffinity(0, processors)


def _core_of(processor: int) -> str:
    told = Path(TOPOLOGY.format(processor))
    return told.read_text().strip() if told.exists() else str(processor)
