"""A time budget: the seconds that a fit may take, where a person names them."""

from __future__ import annotations

import time
from typing import Any

from neurona.training.callbacks import Callback, as_callbacks
from neurona.training.history import EpochRecord
from neurona.training.loop import Training
from neurona.value_text import seconds_of


class Until(Callback):
    """Ends all that is trained when the time is over."""

    def __init__(self, seconds: float, began: float) -> None:
        self._seconds, self._end = seconds, began + seconds

    def on_epoch(self, training: Training, record: EpochRecord) -> str | None:
        """Return why to end, if it is time."""
        over = time.perf_counter() >= self._end
        return f"the time budget of {self._seconds:g} s was reached" if over else None


def seconds_given(model: Any) -> float | None:
    """Return the seconds of a model's time budget, None without one; ValueError for other texts."""
    given = model.time_budget
    if given is None:
        return None
    try:
        return seconds_of(given)
    except ValueError as error:
        raise ValueError(
            f"The 'time_budget' parameter of {type(model).__name__} must be {error}, or None. Got "
            f"{given!r} instead."
        ) from None


def end_in_time(model: Any, words: dict[str, Any], began: float) -> None:
    """Let the model's network end when its time budget is over, if it has one."""
    seconds = seconds_given(model)
    if seconds is None:
        return
    network = model.network_
    words["callbacks"] = [*as_callbacks(network.callbacks), Until(seconds, began)]
    network.set_params(callbacks=words["callbacks"])
