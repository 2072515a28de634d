"""How the loss is lowered: a spec made values, checked, and changed in a training that runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from neurona.errors import NeuronaError
from neurona.estimators.choices import dropout_rates
from neurona.laboratory.fields import Refused
from neurona.laboratory.session.spec import MethodSpec, named
from neurona.numerics.schedules import SCHEDULES, Constant, Schedule
from neurona.optimizers import OPTIMIZERS, StepOptimizer
from neurona.optimizers.solver import MEMORY_LIMIT, SOLVERS, Need, Solver, Tolerances
from neurona.training.loop import Training
from neurona.training.objective import NetworkObjective
from neurona.training.problem import Regularisation
from neurona.training.solving import Solving, refuse_noise
from neurona.training.units import ScaledObjective, units_of


def value_of(how: MethodSpec) -> Any:
    """Return the optimizer of steps, or the full-batch solver, with its options."""
    return named(how.solver, OPTIMIZERS, SOLVERS, options=dict(how.options))


def is_full_batch(how: MethodSpec) -> bool:
    """Whether a step takes all rows."""
    value = value_of(how)
    return isinstance(value, Solver) or bool(value.full_batch)


def schedule_of(how: MethodSpec) -> Schedule:
    """Return the schedule of the rate."""
    found: Schedule = named(how.schedule, SCHEDULES)
    return found


def check(how: MethodSpec) -> None:
    """Refused for a method that there is not, or that cannot be."""
    value = value_of(how)
    schedule_of(how)
    if isinstance(value, Solver) and not value.keeps_dtype:
        try:
            refuse_noise(value, _regularisation(how, 2))
        except NeuronaError as error:
            raise Refused(str(error), "solver") from None


def parameters(how: MethodSpec) -> dict[str, Any]:
    """Return what a table estimator is given so that it trains like this."""
    value, full = value_of(how), is_full_batch(how)
    words: dict[str, Any] = {
        "solver": value,
        "learning_rate_init": max(how.rate, 1e-12),
        "batch_size": "auto" if full else how.batch,
        "alpha": how.l2,
        "dropout": how.dropout,
        "schedule": None if isinstance(value, Solver) else schedule_of(how),
        "epochs": how.epochs,
        "patience": np.inf,
    }
    if isinstance(value, Solver):
        del words["learning_rate_init"]
    return words


def settle(training: Training, how: MethodSpec) -> None:
    """Give a training that was just begun what its estimator has no word for."""
    problem = training.problem
    wanted = _wanted(training, how, problem.regularisation)
    if wanted != problem.regularisation:
        new, value = problem.changed(regularisation=wanted), value_of(how)
        # a solver stands on the problem that it was made with
        solving = _solving(new, value) if isinstance(value, Solver) else None
        training.adopt(new, solving)
    training.learning_rate = how.rate
    _set_plan(training, how)
    if training.solving is not None:
        training.solving.tolerances = Tolerances(0.0, 0.0)


def change(training: Training, before: MethodSpec, how: MethodSpec) -> None:
    """Change the method of a training, between two epochs; Refused changes nothing."""
    check(how)
    value, problem = value_of(how), training.problem
    wanted = _wanted(training, how, problem.regularisation)
    rows = training.order.size
    try:
        if isinstance(value, Solver):
            if _solver_of(before) != value or wanted != problem.regularisation:
                new = problem.changed(
                    optimizer=None, batch=rows, regularisation=wanted,
                    second_order=Need.MODEL in value.needs,
                )  # fmt: skip
                training.adopt(new, _solving(new, value))
        else:
            batch = rows if value.full_batch else min(how.batch, rows)
            given = {"optimizer": value, "batch": batch, "regularisation": wanted}
            if any(getattr(problem, name) != one for name, one in given.items()):
                training.adopt(problem.changed(**given, second_order=False))
                training.plan.shuffle = True
    except (NeuronaError, ValueError) as error:
        raise Refused(str(error), "solver") from None
    if how.rate != before.rate or _solver_of(before) is not None:
        training.learning_rate = how.rate
    _set_plan(training, how)


def _solving(problem: Any, solver: Solver) -> Solving:
    memory = getattr(solver, "memory_limit", MEMORY_LIMIT)
    if Need.EVIDENCE in solver.needs:
        units = units_of(problem.network, problem.loss, problem.table)
        if units is not None:
            return Solving(
                ScaledObjective(units, problem, memory, False), solver, Tolerances(0.0, 0.0)
            )
    return Solving(NetworkObjective(problem, memory), solver, Tolerances(0.0, 0.0))


def _solver_of(how: MethodSpec) -> Solver | None:
    value = value_of(how)
    return value if isinstance(value, Solver) else None


def _set_plan(training: Training, how: MethodSpec) -> None:
    plan = training.plan
    plan.max_epochs = how.epochs
    plan.schedule = Constant() if training.solving is not None else schedule_of(how)
    plan.stop_when_flat = how.patience is not None
    training.rule.patience = np.inf if how.patience is None else how.patience


def _wanted(training: Training, how: MethodSpec, known: Regularisation) -> Regularisation:
    value = value_of(how)
    made = _regularisation(how, training.network.n_layers)
    if isinstance(value, Solver) and Need.EVIDENCE in value.needs:
        made = replace(made, l2=0.0, l1=0.0)
    return replace(
        known, l2=made.l2, l1=made.l1, clip_norm=made.clip_norm, dropout=made.dropout,
        seed=known.seed or 1,
    )  # fmt: skip


def _regularisation(how: MethodSpec, layers: int) -> Regularisation:
    return Regularisation(
        l2=how.l2, l1=how.l1, clip_norm=how.clip_norm,
        dropout=dropout_rates(how.dropout, layers - 1) if layers > 1 else (0.0,),
    )  # fmt: skip


def name_of(value: StepOptimizer | Solver) -> str:
    """Return a method's name."""
    return str(value.name)
