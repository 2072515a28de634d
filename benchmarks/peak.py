"""The share of a core's peak that the matrix kernels reach: python -m benchmarks.peak [dtype].

The peak is measured: independent chains of fused multiply-adds on vector registers, without memory;
the best of several lengths of vector and numbers of chains, since too few chains wait and too many
go through memory. Peak and products take turns, and the best time of each counts. The processor's
level can be forced, with `NUMBA_CPU_NAME=haswell NUMBA_CPU_FEATURES=`.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from benchmarks.cases import CASES
from neurona.compiled.kernel import OPTIONS
from neurona.compiled.level import level
from neurona.compiled.scalars import multiply_add
from neurona.compiled.tile import tile_for
from neurona.engine.matmul import product, transposed_column, transposed_product

ROUNDS = 100_000
TURNS = 12
SHARES = {CASES[2].name: 80, CASES[3].name: 75}
"""Per cent of the peak that are wanted of the products of a training step."""


def peak_loop(chains: int, vector_bytes: int) -> Callable[[Any, int], Any]:
    """Return a loop of `chains` independent multiply-adds of so many bytes, ROUNDS times."""

    @intrinsic
    def run_chains(context, seed, rounds):
        def emit(context, builder, signature, args):
            real, lane = context.get_value_type(seed), ir.IntType(32)
            vector = ir.VectorType(real, vector_bytes * 8 // seed.bitwidth)
            index = ir.IntType(64)
            undefined = ir.Constant(vector, ir.Undefined)
            mask = ir.Constant(ir.VectorType(lane, vector.count), [0] * vector.count)
            single = builder.insert_element(undefined, args[0], lane(0))
            factor = builder.shuffle_vector(single, undefined, mask)
            entry, loop, done = (
                builder.block,
                builder.append_basic_block("loop"),
                builder.append_basic_block("done"),
            )
            builder.branch(loop)
            builder.position_at_end(loop)
            k = builder.phi(index)
            sums = [builder.phi(vector) for _ in range(chains)]
            new = [multiply_add(builder, one, factor, factor) for one in sums]
            following = builder.add(k, index(1))
            k.add_incoming(index(0), entry)
            k.add_incoming(following, loop)
            for one, next_one in zip(sums, new, strict=True):
                one.add_incoming(factor, entry)
                one.add_incoming(next_one, loop)
            builder.cbranch(builder.icmp_signed("<", following, args[1]), loop, done)
            builder.position_at_end(done)
            total = new[0]
            for one in new[1:]:
                total = builder.fadd(total, one)
            return builder.extract_element(total, lane(0))

        return seed(seed, types.int64), emit

    @numba.njit(**OPTIONS)
    def run(seed, rounds):
        return run_chains(seed, rounds)

    return run


@numba.njit(**OPTIONS)
def run_forward(A, B, C, rows, depth, width, biased, times):
    for _ in range(times):
        product(A, 0, depth, B, 0, width, C, 0, width, rows, depth, width, B, 0, biased)


@numba.njit(**OPTIONS)
def run_gradient(A, D, G, rows, depth, width, times):
    for _ in range(times):
        transposed_product(
            A, 0, depth, D, 0, width, G, 0, width, rows, depth, width, np.bool_(False)
        )


@numba.njit(**OPTIONS)
def run_column(A, D, G, spare, rows, depth, width, times):
    for _ in range(times):
        transposed_column(
            A, 0, depth, D, 0, width, G, 0, width, spare, rows, depth, np.bool_(False)
        )


def seconds_of(work: Callable[[], Any]) -> float:
    """Return the seconds that work takes once."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def products(case: Any, dtype: Any) -> dict[str, tuple[float, Callable[[], Any]]]:
    """Return the products of a training step by name, with their multiply-adds and how to run
    them some times.
    """
    random, found = np.random.default_rng(0), {}
    lanes, rows = 64 // dtype.itemsize, case.batch
    for k, (n, m) in enumerate(zip(case.sizes[:-1], case.sizes[1:], strict=True)):
        deep, wide = -(-n // lanes) * lanes, -(-m // lanes) * lanes
        times = max(1, int(2e7 / (rows * n * m)))
        A, D = (random.standard_normal(rows * size).astype(dtype) for size in (deep, wide))
        W, T = (
            random.standard_normal(size).astype(dtype)
            for size in ((n + 8) * wide + lanes, wide * deep + lanes)
        )
        C, spare, yes, no = np.zeros_like(D), np.zeros(deep, dtype), np.bool_(True), np.bool_(False)
        flops, back = 2.0 * rows * n * m * times, np.zeros_like(A)

        def forward(A=A, W=W, C=C, deep=deep, wide=wide, times=times, yes=yes, rows=rows):
            run_forward(A, W, C, rows, deep, wide, yes, times)

        def backward(D=D, T=T, C=back, deep=deep, wide=wide, times=times, no=no, rows=rows):
            run_forward(D, T, C, rows, wide, deep, no, times)

        def gradient(A=A, D=D, W=W, s=spare, deep=deep, wide=wide, times=times, m=m, rows=rows):
            if m == 1:
                run_column(A, D, W, s, rows, deep, wide, times)
            else:
                run_gradient(A, D, W, rows, deep, wide, times)

        found[f"forward {n} to {m}"] = (flops, forward)
        if k:
            found[f"back {m} to {n}"] = (flops, backward)
        found[f"gradient {n} x {m}"] = (flops, gradient)
    return found


def measure_peaks(dtype: Any) -> dict[str, tuple[float, Callable[[], Any]]]:
    """Return loops of several shapes, with the operations of each."""
    found = {}
    for vector_bytes in (16, 32, 64):
        for chains in (8, 10, 12, 14, 24):
            run = peak_loop(chains, vector_bytes)
            flops = 2.0 * ROUNDS * chains * vector_bytes / dtype.itemsize
            found[f"{chains} x {vector_bytes} bytes"] = (
                flops,
                lambda run=run: run(dtype.type(0.5), ROUNDS),
            )
    return found


def main() -> None:
    dtype = np.dtype(sys.argv[1] if len(sys.argv) > 1 else "float32")
    loops = measure_peaks(dtype)
    works = {("", name): work for name, work in loops.items()}
    for case in (CASES[2], CASES[3]):
        works |= {(case.name, name): work for name, work in products(case, dtype).items()}
    times = dict.fromkeys(works, math.inf)
    for _, run in works.values():
        run()
    for _ in range(TURNS):
        for name, (_, run) in works.items():
            times[name] = min(times[name], seconds_of(run))
    speed = {name: works[name][0] / times[name] / 1e9 for name in works}
    best = max(loops, key=lambda name: speed["", name])
    peak = speed["", best]
    tile = tile_for(level())
    print(f"\n{level().name}, {dtype}, tiles of {tile.rows} rows x {tile.width} bytes")
    print(f"peak of one core, measured: {peak:.0f} GFLOP/s ({best})")
    for case, share in SHARES.items():
        own = [name for name in works if name[0] == case]
        print(f"\n| product of {case} | GFLOP/s | share of the peak (target {share} % of all) |")
        print("|---|---|---|")
        for name in own:
            print(f"| {name[1]} | {speed[name]:.0f} | {100 * speed[name] / peak:.0f} % |")
        # by the time that one step takes, however often each was run
        once = sum(2.0 * flops_of(case, name[1]) for name in own)
        seconds = sum(2.0 * flops_of(case, name[1]) / speed[name] / 1e9 for name in own)
        print(f"| all | {once / seconds / 1e9:.0f} | {100 * once / seconds / 1e9 / peak:.0f} % |")


def flops_of(case_name: str, name: str) -> float:
    """Return the multiply-adds of a product by its name."""
    case = next(case for case in CASES if case.name == case_name)
    n, m = (int(word) for word in name.split() if word.isdigit())
    return float(case.batch * n * m)


if __name__ == "__main__":
    main()
