"""exp, expm1, log and friends in plain arithmetic, so that the loops around them vectorise.

A call into the C library stops LLVM's vectoriser; these are straight-line arithmetic with `fma` and
bit moves. The coefficients are those of the textbook series, long enough for the type:
exp(r) = sum r^k / k! for |r| <= ln(2) / 2, after taking out a power of two (W. J. Cody and W.
Waite, Software Manual for the Elementary Functions, 1980, chapter 6), and log(m) = 2 atanh(s) =
2 sum s^(2k+1) / (2k+1) with s = (m - 1) / (m + 1). Results are
within 2 units in the last place, subnormal results included; nan stays nan.
"""

from __future__ import annotations

import math
from typing import Any

from neurona.compiled.kernel import inlined
from neurona.compiled.scalars import MAGIC, cast, fma, mantissa_and_exponent, polynomial, scale

# numbers that differ by type: constant(x) has the type of x
low = polynomial([-110.0], [-760.0])
high = polynomial([95.0], [720.0])
magic = polynomial([MAGIC[0]], [MAGIC[1]])
ln2_high = polynomial([0.693147182464599609375], [math.log(2)])
ln2_low = polynomial([-1.90465429995776804525e-09], [2.3190468138462996e-17])

# exp(r) = 1 + r + r^2 tail(r)
exp_tail = polynomial(
    [1 / math.factorial(k) for k in range(2, 9)], [1 / math.factorial(k) for k in range(2, 15)]
)
# atanh(s) = s + s^3 tail(s^2), for s in [0, 1/3] (log1p) and for |s| < 0.1716 (log)
atanh_tail_wide = polynomial(
    [1 / (2 * k + 1) for k in range(1, 9)], [1 / (2 * k + 1) for k in range(1, 18)]
)
atanh_tail = polynomial(
    [1 / (2 * k + 1) for k in range(1, 6)], [1 / (2 * k + 1) for k in range(1, 12)]
)


@inlined
def reduced(x: Any) -> Any:
    """Return (exp(r) - 1, MAGIC + n) with x = n ln 2 + r: the argument reduction shared by exp and
    expm1.
    """
    x = low(x) if x < low(x) else x
    x = high(x) if x > high(x) else x
    shifted = fma(x, cast(1 / math.log(2), x), magic(x))
    n = shifted - magic(x)
    r = fma(-n, ln2_low(x), fma(-n, ln2_high(x), x))
    return fma(r * r, exp_tail(r), r), shifted


@inlined
def exp(x: Any) -> Any:
    """e to the x."""
    fraction, shifted = reduced(x)
    return scale(cast(1.0, x) + fraction, shifted)


@inlined
def exp_and_expm1(x: Any) -> Any:
    """(exp(x), exp(x) - 1) for x <= 0, both to full relative accuracy."""
    fraction, shifted = reduced(x)
    one = cast(1.0, x)
    power = scale(one, shifted)
    return scale(one + fraction, shifted), fma(power, fraction, power - one)


@inlined
def log1p(x: Any) -> Any:
    """log(1 + x) for 0 <= x <= 1."""
    s = x / (cast(2.0, x) + x)
    return cast(2.0, x) * fma(s * s * s, atanh_tail_wide(s * s), s)


@inlined
def log(x: Any) -> Any:
    """Natural logarithm of a positive normal number."""
    m, e = mantissa_and_exponent(x)
    one = cast(1.0, x)
    s = (m - one) / (m + one)
    small = fma(s * s * s, atanh_tail(s * s), s)
    return fma(e, ln2_high(x), fma(e, ln2_low(x), cast(2.0, x) * small))
