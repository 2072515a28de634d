"""Prune: an Optuna trial sees how a training goes, and may end it."""

from __future__ import annotations

import sys
from typing import Any, ClassVar

from neurona.observers.log import check_every
from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord
from neurona.training.loop import Training

MONITORS = ("val_loss", "loss", "score")


class Prune(Callback):
    """Reports a result of every epoch to a trial, and ends the training if the trial asks for it.

    It ends with the exception of the trial's own library, `optuna.TrialPruned`, which tells the
    study; what was learned stays in the model. Optuna is not imported: any object with `report` and
    `should_prune` will do, and one whose library has no such exception just ends the training.

    Parameters
    ----------
    trial : optuna.Trial, or any object with `report(value, step)` and `should_prune()`
    monitor : {"val_loss", "loss", "score"}, default="val_loss"
        What is reported; a study of "score" is to maximize.
    every : int, default=1
        Epochs between two reports.

    Raises
    ------
    TypeError
        The trial has not these two methods.
    ValueError
        An unknown `monitor`; or, when training begins, it needs validation rows and there are none.

    Examples
    --------
    >>> class Trial:  # ends what is not below 1 after the second epoch
    ...     def report(self, value, step):
    ...         self.poor = step > 1 and value > 1
    ...     def should_prune(self):
    ...         return self.poor
    >>> import neurona
    >>> model = neurona.MLPRegressor(random_state=0, callbacks=neurona.Prune(Trial(), "loss"))
    >>> model.fit([[0.0], [1.0]], [0.0, 9.0]).stop_reason_
    'the trial was pruned after epoch 2'
    """

    needs_one_start: ClassVar[bool] = True

    def __init__(self, trial: Any, monitor: str = "val_loss", every: int = 1) -> None:
        if not all(callable(getattr(trial, name, None)) for name in ("report", "should_prune")):
            raise TypeError(
                "The 'trial' parameter of Prune must have report(value, step) and should_prune(), "
                f"as a trial of Optuna has. Got {trial!r}."
            )
        if monitor not in MONITORS:
            raise ValueError(
                f"The 'monitor' parameter of Prune must be one of {', '.join(MONITORS)}. Got "
                f"{monitor!r}."
            )
        check_every("Prune", every)
        self.trial, self.monitor, self.every = trial, monitor, every

    def on_start(self, training: Training) -> None:
        """Refuse what cannot be measured."""
        if self.monitor != "loss" and training.validation is None:
            raise ValueError(
                f"Prune watches {self.monitor!r}, which needs validation rows: pass X_val and "
                "y_val to fit, set early_stopping=True, or watch 'loss'."
            )

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Report, and ask."""
        if record.epoch % self.every:
            return None
        self.trial.report(getattr(record, self.monitor), training.history.appended)
        if not self.trial.should_prune():
            return None
        said = f"the trial was pruned after epoch {record.epoch}"
        exception = exception_of(self.trial)
        if exception is None:
            return said
        raise exception(said)


def exception_of(trial: Any) -> type[Exception] | None:
    """Return `TrialPruned` of the library that a trial comes from, None if it has none."""
    for cls in type(trial).__mro__:
        parts = cls.__module__.split(".")
        for length in range(len(parts), 0, -1):
            module = sys.modules.get(".".join(parts[:length]))
            found = getattr(module, "TrialPruned", None)
            if isinstance(found, type) and issubclass(found, Exception):
                return found
    return None
