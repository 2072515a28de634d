"""The one place where scikit-learn's flat words become values: activations, optimizer, schedule,
batch.
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np

from neurona.estimators.warn import warn_user
from neurona.numerics.activations import ACTIVATIONS, Activation
from neurona.numerics.schedules import SCHEDULES, Adaptive, Constant, InvScaling, Schedule
from neurona.optimizers import SGD, Adam, StepOptimizer, find
from neurona.optimizers.solver import SOLVERS, Need, Solver, Tolerances, find_solver
from neurona.spelling import parameter


def hidden_sizes(given: Any) -> list[int]:
    """Return the sizes of the hidden layers as a list; a single number is one layer."""
    sizes = list(given) if hasattr(given, "__iter__") else [given]
    if np.any(np.array(sizes) <= 0):
        raise ValueError(f"hidden_layer_sizes must be > 0, got {sizes}.")
    if not all(isinstance(size, Integral) for size in sizes):
        raise ValueError(f"hidden_layer_sizes must be whole numbers, got {sizes}.")
    return [int(size) for size in sizes]


def hidden_shapes(given: Any) -> list[list[int]]:
    """Return the hidden layers of each start in turn: one shape, or those of a list of shapes."""
    parts = list(given) if hasattr(given, "__iter__") else [given]
    if any(isinstance(part, list | tuple) for part in parts):
        return [hidden_sizes(part) for part in parts]
    return [hidden_sizes(given)]


def hidden_activations(given: Any, layers: int) -> list[Activation]:
    """Return one activation per hidden layer from one for all, or a list with one for each."""
    if isinstance(given, list | tuple):
        if len(given) != layers:
            raise ValueError(
                "activation must be one for all hidden layers or a list with one for each of "
                f"the {layers}. "
                f"Got a list of {len(given)}."
            )
        return [ACTIVATIONS.find(one) for one in given]
    return [ACTIVATIONS.find(given)] * layers


def dropout_rates(given: Any, layers: int) -> tuple[float, ...]:
    """Return one dropout rate per layer with weights (the output's is 0)."""
    rates = [float(given)] * layers if isinstance(given, Real) else [float(rate) for rate in given]
    if len(rates) != layers or not all(0 <= rate < 1 for rate in rates):
        raise ValueError(
            "dropout must be a float in the range [0, 1), or a list with one for each of the "
            f"{layers} hidden "
            f"layers. Got {given!r} instead."
        )
    return (*rates, 0.0)


def solver_of(given: Any) -> Solver | None:
    """Return the full-batch solver that the parameter `solver` stands for, if it is one."""
    if isinstance(given, Solver) or (isinstance(given, str) and given in SOLVERS):
        return find_solver(given)
    return None


def trains_in_double(given: Any) -> bool:
    """Whether the parameter `solver` stands for a method that needs float64.

    L-BFGS takes what it is given, as scikit-learn's does.
    """
    solver = solver_of(given)
    return solver is not None and not solver.keeps_dtype


def tolerances(given: Any, tol: float) -> Tolerances:
    """Return when a solver stops: L-BFGS as scikit-learn's, others four digits later.

    `tol` is the largest component of the gradient; second-order steps are precise, and cheap near
    the minimum. One that looks at the evidence stops by that alone: at a minimum the precisions
    have yet to move.
    """
    solver = solver_of(given)
    if solver is not None and Need.EVIDENCE in solver.needs:
        return Tolerances(0.0, 0.0)
    if trains_in_double(given):
        return Tolerances(tol * 1e-4, 0.0)
    return Tolerances(tol)


def step_optimizer(params: Mapping[str, Any]) -> StepOptimizer:
    """Return the optimizer; 'sgd' and 'adam' take scikit-learn's flat words, other names their own
    defaults.
    """
    solver = params["solver"]
    if solver == "sgd":
        moving = params["momentum"] > 0
        return SGD(
            momentum=params["momentum"], nesterov=bool(params["nesterovs_momentum"] and moving)
        )
    if solver == "adam":
        return Adam(
            beta1=params["beta_1"],
            beta2=params["beta_2"],
            epsilon=params["epsilon"],
            epsilon_hat=True,
        )
    return find(solver)


def initial_rate(params: Mapping[str, Any]) -> float:
    """Return the rate of the first step; of one to be found what an earlier fit found, else nan.

    `params` may have an estimator's fitted attributes beside its parameters.
    """
    if params["learning_rate_init"] == "find":
        return float(params.get("learning_rate_found_", np.nan))
    return float(params["learning_rate_init"])


def learning_schedule(params: Mapping[str, Any]) -> Schedule:
    """Return the schedule: `schedule` if given, else what `learning_rate` means (for 'sgd' only, as
    ever).
    """
    if params["schedule"] is not None:
        found: Schedule = SCHEDULES.find(params["schedule"])
        return found
    if params["solver"] != "sgd" or params["learning_rate"] == "constant":
        return Constant()
    return InvScaling(params["power_t"]) if params["learning_rate"] == "invscaling" else Adaptive()


def batch_rows(batch_size: Any, optimizer: StepOptimizer, rows: int) -> int:
    """Return the rows of a batch for so many training rows."""
    if optimizer.full_batch:
        if batch_size != "auto" and batch_size < rows:
            raise ValueError(
                f"The solver {optimizer.name!r} needs the full batch, because the signs of a "
                "mini-batch's gradient "
                f"are noise. Got {parameter('batch_size', batch_size)} for {rows} rows; use "
                f"{parameter('batch_size', 'auto')}."
            )
        return rows
    if batch_size == "auto":
        return min(200, rows)
    if batch_size > rows:
        warn_user(
            "Got `batch_size` less than 1 or larger than sample size. It is going to be clipped"
        )
    return int(np.clip(batch_size, 1, rows))
