"""The three matrix products of a layer, out of register-blocked tiles.

Every element is the same chain of multiply-adds whichever tile computes it.
"""

from __future__ import annotations

import numpy as np

from neurona.compiled.kernel import kernel
from neurona.compiled.simd import lanes, make_product, side, transpose_tile
from neurona.compiled.tile import ROW, TILE_ROWS

multiply = make_product()
multiply_transposed = make_product(transposed=True, least=2)
multiply_column = make_product(transposed=True, given=ROW)


@kernel
def product(A, a0, lda, B, b0, ldb, C, c0, ldc, rows, depth, columns, bias, bias0, has_bias):
    """C[rows, columns] = A[rows, depth] B[depth, columns] (+ bias); columns are whole vectors."""
    multiply(
        A, a0, lda, B, b0, ldb, C, c0, ldc, bias, bias0, np.int64(0), rows, depth, columns, has_bias
    )


@kernel
def transposed_product(A, a0, lda, D, d0, ldd, G, g0, ldg, rows, depth, columns, add):
    """G[depth, columns] = A[rows, depth]^T D[rows, columns], added to G if `add`.

    Walks `depth` in whole eights: A and G are readable and writable that far.
    """
    whole = (depth + TILE_ROWS - 1) // TILE_ROWS * TILE_ROWS
    multiply_transposed(A, a0, lda, D, d0, ldd, G, g0, ldg, G, g0, ldg, whole, rows, columns, add)


@kernel
def transposed_column(A, a0, lda, d, d0, ldd, G, g0, ldg, spare, rows, depth, add):
    """The same for one column d: G[depth, 1] = A[rows, depth]^T d, with vectors along `depth`.

    A padded column would waste all but one lane. `spare` holds `depth` numbers and a vector.
    """
    one, zero, alone = lanes(A), np.int64(0), np.int64(1)
    whole = (depth + one - 1) // one * one
    multiply_column(
        d, d0, ldd, A, a0, lda, spare, zero, whole, spare, zero, zero, alone, rows, whole,
        np.bool_(False),
    )  # fmt: skip
    if add:
        for p in range(depth):
            G[g0 + p * ldg] += spare[p]
    else:
        for p in range(depth):
            G[g0 + p * ldg] = spare[p]


@kernel
def transpose(W, w0, ldw, T, t0, ldt, rows, columns):
    """T[columns, rows] = W[rows, columns]^T, by square tiles, what remains one by one."""
    n = side(W)
    for i in range(0, rows, n):
        whole = columns // n * n if i + n <= rows else 0
        for j in range(0, whole, n):
            transpose_tile(W, w0 + i * ldw + j, ldw, T, t0 + j * ldt + i, ldt)
        for j in range(whole, columns):
            for r in range(i, min(i + n, rows)):
                T[t0 + j * ldt + r] = W[w0 + r * ldw + j]
