"""The compiled engine: the kernels of this folder, behind the seam of `training.engine`."""

from __future__ import annotations

from neurona.engine.predict import Predictor
from neurona.engine.session import CompiledSession
from neurona.network import Network, Vector
from neurona.training.engine import EngineTask


class CompiledEngine:
    """Kernels compiled by Numba, on the processors of this machine."""

    name = "compiled"

    def bind(self, task: EngineTask) -> CompiledSession:
        """Return a session."""
        return CompiledSession(task)

    def answerer(self, network: Network, weights: Vector, rows: int) -> Predictor:
        """Return a predictor."""
        return Predictor(network, weights, rows)
