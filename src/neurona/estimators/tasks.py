"""scikit-learn's callbacks (1.9 and later): set on an estimator, and led through its fit.

scikit-learn sees a fit as a tree of tasks: the fit, below it each start if there are several, and
below that each epoch. A bridge, one of our own callbacks, walks the tree. Nothing of this is
entered, nor imported, unless callbacks were set.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import sklearn

from neurona.errors import StopReason
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord
from neurona.training.loop import Training

SET = "_skl_callbacks"
"""Where scikit-learn keeps them; its clone knows the name."""


class FitRows(NamedTuple):
    """What a fit was given; functions are called when it is asked for."""

    X: Any
    y: Any
    sample_weight: Any = None


Attributes = Callable[[Training], dict[str, Any]]
"""Returns what a fitted model would have, had its training ended now."""


class TakesCallbacks:
    """An estimator that scikit-learn's callbacks can follow."""

    def set_callbacks(self, *callbacks: Any) -> Any:
        """Set callbacks of scikit-learn's (1.9 or later), such as `ProgressBar` and
        `ScoringMonitor`, in the place of those that were set; neurona's own are the parameter
        `callbacks`.

        Parameters
        ----------
        *callbacks : instances of scikit-learn's `FitCallback`

        Returns
        -------
        self : object
        """
        return _support().CallbackSupportMixin.set_callbacks(self, *callbacks)

    def _init_callback_context(self, *of: Any, **the_fit: Any) -> Any:
        # scikit-learn's name: its own tools ask by it
        mixin = _support().CallbackSupportMixin
        return mixin._init_callback_context(self, *of, **the_fit)  # noqa: SLF001


def through_tasks(
    model: Any,
    rows: FitRows,
    fit: Callable[[list[Callback]], None],
    attributes: Attributes | None = None,
) -> None:
    """Fit a model, which calls `fit` with the callbacks that have to follow its training: none, or
    the bridge to those that were set on the model.

    Without `attributes` the fit is a task without epochs.
    """
    if SET not in vars(model):
        fit([])
        return
    bridge = Bridge(model, rows, attributes)

    def run(_: Any) -> None:
        if attributes is None:
            bridge.begin(0, True)
        fit([] if attributes is None else [bridge])
        bridge.end()

    # it takes the callbacks down, whatever happens
    _support().with_callbacks(run)(model)


class Bridge(Callback):
    """Leads scikit-learn's callbacks through the epochs of a training."""

    def __init__(self, model: Any, rows: FitRows, attributes: Attributes | None) -> None:
        self._model, self._attributes = model, attributes
        weights = rows.sample_weight
        self._given = {
            "estimator": model,
            "X": rows.X,
            "y": rows.y,
            "metadata": None if weights is None else lambda: {"sample_weight": called(weights)},
        }
        self._root: Any = None
        self._levels: dict[int, _Level] = {}
        names = [type(one).__name__ for one in getattr(model, SET)]
        several = "one of the callbacks " + ", ".join(names)
        self._said = f"{several if len(names) > 1 else 'the callback ' + names[0]} asked to stop"

    def begin(self, tasks: int, in_order: bool) -> None:
        """Begin the task of the whole fit, which has so many below it."""
        of_fit = {"max_subtasks": tasks, "sequential_subtasks": in_order}
        self._root = self._model._init_callback_context(**of_fit)  # noqa: SLF001 - scikit-learn's
        self._root.call_on_fit_task_begin(**self._given)

    def end(self) -> None:
        """End it: the model is fitted."""
        if self._root is not None:
            self._root.call_on_fit_task_end(**self._given, reconstruction_attributes={})

    def on_start(self, training: Training) -> None:
        """Begin the fit, and its first epoch."""
        self._levels = {}
        if training.starts > 1:
            self.begin(training.starts, False)
        else:
            self.begin(_epochs_left(training), True)
            self._levels[0] = self._level(training, self._root)

    def on_epoch(self, training: Training, record: EpochRecord) -> None:
        """End an epoch's task, and begin the next one's."""
        level = self._levels.get(training.start)
        if level is None:
            self._end_those_that_are_over()
            task = self._root.subcontext(
                f"start {training.start + 1}", training.start, _epochs_left(training) + 1
            )
            task.call_on_fit_task_begin(**self._given)
            level = self._levels[training.start] = self._level(training, task)
        attributes = self._attributes
        assert attributes is not None
        epoch, level.epoch = level.epoch, None
        if epoch.call_on_fit_task_end(
            **self._given, reconstruction_attributes=lambda: attributes(training)
        ):
            # this level of the tree, of several starts the one
            training.stop(self._said)
        elif record.epoch < training.plan.max_epochs:
            level.epoch = self._next(level.task)

    def on_end(self, training: Training, reason: str) -> None:
        """End what is under way, but for an error, which goes on its way."""
        if reason != StopReason.FAILED:
            for level in self._levels.values():
                self._end_level(level)

    def _level(self, training: Training, task: Any) -> _Level:
        return _Level(training, task, self._next(task))

    def _next(self, task: Any) -> Any:
        epoch = task.subcontext("epoch")
        epoch.call_on_fit_task_begin(**self._given)
        return epoch

    def _end_those_that_are_over(self) -> None:
        for level in self._levels.values():
            if level.training.ended and level.training.reason != StopReason.FAILED:
                self._end_level(level)

    def _end_level(self, level: _Level) -> None:
        if level.epoch is not None:
            # one that never was: scikit-learn's own solvers end it in the same way
            level.epoch.call_on_fit_task_end(estimator=self._model)
            level.epoch = None
        if level.task is not self._root and not level.over:
            level.over = True
            level.task.call_on_fit_task_end(**self._given)


@dataclass
class _Level:
    """The tasks of one training: all its epochs, and the one under way."""

    training: Training
    task: Any
    epoch: Any
    over: bool = False


def called(value: Any) -> Any:
    """Return a value, or what it returns if it is a function."""
    return value() if callable(value) else value


def changed(model: Any, other: Any) -> dict[str, Any]:
    """Return the attributes in which another copy of a model differs from it."""
    own = vars(model)
    return {
        name: value
        for name, value in vars(other).items()
        if name not in own or own[name] is not value
    }


def shallow(model: Any) -> Any:
    """Return a copy of a model that does not know of callbacks."""
    other = copy.copy(model)
    for name in (SET, "_parent_callback_ctx"):
        vars(other).pop(name, None)
    return other


def _epochs_left(training: Training) -> int:
    return training.plan.max_epochs - training.epochs_done


def _support() -> Any:
    try:
        from sklearn import callback
    except ImportError:
        raise ImportError(
            "set_callbacks takes scikit-learn's callbacks, which need scikit-learn 1.9 or later; "
            f"this is {sklearn.__version__}. Upgrade it, or pass callbacks of neurona's as the "
            "parameter 'callbacks'."
        ) from None
    return callback
