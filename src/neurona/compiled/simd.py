"""Matrix products out of register-blocked tiles, as LLVM vector code: what plain loops cannot say.

tile: C[r, 0 : width] = start + sum_p A[r, p] * B[p, 0 : width] for r < rows, with all sums held in
vector registers; `tile.py` says how many fit. The sum runs over p in order with one multiply-add
each, whatever the tile, so a row's result does not depend on the rows beside it, on the batch size,
on the number of threads, or on the shape of the tile.

Matrices are flat arrays with an offset and a row stride; rows are padded to whole vectors, so there
are no column tails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from neurona.compiled.arrays import numbers_of
from neurona.compiled.kernel import PLAIN
from neurona.compiled.level import level
from neurona.compiled.outlined import call_outlined
from neurona.compiled.scalars import multiply_add, primitive
from neurona.compiled.tile import TILE_ROWS, VECTOR_BYTES, Tile, square_for, tile_for

INDEX = ir.IntType(64)
PANEL_BYTES = 16 * 1024
"""What is copied together of a large matrix at a time: it stays in the nearest cache."""
WORTH_COPYING = 4
"""How many tiles must read a copy to pay for it."""


def _plain_lanes(array: Any) -> int:
    return VECTOR_BYTES // int(array.dtype.itemsize)


@primitive(_plain_lanes)
def lanes(context, array):
    """`lanes(array)`: how many numbers of the array's dtype make a vector (what rows are padded
    to).
    """
    count = VECTOR_BYTES * 8 // array.dtype.bitwidth

    def emit(context, builder, signature, args):
        return context.get_constant(types.int64, count)

    return types.int64(array), emit


def _data(context, builder, signature, args, index):
    numbers = numbers_of(context, builder, signature.args[index], args[index])
    return builder.gep(numbers, [args[index + 1]])


def _load(builder, pointer, vector):
    value = builder.load(builder.bitcast(pointer, vector.as_pointer()))
    value.align = 4
    return value


def _store(builder, value, pointer):
    builder.store(value, builder.bitcast(pointer, value.type.as_pointer())).align = 4


def _splat(builder, scalar, vector):
    undefined, zero = ir.Constant(vector, ir.Undefined), ir.Constant(ir.IntType(32), 0)
    single = builder.insert_element(undefined, scalar, zero)
    mask = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(single, undefined, mask)


class Factors(NamedTuple):
    """What a product reads and writes, as LLVM values: first elements, row strides, depth."""

    a: Any
    lda: Any
    b: Any
    ldb: Any
    c: Any
    ldc: Any
    start: Any
    lds: Any
    depth: Any
    has_start: Any

    def moved(self, builder, row, column, transposed):
        """The same for the part that begins at a row and a column of C."""
        by_row = builder.mul(row, self.lda)
        return self._replace(
            a=builder.gep(self.a, [row if transposed else by_row]),
            b=builder.gep(self.b, [column]),
            c=builder.gep(self.c, [builder.add(builder.mul(row, self.ldc), column)]),
            start=builder.gep(self.start, [builder.add(builder.mul(row, self.lds), column)]),
        )


def _emit_tile(builder, factors, rows, vector, vectors, transposed):
    a, lda, b, ldb, c, ldc, start, lds, depth, has_start = factors
    zero = ir.Constant(vector, [0.0] * vector.count)

    def at(base, row_stride, r, v):
        offset = builder.mul(INDEX(r), row_stride)
        return builder.gep(base, [builder.add(offset, INDEX(vector.count * v))])

    # the start is read only if there is one: its pointer may be of any array
    places = [(r, v) for r in range(rows) for v in range(vectors)]
    entry = builder.block
    with builder.if_then(has_start):
        loaded = {place: _load(builder, at(start, lds, *place), vector) for place in places}
        load_block = builder.block
    joined, first = builder.block, {}
    for place in places:
        first[place] = builder.phi(vector)
        first[place].add_incoming(zero, entry)
        first[place].add_incoming(loaded[place], load_block)

    loop = builder.function.append_basic_block("tile.loop")
    done = builder.function.append_basic_block("tile.done")
    begins = [builder.gep(a, [builder.mul(INDEX(r), lda)]) for r in range(0, rows, 4)]
    builder.cbranch(builder.icmp_signed(">", depth, INDEX(0)), loop, done)

    builder.position_at_end(loop)
    p = builder.phi(INDEX)
    p.add_incoming(INDEX(0), joined)
    # a pointer for each four rows: one for each row would be more than there are registers for
    groups = [builder.phi(a.type) for _ in range(0, rows, rows if transposed else 4)]
    b_row = builder.phi(b.type)
    sums = {place: builder.phi(vector) for place in places}
    b_values = [
        _load(builder, builder.gep(b_row, [INDEX(vector.count * v)]), vector)
        for v in range(vectors)
    ]
    new = {}
    for r in range(rows):
        offset = INDEX(r) if transposed else builder.mul(INDEX(r % 4), lda)
        a_value = builder.load(builder.gep(groups[0 if transposed else r // 4], [offset]))
        spread = _splat(builder, a_value, vector)
        for v in range(vectors):
            new[r, v] = multiply_add(builder, spread, b_values[v], sums[r, v])
    following = builder.add(p, INDEX(1))
    p.add_incoming(following, loop)
    for number, group in enumerate(groups):
        group.add_incoming(begins[number], joined)
        group.add_incoming(builder.gep(group, [lda if transposed else INDEX(1)]), loop)
    b_row.add_incoming(b, joined)
    b_row.add_incoming(builder.gep(b_row, [ldb]), loop)
    for place in places:
        sums[place].add_incoming(first[place], joined)
        sums[place].add_incoming(new[place], loop)
    builder.cbranch(builder.icmp_signed("<", following, depth), loop, done)

    builder.position_at_end(done)
    results = {}
    for place in places:
        results[place] = builder.phi(vector)
        results[place].add_incoming(first[place], joined)
        results[place].add_incoming(new[place], loop)
    for place in places:
        _store(builder, results[place], at(c, ldc, *place))


class _Steps:
    """A loop `while place + step <= end`, in steps, that goes on from where another one ended."""

    def __init__(self, builder):
        self._builder = builder
        self._place = cgutils.alloca_once(builder, INDEX)
        builder.store(INDEX(0), self._place)

    def each(self, end, step):
        """Yield the place once, in the body of the loop."""
        builder = self._builder
        test, body, after = (
            builder.function.append_basic_block(f"steps.{name}")
            for name in ("test", "body", "after")
        )
        builder.branch(test)
        builder.position_at_end(test)
        place = builder.load(self._place)
        following = builder.add(place, INDEX(step))
        builder.cbranch(builder.icmp_signed("<=", following, end), body, after)
        builder.position_at_end(body)
        yield place
        builder.store(following, self._place)
        builder.branch(test)
        builder.position_at_end(after)


def emit_product(builder, factors, rows, columns, real, heights, widths, transposed):
    """Walk the columns by widths, the widest first, and down each the rows by heights.

    Rows of a B that does not fit the nearest cache share a few of its places when their stride is a
    power of two, so its strip of columns is copied together first, a panel at a time. The sums of
    the panels before are then read back: a chain of multiply-adds goes on where it was.
    """
    item = 4 if isinstance(real, ir.FloatType) else 8
    size = builder.mul(builder.mul(factors.depth, factors.ldb), INDEX(item))
    copies = builder.and_(
        builder.icmp_signed(">", size, INDEX(2 * PANEL_BYTES)),
        builder.icmp_signed(">=", rows, INDEX(WORTH_COPYING * heights[0])),
    )
    with builder.goto_entry_block():
        # not Numba's own function, which fills the room with zeros at every call
        room = builder.alloca(ir.ArrayType(real, PANEL_BYTES // item))
    room.align = VECTOR_BYTES
    panel = builder.bitcast(room, real.as_pointer())
    across = _Steps(builder)
    for width in widths:
        numbers = width // item
        vector = ir.VectorType(real, min(width, VECTOR_BYTES) // item)
        vectors = numbers // vector.count
        for column in across.each(columns, numbers):
            strip = factors.moved(builder, INDEX(0), column, transposed)
            for part in _panels(builder, strip, panel, copies, vector, vectors, transposed):
                down = _Steps(builder)
                for height in heights:
                    for row in down.each(rows, height):
                        tile = part.moved(builder, row, INDEX(0), transposed)
                        _emit_tile(builder, tile, height, vector, vectors, transposed)


def _panels(builder, strip, panel, copies, vector, vectors, transposed):
    """Yield, in the body of a loop, the part of a strip over the next panel of its depth: all of it
    if it is not copied.
    """
    width = vector.count * vectors
    item = 4 if isinstance(vector.element, ir.FloatType) else 8
    most = builder.select(copies, INDEX(PANEL_BYTES // item // width), strip.depth)
    before = builder.block
    body = builder.append_basic_block("panel")
    builder.branch(body)
    builder.position_at_end(body)
    done = builder.phi(INDEX)
    done.add_incoming(INDEX(0), before)
    left = builder.sub(strip.depth, done)
    deep = builder.select(builder.icmp_signed("<", left, most), left, most)
    b = builder.gep(strip.b, [builder.mul(done, strip.ldb)])
    with builder.if_then(copies), cgutils.for_range(builder, deep) as loop:
        source = builder.gep(b, [builder.mul(loop.index, strip.ldb)])
        target = builder.gep(panel, [builder.mul(loop.index, INDEX(width))])
        for v in range(vectors):
            place = INDEX(v * vector.count)
            value = _load(builder, builder.gep(source, [place]), vector)
            _store(builder, value, builder.gep(target, [place]))
    first = builder.icmp_signed("==", done, INDEX(0))
    yield strip._replace(
        a=builder.gep(strip.a, [builder.mul(done, strip.lda) if transposed else done]),
        b=builder.select(copies, panel, b),
        ldb=builder.select(copies, INDEX(width), strip.ldb),
        start=builder.select(first, strip.start, strip.c),
        lds=builder.select(first, strip.lds, strip.ldc),
        depth=deep,
        has_start=builder.or_(builder.not_(first), strip.has_start),
    )
    following = builder.add(done, deep)
    done.add_incoming(following, builder.block)
    after = builder.append_basic_block("panels.done")
    builder.cbranch(builder.icmp_signed("<", following, strip.depth), body, after)
    builder.position_at_end(after)


def _matrix(flat: Any, offset: int, shape: tuple[int, int], strides: tuple[int, int]) -> Any:
    """A matrix inside a flat array, for the plain twins."""
    size = flat.itemsize
    return np.lib.stride_tricks.as_strided(
        flat[offset:], shape, (strides[0] * size, strides[1] * size)
    )


def _plain_product(transposed: bool) -> Callable[..., None]:
    def multiply(
        A, a0, lda, B, b0, ldb, C, c0, ldc, start, s0, lds, rows, depth, columns, has_start
    ):
        left = _matrix(A, a0, (rows, depth), (1, lda) if transposed else (lda, 1))
        result = left @ _matrix(B, b0, (depth, columns), (ldb, 1))
        if has_start:
            result = result + _matrix(start, s0, (rows, columns), (lds, 1))
        _matrix(C, c0, (rows, columns), (ldc, 1))[:] = result

    return multiply


def make_product(
    transposed: bool = False, least: int = 1, given: Tile | None = None
) -> Callable[..., None]:
    """Return C[rows, columns] = start + A B; columns are whole vectors, rows a multiple of `least`.

    `transposed`: A is stored [p, r] (the gradient's X^T D), otherwise [r, p]. The tile is the best
    one for the processor unless it is `given`.

    Its arguments: A, offset, row stride, the same of B, of C, and of the start (added if
    `has_start`; a row stride of 0 adds one row, the bias, to all), then rows, depth of the sum,
    columns, and `has_start`.
    """
    if PLAIN:
        return _plain_product(transposed)

    @intrinsic
    def multiply(
        context, A, a0, lda, B, b0, ldb, C, c0, ldc, start, s0, lds, rows, depth, columns, has_start
    ):
        i = types.int64
        signature = types.void(A, i, i, B, i, i, C, i, i, start, i, i, i, i, i, types.boolean)

        def emit(context, builder, signature, args):
            a, b, c, first = (_data(context, builder, signature, args, k) for k in (0, 3, 6, 9))
            lda, ldb, ldc, lds = (args[k] for k in (2, 5, 8, 11))
            factors = Factors(a, lda, b, ldb, c, ldc, first, lds, args[13], args[15])
            tile, real = given or tile_for(level()), context.get_value_type(A.dtype)
            heights, widths = tile.heights(least), tile.widths()

            def emit_body(builder, values):
                *factors, rows, columns = values
                emit_product(
                    builder, Factors(*factors), rows, columns, real, heights, widths, transposed
                )

            order = "transposed" if transposed else "plain"
            name = f"neurona.product.{real}.{order}.{heights}.{widths}.{level().fused}"
            call_outlined(builder, name, [*factors, args[12], args[14]], emit_body)
            return context.get_dummy_value()

        return signature, emit

    return multiply  # type: ignore[no-any-return]


def _plain_side(array: Any) -> int:
    return TILE_ROWS


@primitive(_plain_side)
def side(context, array):
    """`side(array)`: rows and columns of the square that `transpose_tile` turns."""

    def emit(context, builder, signature, args):
        side = square_for(level(), array.dtype.bitwidth // 8)
        return context.get_constant(types.int64, side)

    return types.int64(array), emit


def _plain_transpose_tile(W, w0, ldw, T, t0, ldt):
    shape = (TILE_ROWS, TILE_ROWS)
    _matrix(T, t0, shape, (ldt, 1))[:] = _matrix(W, w0, shape, (ldw, 1)).T


@primitive(_plain_transpose_tile)
def transpose_tile(context, W, w0, ldw, T, t0, ldt):
    """`transpose_tile(W, offset, stride, T, offset, stride)`: T = W^T for a square of `side`
    numbers.
    """
    i = types.int64

    def emit(context, builder, signature, args):
        source, target = (_data(context, builder, signature, args, k) for k in (0, 3))
        side, lane = square_for(level(), W.dtype.bitwidth // 8), ir.IntType(32)
        vector = ir.VectorType(context.get_value_type(W.dtype), side)

        def row(base, stride, r):
            return builder.gep(base, [builder.mul(INDEX(r), stride)])

        rows = [_load(builder, row(source, args[2], r), vector) for r in range(side)]
        # each round swaps the off-diagonal blocks: of 4 x 4, of 2 x 2, and single numbers
        block = side // 2
        while block:
            swapped = list(rows)
            for r in (r for r in range(side) if not r & block):
                upper, lower = rows[r], rows[r + block]
                first = [k if not k & block else side + (k ^ block) for k in range(side)]
                second = [k | block if not k & block else side + k for k in range(side)]
                for at, mask in ((r, first), (r + block, second)):
                    picked = ir.Constant(ir.VectorType(lane, side), mask)
                    swapped[at] = builder.shuffle_vector(upper, lower, picked)
            rows = swapped
            block //= 2
        for r in range(side):
            _store(builder, rows[r], row(target, args[5], r))
        return context.get_dummy_value()

    return types.void(W, i, i, T, i, i), emit
