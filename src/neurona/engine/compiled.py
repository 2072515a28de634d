"""The compiled engine: the kernels of this folder, behind the seam of `training.engine`."""

from __future__ import annotations

from neurona.engine.predict import Predictor
from neurona.engine.session import CompiledSession
from neurona.network import Network, Vector
from neurona.numerics.losses import Loss
from neurona.optimizers.base import StepOptimizer
from neurona.training.problem import Regularisation
from neurona.training.rows import Table


class CompiledEngine:
    """Kernels compiled by Numba, on the processors of this machine."""

    name = "compiled"

    def bind(
        self,
        network: Network,
        loss: Loss,
        optimizer: StepOptimizer | None,
        table: Table,
        batch: int,
        regularisation: Regularisation,
        n_threads: int | None,
        second_order: bool,
    ) -> CompiledSession:
        """Return a session."""
        return CompiledSession(
            network, loss, optimizer, table, batch, regularisation, n_threads, second_order
        )

    def answerer(self, network: Network, weights: Vector, rows: int) -> Predictor:
        """Return a predictor."""
        return Predictor(network, weights, rows)
