"""Tiles for every register file: the same bits, and no step of their loops through memory."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from llvmlite import ir

from neurona.compiled import scalars
from neurona.compiled.kernel import OPTIONS, PLAIN
from neurona.compiled.level import Level
from neurona.compiled.simd import make_product
from neurona.compiled.tile import Tile, square_for, tile_for
from tests.compiled.assembly import (
    TARGETS,
    assembled,
    is_multiply_add,
    loops,
    product_text,
    touches_stack,
)

SHAPES = [Tile(8, 128), Tile(6, 64), Tile(6, 32), Tile(4, 64), Tile(2, 128), Tile(1, 64)]
SIZES = [(1, 3, 1), (5, 1, 3), (13, 7, 1), (16, 40, 2), (23, 300, 5), (37, 0, 1), (64, 513, 3)]
"""Rows, depth, and vectors across; the last ones are copied together by panels."""


def test_the_shape_follows_from_the_registers():
    levels = {name: target.level for name, target in TARGETS.items()}
    assert levels["x86-64-v2"] == Level("SSE", 16, 16, False)
    assert levels["haswell"] == levels["znver3"] == Level("AVX2", 32, 16, True)
    assert levels["x86-64-v4"] == Level("AVX-512", 64, 32, True)
    assert levels["apple-m1"] == levels["neoverse-v1"] == Level("NEON", 16, 32, True)
    shapes = {level.name: tile_for(level) for level in levels.values()}
    assert shapes == {
        "SSE": Tile(6, 32), "AVX2": Tile(6, 64), "AVX-512": Tile(8, 128), "NEON": Tile(6, 64)
    }  # fmt: skip
    squares = {
        level.name: (square_for(level, 4), square_for(level, 8)) for level in levels.values()
    }
    assert squares == {"SSE": (4, 4), "AVX2": (8, 4), "AVX-512": (8, 8), "NEON": (8, 4)}


def one_by_one(A, B, start):
    """The product by the chain that is promised: over the depth in order, one fused step each."""
    result = start.copy()
    for p in range(A.shape[1]):
        wide = np.longdouble if A.dtype == np.float64 else np.float64
        step = A[:, p, None].astype(wide) * B[p].astype(wide) + result.astype(wide)
        result = step.astype(A.dtype)
    return result


def compiled(shape, dtype, transposed):
    """A product in this shape, as a function of arrays."""
    array, i = numba.types.Array(numba.from_dtype(np.dtype(dtype)), 1, "C"), numba.types.int64
    multiply = make_product(transposed, given=shape)

    @numba.njit((array, i, array, i, array, i, array, i, i, i, i), **OPTIONS)
    def run(A, lda, B, ldb, C, ldc, S, lds, rows, depth, columns):
        zero = np.int64(0)
        multiply(
            A, zero, lda, B, zero, ldb, C, zero, ldc, S, zero, lds, rows, depth, columns,
            np.bool_(S.size > 0),
        )  # fmt: skip

    return run


@pytest.mark.skipif(PLAIN, reason="nothing is compiled")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("transposed", [False, True])
def test_every_shape_has_the_same_bits(dtype, transposed):
    results = []
    for shape in SHAPES:
        run = compiled(shape, dtype, transposed)
        results.append([])
        for rows, depth, vectors in SIZES:
            columns = vectors * 64 // np.dtype(dtype).itemsize
            random = np.random.default_rng(rows)
            A, B, bias = (
                random.standard_normal(size).astype(dtype)
                for size in ((rows, depth), (depth, columns), columns)
            )
            left = np.ascontiguousarray(A.T if transposed else A)
            for start in (bias, bias[:0]):
                # a stride of its own: what lies beside the result is not touched
                C = np.full((rows, columns + 1), 7, dtype)
                run(
                    left.ravel(), left.shape[1], B.ravel(), columns, C.ravel(), columns + 1,
                    start, 0, rows, depth, columns,
                )  # fmt: skip
                assert (C[:, -1] == 7).all()
                begin = np.broadcast_to(start if start.size else 0 * bias, (rows, columns))
                expected = one_by_one(A, B, begin.astype(dtype))
                np.testing.assert_allclose(C[:, :-1], expected, rtol=1e-5, atol=1e-5)
                results[-1].append(C.tobytes())
    assert all(result == results[0] for result in results)


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("real", [ir.FloatType(), ir.DoubleType()], ids=["float32", "float64"])
@pytest.mark.parametrize("transposed", [False, True])
def test_no_sum_goes_through_the_stack(name, real, transposed, monkeypatch):
    target = TARGETS[name]
    monkeypatch.setattr(scalars, "level", lambda: target.level)
    tile = tile_for(target.level)
    found = [
        loop
        for loop in loops(assembled(target, product_text(real, tile, transposed)))
        if any(map(is_multiply_add, loop))
    ]
    sums = tile.rows * tile.width // target.level.register_bytes
    # the highest tile is among them, whole or unrolled
    assert any(sum(map(is_multiply_add, loop)) % sums == 0 for loop in found)
    assert [line for loop in found for line in loop if touches_stack(line)] == []
    if not target.level.fused:
        assert not any("fmaf" in line or "call" in line for loop in found for line in loop)


def test_a_tile_too_large_is_seen(monkeypatch):
    """What 8 x 2 vectors of 64 bytes, the one tile there was, are on AVX2: most sums wait in
    memory.
    """
    target = TARGETS["x86-64-v3"]
    monkeypatch.setattr(scalars, "level", lambda: target.level)
    text = product_text(ir.FloatType(), Tile(8, 128), False)
    loop = max(loops(assembled(target, text)), key=lambda loop: sum(map(is_multiply_add, loop)))
    assert sum(map(is_multiply_add, loop)) == 32
    assert sum(map(touches_stack, loop)) > 16
