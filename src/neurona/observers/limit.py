"""Limit: a training ends after so many seconds or epochs, or when it is good enough."""

from __future__ import annotations

import math
import time

from neurona.training.callbacks import Callback
from neurona.training.history import EpochRecord
from neurona.training.loop import Training


class Limit(Callback):
    """Ends a training after so long, or as soon as its loss is low enough; the first that holds.

    `stop_reason_` says which. With several starts side by side `epochs` ends each of them,
    `seconds` and `below` all.

    Parameters
    ----------
    seconds : float, default=None
        Time since this fit began; it ends after the epoch in which it is over.
    epochs : int, default=None
        Of this fit, and of those that it goes on from a checkpoint of.
    below : float, default=None
        The validation loss is below this; the training loss, where there are no validation rows.

    Raises
    ------
    ValueError
        None is given, or one is not a number that can be reached.

    Examples
    --------
    >>> import neurona
    >>> model = neurona.MLPRegressor(random_state=0, callbacks=neurona.Limit(epochs=3))
    >>> model.fit([[0.0], [1.0]], [0.0, 1.0]).stop_reason_
    'the limit of 3 epochs was reached'
    """

    def __init__(
        self,
        seconds: float | None = None,
        epochs: int | None = None,
        below: float | None = None,
    ) -> None:
        if seconds is None and epochs is None and below is None:
            raise ValueError("Limit needs a limit: seconds, epochs or below.")
        for name, given in (("seconds", seconds), ("epochs", epochs)):
            if given is not None and not given > 0:
                raise ValueError(f"The {name!r} parameter of Limit must be above 0. Got {given!r}.")
        if below is not None and math.isnan(below):
            raise ValueError("The 'below' parameter of Limit must be a number. Got nan.")
        self.seconds, self.epochs, self.below = seconds, epochs, below
        self._deadline = math.inf

    def on_start(self, training: Training) -> None:
        """Look at the clock."""
        self._deadline = time.perf_counter() + (self.seconds or math.inf)

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Say so if a limit is reached."""
        if self.below is not None:
            validated = record.val_loss is not None
            loss = record.val_loss if record.val_loss is not None else record.loss
            if loss < self.below:
                name = "validation loss" if validated else "loss"
                return f"the {name} came below {self.below:g}"
        if time.perf_counter() >= self._deadline:
            return f"the limit of {self.seconds:g} s was reached"
        if self.epochs is not None and record.epoch >= self.epochs:
            # of several starts this one only
            training.stop(f"the limit of {self.epochs} epoch{'s' * (self.epochs > 1)} was reached")
        return None
