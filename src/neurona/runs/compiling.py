"""What a training of this machine's first weeks waits for: its parts, compiled one by one, counted.

A person is told before each part how many there are. What is compiled is kept, so that this comes
once; it is no part of a training's time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from functools import partial
from typing import Any

import numpy as np

from neurona.compiled import kernel, members
from neurona.compiled.announcements import Announcement, announced_to, is_compiled
from neurona.engine.choice import current_engine, using_engine
from neurona.engine.compiled import CompiledEngine
from neurona.engine.idle import Busy, IdleEngine
from neurona.estimators import choices
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss
from neurona.numerics.shuffle import Shuffler
from neurona.optimizers.base import StepOptimizer
from neurona.optimizers.solver import Need
from neurona.runs.beside import compiling_training
from neurona.runs.tiny import ROWS, answer, curve, tiny_problem
from neurona.runs.warming import Part
from neurona.training.problem import Problem

Tell = Callable[[str], None]


class Cold(BaseException):
    """Something would have to be compiled for these networks: raised out of a fit that has not
    begun to train.
    """

    def __init__(self, networks: Sequence[Any]) -> None:
        super().__init__()
        self.networks = networks


def without_computing(fit: Callable[[], Any], dry: bool) -> None:
    """Fit for a dry run, up to what has to be computed: a rate that is looked for."""
    if dry:
        with suppress(Busy), using_engine(IdleEngine()):
            fit()


def compile_ahead(networks: Sequence[Any], tell: Tell) -> None:
    """Compile what the fits of MLPs will need and is not there; `tell` hears of each part.

    They have their parameters, and the first has learned its classes. What takes longest comes
    last, and another process begins with it at once, where there is a processor for it.
    """
    subject = networks[0].subject()
    parts: dict[tuple[str, str], Part] = {}
    for network in networks:
        for part in _parts_of(network, *subject.loss_and_output()):
            parts.setdefault((part.name, str(choices.solver_of(network.solver))), part)
    cold = [part for part in parts.values() if not is_compiled(part.make)]
    cold.sort(key=lambda part: part.kernels_of is not None)
    with ExitStack() as beside:
        if len(cold) > 1 and cold[-1].kernels_of is not None:
            beside.enter_context(compiling_training(cold[-1].kernels_of))
        for number, part in enumerate(cold, 1):
            first = ", once on this machine (some seconds each)" if number == 1 else ""
            tell(f"compiling {number} of {len(cold)}: {part.name}{first}")
            with announced_to(_told):
                part.make()


def _parts_of(network: Any, loss: Loss, output: Activation) -> list[Part]:
    hidden = choices.hidden_activations(network.activation, 1)
    solver = choices.solver_of(network.solver)
    optimizer = None if solver is not None else choices.step_optimizer(network.get_params())
    curved = solver is not None and Need.MODEL in solver.needs
    gradients = solver is None or solver.asks_gradients
    return parts_of_training([*hidden, output], loss, optimizer, curved, gradients)


def _told(_: Announcement) -> None:
    """Say nothing more of what a person has been told."""


def parts_of_training(
    activations: list[Activation],
    loss: Loss,
    optimizer: StepOptimizer | None,
    curved: bool,
    gradients: bool = True,
) -> list[Part]:
    """Return what such a training uses, in the order in which each needs those before it only.

    `activations` are that of the hidden layers and that of the outputs; `curved`, it asks for
    curvature, `gradients`, it asks for gradients. Nothing, where nothing is compiled.
    """
    if kernel.PLAIN or not isinstance(current_engine(), CompiledEngine):
        return []
    dtype = np.dtype(np.float64 if optimizer is None else np.float32)
    tiny = partial(tiny_problem, activations, loss, optimizer, dtype, not gradients)
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
