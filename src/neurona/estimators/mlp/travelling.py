"""Starts in other processes or on other machines, where a person named such a backend of joblib's:
`with joblib.parallel_config(backend="loky")`, or "dask", or "ray".

A start travels as its assignment and its number, and comes back as what it came to and the state
that its training ended in; the best is put together here. Starts that somebody follows (callbacks,
a screen) stay in this process: they train in threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from joblib import Parallel, delayed
from joblib.parallel import get_active_backend

from neurona.estimators.mlp.assignment import Assignment
from neurona.estimators.mlp.starts import Outcome, Start, start_of
from neurona.training.blas import one_blas_thread
from neurona.training.callbacks import Callback
from neurona.training.guard import Verdict
from neurona.training.loop import Training
from neurona.training.state import TrainingState


class _Came(NamedTuple):
    """What a start came to, and how its training ended."""

    start: Start
    state: TrainingState
    diverged: bool
    verdict: Verdict | None
    ran_away: bool


def travels(fit: Assignment, callbacks: Sequence[Callback]) -> bool:
    """Whether the starts of a fit are to be trained in other processes.

    As everywhere in scikit-learn, threads are taken unless a person named something else.
    """
    backend, _ = get_active_backend(prefer="threads")
    home = getattr(backend, "supports_sharedmem", False) or backend.nesting_level
    return not home and not callbacks and fit.spooled is None


def train_elsewhere(fit: Assignment) -> Outcome:
    """Train all starts where joblib says; the same bits as `train_all`."""
    with one_blas_thread():
        came = Parallel()(delayed(_one)(fit, start) for start in range(fit.starts))
    # the generator that the first start draws from is the caller's
    fit.random.set_state(came[0].state.random)
    best = min(range(fit.starts), key=lambda k: (came[k].start.result, k))
    training = _ended(fit, best, came[best])
    return Outcome([one.start for one in came], best, training, came[best].start.reason)


def _one(fit: Assignment, start: int) -> _Came:
    with one_blas_thread():
        training = fit.training(start)
        training.start, training.starts = start, fit.starts
        found = start_of(training, training.run())
    guard = training.guard
    return _Came(found, training.state(), training.diverged, guard.verdict, guard.ran_away)


def _ended(fit: Assignment, start: int, came: _Came) -> Training:
    """Return the training of a start as it ended elsewhere."""
    training = fit.training(start)
    training.start, training.starts = start, fit.starts
    training.restore(came.state)
    training.guard.verdict, training.guard.ran_away = came.verdict, came.ran_away
    training.diverged, training.reason, training.ended = came.diverged, came.start.reason, True
    training.problem.close()
    return training
