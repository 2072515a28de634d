"""The engine itself, as `training.engine.Engine` says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from neurona.dask_engine.cluster import Cluster
from neurona.dask_engine.session import DaskSession
from neurona.engine.compiled import CompiledEngine
from neurona.errors import IncompatibleError
from neurona.network import Network, Vector
from neurona.training.engine import Answerer, EngineTask, Session


@dataclass(frozen=True)
class DaskEngine:
    """Full-batch solvers over the workers of a Dask cluster, with the bits of the compiled engine.

    `client` is a `distributed.Client`; None: the one that is in force, as everywhere in Dask.
    """

    client: Any = None
    name: ClassVar[str] = "dask"

    def bind(self, task: EngineTask) -> Session:
        """Return a session whose rows lie with the workers.

        IncompatibleError for a task of mini-batches, ClusterError for a cluster without workers.
        """
        if task.optimizer is not None:
            raise IncompatibleError(
                f"engine='dask' adds up sums over all rows, and {task.optimizer.name!r} goes by "
                "mini-batches, which are done before a message has arrived: use solver='lbfgs' or "
                "'lm' (or another that takes all rows at once), or engine='compiled'."
            )
        return DaskSession(task, Cluster.of(self.client))

    def answerer(self, network: Network, weights: Vector, rows: int) -> Answerer:
        """Return the compiled engine's answerer."""
        return CompiledEngine().answerer(network, weights, rows)
