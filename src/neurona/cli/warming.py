"""The work of `neurona warm`: tiny problems that together use every compiled part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from neurona.cli.failures import Failure
from neurona.compiled import cache
from neurona.compiled import kernel as compiling
from neurona.engine.choice import current_engine
from neurona.engine.predict import Predictor
from neurona.engine.unit_learner import Progress, learn, make_rows
from neurona.engine.unit_memory import Rule, Task
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.numerics.shuffle import Shuffler
from neurona.optimizers import OPTIMIZERS, find
from neurona.optimizers.solver import Need
from neurona.training.objective import NetworkObjective
from neurona.training.problem import Problem, Regularisation
from neurona.training.rows import make_table

Part = tuple[str, Callable[[], object]]
ROWS = 4


def run(dtypes: Sequence[str], say: Callable[[str], None]) -> dict[str, Any]:
    """Compile all parts for these dtypes, and `say` which; returns what was done, and where it
    lies.
    """
    if compiling.PLAIN:
        raise Failure("NUMBA_DISABLE_JIT is set, so nothing is compiled; unset it.")
    before = compiling.compilations
    parts = [(f"{name}, {dtype}", make) for dtype in dtypes for name, make in _parts(dtype)]
    for number, (name, make) in enumerate(parts, 1):
        say(f"compiling {number}/{len(parts)}  {name}")
        make()
    folder = cache.folder()
    compiled = compiling.compilations - before
    if compiled and not folder.is_dir():
        raise Failure(
            f"The cache folder {folder} cannot be written, so nothing is kept; set "
            "NEURONA_CACHE_DIR to a folder that can."
        )
    return {
        "compiled": compiled,
        "parts": len(parts),
        "dtypes": list(dtypes),
        "cache": str(folder),
    }


def _parts(dtype: str) -> Iterator[Part]:
    """Yield a name and a function for everything that is compiled by itself."""
    yield "training and evaluation", lambda: _train(dtype, "tanh", "squared_error", "adam")
    yield "shuffling", lambda: Shuffler(np.arange(ROWS), np.random.RandomState(0)).shuffle()
    yield "single layers", lambda: _learn(dtype)
    for name in ACTIVATIONS:
        if name != "softmax":
            yield (
                f"activation {name}",
                lambda name=name: _train(  # type: ignore[misc]
                    dtype, name, "squared_error", None
                ),
            )
    for name in LOSSES:
        yield f"loss {name}", lambda name=name: _train(dtype, "tanh", name, None)  # type: ignore[misc]
        if LOSSES.find(name).on_values is not None:
            yield (
                f"loss {name} of softmax",
                lambda name=name: _train(  # type: ignore[misc]
                    dtype, "tanh", name, None, "softmax"
                ),
            )
    for name in OPTIMIZERS:
        if not find(name).full_batch:
            yield (
                f"optimizer {name}",
                lambda name=name: _train(  # type: ignore[misc]
                    dtype, "tanh", "squared_error", name
                ),
            )


def _learn(dtype: str) -> None:
    """Let a single unit learn from nothing."""
    rows = make_rows(np.zeros((ROWS, 2), dtype), np.zeros(ROWS, np.uint8))
    task = Task(np.ones(ROWS, dtype), np.ones(ROWS, dtype))
    learn(rows, task, Rule(1.0), Progress(np.zeros(2, dtype)), 1, 1)


def _train(
    dtype: str, activation: str, loss: str, optimizer: str | None, output: str | None = None
) -> None:
    """Make a problem, which compiles or loads its parts, and predict with its network."""
    outputs = [output or LOSSES.find(loss).link]
    activations = [ACTIVATIONS.find(name) for name in (activation, *outputs)]
    network = Network((2, 3, 2), activations, np.dtype(dtype))
    table = make_table(np.zeros((ROWS, 2), dtype), np.full((ROWS, 2), 0.5), None, np.dtype(dtype))
    problem = Problem(
        network,
        LOSSES.find(loss),
        None if optimizer is None else find(optimizer),
        table,
        ROWS,
        Regularisation(),
        1,
        engine=current_engine(),
    )
    try:
        problem.set_weights(network.from_parameters(np.zeros(network.n_parameters)))
        Predictor(network, problem.weights).predict(np.zeros((ROWS, 2), dtype))
        problem.evaluate(table, ROWS)
        objective = NetworkObjective(problem)
        if Need.MODEL in objective.gives:
            objective.model(np.zeros(network.n_parameters))
    finally:
        problem.close()
