"""What second-order steps, and targets of many classes, may take of the machine's memory."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from neurona.errors import IncompatibleError

if TYPE_CHECKING:
    from neurona.network import Network

MIB = 2**20
DOUBLE = 8
"""Bytes of a float64."""
TARGETS_MIB = 8192.0
"""MiB that the targets and the outputs of all rows may take, on a machine with twice as much."""


def refuse_memory(network: Network, rows: int, needed: float, memory: float) -> None:
    """Raise `IncompatibleError`, with the estimate and a way out, if more is needed than allowed
    (bytes).
    """
    if needed > memory:
        raise IncompatibleError(
            f"A second-order step of {network.n_parameters:,} parameters on {rows:,} rows needs "
            f"{needed / MIB:,.0f} MiB, and {memory / MIB:,.0f} MiB are allowed: use "
            "solver='lbfgs' or 'scg', which need a few vectors only, or fewer units, or allow "
            "more with the solver's option `memory_limit` (in MiB)."
        )


def refuse_classes(rows: int, classes: int, size: int) -> None:
    """Raise `IncompatibleError`, with the estimate, if a number of `size` bytes per row and class
    (or label) is too much: as target, and as output.
    """
    needed = 2.0 * rows * classes * size / MIB
    allowed = min(TARGETS_MIB, _memory() / 2)
    if needed > allowed:
        raise IncompatibleError(
            f"A network for {classes:,} classes has a target and an output for each: on {rows:,} "
            f"rows these need {needed:,.0f} MiB, and {allowed:,.0f} MiB are allowed. Put rare "
            "classes together, train on fewer rows, or predict a number instead of its classes."
        )


def _memory() -> float:
    """Return the machine's memory in MiB; inf where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / MIB
    except (AttributeError, ValueError, OSError):
        return float("inf")
