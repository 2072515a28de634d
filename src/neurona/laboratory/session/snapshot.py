"""What leaves the training thread to be painted: copies, made between two steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurona.laboratory.session.world import World
from neurona.network import Vector


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A moment: `weights` and those of the epoch before are copies; `curve` has new rows of the
    present's curve, or with `whole` all of them. `live` is the present's epoch, `epoch` the one
    that is shown.
    """

    world: World
    branch: int
    epoch: int
    step: int
    live: int
    flags: int
    weights: Vector
    before: Vector | None
    curve: np.ndarray[Any, np.dtype[np.float32]] | None
    whole: bool
    l2: float
