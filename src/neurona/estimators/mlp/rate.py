"""learning_rate_init="find": the rate of a fit, found before its first epoch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from neurona.errors import IncompatibleError
from neurona.estimators.mlp.assignment import Assignment
from neurona.spelling import parameter
from neurona.training.problem import Problem
from neurona.training.rates import search_rate


def with_found_rate(params: Mapping[str, Any], fit: Assignment) -> Assignment:
    """Return a fit with the rate that was found for it, or by the fit that it goes on from.

    Nothing is drawn from the fit's random numbers: it is that with this rate given as a number.
    IncompatibleError for a full-batch solver, which has no rate.
    """
    if fit.method.optimizer is None:
        raise IncompatibleError(
            f"The solver {fit.method.name!r} has no learning rate to be found: leave "
            f"{parameter('learning_rate_init', 'find')} out, or take "
            f"{parameter('solver', 'adam')}."
        )
    if not fit.beginning.drawn and math.isfinite(fit.plan.learning_rate):
        return fit
    problem = Problem(
        fit.network, fit.loss, fit.method.optimizer, fit.table, fit.batch,
        fit.regularisations[0], fit.threads, engine=fit.engine,
    )  # fmt: skip
    try:
        curve = search_rate(problem, fit.beginning.weights, fit.order, fit.plan, fit.validation)
    finally:
        problem.close()
    return replace(fit, plan=replace(fit.plan, learning_rate=curve.best), rate_curve=curve)


def show_rate(model: Any, fit: Assignment) -> None:
    """Show what was found, or forget what an earlier fit did."""
    if fit.rate_curve is not None:
        model.rate_curve_, model.learning_rate_found_ = fit.rate_curve, fit.rate_curve.best
    elif not isinstance(model.learning_rate_init, str):
        for name in ("rate_curve_", "learning_rate_found_"):
            model.__dict__.pop(name, None)
