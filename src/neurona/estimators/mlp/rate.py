"""learning_rate_init="find": the rate of a fit, found before its first epoch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from neurona.errors import IncompatibleError, StopReason
from neurona.estimators.mlp.assignment import Assignment
from neurona.spelling import parameter
from neurona.training.history import History
from neurona.training.problem import Problem
from neurona.training.rates import RateCurve, search_rate, whole_fits

FEWEST = 2
"""How many whole fits there must be time for."""


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
    curve = _by_whole_fits(fit, curve)
    return replace(fit, plan=replace(fit.plan, learning_rate=curve.best), rate_curve=curve)


def _by_whole_fits(fit: Assignment, curve: RateCurve) -> RateCurve:
    """Return a curve whose best rates were tried in this very fit, from the first draw to the last
    epoch: as many as the work for short trainings does for, all of them on little data.
    """
    steps = -(-len(fit.order) // fit.batch) * fit.plan.max_epochs
    count = min(len(curve.rates), whole_fits(fit.network, fit.batch, steps))
    if count < FEWEST or fit.spooled is not None or not fit.beginning.drawn:
        return curve
    order = sorted(range(len(curve.rates)), key=lambda k: (curve.losses[k], curve.rates[k]))
    losses, done = list(curve.losses), list(curve.steps)
    tried = sorted(order[:count])
    for k in tried:
        losses[k], done[k] = _whole(fit, curve.rates[k], curve.start), steps
    lowest = min(tried, key=lambda k: (losses[k], curve.rates[k]))
    if not math.isfinite(losses[lowest]):
        return curve
    told = "validation rows" if curve.validated else "rows trained on"
    why = (
        f"Of {len(tried)} rates tried in whole fits {curve.rates[lowest]:g} came to the lowest "
        f"loss on {told}, {losses[lowest]:.4g} (at the start {curve.start:.4g})."
    )
    best = curve.rates[lowest]
    return replace(curve, losses=tuple(losses), steps=tuple(done), best=best, why=why)


def _whole(fit: Assignment, rate: float, known: float) -> float:
    """Return the loss of the weights that the fit keeps at a rate; inf where it diverges."""
    random = np.random.RandomState()
    random.set_state(fit.random.get_state())
    alone = replace(
        fit,
        random=random,
        beginning=replace(fit.beginning, history=History()),
        plan=replace(fit.plan, learning_rate=rate),
    )
    training = alone.training()
    try:
        with np.errstate(all="ignore"):
            reason = training.run()
    finally:
        training.problem.close()
    if reason == StopReason.INTERRUPTED:
        raise KeyboardInterrupt
    watched = "loss" if fit.validation is None else "val_loss"
    both = zip(training.history.column(watched), training.history.column("loss"), strict=True)
    # rows that are judged may be few, and lie well by chance where training runs away
    losses = [float(max(one, own) if own > known else one) for one, own in both]
    if not losses or training.diverged or not math.isfinite(losses[-1]):
        return math.inf
    return min(losses) if fit.plan.restore_best else losses[-1]


def show_rate(model: Any, fit: Assignment) -> None:
    """Show what was found, or forget what an earlier fit did."""
    if fit.rate_curve is not None:
        model.rate_curve_, model.learning_rate_found_ = fit.rate_curve, fit.rate_curve.best
    elif not isinstance(model.learning_rate_init, str):
        for name in ("rate_curve_", "learning_rate_found_"):
            model.__dict__.pop(name, None)
