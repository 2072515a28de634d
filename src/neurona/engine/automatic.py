"""engine="auto": the engine for a task, and why, in a sentence.

A step on a GPU costs 15 to 30 us whatever it does, a step of a small network on a CPU a few. What a
GPU does faster is the arithmetic, so the arithmetic of a step decides.
"""

from __future__ import annotations

from typing import NamedTuple

from neurona.engine.choice import engine_on, find_engine, is_there
from neurona.engine.compiled import CompiledEngine
from neurona.network import Network
from neurona.training.engine import DeviceEngine, Engine

LEAST_WORK = 50_000 * 128
"""Parameters times rows of a step from which on a GPU wins."""


class Choice(NamedTuple):
    """An engine, and why it was taken."""

    engine: Engine
    reason: str


def choose(name: str, device: str, network: Network, batch: int) -> Choice:
    """Return the engine that a name asks for, for steps of `batch` rows; "auto" is decided here."""
    if name != "auto":
        return Choice(engine_on(name, device), "it was asked for")
    why = _against(device, network, batch)
    if why:
        return Choice(engine_on(CompiledEngine.name, "auto"), why)
    return Choice(
        engine_on("jax", device),
        f"a step has {network.n_parameters:,} parameters x {batch:,} rows of arithmetic, and from "
        f"{LEAST_WORK:,} on a GPU is faster than a CPU",
    )


def _against(device: str, network: Network, batch: int) -> str:
    """Return why the compiled engine is taken, if it is."""
    work = network.n_parameters * batch
    if work < LEAST_WORK:
        return (
            f"a step has {network.n_parameters:,} parameters x {batch:,} rows of arithmetic, and "
            f"below {LEAST_WORK:,} a CPU is faster than a GPU"
        )
    if device == "cpu":
        return "on a CPU the compiled engine is the faster one"
    if not is_there("jax"):
        return "JAX is not installed (pip install 'neurona[jax]')"
    engine = find_engine("jax")
    found = isinstance(engine, DeviceEngine) and engine.is_accelerated()
    return "" if found else "JAX finds no GPU on this machine"
