"""A training as it stands between two steps: what may be looked at, taken, set and exchanged."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from weakref import WeakMethod

import numpy as np

from neurona.errors import StopReason
from neurona.network import Network, Vector
from neurona.numerics.schedules import Constant
from neurona.numerics.shuffle import Shuffler
from neurona.optimizers.solver import SolverState
from neurona.optimizers.state import OptimizerState
from neurona.training.ahead import Ahead
from neurona.training.guard import Guard
from neurona.training.history import History
from neurona.training.plan import Plan, StoppingRule, Validation
from neurona.training.problem import Problem
from neurona.training.rows import as_read
from neurona.training.solving import Solving
from neurona.training.state import TrainingState, check_own


class Held:
    """A training as it stands between two steps.

    Attributes
    ----------
    network, history, plan, rule : what they say
    weights : ndarray
        The live flat weight vector; `network.views(training.weights)` gives the layers.
    learning_rate : float
        The base rate now: the initial rate, or less after plateaus. What is set here holds from the
        next epoch.
    samples_seen : int
        Rows trained on, over all calls of fit that continued this training.
    epochs_done : int
        Epochs of this training.
    diverged : bool
        Whether training left the finite numbers, or its loss rose far above that of the start.
    guard : Guard
        Tells what training came to beside the trivial answer.
    start, starts : int
        Which start this is, from 0, and how many there are.
    about : dict
        What its maker says of it, for trackers: plain values by name, such as the seed.
    called_off : threading.Event or None
        Ends training after the epoch when it is set.
    ends_at : float
        The moment (of `time.perf_counter`) after which no epoch begins, infinite if there is none.
    ended : bool
        Whether `run` or `advance` is over.
    reason : str or None
        Why it ended, None before.
    solving : Solving or None
        The full-batch solver that does the epochs, None for mini-batches.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        rule: StoppingRule,
        order: Vector,
        random: np.random.RandomState,
        validation: Validation | None = None,
        history: History | None = None,
        samples_seen: int = 0,
        learning_rate: float | None = None,
        solving: Solving | None = None,
    ) -> None:
        self.problem, self.plan, self.rule, self.solving = problem, plan, rule, solving
        self._order, self.random, self.validation = order, random, validation
        self.history = History() if history is None else history
        self.guard = Guard(problem, plan.single, self.history)
        self.samples_seen, self.diverged = samples_seen, False
        rate = plan.learning_rate if learning_rate is None else learning_rate
        self.learning_rate = float(rate)
        self.start, self.starts = 0, 1
        self.about: dict[str, Any] = {}
        self.called_off: threading.Event | None = None
        self.ends_at = math.inf
        self.epochs_done = 0
        self.ended = False
        self._driven = threading.Lock()  # taken by who runs it, and never given back
        self.reason: str | None = None
        self.best_weights: Vector | None = None
        self._shuffler: Shuffler | None = None
        self._inside_epoch = False
        # whether the stopping rule has had its say on the last epoch
        self._judged = True
        self._solver_reason: StopReason | None = None
        self._said: str | None = None
        self._started: float | None = None
        self._hurry_at = math.inf
        # whether nobody looks between two epochs, and the epochs that are done ahead then
        self._unwatched = False
        self._ahead: Ahead | None = None
        self._listen()
        self._earlier = self.history[-1].seconds if len(self.history) else 0.0

    @property
    def network(self) -> Network:
        """The network being trained."""
        return self.problem.network

    @property
    def order(self) -> Vector:
        """The order of the rows (of a feed's chunks), as the last shuffle left it; to be read
        only.
        """
        return as_read(self._order)

    @property
    def rows(self) -> int:
        """How many rows are trained on."""
        return self.problem.rows_in(self._order)

    @property
    def weights(self) -> Vector:
        """The live flat weight vector; call `set_weights` to change it."""
        return self.problem.weights

    @property
    def inside_epoch(self) -> bool:
        """Whether an epoch has begun and is not over."""
        return self._inside_epoch

    def stop(self, reason: str) -> None:
        """End after this epoch (or at once, between two), for a reason in a sentence."""
        self._said = str(reason)

    def hurry(self, seconds: float) -> None:
        """End a solver's iteration that lasts longer than so many more seconds, from any thread;
        what it has not finished is not kept.
        """
        self._hurry_at = time.perf_counter() + seconds

    def hear(self) -> None:
        """KeyboardInterrupt, in the midst of an epoch, if this was called off or hurried."""
        off = self.called_off is not None and self.called_off.is_set()
        if not self.ended and (off or time.perf_counter() > self._hurry_at):
            raise KeyboardInterrupt

    def _listen(self) -> None:
        if self.solving is not None:
            # weakly: a training that is over leaves its memory at once
            ear = WeakMethod(self.hear)
            self.solving.objective.listen = lambda: _heard(ear)

    def state(self) -> TrainingState:
        """Return everything that `restore` needs to go on after this epoch; arrays are copies."""
        return replace(self.keyframe(), records=list(self.history))

    def keyframe(self) -> TrainingState:
        """Return the same without the records, of which only the number is kept: this training can
        go back to it, no other one.
        """
        self._refuse_inside("a state is taken")
        method: Any = self.problem.optimizer_state() if self.solving is None else self.solving.state
        if self._shuffler:
            self._shuffler.close()  # hands the generator back; shuffling may go on
        random: Any = self.random.get_state(legacy=False)
        return TrainingState(
            epochs_done=self.epochs_done,
            samples_seen=self.samples_seen,
            learning_rate=self.learning_rate,
            weights=self.weights.copy(),
            best_weights=None if self.best_weights is None else self.best_weights.copy(),
            optimizer=method.copy(),
            solver_reason=self._solver_reason,
            best_result=self.rule.best,
            flat_epochs=self.rule.flat_epochs,
            epochs_since_best=self.rule.epochs_since_best,
            records=self.history.appended,
            order=self._order.copy(),
            random=random,
            judged=self._judged,
        )

    def restore(self, state: TrainingState) -> None:
        """Go back, or forward, to a state: before the first epoch, or between any two.

        RuntimeError inside an epoch and after the end, ValueError for another training's state.
        """
        self._refuse_inside("a state is restored")
        if self.ended:
            raise RuntimeError("This training has ended; restore a state into another one.")
        check_own(self, state)
        self.problem.set_weights(state.weights)
        if self.solving is not None and isinstance(state.optimizer, SolverState):
            self.solving.restore(state.optimizer)
        elif isinstance(state.optimizer, OptimizerState):
            self.problem.set_optimizer_state(state.optimizer)
        self.epochs_done, self.samples_seen = state.epochs_done, state.samples_seen
        self.learning_rate = state.learning_rate
        self.best_weights = None if state.best_weights is None else state.best_weights.copy()
        self.rule.best, self.rule.flat_epochs = state.best_result, state.flat_epochs
        self.rule.epochs_since_best = state.epochs_since_best
        if isinstance(state.records, int):
            self.history.cut(state.records)
        else:
            self.history = History(state.records, self.history.limit)
        if self._shuffler:
            self._shuffler.close()
        self._order[:] = state.order
        self.random.set_state(state.random)
        self._shuffler = Shuffler(self._order, self.random) if self._shuffler else None
        self._earlier = self.history[-1].seconds if len(self.history) else 0.0
        self._started = time.perf_counter()
        self._judged = state.judged or state.epochs_done == 0
        self._solver_reason = state.solver_reason

    def set_weights(self, weights: Vector) -> None:
        """Set flat weights by hand, at any yield; a full-batch solver begins anew from there.

        The stopping rule, the best weights and an optimizer's state stay.
        """
        self.problem.set_weights(weights)
        if self.solving is not None:
            self.solving.restart()
            self._solver_reason = None

    def adopt(self, problem: Problem, solving: Solving | None = None) -> None:
        """Go on with another problem on the same network and rows (`Problem.changed`), between two
        epochs; `solving` is the solver that does the epochs from now on, None for mini-batches.
        """
        self._refuse_inside("a problem is taken over")
        if problem.network is not self.problem.network or problem.table is not self.problem.table:
            raise ValueError("A training goes on with the same network and rows only.")
        if solving is None and problem.optimizer is None:
            raise ValueError("A problem without an optimizer needs a solver: pass `solving`.")
        if problem is not self.problem:
            self.problem.close()
        self.problem, self.solving, self._solver_reason = problem, solving, None
        self._listen()
        self.guard.renew()
        if solving is not None:
            self.plan.schedule, self.plan.shuffle = Constant(), False

    def _refuse_inside(self, what: str) -> None:
        if self._inside_epoch:
            raise RuntimeError(f"This epoch is not over; {what} between two.")


def _heard(ear: WeakMethod[Callable[[], None]]) -> None:
    hear = ear()
    if hear is not None:
        hear()
