"""Softmax: the one activation in which every unit of the layer depends on all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurona import autodiff
from neurona.compiled.kernel import kernel
from neurona.compiled.scalars import cast, view
from neurona.numerics.activations.base import Activation, activation
from neurona.numerics.elementary import exp


@activation("softmax")
@dataclass(frozen=True)
class Softmax(Activation):
    """exp(z_j) / sum_k exp(z_k) over the units of the layer."""

    low, high, sums_to_one = 0.0, 1.0, True

    @staticmethod
    def apply(z, a, rows, columns, stride, options):
        """Write softmax to a, and again to z: `chain` needs the values."""
        softmax_rows(view(z, rows * stride), view(a, rows * stride), rows, columns, stride)
        z, a = view(z, rows * stride), view(a, rows * stride)
        for i in range(rows * stride):
            z[i] = a[i]

    @staticmethod
    def chain(values, errors, rows, columns, stride):
        """Turn errors e into a * (e - sum_k a_k e_k)."""
        values, errors = view(values, rows * stride), view(errors, rows * stride)
        for i in range(rows):
            a, e = (
                values[i * stride : i * stride + stride],
                errors[i * stride : i * stride + stride],
            )
            mean = cast(0.0, a)
            for j in range(columns):
                mean += a[j] * e[j]
            for j in range(columns):
                e[j] = a[j] * (e[j] - mean)

    def expression(self, z: Any) -> Any:
        """Return the value in the operations of the computation graph."""
        return autodiff.softmax(z, axis=-1)


@kernel
def softmax_rows(z, a, rows, columns, stride):
    """Write softmax of every row of z to a; exp runs over the padded block, where it vectorises."""
    for i in range(rows):
        row, out = z[i * stride : i * stride + stride], a[i * stride : i * stride + stride]
        top = row[0]
        for j in range(1, columns):
            # a nan must win: it marks a divergence
            top = row[j] if row[j] > top or row[j] != row[j] else top
        for j in range(stride):
            out[j] = row[j] - top
    for i in range(a.size):
        a[i] = exp(a[i])
    for i in range(rows):
        out = a[i * stride : i * stride + stride]
        total = cast(0.0, a)
        for j in range(columns):
            total += out[j]
        scale = cast(1.0, a) / total
        for j in range(stride):
            out[j] *= scale
