"""The share of a core's peak that the matrix kernels reach: python -m benchmarks.peak [dtype].

The peak is measured: independent chains of fused multiply-adds on vector registers, without memory;
the best of several lengths of vector and numbers of chains, since too few chains wait and too many
go through memory. Peak and products take turns, and the best time of each counts. The processor's
level can be forced, with `NUMBA_CPU_NAME=haswell NUMBA_CPU_FEATURES=`.
"""

from __future__ import annotations

import itertools
import math
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from benchmarks.cases import CASES, Case
from neurona.compiled.kernel import OPTIONS
from neurona.compiled.level import level
from neurona.compiled.scalars import multiply_add
from neurona.compiled.tile import tile_for
from neurona.engine.matmul import product, transposed_column, transposed_product

ROUNDS = 100_000
TURNS = 40
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

    return run  # type: ignore[no-any-return]


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


class Work(NamedTuple):
    """Something to run: its floating-point operations, and how many of them a training step has."""

    name: str
    operations: float
    in_a_step: float
    run: Callable[[], Any]


def products(case: Case, dtype: Any) -> list[Work]:
    """Return the products of a training step, each to be run some times at once."""
    random, found = np.random.default_rng(0), []
    lanes, rows = 64 // dtype.itemsize, case.batch

    def numbers(size: int) -> Any:
        return random.standard_normal(size).astype(dtype)

    for k, (n, m) in enumerate(itertools.pairwise(case.sizes)):
        deep, wide = -(-n // lanes) * lanes, -(-m // lanes) * lanes
        times, once = max(1, int(2e7 / (rows * n * m))), 2.0 * rows * n * m
        A, D, C, back = (numbers(rows * size) for size in (deep, wide, wide, deep))
        W, T, spare = (numbers(size + lanes) for size in ((n + 8) * wide, wide * deep, deep))
        calls: dict[str, Callable[[], Any]] = {
            f"forward {n} to {m}": partial(
                run_forward, A, W, C, rows, deep, wide, np.bool_(True), times
            )
        }
        if k:
            calls[f"back {m} to {n}"] = partial(
                run_forward, D, T, back, rows, wide, deep, np.bool_(False), times
            )
        gradient = partial(run_gradient, A, D, W, rows, deep, wide, times)
        if m == 1:
            gradient = partial(run_column, A, D, W, spare, rows, deep, wide, times)
        calls[f"gradient {n} x {m}"] = gradient
        found += [Work(name, once * times, once, run) for name, run in calls.items()]
    return found


def peaks(dtype: Any) -> list[Work]:
    """Return loops of several shapes that do nothing but multiply and add."""
    found = []
    for vector_bytes in (16, 32, 64):
        for chains in (8, 10, 12, 14, 24):
            operations = 2.0 * ROUNDS * chains * vector_bytes / dtype.itemsize
            run = partial(peak_loop(chains, vector_bytes), dtype.type(0.5), ROUNDS)
            found.append(Work(f"{chains} x {vector_bytes} bytes", operations, 0.0, run))
    return found


def main() -> None:
    dtype = np.dtype(sys.argv[1] if len(sys.argv) > 1 else "float32")
    loops = peaks(dtype)
    cases = {case: products(case, dtype) for case in (CASES[2], CASES[3])}
    works = [*loops, *itertools.chain(*cases.values())]
    times = dict.fromkeys(works, math.inf)
    for work in works:
        work.run()
    for _ in range(TURNS):
        for work in works:
            times[work] = min(times[work], seconds_of(work.run))
    speed = {work: work.operations / times[work] / 1e9 for work in works}
    best = max(loops, key=lambda work: speed[work])
    peak, tile = speed[best], tile_for(level())
    print(f"\n{level().name}, {dtype}, tiles of {tile.rows} rows x {tile.width} bytes")
    print(f"peak of one core, measured: {peak:.0f} GFLOP/s ({best.name})")
    for case, own in cases.items():
        share = SHARES[case.name]
        print(
            f"\n| product of {case.name} | GFLOP/s | share of the peak (target {share} % of all) |"
        )
        print("|---|---|---|")
        for work in own:
            print(f"| {work.name} | {speed[work]:.0f} | {100 * speed[work] / peak:.0f} % |")
        seconds = sum(work.in_a_step / speed[work] for work in own)
        whole = sum(work.in_a_step for work in own) / seconds
        print(f"| all | {whole:.0f} | {100 * whole / peak:.0f} % |")


if __name__ == "__main__":
    main()
