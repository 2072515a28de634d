"""Stepper: any optimizer on any float vector, without a network."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neurona.compiled import members
from neurona.optimizers.base import StepOptimizer, find


class Stepper:
    """Moves a vector of floats by one gradient at a time.

    Parameters
    ----------
    optimizer : str or StepOptimizer
        `"adam"`, `Adam(beta1=0.8)`, ...
    weights : ndarray of float32 or float64, any shape
        Updated in place.
    learning_rate : float, default=0.001

    Attributes
    ----------
    state : dict of str to ndarray
        What the optimizer keeps per weight, by name, shaped like `weights`.
    steps : int
        Steps done.

    Examples
    --------
    >>> import numpy as np
    >>> from neurona.optimizers import SGD, Stepper
    >>> weights = np.array([1.0, -2.0])
    >>> stepper = Stepper(SGD(momentum=0.5), weights, learning_rate=0.1)
    >>> stepper.step(np.array([1.0, 1.0]))
    array([ 0.9, -2.1])
    >>> stepper.step(np.array([1.0, 1.0]))
    array([ 0.75, -2.25])
    """

    def __init__(
        self, optimizer: str | StepOptimizer, weights: np.ndarray, learning_rate: float = 0.001
    ) -> None:
        if not isinstance(weights, np.ndarray) or weights.dtype not in (np.float32, np.float64):
            raise TypeError(
                f"weights must be an array of float32 or float64. Got {_describe(weights)}."
            )
        if not weights.flags.writeable:
            raise ValueError("weights must be writable: a step updates them in place.")
        if not learning_rate > 0:
            raise ValueError(f"learning_rate must be greater than 0. Got {learning_rate!r}.")
        self.optimizer = find(optimizer)
        self.weights = weights
        self.learning_rate = float(learning_rate)
        self.steps = 0
        names = self.optimizer.state_names()
        self._state = np.zeros((max(len(names), 1), weights.size), weights.dtype)
        self._memory = np.zeros(8)
        self._options = self.optimizer.options()
        self._update = members.address(self.optimizer.update, members.UPDATE, weights.dtype)
        self.state = {name: self._state[k].reshape(weights.shape) for k, name in enumerate(names)}

    def step(self, gradient: Any, loss: float = math.nan) -> np.ndarray:
        """Update the weights by one gradient of their shape, in place, and return them.

        `loss`, where it is known, lets Rprop take back a step that made it grow.
        """
        gradient = np.asarray(gradient, self.weights.dtype, order="C")
        if gradient.shape != self.weights.shape:
            raise ValueError(
                f"gradient must have the shape of the weights, {self.weights.shape}. Got "
                f"{gradient.shape}."
            )
        if np.may_share_memory(gradient, self.weights):
            gradient = gradient.copy()  # of a bowl, say; it must not change on the way
        self.steps += 1
        flat = (
            self.weights if self.weights.flags.c_contiguous else np.ascontiguousarray(self.weights)
        )
        members.call(
            self._update, members.UPDATE, flat.reshape(-1), gradient.reshape(-1),
            self._state.reshape(-1),
            self._memory, self.weights.size, self._options, self.learning_rate, self.steps,
            float(loss),
        )  # fmt: skip
        if flat is not self.weights:
            self.weights[...] = flat
        return self.weights

    def kept(self) -> tuple[np.ndarray, np.ndarray]:
        """Return copies of the numbers kept per weight and besides, for `resume`."""
        return self._state.copy(), self._memory.copy()

    def resume(self, state: np.ndarray, memory: np.ndarray, steps: int) -> None:
        """Go on from what `kept` returned after some number of steps."""
        self._state[...], self._memory[...], self.steps = state, memory, steps


def _describe(weights: Any) -> str:
    return f"dtype {weights.dtype}" if isinstance(weights, np.ndarray) else type(weights).__name__
