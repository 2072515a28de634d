"""Log: a function is called with the record of an epoch; every tracker is such a function."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from typing import Any

from neurona.observers.parameters import Plain, parameters_of
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord
from neurona.training.loop import Training

Metrics = dict[str, Any]


class Takes(Enum):
    """How a function takes a record: alone, with its epoch as `step`, or as a second argument."""

    RECORD, STEP, TWO = range(3)


class Log(Callback):
    """Calls a function with the record of every epoch as a dict, and its number as `step`.

    Fields that a training does not have are left out (`EpochRecord` says which there are); with
    several starts side by side `start`, from 1, is in the dict. The last epoch of each start is
    always handed on.

    Parameters
    ----------
    function : callable
        Called as `function(record, step=epoch)` if it takes a `step`, as `function(record, epoch)`
        if it needs two arguments, else as `function(record)`: `mlflow.log_metrics`, a W&B run's
        `log`, `trackio.log`, `print`, the `append` of a list.
    every : int, default=1
        Epochs between two calls.
    prefix : str, default=""
        Put before every name.
    params : callable, default=None
        Called once, before the first epoch, with a flat dict of numbers, texts and booleans: the
        network, the method with its options, the plan, the rows, the seed (`mlflow.log_params`).

    Raises
    ------
    TypeError
        `function` or `params` cannot be called.
    ValueError
        `every` is below 1.

    Examples
    --------
    >>> import neurona
    >>> records = []
    >>> watch = [neurona.Log(records.append, every=5), neurona.Limit(epochs=12)]
    >>> model = neurona.MLPRegressor(random_state=0, callbacks=watch)
    >>> model = model.fit([[0.0], [1.0]], [0.0, 1.0], X_val=[[0.5]], y_val=[0.5])
    >>> [record["epoch"] for record in records]
    [5, 10, 12]
    >>> list(records[0])
    ['epoch', 'loss', 'val_loss', 'score', 'learning_rate', 'gradient_norm', 'seconds']
    """

    def __init__(
        self,
        function: Callable[..., Any],
        every: int = 1,
        prefix: str = "",
        params: Callable[[dict[str, Plain]], Any] | None = None,
    ) -> None:
        for name, given in (("function", function), ("params", params)):
            if not callable(given) and (name == "function" or given is not None):
                raise TypeError(f"The {name!r} parameter of Log must be callable. Got {given!r}.")
        check_every("Log", every)
        self.function, self.every, self.prefix, self.params = function, every, prefix, params
        self._takes = what_it_takes(function)
        self._names = tuple(prefix + name for name in EpochRecord._fields)
        self._start_name = prefix + "start"
        self._waiting: dict[int, tuple[Metrics, int]] = {}

    def on_start(self, training: Training) -> None:
        """Hand on the parameters, if they are asked for."""
        self._waiting.clear()
        if self.params is not None:
            self.params(parameters_of(training))

    def on_epoch(self, training: Training, record: EpochRecord) -> None:
        """Hand on a record, if it is its turn."""
        pairs = zip(self._names, record, strict=False)
        metrics = {name: value for name, value in pairs if value is not None}
        if training.starts > 1:
            metrics[self._start_name] = training.start + 1
        # the epochs of the fits that this one goes on from are counted, too
        step = training.history.appended
        if self.every > 1:
            if record.epoch % self.every:
                self._waiting[training.start] = metrics, step
                return
            self._waiting.pop(training.start, None)
        self._call(metrics, step)

    def on_end(self, training: Training, reason: str) -> None:
        """Hand on the last records."""
        waiting, self._waiting = self._waiting, {}
        for _, (metrics, step) in sorted(waiting.items()):
            self._call(metrics, step)

    def _call(self, metrics: Metrics, step: int) -> None:
        if self._takes is Takes.RECORD:
            self.function(metrics)
        elif self._takes is Takes.STEP:
            self.function(metrics, step=step)
        else:
            self.function(metrics, step)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_waiting": {}}


def check_every(what: str, every: int, name: str = "every") -> None:
    """ValueError unless a number of epochs is 1 or more."""
    if every < 1:
        raise ValueError(f"The {name!r} parameter of {what} must be >= 1. Got {every!r}.")


def what_it_takes(function: Callable[..., Any]) -> Takes:
    """Return how a function wants to be called."""
    try:
        wanted = inspect.signature(function).parameters.values()
    except ValueError:  # of some builtins nothing is known
        return Takes.RECORD
    if any(one.name == "step" or one.kind is one.VAR_KEYWORD for one in wanted):
        return Takes.STEP
    needed = [
        one
        for one in wanted
        if one.default is one.empty and one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)
    ]
    return Takes.TWO if len(needed) == 2 else Takes.RECORD
