"""What an estimator says of a training beside the training itself, for trackers."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from neurona.training.callbacks import Callback
from neurona.training.loop import Training


def about(model: Any) -> dict[str, str | int]:
    """Return whose training it is, and its seed, if that is a number."""
    found: dict[str, str | int] = {"estimator": type(model).__name__}
    if isinstance(model.random_state, Integral):
        found["seed"] = int(model.random_state)
    return found


class SaysWhose(Callback):
    """Lets trackers know the estimator that was fitted, not the network inside of it."""

    def __init__(self, model: Any) -> None:
        self._about = about(model)

    def on_start(self, training: Training) -> None:
        """Say it, before those who ask."""
        training.about.pop("seed", None)
        training.about.update(self._about)
