"""What a second-order step may take of the machine's memory."""

from __future__ import annotations

from neurona.errors import IncompatibleError
from neurona.network import Network

MIB = 2**20
DOUBLE = 8
"""Bytes of a float64."""


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
