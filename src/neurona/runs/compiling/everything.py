"""Compiling ahead: tiny problems that together use every compiled part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from typing import Any

import numpy as np

from neurona.compiled import cache, kernel
from neurona.engine.unit_learner import Progress, learn, make_rows
from neurona.engine.unit_memory import Rule, Task
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.numerics.shuffle import Shuffler
from neurona.optimizers import OPTIMIZERS, find
from neurona.runs.compiling.parts import Part
from neurona.runs.compiling.tiny_trainings import ROWS, answer, curve, tiny_problem
from neurona.runs.failures import Failure


def warm(
    dtypes: Sequence[str], started: Callable[[int, int, str], None] = lambda *_: None
) -> dict[str, Any]:
    """Compile all parts for these dtypes; returns what was done, and where it lies.

    `started` is told the number of a part, of how many, and its name, before its turn.
    """
    if kernel.PLAIN:
        raise Failure("NUMBA_DISABLE_JIT is set, so nothing is compiled; unset it.")
    before = kernel.compilations
    parts = all_parts(dtypes)
    for number, part in enumerate(parts, 1):
        started(number, len(parts), part.name)
        part.make()
    folder = cache.folder()
    compiled = kernel.compilations - before
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


def all_parts(dtypes: Sequence[str]) -> list[Part]:
    """Return a name and a function for everything that is compiled by itself, for each dtype.

    Calling the function compiles the part, or loads it if it was compiled before.

    >>> parts = all_parts(["float64"])
    >>> parts[0].name
    'training and evaluation, float64'
    """
    return [
        part._replace(name=f"{part.name}, {dtype}") for dtype in dtypes for part in parts_of(dtype)
    ]


def parts_of(dtype: str) -> Iterator[Part]:
    """Yield the parts for one dtype."""
    yield Part("training and evaluation", partial(_train, dtype, optimizer="adam"))
    yield Part("shuffling", _shuffle)
    yield Part("single layers", partial(_learn, dtype))
    for name in ACTIVATIONS:
        if name != "softmax":
            yield Part(f"activation {name}", partial(_train, dtype, activation=name))
    for name in LOSSES:
        yield Part(f"loss {name}", partial(_train, dtype, loss=name))
        if LOSSES.find(name).on_values is not None:
            train = partial(_train, dtype, loss=name, output="softmax")
            yield Part(f"loss {name} of softmax", train)
    for name in OPTIMIZERS:
        if not find(name).full_batch:
            yield Part(f"optimizer {name}", partial(_train, dtype, optimizer=name))


def _shuffle() -> None:
    Shuffler(np.arange(ROWS), np.random.RandomState(0)).shuffle()


def _learn(dtype: str) -> None:
    """Let a single unit learn from nothing."""
    rows = make_rows(np.zeros((ROWS, 2), dtype), np.zeros(ROWS, np.uint8))
    task = Task(np.ones(ROWS, dtype), np.ones(ROWS, dtype))
    learn(rows, task, Rule(1.0), Progress(np.zeros(2, dtype)), 1, 1)


def _train(
    dtype: str,
    activation: str = "tanh",
    loss: str = "squared_error",
    optimizer: str | None = None,
    output: str | None = None,
) -> None:
    """Make a problem, which compiles or loads its parts, and predict with its network."""
    members = [ACTIVATIONS.find(name) for name in (activation, output or LOSSES.find(loss).link)]
    step = None if optimizer is None else find(optimizer)
    with closing(tiny_problem(members, LOSSES.find(loss), step, dtype)) as problem:
        answer(problem)
        curve(problem)
