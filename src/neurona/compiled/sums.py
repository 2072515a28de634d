"""Sums over long arrays in an order that is written down: the same bits on every processor.

A loop whose sum may be reordered is cut by LLVM into as many partial sums as the target's registers
hold, and so its last bits depend on the processor. Here there are always as many as numbers in 64
bytes, whatever the registers; they are added by halves, then the rest one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils

from neurona.compiled.arrays import numbers_of
from neurona.compiled.scalars import multiply_add, primitive
from neurona.compiled.tile import VECTOR_BYTES

INDEX = ir.IntType(64)
Term = Callable[[Any, Any, list[Any], list[Any]], Any]
"""Of a builder, the sum so far, the numbers and the places they stand at: the sum with them."""


def _term_of_products(builder: Any, total: Any, numbers: list[Any], places: list[Any]) -> Any:
    return multiply_add(builder, numbers[0], numbers[1], total)


def _term_of_sizes(builder: Any, total: Any, numbers: list[Any], places: list[Any]) -> Any:
    kind = total.type
    if isinstance(kind, ir.VectorType):
        single = isinstance(kind.element, ir.FloatType)
        name = f"llvm.fabs.v{kind.count}f{32 if single else 64}"
    else:
        name = f"llvm.fabs.f{32 if isinstance(kind, ir.FloatType) else 64}"
    function = cgutils.get_or_insert_function(builder.module, ir.FunctionType(kind, [kind]), name)
    return builder.fadd(total, builder.call(function, [numbers[0]]))


def emit_sum(builder: Any, arrays: list[Any], size: Any, real: Any, term: Term) -> Any:
    """Emit the sum of a term over the first `size` numbers at some pointers."""
    item = 4 if isinstance(real, ir.FloatType) else 8
    count = VECTOR_BYTES // item
    vector = ir.VectorType(real, count)
    with builder.goto_entry_block():
        partial, result = builder.alloca(vector), builder.alloca(real)
    builder.store(ir.Constant(vector, [0.0] * count), partial)
    whole = builder.and_(size, INDEX(-count))
    step = INDEX(count)
    with cgutils.for_range_slice(builder, INDEX(0), whole, step, inc=True) as (place, _):
        at = [builder.bitcast(builder.gep(array, [place]), vector.as_pointer()) for array in arrays]
        numbers = [builder.load(pointer, align=item) for pointer in at]
        builder.store(term(builder, builder.load(partial), numbers, at), partial)
    halved = builder.load(partial)
    while count > 1:
        count //= 2
        low, high = (
            builder.shuffle_vector(
                halved, halved, ir.Constant(ir.VectorType(ir.IntType(32), count), places)
            )
            for places in (list(range(count)), list(range(count, 2 * count)))
        )
        halved = builder.fadd(low, high)
    builder.store(builder.extract_element(halved, ir.IntType(32)(0)), result)
    with cgutils.for_range_slice(builder, whole, size, INDEX(1), inc=True) as (place, _):
        at = [builder.gep(array, [place]) for array in arrays]
        numbers = [builder.load(pointer) for pointer in at]
        builder.store(term(builder, builder.load(result), numbers, at), result)
    return builder.load(result)


def _term_of_squares(factor: Any) -> Term:
    """The sum of squares of the first array, which is added, `factor` times, to the second."""

    def term(builder: Any, total: Any, numbers: list[Any], places: list[Any]) -> Any:
        times, kind = factor, total.type
        if isinstance(kind, ir.VectorType):
            alone = builder.insert_element(ir.Constant(kind, ir.Undefined), factor, INDEX(0))
            lanes = ir.Constant(ir.VectorType(ir.IntType(32), kind.count), [0] * kind.count)
            times = builder.shuffle_vector(alone, alone, lanes)
        moved = multiply_add(builder, times, numbers[0], numbers[1])
        builder.store(moved, places[1], align=4 if isinstance(factor.type, ir.FloatType) else 8)
        return multiply_add(builder, numbers[0], numbers[0], total)

    return term


def _emit(context: Any, builder: Any, signature: Any, args: Any, count: int, term: Term) -> Any:
    pointers = []
    for k in range(count):
        numbers = numbers_of(context, builder, signature.args[2 * k], args[2 * k])
        pointers.append(builder.gep(numbers, [args[2 * k + 1]]))
    real = context.get_value_type(signature.args[0].dtype)
    return emit_sum(builder, pointers, args[2 * count], real, term)


def _plain_sum_of_products(a: Any, a0: int, b: Any, b0: int, size: int) -> Any:
    return np.dot(a[a0 : a0 + size], b[b0 : b0 + size])


def _plain_sum_of_sizes(a: Any, a0: int, size: int) -> Any:
    return np.abs(a[a0 : a0 + size]).sum()


def _plain_add_and_square(a: Any, a0: int, b: Any, b0: int, size: int, factor: Any) -> Any:
    of_a = a[a0 : a0 + size]
    b[b0 : b0 + size] += factor * of_a
    return np.dot(of_a, of_a)


def _contiguous(array: Any) -> bool:
    return isinstance(array, types.Array) and array.layout == "C"


@primitive(_plain_sum_of_products)
def sum_of_products(context, a, a0, b, b0, size):
    """`sum_of_products(a, a0, b, b0, size)`: sum of a[a0 + i] b[b0 + i]."""
    if not (_contiguous(a) and _contiguous(b) and a.dtype == b.dtype):
        return None
    i = types.int64

    def emit(context, builder, signature, args):
        return _emit(context, builder, signature, args, 2, _term_of_products)

    return a.dtype(a, i, b, i, i), emit


@primitive(_plain_sum_of_sizes)
def sum_of_sizes(context, a, a0, size):
    """`sum_of_sizes(a, a0, size)`: sum of |a[a0 + i]|."""
    if not _contiguous(a):
        return None
    i = types.int64

    def emit(context, builder, signature, args):
        return _emit(context, builder, signature, args, 1, _term_of_sizes)

    return a.dtype(a, i, i), emit


@primitive(_plain_add_and_square)
def add_and_square(context, a, a0, b, b0, size, factor):
    """`add_and_square(a, a0, b, b0, size, factor)`: adds factor times a's numbers to b's; returns
    the sum of squares of a's."""
    if not (_contiguous(a) and _contiguous(b) and a.dtype == b.dtype == factor):
        return None
    i = types.int64

    def emit(context, builder, signature, args):
        return _emit(context, builder, signature, args, 2, _term_of_squares(args[5]))

    return a.dtype(a, i, b, i, i, factor), emit


