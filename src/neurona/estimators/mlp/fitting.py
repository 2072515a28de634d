"""How an MLP is fitted: an assignment made, its training run, what it came to taken over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from neurona.engine.threads import available_threads
from neurona.errors import IncompatibleError, StopReason
from neurona.estimators.about import about
from neurona.estimators.available import NO_EARLY_STOPPING
from neurona.estimators.mlp import outcome
from neurona.estimators.mlp.assigning import assign
from neurona.estimators.mlp.assignment import Assignment
from neurona.estimators.mlp.examples import Given
from neurona.estimators.mlp.rate import show_rate
from neurona.estimators.mlp.standing import Standing
from neurona.estimators.mlp.starts import Outcome, start_of, train_all
from neurona.estimators.mlp.travelling import train_elsewhere, travels
from neurona.estimators.showing import network_callback
from neurona.estimators.tasks import FitRows, changed, shallow, through_tasks
from neurona.inference.learned_weights import LearnedWeights
from neurona.observers.watch import read_all
from neurona.spelling import parameter
from neurona.training.blas import one_blas_thread
from neurona.training.callbacks import Callback, as_callbacks
from neurona.training.engine import TogetherEngine
from neurona.training.loop import Training

if TYPE_CHECKING:
    from neurona.estimators.mlp.base import BaseMLP


def fit(model: BaseMLP, given: Given) -> BaseMLP:
    """Fit a model to rows."""
    through_tasks(
        model,
        # an autoencoder's targets are its inputs
        FitRows(given.X, given.X if given.y is None else given.y, given.sample_weight),
        lambda watching: _fit(model, given, False, watching),
        lambda training: attributes_of(model, training),
    )
    return model


def fit_more(model: BaseMLP, given: Given) -> BaseMLP:
    """Train a model one more epoch on rows."""
    _fit(model, given, True)
    return model


def attributes_of(model: BaseMLP, training: Training) -> dict[str, Any]:
    """Return the attributes that a model would have, had its training ended now."""
    other = shallow(model)
    reason = StopReason.INTERRUPTED
    outcome.take_over(other, training, reason)
    other.history_ = training.history.copy()
    other.subject().trained(training)
    outcome.take_over_starts(other, [start_of(training, reason)], 0)
    return changed(model, other)


def _fit(
    model: BaseMLP, given: Given, incremental: bool, watching: Sequence[Callback] = ()
) -> None:
    callbacks = [*as_callbacks(model.callbacks), *watching]
    read_all(callbacks, model.subject().encode_more)
    fit = assigned(model, given, incremental, callbacks)
    if model.verbose:
        callbacks = [network_callback(model, incremental), *callbacks]
    if fit.starts > 1 and not incremental:
        _run_starts(model, fit, callbacks)
        return
    training = fit.training()
    try:
        reason = training.run(callbacks)
    except Exception:
        # a callback's: what was learned before it stays
        finish(model, training, StopReason.FAILED)
        raise
    if incremental and reason == StopReason.MAX_EPOCHS:
        reason = StopReason.ONE_EPOCH
    finish(model, training, reason)


def begin(model: BaseMLP, given: Given) -> Training:
    """Return the one training of a model's fit, ready to run."""
    if model.n_starts > 1:
        raise IncompatibleError(
            f"begin holds one training, but {parameter('n_starts', model.n_starts)} trains several "
            f"side by side: set {parameter('n_starts', 1)}, or use fit."
        )
    return assigned(model, given, False, []).training()


def check_begun(model: object, begun: Training | None, training: Training) -> None:
    """ValueError for a training that a model has not begun, or that is not over."""
    if begun is not training:
        raise ValueError(
            f"This training is not the one that begin returned last for this "
            f"{type(model).__name__}; finish takes that one, once."
        )
    if not training.ended:
        raise ValueError(
            "This training is not over: run it, or close its advance(), before finish takes over "
            "what it came to."
        )


def finish(model: BaseMLP, training: Training, reason: str) -> None:
    """Take over what a training came to, and report it.

    One that an error ended leaves what was learned before, and nothing is said of it.
    """
    outcome.take_over(model, training, reason)
    if reason == StopReason.FAILED:
        return
    model.subject().trained(training)
    outcome.take_over_starts(model, [start_of(training, reason)], 0)
    outcome.report(model, training, reason)


def assigned(
    model: BaseMLP, given: Given, incremental: bool, callbacks: Sequence[Callback]
) -> Assignment:
    """Return the assignment, with the model set to where it begins."""
    subject = model.subject()
    earlier = model.earlier() if incremental or model.warm_start else None
    _check_starts(len(subject.hidden_shapes()), model.n_starts, callbacks)
    if incremental and model.early_stopping:
        raise ValueError(NO_EARLY_STOPPING)
    if incremental and model.monitor in ("val_loss", "score"):
        raise ValueError(
            f"partial_fit does not support monitor={model.monitor!r}, which needs validation rows: "
            'take monitor="loss", or fit.'
        )
    fit = assign(vars(model), subject, given, earlier, incremental)
    fit = replace(fit, about={**about(model), "task": subject.task})
    model.solver_, model.solver_reason_ = fit.method.given, fit.method.reason
    if model.engine != "compiled":
        model.engine_, model.engine_reason_ = fit.engine.name, fit.why_engine
    show_rate(model, fit)
    if earlier is None:
        _set_out(model, fit)
    return fit


def _set_out(model: Any, fit: Assignment) -> None:
    """Show the first weights, and forget what earlier fits left."""
    network = fit.network
    model.n_iter_ = 0
    model.t_ = 0
    model.n_outputs_ = network.sizes[-1]
    model.n_layers_ = len(network.sizes)
    model.out_activation_ = network.activations[-1].name
    model.history_ = fit.beginning.history
    model.adopt(LearnedWeights(network, fit.beginning.weights), Standing())


def _check_starts(shapes: int, starts: int, callbacks: Sequence[Callback]) -> None:
    if shapes > starts:
        raise ValueError(
            f"hidden_layer_sizes gives {shapes} shapes to be tried side by side, so n_starts "
            f"must be {shapes} or more. Got {starts}."
        )
    alone = [type(one).__name__ for one in callbacks if one.needs_one_start]
    if starts > 1 and alone:
        raise IncompatibleError(
            f"{alone[0]} follows one training, but {parameter('n_starts', starts)} "
            f"trains several side by side: set {parameter('n_starts', 1)}, or leave it out."
        )


def _run_starts(model: BaseMLP, fit: Assignment, callbacks: Sequence[Callback]) -> None:
    """Train several starts, take over the best, and report it."""
    if travels(fit, callbacks):
        take_over_all(model, train_elsewhere(fit))
        return
    threads, together = model.n_threads or available_threads(), None
    if isinstance(fit.engine, TogetherEngine) and fit.shares_rows:
        together = fit.engine.together(fit.starts)
        fit = replace(fit, engine=together)
    # held from the first start to the last: set and lifted between starts it slows the factors of
    # matrices down, up to tenfold
    with one_blas_thread():
        done = train_all(fit.training, fit.starts, callbacks, threads, together=together)
    take_over_all(model, done)


def take_over_all(model: BaseMLP, done: Outcome) -> None:
    """Take over the best of several starts, let those that are good predict, and report."""
    outcome.take_over(model, done.training, done.reason)
    model.subject().trained(done.training)
    outcome.take_over_starts(model, done.starts, done.best)
    outcome.report(model, done.training, done.reason)
