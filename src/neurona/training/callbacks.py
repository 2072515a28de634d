"""Callbacks: what a user's code may see of a training, and how it may stop one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from neurona.training.history import EpochRecord

if TYPE_CHECKING:
    from neurona.training.loop import Training


class Callback:
    """Base of callbacks: three hooks, all of which do nothing here.

    `on_epoch` may return a sentence: training stops after this epoch, and the sentence becomes
    `stop_reason_`. `training` shows the network, its `weights` (a live view), the history so far,
    and how long it may last.

    >>> class StopAt(Callback):
    ...     def on_epoch(self, training, record):
    ...         return "good enough" if record.loss < 0.1 else None
    """

    needs_one_start: ClassVar[bool] = False
    """Whether it can only follow one training, not several starts side by side."""

    def on_start(self, training: Training) -> None:
        """Training begins."""

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """An epoch is done; return a sentence to stop."""
        return None

    def on_end(self, training: Training, reason: str) -> None:
        """Training is over, for this reason; also after an error or an interrupt."""


class _Function(Callback):
    def __init__(self, function: Callable[[Training, EpochRecord], str | None]) -> None:
        self._function = function

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        return self._function(training, record)


def as_callbacks(given: Any) -> list[Callback]:
    """Return a list of callbacks from None, one, or several; a plain function is an `on_epoch`."""
    if given is None:
        return []
    several = given if isinstance(given, list | tuple) else [given]
    return [_as_callback(one) for one in several]


def _as_callback(one: Any) -> Callback:
    if isinstance(one, Callback):
        return one
    if callable(one) and not isinstance(one, type):
        return _Function(one)
    raise TypeError(
        "The 'callbacks' parameter must be callbacks (subclasses of neurona.Callback) or "
        "functions of "
        f"(training, record). Got {one!r} instead."
    )


class Printer(Callback):
    """Prints an epoch a line, in scikit-learn's form."""

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Print the loss, and the validation score if there is one."""
        print(f"Iteration {record.epoch}, loss = {record.loss:.8f}")
        if record.score is not None:
            print(f"Validation score: {record.score:f}")
        return None

    def on_end(self, training: Training, reason: str) -> None:
        """Print the reason."""
        print(f"Stopped after {len(training.history)} iterations: {reason}.")
