"""Members: small functions over a block of numbers, called from the epoch kernel by their address.

A member (an activation, a loss, an optimizer's update) is compiled by itself to a C function. The
epoch kernel takes its address out of an integer array and calls it, so a new member or a new
combination compiles nothing else. One call serves a whole layer or the whole weight vector; the
loops inside the member vectorise.

The signature of each kind of member is a string, a letter an argument: p a pointer to the working
dtype, o a pointer to float64 (options and memory), i an int64, d a float64.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from functools import partial
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core.ccallback import CFunc
from numba.extending import intrinsic

from neurona.compiled import kernel as compiling
from neurona.compiled.announcements import announce
from neurona.compiled.arrays import numbers_of
from neurona.compiled.cache import cache_for
from neurona.compiled.callbacks import PythonLoss
from neurona.compiled.compiler import member_compiler
from neurona.compiled.uninterrupted import uninterrupted

APPLY = "ppiiio"
"""Activation: z, a, rows, columns, stride, options; writes a, and into z what `chain` needs (the
slope).
"""
CHAIN = "ppiii"
"""Activation, backward: what `apply` left in z, errors (in place), rows, columns, stride."""
LOSS = "ppppiio"
"""Loss: x, targets, penalties, scratch, rows, columns, options, all without padding; writes a
penalty per output, and its slope in x's place."""
SEED = "pppiiio"
"""Loss, second order: x as for LOSS, targets, seeds, which seed k, rows, columns, options; writes
column k of a square root of the loss's Hessian by its outputs, a row per row."""
UPDATE = "pppoiodid"
"""Optimizer: weights, gradient, state, memory, size, options, rate, step (from 1), loss."""

_ADDRESSES: dict[tuple[Callable[..., Any], np.dtype[Any]], int] = {}
_COMPILED: dict[int, Any] = {}
"""Keeps each C function alive, by address; in plain mode the Python function itself, by a made-up
address.
"""


def address(function: Callable[..., Any], kind: str, dtype: Any) -> int:
    """Return the address of a member compiled for `dtype`, compiling or loading it if it is not
    there yet.
    """
    if isinstance(function, PythonLoss) and not compiling.PLAIN:
        return function.address(np.dtype(dtype))
    key = (function, np.dtype(dtype))
    if key not in _ADDRESSES:
        with uninterrupted():
            _ADDRESSES[key] = _compile(function, kind, np.dtype(dtype))
    return _ADDRESSES[key]


def _compile(function: Callable[..., Any], kind: str, dtype: np.dtype[Any]) -> int:
    if compiling.PLAIN:
        made_up = len(_COMPILED) + 1
        _COMPILED[made_up] = compiling.as_compiled(function)
        return made_up
    made = compiled(function, kind, dtype)
    compiling.count(1 - made.cache_hits)
    _COMPILED[made.address] = made
    return int(made.address)


def compiled(
    function: Callable[..., Any], kind: str, dtype: np.dtype[Any], kept: bool = True
) -> Any:
    """Return a member as a C function of Numba's; not `kept`, it is compiled and stays out of the
    cache.
    """
    real = numba.from_dtype(dtype)
    letters = {
        "p": types.CPointer(real),
        "o": types.CPointer(types.float64),
        "i": types.int64,
        "d": types.float64,
    }
    signature = types.void(*(letters[letter] for letter in kind))
    # activations must give the same bits in every loop shape, so only updates may fuse as LLVM
    # likes
    fast = {"nsz", "contract"} if kind == UPDATE else {"nsz"}
    options = {"nopython": True, "error_model": "numpy", "_nrt": False, "fastmath": fast}
    made: Any = CFunc(
        function, (signature.args, signature.return_type), {}, options, member_compiler()
    )
    if not kept:
        made.compile()
        return made
    made._cache = cache = cache_for(function, partial(announce, function.__qualname__, False))
    with cache.turn():
        made.compile()
    return made


