"""The engine itself, as `training.engine.Engine` says."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from neurona.engine.compiled import CompiledEngine
from neurona.jax_engine.devices import find_device, has_accelerator
from neurona.jax_engine.session import JaxSession
from neurona.network import Network, Vector
from neurona.training.engine import Answerer, EngineTask, Session


@dataclass(frozen=True)
class JaxEngine:
    """Trains on a device of JAX's.

    `device` is "auto" (an accelerator where there is one), "cpu" or "cuda"; `memory` the bytes that
    a training may take there, None as many as are free.

    It answers by the compiled engine: a model says the same, to the bit, whatever it was trained
    on, and a machine without JAX can say it.
    """

    device: str = "auto"
    memory: float | None = None
    name: ClassVar[str] = "jax"

    def on(self, device: str) -> JaxEngine:
        """Return this engine on another device."""
        return replace(self, device=device)

    def is_accelerated(self) -> bool:
        """Whether JAX finds a GPU, or the like."""
        return has_accelerator()

    def bind(self, task: EngineTask) -> Session:
        """Return a session on the device."""
        return JaxSession(task, find_device(self.device), self.memory)

    def answerer(self, network: Network, weights: Vector, rows: int) -> Answerer:
        """Return the compiled engine's answerer."""
        return CompiledEngine().answerer(network, weights, rows)
