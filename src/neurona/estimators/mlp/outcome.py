"""What a fit came to: the attributes it leaves, and the warnings and errors that tell of it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from neurona.errors import CollapsedWarning, DivergenceError, DivergenceWarning, StopReason
from neurona.estimators.choices import initial_rate
from neurona.estimators.mlp.scales import scaling_advice
from neurona.estimators.mlp.starts import Start, kept
from neurona.estimators.warn import warn_once, warn_user
from neurona.inference.learned import StartRecord
from neurona.inference.learned_weights import LearnedWeights
from neurona.inference.members import Member
from neurona.numerics.schedules import Clock
from neurona.spelling import parameter
from neurona.training.guard import Verdict
from neurona.training.loop import Training

NON_FINITE = (
    "Solver produced non-finite parameter weights. The input data may contain large values and "
    "need to be preprocessed."
)


def take_over(model: Any, training: Training, reason: str) -> None:
    """Take over what a training came to, as scikit-learn's attributes and ours."""
    rule, history = training.rule, training.history
    standing = replace(model.standing(), best_result=rule.best, flat_epochs=rule.flat_epochs)
    if training.solving is None:
        state = training.problem.optimizer_state()
        standing = replace(standing, optimizer=state, learning_rate=_next_rate(training))
    model.adopt(LearnedWeights(training.network, training.weights.copy()), standing)
    model.n_layers_ = len(training.network.sizes)
    model.n_iter_ = training.epochs_done
    # scikit-learn's count is that of mini-batches
    model.t_ = training.samples_seen if training.solving is None else 0
    model.history_ = history
    model.stop_reason_ = str(reason)
    model.loss_curve_ = history.column("loss")
    model.loss_ = model.loss_curve_[-1] if model.loss_curve_ else math.nan
    losses = [loss for loss in model.loss_curve_ if not math.isnan(loss)]
    watched = model.early_stopping and training.validation is not None
    model.best_loss_ = None if watched else min(losses, default=math.inf)
    model.validation_scores_ = history.column("score") if training.validation is not None else None
    scores = [
        score
        for score in model.validation_scores_ or []
        if score is not None and not math.isnan(score)
    ]
    model.best_validation_score_ = (
        max(scores, default=-math.inf) if model.validation_scores_ else None
    )
    if training.solving is not None and not history:
        model.loss_ = training.solving.loss


def take_over_starts(model: Any, starts: list[Start], best: int) -> None:
    """Take over what the starts came to: all of them if predictions are their mean, else the best.

    Starts that diverged, or have less evidence than a straight line, are shown, but not kept, nor
    those that were cut short: a network half trained would spoil the mean.
    """
    model.starts_ = [StartRecord(s.result, s.loss, s.epochs, s.reason) for s in starts]
    model.best_start_ = best
    usable = kept([s for s in starts if not s.cut])
    averages = model.combine == "average" and usable
    adopt_members(model, usable if averages else [starts[best].member])


def adopt_members(model: Any, members: list[Member]) -> None:
    """Let a model predict by these members, and show what they know of their weights.

    One that knows nothing is not kept: it is the model's own network.
    """
    told = len(members) > 1 or any(one.posterior is not None for one in members)
    model.adopt(model.learned().with_members(members if told else []))
    posteriors = [m.posterior for m in members if m.posterior is not None]
    if not posteriors:
        for name in ("effective_parameters_", "log_evidence_", "relevance_", "noise_"):
            model.__dict__.pop(name, None)
        return
    model.effective_parameters_ = float(np.mean([p.effective.sum() for p in posteriors]))
    model.log_evidence_ = float(max(p.log_evidence for p in posteriors))
    inputs = model.coefs_[0].shape[0]
    model.relevance_ = np.mean([p.relevance(inputs) for p in posteriors], axis=0)
    model.__dict__.pop("noise_", None)
    loss, _ = model.subject().loss_and_output()
    if loss.has_noise:
        model.noise_ = np.sqrt(np.mean([p.noise for p in posteriors], axis=0))


def _next_rate(training: Training) -> float:
    if not training.plan.schedule.varies:
        return training.learning_rate
    clock = Clock(
        np.array([float(training.epochs_done)]), training.plan.max_epochs, training.samples_seen
    )
    return float(training.learning_rate * training.plan.schedule.factors(clock)[0])


def report(model: Any, training: Training, reason: str) -> None:
    """Warn, or raise, if a training ended otherwise than by its stopping rule, or worse than the
    trivial answer.
    """
    if reason == StopReason.INTERRUPTED:
        warn_user("Training interrupted by user.")
    elif training.diverged:
        _report_divergence(model, training)
    elif training.solving is not None:
        _report_solver(model, training, reason)
    elif reason == StopReason.MAX_EPOCHS:
        advice = _advice(model, training)
        warn_once(
            f"Stochastic Optimizer: Maximum iterations ({model.max_iter}) reached and the "
            "optimization hasn't "
            f"converged yet.{advice and ' ' + advice}",
            ConvergenceWarning,
            _so_far(training),
        )
    else:
        _report_collapse(model, training)


