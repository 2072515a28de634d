"""Register-blocked matrix tiles as LLVM vector code: what plain loops cannot say.

tile: C[r, 0 : vectors * lanes] = start + sum_p A[r, p] * B[p, 0 : vectors * lanes] for r < rows,
with all rows * vectors accumulators held in vector registers. LLVM lowers a 64-byte vector to
AVX-512, to pairs of AVX2 registers, or to NEON. The sum runs over p in order with one fused
multiply-add each, whatever the tile, so a row's result does not depend on the rows beside it, on
the batch size, or on the number of threads.

Matrices are flat arrays with an offset and a row stride; rows are padded to whole vectors, so there
are no column tails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from neurona.compiled.kernel import PLAIN
from neurona.compiled.scalars import primitive

VECTOR_BYTES = 64
TILE_ROWS = 8


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
    array = make_array(signature.args[index])(context, builder, args[index])
    return builder.gep(array.data, [args[index + 1]])


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


def _emit_tile(context, builder, signature, args, rows, vectors, transposed):
    a, b, c, start = (_data(context, builder, signature, args, k) for k in (0, 3, 6, 9))
    lda, ldb, ldc, lds, depth = (args[k] for k in (2, 5, 8, 11, 12))
    has_start = args[13]
    real = context.get_value_type(signature.args[0].dtype)
    count = VECTOR_BYTES * 8 // signature.args[0].dtype.bitwidth
    vector, index = ir.VectorType(real, count), ir.IntType(64)
    zero = ir.Constant(vector, [0.0] * count)
    fma_type = ir.FunctionType(vector, [vector] * 3)
    suffix = 32 if isinstance(real, ir.FloatType) else 64
    fma = cgutils.get_or_insert_function(builder.module, fma_type, f"llvm.fma.v{count}f{suffix}")

    def at(base, row_stride, r, v):
        offset = builder.add(
            builder.mul(ir.Constant(index, r), row_stride), ir.Constant(index, count * v)
        )
        return builder.gep(base, [offset])

    # the start is read only if there is one: its pointer may be of any array
    entry = builder.block
    with builder.if_then(has_start):
        loaded = [
            [_load(builder, at(start, lds, r, v), vector) for v in range(vectors)]
            for r in range(rows)
        ]
        load_block = builder.block
    first = []
    joined = builder.block
    for r in range(rows):
        row = []
        for v in range(vectors):
            phi = builder.phi(vector)
            phi.add_incoming(zero, entry)
            phi.add_incoming(loaded[r][v], load_block)
            row.append(phi)
        first.append(row)

    loop = builder.function.append_basic_block("tile.loop")
    done = builder.function.append_basic_block("tile.done")
    builder.cbranch(builder.icmp_signed(">", depth, ir.Constant(index, 0)), loop, done)

    builder.position_at_end(loop)
    p = builder.phi(index)
    p.add_incoming(ir.Constant(index, 0), joined)
    sums = [[builder.phi(vector) for _ in range(vectors)] for _ in range(rows)]
    b_row = builder.gep(b, [builder.mul(p, ldb)])
    b_values = [
        _load(builder, builder.gep(b_row, [ir.Constant(index, count * v)]), vector)
        for v in range(vectors)
    ]
    new = []
    for r in range(rows):
        row_number = ir.Constant(index, r)
        if transposed:
            offset = builder.add(builder.mul(p, lda), row_number)
        else:
            offset = builder.add(builder.mul(row_number, lda), p)
        a_value = _splat(builder, builder.load(builder.gep(a, [offset])), vector)
        new.append([builder.call(fma, [a_value, b_values[v], sums[r][v]]) for v in range(vectors)])
    following = builder.add(p, ir.Constant(index, 1))
    p.add_incoming(following, loop)
    for r in range(rows):
        for v in range(vectors):
            sums[r][v].add_incoming(first[r][v], joined)
            sums[r][v].add_incoming(new[r][v], loop)
    builder.cbranch(builder.icmp_signed("<", following, depth), loop, done)

    builder.position_at_end(done)
    results = []
    for r in range(rows):
        for v in range(vectors):
            phi = builder.phi(vector)
            phi.add_incoming(first[r][v], joined)
            phi.add_incoming(new[r][v], loop)
            results.append((r, v, phi))
    for r, v, phi in results:
        _store(builder, phi, at(c, ldc, r, v))
    return context.get_dummy_value()


def _matrix(flat: Any, offset: int, shape: tuple[int, int], strides: tuple[int, int]) -> Any:
    """A matrix inside a flat array, for the plain twins."""
    size = flat.itemsize
    return np.lib.stride_tricks.as_strided(
        flat[offset:], shape, (strides[0] * size, strides[1] * size)
    )


def _plain_tile(rows: int, vectors: int, transposed: bool) -> Callable[..., None]:
    def tile(A, a0, lda, B, b0, ldb, C, c0, ldc, start, s0, lds, depth, has_start):
        columns = vectors * _plain_lanes(C)
        left = _matrix(A, a0, (rows, depth), (1, lda) if transposed else (lda, 1))
        result = left @ _matrix(B, b0, (depth, columns), (ldb, 1))
        if has_start:
            result = result + _matrix(start, s0, (rows, columns), (lds, 1))
        _matrix(C, c0, (rows, columns), (ldc, 1))[:] = result

    return tile


def make_tile(rows: int, vectors: int, transposed: bool) -> Callable[..., None]:
    """Return a tile kernel; `transposed`: A is stored [p, r] (the gradient's X^T D), otherwise [r,
    p].

    Its arguments: A, offset, row stride, the same of B, of C, and of the start (added if
    `has_start`; a row stride of 0 adds one row, the bias, to all), then the depth of the sum and
    `has_start`.
    """
    if PLAIN:
        return _plain_tile(rows, vectors, transposed)

    @intrinsic
    def tile(context, A, a0, lda, B, b0, ldb, C, c0, ldc, start, s0, lds, depth, has_start):
        i = types.int64
        signature = types.void(A, i, i, B, i, i, C, i, i, start, i, i, i, types.boolean)

        def emit(context, builder, signature, args):
            return _emit_tile(context, builder, signature, args, rows, vectors, transposed)

        return signature, emit

    return tile  # type: ignore[no-any-return]


def _plain_transpose_tile(W, w0, ldw, T, t0, ldt):
    _matrix(T, t0, (8, 8), (ldt, 1))[:] = _matrix(W, w0, (8, 8), (ldw, 1)).T


@primitive(_plain_transpose_tile)
def transpose_tile(context, W, w0, ldw, T, t0, ldt):
    """`transpose_tile(W, offset, stride, T, offset, stride)`: T = W^T for 8 x 8 numbers."""
    i = types.int64

    def emit(context, builder, signature, args):
        source, target = (_data(context, builder, signature, args, k) for k in (0, 3))
        vector = ir.VectorType(context.get_value_type(W.dtype), 8)
        index, lane = ir.IntType(64), ir.IntType(32)

        def row(base, stride, r):
            return builder.gep(base, [builder.mul(ir.Constant(index, r), stride)])

        rows = [_load(builder, row(source, args[2], r), vector) for r in range(8)]
        # three rounds swap the off-diagonal blocks of 4 x 4, of 2 x 2, and single numbers
        for block in (4, 2, 1):
            swapped = list(rows)
            for r in (r for r in range(8) if not r & block):
                upper, lower = rows[r], rows[r + block]
                first = [k if not k & block else 8 + (k ^ block) for k in range(8)]
                second = [k | block if not k & block else 8 + k for k in range(8)]
                for at, mask in ((r, first), (r + block, second)):
                    picked = ir.Constant(ir.VectorType(lane, 8), mask)
                    swapped[at] = builder.shuffle_vector(upper, lower, picked)
            rows = swapped
        for r in range(8):
            _store(builder, rows[r], row(target, args[5], r))
        return context.get_dummy_value()

    return types.void(W, i, i, T, i, i), emit