def _plain_sum_of_rows(
    d: Any, d0: int, ldd: int, g: Any, g0: int, rows: int, columns: int, add: bool
) -> None:
    total = g[g0 : g0 + columns]
    if not add:
        total[:] = 0
    for i in range(rows):
        total += d[d0 + i * ldd : d0 + i * ldd + columns]


ABREAST = 4
"""How many vectors of columns are summed at once: an addition waits for the one before it."""


@primitive(_plain_sum_of_rows)
def sum_of_rows(context, d, d0, ldd, g, g0, rows, columns, add):
    """`sum_of_rows(d, d0, ldd, g, g0, rows, columns, add)`: g = the sum of d's rows, in order, or g
    plus them if `add`; columns are whole vectors.
    """
    if not (_contiguous(d) and d == g):
        return None
    i = types.int64

    def emit(context, builder, signature, args):
        _, _, stride, _, _, rows, columns, add = args
        first, result = (
            builder.gep(numbers_of(context, builder, d, args[k]), [args[k + 1]]) for k in (0, 3)
        )
        real = context.get_value_type(d.dtype)
        count = VECTOR_BYTES * 8 // d.dtype.bitwidth
        vector = ir.VectorType(real, count)
        nothing, align = ir.Constant(vector, [0.0] * count), d.dtype.bitwidth // 8
        with builder.goto_entry_block():
            totals = [builder.alloca(vector) for _ in range(ABREAST)]
        whole = builder.and_(columns, INDEX(-count * ABREAST))
        for begin, end, totals_ in ((INDEX(0), whole, totals), (whole, columns, totals[:1])):
            step = INDEX(count * len(totals_))
            with cgutils.for_range_slice(builder, begin, end, step, inc=True) as (column, _):

                def at(base, offset, k, column=column):
                    place = builder.add(builder.add(offset, column), INDEX(k * count))
                    return builder.bitcast(builder.gep(base, [place]), vector.as_pointer())

                for k, total in enumerate(totals_):
                    before = builder.load(at(result, INDEX(0), k), align=align)
                    builder.store(builder.select(add, before, nothing), total)
                with cgutils.for_range(builder, rows) as loop:
                    offset = builder.mul(loop.index, stride)
                    for k, total in enumerate(totals_):
                        number = builder.load(at(first, offset, k), align=align)
                        builder.store(builder.fadd(builder.load(total), number), total)
                for k, total in enumerate(totals_):
                    builder.store(builder.load(total), at(result, INDEX(0), k), align=align)
        return context.get_dummy_value()

    return types.void(d, i, i, g, i, i, i, types.boolean), emit
