"""Checkpoint: a callback that writes where a training stands, and takes it up again from there."""

from __future__ import annotations

import math
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from neurona.errors import CheckpointWarning, FormatError, IncompatibleError, StopReason
from neurona.estimators.warn import warn_user
from neurona.files import plain
from neurona.files.atomic import remove_leftovers, write_atomically
from neurona.files.columns import put_history, take_history
from neurona.files.container import MAX_BYTES, Array, Container, pack, read
from neurona.files.fields import Arrays, count, entry
from neurona.files.optimizer_state import put_optimizer, take_optimizer
from neurona.files.rescue import FAILURES, reason_of, save_somewhere
from neurona.files.solver_state import put_solver, take_solver
from neurona.network import Network
from neurona.optimizers.solver import SolverState
from neurona.spelling import parameter
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord, History
from neurona.training.loop import Training
from neurona.training.state import TrainingState, identity

KIND = "checkpoint"


class Checkpoint(Callback):
    """Writes a file every few epochs, from which the same training goes on to the same bits.

    The file has weights, optimizer state, counters, learning rate, order of the rows, random state,
    stopping rule, best weights and history. It is written beside the last one, read back, and only
    then takes its place; a killed process leaves the last one or the new one.

    Parameters
    ----------
    path : str or PathLike
        The file. Two trainings must not share one.
    every : int, default=1
        Epochs between two checkpoints.
    resume : bool, default=False
        Whether to go on from the file, if it is there. Rows, seed and choices must be those of the
        interrupted training; `max_iter` may be larger.
    pause : float, default=0.0
        Least seconds between two checkpoints. Flushing to the disk takes some 10 ms, much longer
        than a small network's epoch.
    max_bytes : int, default=2**30
        Size of the largest checkpoint that is read.

    Raises
    ------
    IncompatibleError
        When training begins: the file is of another training.
    FormatError
        The file is damaged.

    Examples
    --------
    >>> import tempfile
    >>> import numpy as np
    >>> from neurona import MLPRegressor
    >>> from neurona.files import Checkpoint
    >>> X = np.linspace(-1, 1, 50).reshape(-1, 1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     keep = Checkpoint(f"{folder}/run.checkpoint", resume=True)
    ...     model = MLPRegressor(random_state=0, tol=1.0, callbacks=keep).fit(X, X[:, 0])
    ...     again = MLPRegressor(random_state=0, tol=1.0, callbacks=keep).fit(X, X[:, 0])
    >>> model.n_iter_, again.n_iter_  # the second found that nothing was left to do
    (12, 12)
    """

    needs_one_start = True

    def __init__(
        self,
        path: str | os.PathLike[str],
        every: int = 1,
        resume: bool = False,
        pause: float = 0.0,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        if every < 1:
            raise ValueError(f"The 'every' parameter of Checkpoint must be >= 1. Got {every!r}.")
        self.path, self.every, self.resume, self.max_bytes = path, every, resume, max_bytes
        self.pause = pause
        self._identity: dict[str, str] = {}
        self._written = -math.inf
        self._unwritten: TrainingState | None = None
        self._network: Network | None = None

    def on_start(self, training: Training) -> None:
        """Take up the training in the file, if asked for and there is one."""
        remove_leftovers(self.path)
        self._written, self._unwritten = -math.inf, None
        self._network = training.network
        self._identity = identity(training)
        if self.resume and os.path.exists(self.path):
            solving = training.solving
            state = read_state(
                self.path,
                training.network,
                self._identity,
                self.max_bytes,
                None if solving is None else solving.state,
            )
            self._check_fits(training, state)
            training.restore(state)

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Write, if it is time."""
        due = record.epoch % self.every == 0
        if due and time.monotonic() - self._written >= self.pause:
            self.keep(training)
        return None

    def on_end(self, training: Training, reason: str) -> None:
        """Write what could not be written so far, if need be elsewhere."""
        state, self._unwritten = self._unwritten, None
        if state is None:
            return
        write = partial(write_state, network=training.network, owner=self._identity, state=state)
        path = Path(self.path)
        try:
            found, error = save_somewhere(write, path)
        except FAILURES as error:
            self.tell(f"The checkpoint could be written nowhere ({reason_of(error)}).")
            return
        if error is not None:
            self.tell(
                f"The last checkpoint is in {str(found)!r}: {str(path)!r} could not be written "
                f"({reason_of(error)})."
            )

    def write(self, training: Training) -> None:
        """Write now, between two epochs; OSError or FormatError if that is not possible."""
        self._write(training.state())

    def keep(self, training: Training) -> None:
        """Write now, between two epochs, if that is possible; else tell, and keep it in memory."""
        state = training.state()
        try:
            self._write(state)
        except FAILURES as error:
            # `pause` holds for what was tried, too
            self._written = time.monotonic()
            if self._unwritten is None:
                self.tell(
                    f"The checkpoint {os.fspath(self.path)!r} could not be written "
                    f"({reason_of(error)}); training goes on, and the next one is tried."
                )
            self._unwritten = state

    def tell(self, text: str) -> None:
        """Say that a checkpoint could not be written: a warning, unless overridden."""
        warn_user(text, CheckpointWarning)

    def _write(self, state: TrainingState) -> None:
        assert self._network is not None
        write_state(self.path, self._network, self._identity, state)
        self._written, self._unwritten = time.monotonic(), None

    def _check_fits(self, training: Training, state: TrainingState) -> None:
        # the kernels do not check row numbers
        same_rows = np.array_equal(np.sort(state.order), np.sort(training.order))
        live, given = training.problem.optimizer_state(), state.optimizer
        fits = isinstance(given, SolverState) or given.state.shape == live.state.shape
        if not same_rows or not fits:
            raise FormatError(f"{os.fspath(self.path)!r} cannot be read: it contradicts itself")


def write_state(
    path: str | os.PathLike[str], network: Network, owner: dict[str, str], state: TrainingState
) -> None:
    """Write a training's state, read it back, and put it in the place of the last one."""
    arrays: dict[str, Array] = {
        "weights": network.parameters(state.weights),
        "order": state.order,
    }
    if state.best_weights is not None:
        arrays["best_weights"] = network.parameters(state.best_weights)
    if isinstance(state.records, int):
        raise ValueError("A keyframe has no records to write; take `Training.state()`.")
    put_history(arrays, "history.", History(state.records))
    random = np.random.RandomState(0)
    random.set_state(state.random)
    document = {
        "identity": owner,
        "counters": {
            name: int(getattr(state, name))
            for name in ("epochs_done", "samples_seen", "flat_epochs", "epochs_since_best")
        },
        "learning_rate": plain.encode(state.learning_rate, "The learning rate"),
        "best_result": plain.encode(state.best_result, "The best result"),
        "random": plain.encode(random, "The random state"),
    }
    if isinstance(state.optimizer, SolverState):
        document["solver"] = put_solver(arrays, "solver.", state.optimizer)
        document["solver_reason"] = state.solver_reason
    else:
        document["optimizer"] = put_optimizer(arrays, "optimizer.", network, state.optimizer)
    write_atomically(path, pack(Container(KIND, document, arrays)), read)


def read_state(
    path: str | os.PathLike[str],
    network: Network,
    owner: dict[str, str],
    max_bytes: int = MAX_BYTES,
    like: SolverState | None = None,
) -> TrainingState:
    """Return the state in a checkpoint of the training whose identity is `owner`.

    `like` is a state of its solver, if it has one.
    IncompatibleError if it is another's, FormatError if the file is damaged.
    """
    container = read(path, max_bytes)
    try:
        if container.kind != KIND:
            raise FormatError(f"it holds a {container.kind[:60]!r}, not a checkpoint")
        given = entry(container.document, "identity", dict)
        different = [name for name, text in owner.items() if given.get(name) != text]
        if different:
            raise IncompatibleError(
                f"{os.fspath(path)!r} is the checkpoint of another training: it differs in "
                f"{', '.join(different)}. Give the rows and parameters of that training; the seed "
                f"({parameter('random_state')}) must be the same whole number."
            )
        arrays = Arrays(container.arrays)
        state = _state(container.document, arrays, network, like)
        arrays.finish()
    except FormatError as error:
        raise FormatError(f"{os.fspath(path)!r} cannot be read: {error}") from None
    return state


def _state(
    document: Any, arrays: Arrays, network: Network, like: SolverState | None
) -> TrainingState:
    counters = entry(document, "counters", dict)
    random = plain.decode(entry(document, "random", dict))
    rate, best = (plain.decode(document.get(name)) for name in ("learning_rate", "best_result"))
    if not isinstance(random, np.random.RandomState) or not all(
        isinstance(number, float | int) for number in (rate, best)
    ):
        raise FormatError("the state of the training is not as it should be")
    size, dtype = network.n_parameters, network.dtype
    weights = network.from_parameters(arrays.take("weights", dtype, (size,)))
    best_weights = None
    if "best_weights" in arrays:
        best_weights = network.from_parameters(arrays.take("best_weights", dtype, (size,)))
    generator: Any = random.get_state(legacy=False)
    return TrainingState(
        epochs_done=count(counters, "epochs_done"),
        samples_seen=count(counters, "samples_seen"),
        learning_rate=float(rate),
        weights=weights,
        best_weights=best_weights,
        optimizer=take_optimizer(arrays, "optimizer.", network, document.get("optimizer"))
        if like is None
        else take_solver(arrays, "solver.", document.get("solver"), like),
        best_result=float(best),
        flat_epochs=count(counters, "flat_epochs"),
        epochs_since_best=count(counters, "epochs_since_best"),
        records=list(take_history(arrays, "history.")),
        order=arrays.take("order", np.int64, (None,)),
        random=generator,
        solver_reason=_reason(document.get("solver_reason")),
    )


def _reason(given: Any) -> StopReason | None:
    try:
        return None if given is None else StopReason(given)
    except ValueError:
        raise FormatError("the solver ended for an unknown reason") from None
