"""Subnormal numbers taken for zero while a training's steps run.

A probability of 1e-40, as a softmax gives it to a class that a row is surely not in, is below the
smallest normal single-precision number. It tells nothing, but every product with it goes through
the processor's slow path: an epoch of a table with fifty classes took seven times as long. The mode
is that of a thread; it is as before when the steps are done, so that nobody else's numbers change.
"""

from __future__ import annotations

import platform

from llvmlite import ir
from numba import types
from numba.core import cgutils

from neurona.compiled.scalars import primitive

MXCSR, FPCR = 0x8040, 1 << 24
"""Bits of the mode: x86 takes subnormal numbers for zero where they come in (0x40) and where they
come out (0x8000), ARM by one bit.
"""
X86 = platform.machine().lower() in ("x86_64", "amd64")
ARM = platform.machine().lower() in ("aarch64", "arm64")
INT, LONG, NOTHING = ir.IntType(32), ir.IntType(64), ir.VoidType()


def _x86(builder, name, place):
    kind = ir.FunctionType(NOTHING, [ir.IntType(8).as_pointer()])
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.x86.sse.{name}")
    builder.call(function, [builder.bitcast(place, ir.IntType(8).as_pointer())])


def _read(builder):
    if X86:
        place = cgutils.alloca_once(builder, INT)
        _x86(builder, "stmxcsr", place)
        return builder.zext(builder.load(place), LONG)
    if ARM:
        return builder.asm(ir.FunctionType(LONG, []), "mrs $0, fpcr", "=r", [], True)
    return ir.Constant(LONG, 0)


def _write(builder, mode):
    if X86:
        place = cgutils.alloca_once(builder, INT)
        builder.store(builder.trunc(mode, INT), place)
        _x86(builder, "ldmxcsr", place)
    elif ARM:
        kind = ir.FunctionType(NOTHING, [LONG])
        builder.asm(kind, "msr fpcr, $0", "r,~{memory}", [mode], True)


def _plain_flush():
    return 0


def _plain_restore(mode):
    pass


@primitive(_plain_flush)
def flush(context):
    """`flush()`: take subnormal numbers for zero from now on; returns the mode as it was."""

    def emit(context, builder, signature, args):
        mode = _read(builder)
        _write(builder, builder.or_(mode, ir.Constant(LONG, MXCSR if X86 else FPCR)))
        return mode

    return types.int64(), emit


@primitive(_plain_restore)
def restore(context, mode):
    """`restore(mode)`: the mode that `flush` found."""

    def emit(context, builder, signature, args):
        _write(builder, args[0])
        return context.get_dummy_value()

    return types.void(types.int64), emit