def _so_far(training: Training) -> str:
    """Return a sentence on a training that would have gone on, if the trivial answer is better."""
    verdict = training.guard.verdict
    if verdict is None or not verdict.collapsed:
        return f" {_drowned(verdict)}" if verdict is not None and verdict.drowned else ""
    return (
        f" So far the model is worse than answering always the same: its loss is {verdict.loss:.4g}"
        f", and that would cost {verdict.trivial:.4g}."
    )


def _drowned(verdict: Verdict) -> str:
    """Return a sentence on outputs that were not learned beside others."""
    few = ", ".join(map(str, verdict.drowned[:5])) + (", ..." if len(verdict.drowned) > 5 else "")
    what = f"column {few} was" if len(verdict.drowned) == 1 else f"columns {few} were"
    return (
        f"Of the targets, {what} not learned (counted from 0): errors are far larger than those of "
        "answering always the mean, which the loss does not show beside larger targets. Scale the "
        "targets (StandardScaler, TransformedTargetRegressor)."
    )


def _report_collapse(model: Any, training: Training) -> None:
    """Warn if the trivial answer is better on the rows trained on, with what may be the reason;
    not if a callback's sentence ended the training, whose author knows.
    """
    verdict = training.guard.verdict
    if verdict is None or training.reason not in list(StopReason):
        return
    if verdict.drowned and not verdict.collapsed:
        warn_once(_drowned(verdict), CollapsedWarning)
    if not verdict.no_better:
        return
    if not verdict.collapsed:
        advice = _advice(model, training)
        if advice:
            warn_once(
                "The model is no better than answering always the same: on its own training rows "
                f"its loss is {verdict.loss:.4g}, and that would cost {verdict.trivial:.4g}. "
                f"{advice}",
                CollapsedWarning,
            )
        return
    if verdict.trivial < 0.1 * verdict.start:
        why = (
            "the targets lie far from 0, or have another scale than the first outputs: scale them "
            "(StandardScaler, TransformedTargetRegressor)"
        )
    elif training.solving is None:
        rate = parameter("learning_rate_init", initial_rate(vars(model)))
        why = (
            f"the steps may be too long or too few: try another {rate}, scale the inputs "
            "(StandardScaler), or train longer"
        )
    else:
        why = (
            f"its search ended because {training.reason}: scale the inputs and targets "
            "(StandardScaler), or try other first weights (random_state, n_starts)"
        )
    warn_once(
        f"The model is worse than answering always the same: on its own training rows its loss is "
        f"{verdict.loss:.4g}, and that would cost {verdict.trivial:.4g}; {why}.",
        CollapsedWarning,
    )


def _report_divergence(model: Any, training: Training) -> None:
    epoch = training.epochs_done
    scale = "scale the inputs and targets (StandardScaler)"
    if training.solving is not None:
        if training.guard.verdict is None:
            raise DivergenceError(f"{NON_FINITE} {scale.capitalize()}.")
        name = training.solving.solver.name
        warn_user(
            f"{name}: {StopReason.DIVERGED}: {scale}, or take another solver. The best weights "
            "seen were kept.",
            DivergenceWarning,
        )
        return
    advice = (
        f"In epoch {epoch} {StopReason.DIVERGED}: lower "
        f"{parameter('learning_rate_init', training.plan.learning_rate)}, or "
        f"{scale}, or look for huge values in them."
    )
    if epoch == 1 and len(training.history) == 1 and not training.guard.ran_away:
        raise DivergenceError(f"{NON_FINITE} {advice}")
    warn_user(f"{advice} The best weights seen were kept.", DivergenceWarning)


def _report_solver(model: Any, training: Training, reason: str) -> None:
    name = training.solving.solver.name if training.solving is not None else ""
    if reason == StopReason.DIVERGED or not np.isfinite(model.learned().weights).all():
        raise DivergenceError(f"{NON_FINITE} Scale the inputs and targets (StandardScaler).")
    if reason in (StopReason.MAX_EPOCHS, StopReason.MAX_EVALUATIONS):
        more = f" (max_iter={model.max_iter})" if reason == StopReason.MAX_EPOCHS else ""
        advice = _advice(model, training)
        warn_once(
            f"{name} failed to converge after {model.n_iter_} iteration(s): {reason}.\n"
            f"Increase the number of iterations to improve the convergence{more}."
            f"{advice and chr(10) + advice}",
            ConvergenceWarning,
            _so_far(training),
        )
    else:
        _report_collapse(model, training)


def _advice(model: Any, training: Training) -> str:
    quantities = getattr(model, "classes_", None) is None
    return scaling_advice(training.problem.table, quantities)
