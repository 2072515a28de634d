"""Rows of a table, copied by number: one loop in a function of its own, which has registers enough.

In a kernel, among a hundred other numbers, each of its own was read from the stack for every row.
While a row is copied the next one is asked for, since rows in random order are not to be foreseen.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

from neurona.compiled.arrays import field, numbers_of
from neurona.compiled.outlined import call_outlined
from neurona.compiled.scalars import primitive
from neurona.compiled.tile import VECTOR_BYTES

INDEX, FLAG = ir.IntType(64), ir.IntType(32)


def _plain_copy_rows(
    source: Any, order: Any, start: int, target: Any, t0: int, stride: int, rows: int, width: int,
    low: int, high: int,
) -> None:  # fmt: skip
    table = source.reshape(-1, width)
    for i in range(rows):
        at = order[start + i] if order.size > 0 else start + i
        target[t0 + i * stride : t0 + i * stride + high - low] = table[at, low:high]


def _emit(builder: Any, values: list[Any], count: int) -> None:
    source, order, ordered, start, target, stride, rows, width, low, high = values
    vector = ir.VectorType(source.type.pointee, count).as_pointer()
    item = VECTOR_BYTES // count
    ask = cgutils.get_or_insert_function(
        builder.module,
        ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer(), FLAG, FLAG, FLAG]),
        "llvm.prefetch.p0",
    )
    taken = builder.sub(high, low)
    whole = builder.and_(taken, INDEX(-count))

    def row_of(i: Any) -> Any:
        number = builder.add(start, i)
        place = builder.gep(order, [number])
        # a place that is read whether it counts or not: the first, where there is no order
        place = builder.select(ordered, place, builder.bitcast(target, place.type))
        at = builder.select(ordered, builder.load(place), number)
        return builder.gep(source, [builder.add(builder.mul(at, width), low)])

    with cgutils.for_range(builder, rows) as loop:
        row, to = row_of(loop.index), builder.gep(target, [builder.mul(loop.index, stride)])
        following = builder.add(loop.index, INDEX(1))
        is_last = builder.icmp_signed(">=", following, rows)
        following = row_of(builder.select(is_last, loop.index, following))
        with cgutils.for_range_slice(builder, INDEX(0), whole, INDEX(count), inc=True) as (j, _):
            ahead = builder.bitcast(builder.gep(following, [j]), ir.IntType(8).as_pointer())
            builder.call(ask, [ahead, FLAG(0), FLAG(3), FLAG(1)])
            pointer, end = (builder.bitcast(builder.gep(one, [j]), vector) for one in (row, to))
            builder.store(builder.load(pointer, align=item), end, align=item)
        with cgutils.for_range_slice(builder, whole, taken, INDEX(1), inc=True) as (j, _):
            builder.store(builder.load(builder.gep(row, [j])), builder.gep(to, [j]))


@primitive(_plain_copy_rows)
def copy_rows(context, source, order, start, target, t0, stride, rows, width, low, high):
    """`copy_rows(source, order, start, target, t0, stride, rows, width, low, high)`: columns low to
    high - 1 of rows order[start ...] of a table of `width` columns, or of rows start ... if the
    order is empty, to target, one every `stride` numbers.
    """
    i = types.int64

    def emit(context, builder, signature, args):
        numbers, places, target_ = (
            numbers_of(context, builder, kind, args[k])
            for k, kind in ((0, source), (1, order), (3, target))
        )
        size = field(context, builder, order, args[1], "nitems")
        ordered = builder.icmp_signed(">", size, INDEX(0))
        to = builder.gep(target_, [args[4]])
        count = VECTOR_BYTES * 8 // source.dtype.bitwidth
        given = [numbers, places, ordered, args[2], to, *args[5:]]
        name = f"neurona.copy_rows.{numbers.type.pointee}"
        call_outlined(builder, name, given, lambda inner, values: _emit(inner, values, count))
        return context.get_dummy_value()

    return types.void(source, order, i, target, i, i, i, i, i, i), emit
