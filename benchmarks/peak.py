"""The share of a core's peak that the matrix kernels reach: python -m benchmarks.peak.

The peak is measured: a loop of independent fused multiply-adds on vector registers, without memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from neurona.compiled.kernel import OPTIONS
from neurona.engine.matmul import product, transposed_product

CHAINS = 16
LANES = 16


@intrinsic
def fma_chains(context, seed, rounds):
    """Run `rounds` rounds of 16 independent fused multiply-adds; returns a number that depends on
    all.
    """

    def emit(context, builder, signature, args):
        vector = ir.VectorType(ir.FloatType(), LANES)
        kind = ir.FunctionType(vector, [vector] * 3)
        fma = cgutils.get_or_insert_function(builder.module, kind, f"llvm.fma.v{LANES}f32")
        one = builder.insert_element(ir.Constant(vector, ir.Undefined), args[0], ir.IntType(32)(0))
        mask = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        factor = builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), mask)
        sums = [cgutils.alloca_once_value(builder, factor) for _ in range(CHAINS)]
        with cgutils.for_range(builder, args[1]):
            for place in sums:
                builder.store(builder.call(fma, [builder.load(place), factor, factor]), place)
        total = builder.load(sums[0])
        for place in sums[1:]:
            total = builder.fadd(total, builder.load(place))
        return builder.extract_element(total, ir.IntType(32)(0))

    return types.float32(types.float32, types.int64), emit


@numba.njit(**OPTIONS)
def run_peak(seed, rounds):
    return fma_chains(seed, rounds)


@numba.njit(**OPTIONS)
def run_forward(A, B, C, rows, depth, columns, times):
    for _ in range(times):
        product(
            A, 0, depth, B, 0, columns, C, 0, columns, rows, depth, columns, B, 0, np.bool_(True)
        )


@numba.njit(**OPTIONS)
def run_gradient(A, D, G, rows, depth, columns, times):
    for _ in range(times):
        transposed_product(
            A, 0, depth, D, 0, columns, G, 0, columns, rows, depth, columns, np.bool_(False)
        )


def best_seconds(work: Callable[[], Any]) -> float:
    work()
    times = []
    for _ in range(15):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> None:
    rounds = 200_000
    seconds = best_seconds(lambda: run_peak(np.float32(0.5), rounds))
    peak = rounds * CHAINS * LANES * 2 / seconds / 1e9
    print(f"\npeak of one core, measured: {peak:.0f} GFLOP/s (float32)")
    print("| product of the 64-128-64-1 x 64 network | GFLOP/s | share of the peak (target 80 %) |")
    print("|---|---|---|")
    random, total = np.random.default_rng(0), [0.0, 0.0]
    for n, m in ((64, 128), (128, 64)):
        A, D = (random.standard_normal(64 * k).astype("f4") for k in (n, m))
        W, C = (np.zeros((n + 1) * m, "f4"), np.zeros(64 * max(n, m), "f4"))
        work = {
            f"forward {n} to {m}": lambda A=A, W=W, C=C, n=n, m=m: run_forward(
                A, W, C, 64, n, m, 200
            ),
            f"gradient {n} x {m}": lambda A=A, D=D, W=W, n=n, m=m: run_gradient(
                A, D, W, 64, n, m, 200
            ),
        }
        for name, run in work.items():
            seconds = best_seconds(run)
            flops = 200 * 64 * n * m * 2
            total[0] += flops
            total[1] += seconds
            speed = flops / seconds / 1e9
            print(f"| {name} | {speed:.0f} | {100 * speed / peak:.0f} % |")
    speed = total[0] / total[1] / 1e9
    print(f"| all | {speed:.0f} | {100 * speed / peak:.0f} % |")


if __name__ == "__main__":
    main()
