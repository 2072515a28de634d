"""Posterior: how sure a Bayesian network is of its weights, and so of its outputs (Laplace).

Near the best weights the posterior is Gaussian with the inverse covariance H that the evidence
factored (D. J. C. MacKay, Neural Computation 4, 1992). An output with derivatives J by the weights
then has the variance J H^-1 J' from the weights, beside the noise's own.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy  # its parts are imported when they are used

from neurona.network import Network, Vector

ROWS = 1024
"""Rows whose derivatives are held at a time."""


class Posterior(NamedTuple):
    """What is believed of a network's weights and noise.

    `factor` is the lower Cholesky factor of H (n x n, in the order of Network.parameters);
    `precisions` and `effective` have a number per group of weights; `noise` is the variance of each
    output (0 for likelihoods without a noise of their own).
    """

    factor: Vector
    precisions: Vector
    effective: Vector
    noise: Vector
    log_evidence: float
    by_input: bool

    def variances(self, network: Network, weights: Vector, X: Any) -> Vector:
        """Return each output's variance that comes from the weights (rows x outputs)."""
        from neurona.training.blas import one_blas_thread

        outputs = network.sizes[-1]
        with one_blas_thread():
            parts = [
                self._some(network, weights, X[start : start + ROWS])
                for start in range(0, X.shape[0], ROWS)
            ]
        return np.concatenate(parts) if parts else np.zeros((0, outputs))

    def _some(self, network: Network, weights: Vector, X: Any) -> Vector:
        # what trains is slow to import, and what is exported needs none of it
        from neurona.engine.choice import current_engine
        from neurona.numerics.losses import SquaredError
        from neurona.training.problem import Problem
        from neurona.training.rows import make_table

        rows, outputs = X.shape[0], network.sizes[-1]
        loss = SquaredError()
        table = make_table(X, np.zeros((rows, outputs)), None, network.dtype)
        problem = Problem(network, loss, None, table, rows, n_threads=1, engine=current_engine())
        problem.set_weights(weights)
        jacobian = problem.session.curvature(True, np.inf).jacobian()[2]
        spread = scipy.linalg.solve_triangular(self.factor, jacobian.T, lower=True)
        # the kernel's rows are those of a mean over the rows
        found: Vector = (rows * np.einsum("ij,ij->j", spread, spread)).reshape(rows, outputs)
        return found

    def relevance(self, inputs: int) -> Vector:
        """Return each input's share of the prior variances of the first layer's weights."""
        spread = 1 / self.precisions[:inputs] if self.by_input else np.ones(inputs)
        shares: Vector = spread / spread.sum()
        return shares