def call(where: int, kind: str, *arguments: Any) -> None:
    """Call a member from Python; p and o arguments are arrays, taken from their first element."""
    if compiling.PLAIN:
        flat = (
            a.reshape(-1) if letter in "po" else a
            for letter, a in zip(kind, arguments, strict=True)
        )
        _COMPILED[where](*flat)
        return
    c_types = {
        "p": ctypes.c_void_p,
        "o": ctypes.c_void_p,
        "i": ctypes.c_int64,
        "d": ctypes.c_double,
    }
    function = ctypes.CFUNCTYPE(None, *(c_types[letter] for letter in kind))(where)
    function(
        *(a.ctypes.data if letter in "po" else a for letter, a in zip(kind, arguments, strict=True))
    )


def _emit(kind: str, where: Any, arguments: tuple[Any, ...]) -> Any:
    """Typing and code of a call by address; every p and o is an array and the offset of its first
    element.
    """
    signature = types.void(where, *arguments)

    def codegen(context, builder, signature, values):
        passed, k = [], 1
        for letter in kind:
            if letter in "po":
                numbers = numbers_of(context, builder, signature.args[k], values[k])
                passed.append(builder.gep(numbers, [values[k + 1]]))
                k += 2
            else:
                passed.append(values[k])
                k += 1
        function = ir.FunctionType(ir.VoidType(), [value.type for value in passed])
        builder.call(builder.inttoptr(values[0], function.as_pointer()), passed)
        return context.get_dummy_value()

    return signature, codegen


# an intrinsic names its arguments, so each kind of call is written out
if compiling.PLAIN:

    def call_apply(where, z, z0, a, a0, rows, columns, stride, options, o0):
        """Call an activation."""
        _COMPILED[where](z[z0:], a[a0:], rows, columns, stride, options[o0:])

    def call_chain(where, z, z0, errors, e0, rows, columns, stride):
        """Call an activation's backward part."""
        _COMPILED[where](z[z0:], errors[e0:], rows, columns, stride)

    def call_loss(
        where, x, x0, targets, t0, penalties, p0, scratch, s0, rows, columns, options, o0
    ):
        """Call a loss."""
        _COMPILED[where](
            x[x0:], targets[t0:], penalties[p0:], scratch[s0:], rows, columns, options[o0:]
        )

    def call_seed(where, x, x0, targets, t0, seeds, s0, k, rows, columns, options, o0):
        """Call a loss's seed."""
        _COMPILED[where](x[x0:], targets[t0:], seeds[s0:], k, rows, columns, options[o0:])

    def call_update(
        where, weights, w0, gradient, g0, state, s0, memory, m0, size, options, o0, rate, step, loss
    ):
        """Call an optimizer's update."""
        _COMPILED[where](
            weights[w0:], gradient[g0:], state[s0:], memory[m0:], size, options[o0:],
            rate, step, loss,
        )  # fmt: skip

else:

    @intrinsic
    def call_apply(context, where, z, z0, a, a0, rows, columns, stride, options, o0):
        """Call an activation."""
        return _emit(APPLY, where, (z, z0, a, a0, rows, columns, stride, options, o0))

    @intrinsic
    def call_chain(context, where, z, z0, errors, e0, rows, columns, stride):
        """Call an activation's backward part."""
        return _emit(CHAIN, where, (z, z0, errors, e0, rows, columns, stride))

    @intrinsic
    def call_loss(
        context, where, x, x0, targets, t0, penalties, p0, scratch, s0, rows, columns, options, o0
    ):
        """Call a loss."""
        arguments = (x, x0, targets, t0, penalties, p0, scratch, s0, rows, columns, options, o0)
        return _emit(LOSS, where, arguments)

    @intrinsic
    def call_seed(context, where, x, x0, targets, t0, seeds, s0, k, rows, columns, options, o0):
        """Call a loss's seed."""
        arguments = (x, x0, targets, t0, seeds, s0, k, rows, columns, options, o0)
        return _emit(SEED, where, arguments)

    @intrinsic
    def call_update(
        context, where, weights, w0, gradient, g0, state, s0, memory, m0, size, options, o0,
        rate, step, loss,
    ):  # fmt: skip
        """Call an optimizer's update."""
        arguments = (
            weights, w0, gradient, g0, state, s0, memory, m0, size, options, o0, rate, step, loss
        )  # fmt: skip
        return _emit(UPDATE, where, arguments)
