"""Where an earlier fit left a model, for the next to go on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from neurona.optimizers.state import OptimizerState
from neurona.training.history import History


class FittedOptimizer:
    """An optimizer's state and learning rate, under scikit-learn's names."""

    def __init__(self, state: OptimizerState, learning_rate: float) -> None:
        self.state = state
        self.learning_rate = learning_rate


@dataclass(frozen=True)
class Standing:
    """What the last training left besides the weights.

    `best_result` (None: there was none) and `flat_epochs` are its stopping rule's; `optimizer`,
    None after a full-batch solver, and `learning_rate` are those of its last step.
    """

    best_result: float | None = None
    flat_epochs: int = 0
    optimizer: OptimizerState | None = None
    learning_rate: float = 0.0


@dataclass(frozen=True)
class Earlier:
    """What a fit that does not begin anew goes on from.

    `coefs` and `intercepts` are the layers' weights, whoever set them.
    """

    coefs: Sequence[Any]
    intercepts: Sequence[Any]
    history: History = field(default_factory=History)
    samples_seen: int = 0
    standing: Standing = field(default_factory=Standing)
