"""Decorators that compile: `kernel` for building blocks, `Entry` for what Python calls.

A building block is compiled into its callers and has no cache of its own. An entry is compiled once
per dtype (the dtype of its arrays), kept on disk, and called without Numba's dispatch on types: the
arrays that neurona builds always have the declared types, and a read-only input must not cause a
second compile.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import numba
import numpy as np
from numba import types

from neurona.compiled.announcements import announce
from neurona.compiled.cache import cache_for
from neurona.compiled.compiler import block_options, entry_options
from neurona.compiled.uninterrupted import uninterrupted

Function = TypeVar("Function", bound=Callable[..., Any])

PLAIN = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
BLOCK: dict[str, Any] = {**OPTIONS, **block_options()}
SUMS = {"reassoc", "contract", "nsz"}
"""Fast-math flags for sums: they may be reordered so that they vectorise; nan and inf keep their
meaning.
"""

compilations = 0
"""How many functions were compiled, not loaded, in this process (tests read it)."""


def kernel(function: Function) -> Function:
    """Compile a building block: strict floating point, no cache of its own."""
    return numba.njit(**BLOCK)(function)  # type: ignore[no-any-return]


def inlined(function: Function) -> Function:
    """Compile a building block that is always inlined: what only passes many arrays on, and
    functions of scalars, since a call left in a loop stops the vectoriser.
    """
    return numba.njit(forceinline=True, **BLOCK)(function)  # type: ignore[no-any-return]


def sum_kernel(function: Function) -> Function:
    """Compile a building block whose sums may be reordered, always inlined.

    A call left standing goes to whichever copy of the building block the process has met first: the
    one compiled by itself, or the one stored with another entry. Their sums may be reordered
    differently, and so the bits would depend on what was compiled before.
    """
    return numba.njit(forceinline=True, fastmath=SUMS, **BLOCK)(function)  # type: ignore[no-any-return]


class Entry:
    """A compiled function that Python calls: one native version per dtype, kept on disk."""

    def __init__(self, function: Callable[..., Any], slow: bool = False) -> None:
        self.function = function
        self.slow = slow
        self._native: dict[np.dtype[Any], Callable[..., Any]] = {}

    def at(self, dtype: Any, *example: Any) -> Callable[..., Any]:
        """Return the native function for arrays of `dtype`; `example` shows the argument types."""
        dtype = np.dtype(dtype)
        if dtype not in self._native:
            with uninterrupted():
                self._native[dtype] = self._compile(example)
        return self._native[dtype]

    def _compile(self, example: tuple[Any, ...]) -> Callable[..., Any]:
        if PLAIN:
            return as_compiled(self.function)
        signature = tuple(_type_of(argument) for argument in example)
        dispatcher = numba.njit(**OPTIONS, **entry_options())(self.function)
        told = partial(announce, self.function.__qualname__, self.slow)
        dispatcher._cache = cache = cache_for(self.function, told)
        with cache.turn():
            dispatcher.compile(signature)
        count(dispatcher.stats.cache_misses)
        return dispatcher.overloads[signature].entry_point  # type: ignore[no-any-return]


def as_compiled(function: Function) -> Function:
    """Return a plain function that, as compiled code, overflows without NumPy's warnings."""
    return np.errstate(all="ignore")(function)


def _type_of(value: Any) -> Any:
    """Return the declared type of an argument: arrays are C-contiguous, and writable whatever this
    one is.
    """
    if isinstance(value, np.ndarray):
        return types.Array(numba.from_dtype(value.dtype), value.ndim, "C")
    if isinstance(value, tuple):
        return types.NamedTuple([_type_of(field) for field in value], type(value))
    if isinstance(value, bool):
        return types.boolean
    return types.float64 if isinstance(value, float) else types.int64


def entry(function: Callable[..., Any]) -> Entry:
    """Make an `Entry` of a function."""
    return Entry(function)


def slow_entry(function: Callable[..., Any]) -> Entry:
    """Make an `Entry` that takes seconds to compile, and says so to a person who waits for it."""
    return Entry(function, slow=True)


def count(compiled: Any) -> None:
    """Add to the number of functions compiled in this process."""
    global compilations
    compilations += compiled if isinstance(compiled, int) else sum(compiled.values())
