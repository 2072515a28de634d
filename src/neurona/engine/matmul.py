"""The three matrix products of a layer, out of register-blocked tiles.

Columns are walked two vectors at a time, rows eight at a time; what remains takes the smaller
tiles. Every element is the same fused multiply-add chain whichever tile computes it.
"""

from __future__ import annotations

import numpy as np

from neurona.compiled.kernel import kernel
from neurona.compiled.simd import lanes, make_tile, transpose_tile

plain_8x2, plain_8x1 = make_tile(8, 2, False), make_tile(8, 1, False)
plain_1x2, plain_1x1 = make_tile(1, 2, False), make_tile(1, 1, False)
transposed_8x2, transposed_8x1 = make_tile(8, 2, True), make_tile(8, 1, True)
transposed_1x1 = make_tile(1, 1, True)


@kernel
def product(A, a0, lda, B, b0, ldb, C, c0, ldc, rows, depth, columns, bias, bias0, has_bias):
    """C[rows, columns] = A[rows, depth] B[depth, columns] (+ bias); columns are whole vectors."""
    one, j = lanes(B), 0
    while j < columns:
        i = 0
        if columns - j >= 2 * one:
            while i + 8 <= rows:
                plain_8x2(
                    A, a0 + i * lda, lda, B, b0 + j, ldb, C, c0 + i * ldc + j, ldc,
                    bias, bias0 + j, 0, depth, has_bias,
                )  # fmt: skip
                i += 8
            while i < rows:
                plain_1x2(
                    A, a0 + i * lda, lda, B, b0 + j, ldb, C, c0 + i * ldc + j, ldc,
                    bias, bias0 + j, 0, depth, has_bias,
                )  # fmt: skip
                i += 1
            j += 2 * one
        else:
            while i + 8 <= rows:
                plain_8x1(
                    A, a0 + i * lda, lda, B, b0 + j, ldb, C, c0 + i * ldc + j, ldc,
                    bias, bias0 + j, 0, depth, has_bias,
                )  # fmt: skip
                i += 8
            while i < rows:
                plain_1x1(
                    A, a0 + i * lda, lda, B, b0 + j, ldb, C, c0 + i * ldc + j, ldc,
                    bias, bias0 + j, 0, depth, has_bias,
                )  # fmt: skip
                i += 1
            j += one


@kernel
def transposed_product(A, a0, lda, D, d0, ldd, G, g0, ldg, rows, depth, columns, add):
    """G[depth, columns] = A[rows, depth]^T D[rows, columns], added to G if `add`.

    Walks `depth` in whole tiles of eight: A and G are readable and writable that far.
    """
    one, j = lanes(D), 0
    while j < columns:
        if columns - j >= 2 * one:
            for p in range(0, depth, 8):
                g = g0 + p * ldg + j
                transposed_8x2(A, a0 + p, lda, D, d0 + j, ldd, G, g, ldg, G, g, ldg, rows, add)
            j += 2 * one
        else:
            for p in range(0, depth, 8):
                g = g0 + p * ldg + j
                transposed_8x1(A, a0 + p, lda, D, d0 + j, ldd, G, g, ldg, G, g, ldg, rows, add)
            j += one


@kernel
def transposed_column(A, a0, lda, d, d0, ldd, G, g0, ldg, spare, rows, depth, add):
    """The same for one column d: G[depth, 1] = A[rows, depth]^T d, with vectors along `depth`.

    A padded column would waste all but one lane. `spare` holds `depth` numbers and a vector.
    """
    one = lanes(A)
    for p in range(0, depth, one):
        transposed_1x1(
            d, d0, ldd, A, a0 + p, lda, spare, p, one, spare, p, np.int64(0), rows, np.bool_(False)
        )
    if add:
        for p in range(depth):
            G[g0 + p * ldg] += spare[p]
    else:
        for p in range(depth):
            G[g0 + p * ldg] = spare[p]


@kernel
def sum_rows(D, d0, ldd, G, g0, rows, columns, add):
    """G[columns] = sum over the rows of D, in order, added to G if `add`: the gradient of the
    biases.
    """
    total = G[g0 : g0 + columns]
    if not add:
        total[:] = 0
    for i in range(rows):
        row = D[d0 + i * ldd : d0 + i * ldd + columns]
        for j in range(columns):
            total[j] += row[j]


@kernel
def transpose(W, w0, ldw, T, t0, ldt, rows, columns):
    """T[columns, rows] = W[rows, columns]^T, by tiles of 8 x 8, what remains one by one."""
    for i in range(0, rows, 8):
        whole = columns // 8 * 8 if i + 8 <= rows else 0
        for j in range(0, whole, 8):
            transpose_tile(W, w0 + i * ldw + j, ldw, T, t0 + j * ldt + i, ldt)
        for j in range(whole, columns):
            for r in range(i, min(i + 8, rows)):
                T[t0 + j * ldt + r] = W[w0 + r * ldw + j]
