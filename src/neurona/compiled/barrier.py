"""A barrier at which the threads of one training wait for each other, without the GIL.

Waiting spins a bounded time and then gives the processor away at every turn, so that two threads on
one core, or on a busy machine, do not spin against each other. Python can release all waiting
threads by setting `counter[ABORT]`.
"""

from __future__ import annotations

import ctypes
import functools
import os

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from neurona.compiled.arrays import numbers_of
from neurona.compiled.kernel import PLAIN, kernel

COUNT, ABORT = 16, 32
"""Places in the counter array: each alone on its cache line."""
SPINS = 2000


def new_counter() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the memory of a barrier, at zero."""
    return np.zeros(48, np.int64)


@functools.cache
def yield_address() -> int:
    """Return the address of the system call that gives the processor away, or 0 without one."""
    if PLAIN:
        return 0
    windows = os.name == "nt"
    library = ctypes.CDLL("kernel32" if windows else None)
    function = getattr(library, "SwitchToThread" if windows else "sched_yield", None)
    return ctypes.cast(function, ctypes.c_void_p).value or 0 if function else 0


@intrinsic
def _call_yield(context, where):
    def emit(context, builder, signature, args):
        function = ir.FunctionType(ir.IntType(32), [])
        builder.call(builder.inttoptr(args[0], function.as_pointer()), [])
        return context.get_dummy_value()

    return types.void(types.int64), emit


def _pointer(context, builder, signature, args):
    numbers = numbers_of(context, builder, signature.args[0], args[0])
    return builder.gep(numbers, [args[1]])


@intrinsic
def _atomic_add(context, counter, index, value):
    def emit(context, builder, signature, args):
        return builder.atomic_rmw(
            "add", _pointer(context, builder, signature, args), args[2], "seq_cst"
        )

    return types.int64(counter, types.int64, types.int64), emit


@intrinsic
def _atomic_load(context, counter, index):
    def emit(context, builder, signature, args):
        return builder.load_atomic(_pointer(context, builder, signature, args), "seq_cst", 8)

    return types.int64(counter, types.int64), emit


if PLAIN:

    def wait(counter, threads, phase, yield_at):
        """Do nothing: plain Python trains with one thread."""
        return phase + 1

else:

    @kernel
    def wait(counter, threads, phase, yield_at):
        """Wait for all threads; returns the next phase, or -1 when the training is called off."""
        _atomic_add(counter, COUNT, 1)
        target, spins = (phase + 1) * threads, 0
        while _atomic_load(counter, COUNT) < target:
            if _atomic_load(counter, ABORT) != 0:
                return -1
            spins += 1
            if spins > SPINS and yield_at != 0:
                _call_yield(yield_at)
        return phase + 1
