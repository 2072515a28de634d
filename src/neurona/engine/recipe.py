"""Recipe: how one training goes, as the kernels read it: addresses, places of options,
regularisation.
"""

from __future__ import annotations

from typing import NamedTuple

from neurona.network import Vector


class Recipe(NamedTuple):
    """Addresses of loss and optimizer with the places of their options, and what is done to the
    gradient.

    `slots` is the number of state numbers per weight. `needs_totals`: the update waits for the
    whole gradient's norm and the loss (clipping by norm, Rprop). `optimizer` 0 computes the
    gradient only. `half`: the input at which the first layer's sums are halved
    (`engine/halves.py`), or 0.
    """

    loss: int
    on_sums: bool
    loss_options: int
    optimizer: int
    optimizer_options: int
    slots: int
    needs_totals: bool
    l2: float
    l1: float
    clip_value: float
    clip_norm: float
    dropout: Vector
    seed: int
    block: int
    half: int
    yield_at: int
