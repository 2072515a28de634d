"""engine="auto": the engine for a task, and why, in a sentence.

What a step costs is reckoned for a CPU and for a GPU. A GPU takes its time for each step whatever
there is to do, and does the arithmetic many times as fast; so it wins with large steps, or with
many networks whose steps it does together. The figures were measured on a GPU of 2022 (H100) beside
two cores, `docs/decisions/057`; other machines differ, most of all where it is a close thing.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from neurona.engine.choice import engine_on, find_engine, is_there
from neurona.engine.compiled import CompiledEngine
from neurona.network import Network
from neurona.training.engine import DeviceEngine, Engine

CPU_STEP, CPU_WORK = 2.0, 55e-6
"""Microseconds of a step on one core: of any, and for each parameter and row."""
GPU_STEP, GPU_WORK = 45.0, 0.3e-6
"""Microseconds of a step on a GPU, of one network or of all that are trained together."""
EPOCH, MEMBER_EPOCH, MEMBER_ROW = 1_000.0, 15.0, 6e-3
"""Microseconds around an epoch's steps: on the way to the GPU and back; and here for each of the
networks that are trained together, and for each row of its order.
"""
CORES = 2
"""Cores that networks side by side have."""
CLEARLY = 1.1
"""A GPU is taken where it is reckoned this many times as fast."""


class Choice(NamedTuple):
    """An engine, and why it was taken."""

    engine: Engine
    reason: str


class Work(NamedTuple):
    """What there is to do: steps of `batch` rows, so many an epoch (inf where nobody says), of
    `members` networks.
    """

    network: Network
    batch: int
    members: int = 1
    steps: float = math.inf

    def on_cpu(self) -> float:
        """Return the microseconds that a step takes (of all members), as reckoned."""
        own = CPU_STEP + CPU_WORK * self.network.n_parameters * self.batch
        return own * self.members / min(self.members, CORES)

    def on_gpu(self) -> float:
        """Return the same for a GPU."""
        done = GPU_WORK * self.network.n_parameters * self.batch * self.members
        together = self.members if self.members > 1 else 0
        around = EPOCH + MEMBER_EPOCH * together
        return GPU_STEP + done + MEMBER_ROW * self.batch * together + around / self.steps

    def __str__(self) -> str:
        networks = "" if self.members == 1 else f" of {self.members:,} networks"
        return (
            f"a step{networks} is reckoned at {self.on_cpu():,.0f} us on a CPU and "
            f"{self.on_gpu():,.0f} us on a GPU"
        )


def choose(
    name: str, device: str, network: Network, batch: int, members: int = 1, rows: int = 0
) -> Choice:
    """Return the engine that a name asks for, for steps of `batch` rows; "auto" is decided here.

    `members` networks are trained side by side, on `rows` rows; on very many if that is 0.
    """
    if name != "auto":
        return Choice(engine_on(name, device), "it was asked for")
    work = Work(network, batch, members, -(-rows // batch) or math.inf)
    why = _against(device, work)
    if why:
        return Choice(engine_on(CompiledEngine.name, "auto"), why)
    return Choice(engine_on("jax", device), str(work))


def _against(device: str, work: Work) -> str:
    """Return why the compiled engine is taken, if it is."""
    if CLEARLY * work.on_gpu() > work.on_cpu():
        return str(work)
    if device == "cpu":
        return "on a CPU the compiled engine is the faster one"
    if not is_there("jax"):
        return "JAX is not installed (pip install 'neurona[jax]')"
    engine = find_engine("jax")
    found = isinstance(engine, DeviceEngine) and engine.is_accelerated()
    return "" if found else "JAX finds no GPU on this machine"
