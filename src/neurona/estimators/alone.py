"""One fit of an estimator at a time: two at once would leave parts of both.

What is under way stands here, not in the estimator, so that clones, copies and pickles know nothing
of it.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from neurona.compiled.forks import at_fork

Given = ParamSpec("Given")
Result = TypeVar("Result")


class _UnderWay:
    """The estimators that are being fitted, by identity, each with the thread that fits it."""

    def __init__(self) -> None:
        self._lock, self._threads = threading.Lock(), dict[int, int]()
        at_fork(self._lock.acquire, self._lock.release, self._in_child)

    @contextmanager
    def hold(self, model: Any) -> Iterator[None]:
        """Fit a model for as long as this is open; RuntimeError if that is done already."""
        with self._lock:
            if id(model) in self._threads:
                name = type(model).__name__
                raise RuntimeError(
                    f"This {name} is being fitted already, by another thread or further up in this "
                    "one: wait for that fit, or fit a copy (sklearn.base.clone) for each."
                )
            self._threads[id(model)] = threading.get_ident()
        try:
            yield
        finally:
            with self._lock:
                self._threads.pop(id(model), None)

    def _in_child(self) -> None:
        # other threads' fits are not under way in a forked process
        own = threading.get_ident()
        self._threads = {model: by for model, by in self._threads.items() if by == own}
        self._lock.release()


_UNDER_WAY = _UnderWay()


def alone(
    method: Callable[Concatenate[Any, Given], Result],
) -> Callable[Concatenate[Any, Given], Result]:
    """Decorator of a method that changes what an estimator has learned.

    RuntimeError from a call while another such method of the same estimator is under way.
    """

    @functools.wraps(method)
    def guarded(self: Any, /, *args: Given.args, **kwargs: Given.kwargs) -> Result:
        with _UNDER_WAY.hold(self):
            return method(self, *args, **kwargs)

    return guarded
