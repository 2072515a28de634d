"""Tiny operations that kernels need and Python has no word for.

Each is a primitive: LLVM code for Numba, and a plain Python twin that takes its place when
compiling is switched off (NUMBA_DISABLE_JIT=1), so that every kernel and member can be run and
debugged as Python.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from neurona.compiled.arrays import position
from neurona.compiled.kernel import PLAIN
from neurona.compiled.level import level


def primitive(plain: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorator: compile the decorated typing function as a Numba intrinsic, with `plain` as its
    twin.
    """

    def choose(typing_function: Callable[..., Any]) -> Callable[..., Any]:
        if PLAIN:
            return plain
        compiled: Any = intrinsic(typing_function)
        compiled.plain = plain
        return compiled  # type: ignore[no-any-return]

    return choose


def _plain_cast(value: Any, like: Any) -> Any:
    return np.asarray(like).dtype.type(value)


@primitive(_plain_cast)
def cast(context, value, like):
    """`cast(value, like)`: value as a scalar of like's type; a literal would widen float32 to
    float64.
    """
    result = like.dtype if isinstance(like, types.Array) else like

    def emit(context, builder, signature, args):
        return context.cast(builder, args[0], signature.args[0], result)

    return result(value, like), emit


def _plain_view(pointer: Any, size: int) -> Any:
    return pointer[:size]


@primitive(_plain_view)
def view(context, pointer, size):
    """`view(pointer, size)`: the first elements at a pointer as an array (in plain Python it is an
    array).
    """
    array_type = types.Array(pointer.dtype, 1, "C")

    def emit(context, builder, signature, args):
        itemsize = context.get_abi_sizeof(context.get_data_type(pointer.dtype))
        step = context.get_constant(types.intp, itemsize)
        # no memory is counted, and there is no parent
        array = ir.Constant(context.get_value_type(array_type), None)
        for name, value in {"nitems": args[1], "itemsize": step, "data": args[0]}.items():
            array = builder.insert_value(array, value, position(context, array_type, name))
        for name, value in {"shape": args[1], "strides": step}.items():
            array = builder.insert_value(array, value, [position(context, array_type, name), 0])
        return array

    return array_type(pointer, types.intp), emit


def multiply_add(builder: Any, a: Any, b: Any, c: Any) -> Any:
    """Emit a * b + c of numbers or vectors, rounded once.

    Where the processor has no such operation it is a multiplication and an addition, rounded twice:
    the C library's function that rounds once takes a hundred times as long. The bits differ from
    those of other processors there, as they do not between any two that have it.
    """
    if not level().fused:
        return builder.fadd(builder.fmul(a, b), c)
    if not isinstance(a.type, ir.VectorType):
        return builder.fma(a, b, c)
    bits = 32 if isinstance(a.type.element, ir.FloatType) else 64
    kind = ir.FunctionType(a.type, [a.type] * 3)
    name = f"llvm.fma.v{a.type.count}f{bits}"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [a, b, c])


def _plain_fma(a: Any, b: Any, c: Any) -> Any:
    # a wider type stands in for the fused operation, where the platform has one
    return _plain_cast(np.longdouble(a) * np.longdouble(b) + np.longdouble(c), a)


@primitive(_plain_fma)
def fma(context, a, b, c):
    """`fma(a, b, c)`: a * b + c rounded once, so that a loop gives the same bits in every shape."""

    def emit(context, builder, signature, args):
        return multiply_add(builder, *args)

    return a(a, a, a), emit


def polynomial(single: Sequence[float], double: Sequence[float]) -> Callable[[Any], Any]:
    """Return a primitive x -> c[0] + c[1] x + ..., by Horner's rule; `single` serves float32,
    `double` float64.

    One coefficient each makes a constant of x's type.
    """

    def plain(x: Any) -> Any:
        coefficients = single if np.asarray(x).dtype == np.float32 else double
        result = _plain_cast(coefficients[-1], x)
        for coefficient in coefficients[-2::-1]:
            result = _plain_fma(result, x, _plain_cast(coefficient, x))
        return result

    plain.coefficients = single, double  # type: ignore[attr-defined]

    @primitive(plain)
    def horner(context, x):
        coefficients = single if x == types.float32 else double

        def emit(context, builder, signature, args):
            kind = context.get_value_type(x)
            result = ir.Constant(kind, float(coefficients[-1]))
            for coefficient in coefficients[-2::-1]:
                result = multiply_add(
                    builder, result, args[0], ir.Constant(kind, float(coefficient))
                )
            return result

        return x(x), emit

    return horner


MAGIC = (1.5 * 2.0**23, 1.5 * 2.0**52)
"""Adding it leaves the nearest integer in the low bits of a float32, of a float64."""


def _plain_scale(x: Any, shifted: Any) -> Any:
    magic = MAGIC[np.asarray(shifted).dtype == np.float64]
    with np.errstate(all="ignore"):
        n = np.nan_to_num(np.float64(shifted) - magic)
        return _plain_cast(np.ldexp(np.float64(x), np.int64(n)), x)


@primitive(_plain_scale)
def scale(context, x, shifted):
    """`scale(x, shifted)`: x 2^n for an integer n given as MAGIC + n, also where 2^n alone would
    overflow.
    """

    def emit(context, builder, signature, args):
        real = context.get_value_type(x)
        integer, bias, digits = _layout(x)
        magic = builder.bitcast(ir.Constant(real, MAGIC[x == types.float64]), integer)
        n = builder.sub(builder.bitcast(args[1], integer), magic)
        half = builder.ashr(n, ir.Constant(integer, 1))
        result = args[0]
        for exponent in (half, builder.sub(n, half)):
            biased = builder.add(exponent, ir.Constant(integer, bias))
            bits = builder.shl(biased, ir.Constant(integer, digits))
            result = builder.fmul(result, builder.bitcast(bits, real))
        return result

    return x(x, x), emit


def _layout(kind: Any) -> tuple[ir.IntType, int, int]:
    """The integer type of a float's bits, its exponent bias and its number of fraction digits."""
    return (ir.IntType(32), 127, 23) if kind == types.float32 else (ir.IntType(64), 1023, 52)


def _plain_split(x: Any) -> Any:
    m, e = np.frexp(x)
    if m < np.sqrt(0.5):
        m, e = m * 2, e - 1
    return _plain_cast(m, x), _plain_cast(e, x)


@primitive(_plain_split)
def mantissa_and_exponent(context, x):
    """m in [sqrt(1/2), sqrt(2)) and e, both of x's type, with x = m 2^e, for positive normal x."""

    def emit(context, builder, signature, args):
        real = context.get_value_type(x)
        integer, _, digits = _layout(x)
        shift = ir.Constant(integer, digits)
        bits = builder.bitcast(args[0], integer)
        root = builder.bitcast(ir.Constant(real, float(np.sqrt(np.float32(0.5)))), integer)
        exponent = builder.ashr(builder.sub(bits, root), shift)
        m = builder.bitcast(builder.sub(bits, builder.shl(exponent, shift)), real)
        e = builder.sitofp(exponent, real)
        return context.make_tuple(builder, signature.return_type, (m, e))

    return types.UniTuple(x, 2)(x), emit
