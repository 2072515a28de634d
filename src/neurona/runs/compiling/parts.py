"""The parts of a training: what is compiled by itself, each with a name to tell a person."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from neurona.compiled import kernel, members
from neurona.engine.choice import current_engine
from neurona.engine.compiled import CompiledEngine
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss
from neurona.numerics.shuffle import Shuffler
from neurona.optimizers.base import StepOptimizer
from neurona.runs.compiling.tiny_trainings import ROWS, answer, curve, tiny_problem
from neurona.training.problem import Problem


class Part(NamedTuple):
    """What is compiled by itself: its name, and the function that compiles it.

    `kernels_of` is the type of numbers, where these are the kernels of training, which another
    process can compile meanwhile.
    """

    name: str
    make: Callable[[], object]
    kernels_of: str | None = None


def parts_of_training(
    activations: list[Activation],
    loss: Loss,
    optimizer: StepOptimizer | None,
    curved: bool,
    gradients: bool = True,
) -> list[Part]:
    """Return what such a training uses, in the order in which each needs those before it only.

    `activations` are those of the hidden layers, and that of the outputs; `curved`, it asks for
    curvature, `gradients`, it asks for gradients. Nothing, where nothing is compiled.
    """
    if kernel.PLAIN or not isinstance(current_engine(), CompiledEngine):
        return []
    dtype = np.dtype(np.float64 if optimizer is None else np.float32)
    both_ends = activations[0], activations[-1]
    tiny = partial(tiny_problem, both_ends, loss, optimizer, dtype, not gradients)
    parts = [
        Part(f"activation {one.name}", partial(_activation, one, dtype))
        for one in dict.fromkeys(activations)
    ]
    parts.append(Part(f"loss {loss.name}", partial(_loss, loss, activations[-1], dtype)))
    if optimizer is not None:
        make = partial(members.address, optimizer.update, members.UPDATE, dtype)
        parts.append(Part(f"optimizer {optimizer.name}", make))
    both = dtype.name if gradients else None
    if gradients:
        parts.append(Part("training (the longest)", lambda: tiny().close(), both))
    parts.append(Part("evaluation", partial(_with, tiny, answer), both))
    if optimizer is not None:
        parts.append(Part("shuffling", _shuffle))
    if curved:
        parts.append(Part("second-order steps", partial(_with, tiny, curve)))
    return parts


def _activation(activation: Activation, dtype: Any) -> None:
    members.address(activation.apply, members.APPLY, dtype)
    members.address(activation.chain, members.CHAIN, dtype)


def _loss(loss: Loss, output: Activation, dtype: Any) -> None:
    members.address(loss.member(output)[0], members.LOSS, dtype)


def _shuffle() -> None:
    Shuffler(np.arange(ROWS), np.random.RandomState(0)).shuffle()


def _with(tiny: Callable[[], Problem], use: Callable[[Problem], None]) -> None:
    with closing(tiny()) as problem:
        use(problem)
