"""An optimizer's state as arrays in the layers' own order, without the kernels' padding.

In memory the state lies chunk by chunk, each with one run of numbers per name (see `network.py`);
that layout may change with neurona's version, so the file does not have it. The padding's state is
left out: weights there have no gradient and stay zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.files.fields import Array, Arrays, count, entry
from neurona.network import Network
from neurona.optimizers.state import MEMORY, OptimizerState

MAX_SLOTS = 16


def put_optimizer(
    arrays: dict[str, Array], prefix: str, network: Network, state: OptimizerState
) -> dict[str, Any]:
    """Add the state's arrays; returns the JSON that goes with them."""
    runs = state.runs(network)
    for slot, flat in enumerate(runs):
        arrays[f"{prefix}state.{slot}"] = network.parameters(flat)
    memory = state.memory.reshape(-1, MEMORY)
    # all chunks have seen the same steps
    same = bool((memory.view(np.int64) == memory.view(np.int64)[:1]).all())
    arrays[f"{prefix}memory"] = memory[:1] if same else memory
    return {"slots": len(runs), "steps": int(state.steps)}


def take_optimizer(arrays: Arrays, prefix: str, network: Network, document: Any) -> OptimizerState:
    """Return the state that `put_optimizer` added."""
    slots, steps = entry(document, "slots", int), count(document, "steps")
    if not 0 <= slots <= MAX_SLOTS:
        raise FormatError("the optimizer has an odd number of states")
    runs = []
    for slot in range(slots):
        values = arrays.take(f"{prefix}state.{slot}", network.dtype, (network.n_parameters,))
        runs.append(network.from_parameters(values))
    chunks = len(network.strips()[1])
    memory = arrays.take(f"{prefix}memory", np.float64, (None, MEMORY))
    if len(memory) not in (1, chunks):
        raise FormatError("the optimizer's memory does not fit the network")
    whole = np.broadcast_to(memory, (chunks, MEMORY)).copy().reshape(-1)
    found = OptimizerState(np.zeros(slots * network.size, network.dtype), whole, steps)
    found.put(network, runs)
    return found
