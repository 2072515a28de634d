"""L-BFGS: SciPy's, on our value and gradient over all rows.

It reports to the same history and callbacks as the training loop, one record per iteration.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.optimize

from neurona.errors import StopReason
from neurona.network import Vector
from neurona.training.blas import one_blas_thread
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord
from neurona.training.loop import Training

REASONS = {0: StopReason.CONVERGED, 1: StopReason.MAX_EPOCHS}


class _StopSignalError(Exception):
    """Carries a callback's reason out of SciPy."""


def run_lbfgs(
    training: Training, callbacks: Sequence[Callback], tol: float, max_fun: int
) -> tuple[str, Any]:
    """Minimise the loss of a training's problem; returns the reason and SciPy's result (None if cut
    short).
    """
    problem, network = training.problem, training.network
    started = time.perf_counter()
    last = {"norm": math.nan}
    best = _Best()

    def objective(parameters: Vector) -> tuple[float, Vector]:
        problem.set_weights(network.from_parameters(parameters))
        value, gradient = problem.value_and_gradient(training.order)
        flat = network.parameters(gradient).astype(np.float64)
        if not math.isfinite(value):
            # tells the line search to step back
            return float(np.finfo(np.float64).max), np.zeros_like(flat)
        last["norm"] = float(np.linalg.norm(flat))
        return value, flat

    def after_iteration(intermediate_result: Any) -> None:
        problem.set_weights(network.from_parameters(intermediate_result.x))
        val_loss = score = None
        if training.validation is not None:
            outputs, val_loss = problem.evaluate(
                training.validation.table, training.validation.rows
            )
            score = training.validation.score(outputs)
        training.epochs_done += 1
        training.samples_seen += training.order.size
        seconds = time.perf_counter() - started
        record = EpochRecord(
            training.epochs_done,
            float(intermediate_result.fun),
            val_loss,
            score,
            None,
            last["norm"],
            seconds,
        )
        training.history.append(record)
        best.parameters = intermediate_result.x.copy()
        for callback in callbacks:
            said = callback.on_epoch(training, record)
            if said:
                raise _StopSignalError(str(said))

    reason: str = StopReason.FAILED
    result = None
    start = network.parameters(training.weights).astype(np.float64)
    best.parameters = start
    try:
        for callback in callbacks:
            callback.on_start(training)
        with one_blas_thread():
            result = scipy.optimize.minimize(
                objective,
                start,
                method="L-BFGS-B",
                jac=True,
                callback=after_iteration,
                options={"maxfun": max_fun, "maxiter": training.plan.max_epochs, "gtol": tol},
            )
        best.parameters = result.x
        reason = REASONS.get(result.status, StopReason.CONVERGED)
        if result.status == 1 and result.nit < training.plan.max_epochs:
            reason = StopReason.MAX_EVALUATIONS
    except _StopSignalError as stop:
        reason = str(stop)
    except KeyboardInterrupt:
        reason = StopReason.INTERRUPTED
    finally:
        problem.set_weights(network.from_parameters(best.parameters))
        problem.close()
        for callback in callbacks:
            callback.on_end(training, str(reason))
    return str(reason), result


class _Best:
    """The parameters to leave the network with."""

    parameters: Vector
