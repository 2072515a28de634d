"""Several fits at once: each in a thread, or in turns in one, where an engine does their steps
together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from functools import partial
from typing import Any, TypeVar

from neurona.engine.choice import engine_on
from neurona.estimators.choices import solver_of
from neurona.training.engine import SideBySideEngine, TogetherEngine

Result = TypeVar("Result")


@contextmanager
def side_by_side(
    works: Sequence[Callable[[], Result]], threads: int, together: SideBySideEngine | None = None
) -> Iterator[list[Future[Result]]]:
    """Do works in a block, in so many threads or in turns, and yield their futures; all are over
    when the block is left.

    >>> with side_by_side([lambda: 1, lambda: 2], threads=2) as futures:
    ...     [one.result() for one in futures]
    [1, 2]
    """
    with ThreadPoolExecutor(1 if together is not None else threads, "neurona-fit") as pool:
        if together is None:
            yield [pool.submit(copy_context().run, work) for work in works]
            return
        futures: list[Future[Result]] = [Future() for _ in works]
        pool.submit(copy_context().run, _in_turns, together, futures, works)
        yield futures


def _in_turns(
    together: SideBySideEngine,
    futures: Sequence[Future[Result]],
    works: Sequence[Callable[[], Result]],
) -> None:
    try:
        turns = [partial(_fulfil, *one) for one in zip(futures, works, strict=True)]
        together.take_turns(turns)
    except BaseException as error:  # of the engine itself: nobody is to wait for ever
        for one in futures:
            if not one.done():
                one.set_exception(error)


def _fulfil(future: Future[Result], work: Callable[[], Result]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)


def engine_together(engine: str, device: str, fits: int, starts: int) -> SideBySideEngine | None:
    """Return the engine of a name for so many fits of several starts each, on tables of their own;
    None if it does no steps together.
    """
    found = engine_on(engine, device)
    return found.together(fits * starts, fits) if isinstance(found, TogetherEngine) else None


def engine_like(network: Any, fits: int) -> SideBySideEngine | None:
    """Return the engine for so many fits like that of a network (a fitted MLP), None if it does no
    steps together, or the network was not trained by steps.
    """
    engine = getattr(network, "engine_", None)
    if engine is None or solver_of(network.solver_) is not None:
        return None
    return engine_together(engine, network.device, fits, len(getattr(network, "starts_", [0])))
