"""What a training of this machine's first weeks waits for: its parts, compiled one by one, counted.

A person is told before each part how many there are. What is compiled is kept, so that this comes
once; it is no part of a training's time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import Any

from neurona.compiled.announcements import announced_to, is_compiled, unheard
from neurona.engine.choice import using_engine
from neurona.engine.idle import Busy, IdleEngine
from neurona.estimators import choices
from neurona.numerics.activations import Activation
from neurona.numerics.losses import Loss
from neurona.optimizers.solver import Need
from neurona.runs.compiling.parts import Part, parts_of_training
from neurona.runs.compiling.second_process import compiling_training

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
            with announced_to(unheard):
                part.make()


def _parts_of(network: Any, loss: Loss, output: Activation) -> list[Part]:
    layers = len(choices.hidden_shapes(network.hidden_layer_sizes)[0])
    hidden = choices.hidden_activations(network.activation, layers)
    solver = choices.solver_of(network.solver)
    optimizer = None if solver is not None else choices.step_optimizer(network.get_params())
    curved = solver is not None and Need.MODEL in solver.needs
    gradients = solver is None or solver.asks_gradients
    return parts_of_training([*hidden, output], loss, optimizer, curved, gradients)
