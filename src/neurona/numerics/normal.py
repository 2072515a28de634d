"""The tail of the normal distribution in plain arithmetic, for gelu.

For x >= 0 the upper tail is Q(x) = exp(-x^2/2) R(x) with Mills' ratio R. (x + 2) R(x) is smooth and
bounded in t = (x - 5) / (x + 5), so one polynomial in t serves all of [0, inf): the Chebyshev
series of degree 24 (11 for float32) in powers of t. The form follows M. M. Shepherd and J. G.
Laframboise, Mathematics of Computation 36 (1981); the coefficients were computed at 40 digits and a
test computes the function again.
"""

from __future__ import annotations

import math
from typing import Any

from neurona.compiled.kernel import inlined
from neurona.compiled.scalars import cast, fma, polynomial
from neurona.numerics.elementary import exp

# fmt: off
SINGLE = [
    0.538435137, -0.235009853, 0.147099018, -0.0708810742,
    0.0214561944, 0.0011193936, -0.00618699059, 0.00415607412,
    -0.00144154919, 0.000119557718, 0.000109333245, -3.29591934e-05,
]
DOUBLE = [
    0.53843513482504413, -0.23500983709802101, 0.1470991803119662, -0.070881524878898317,
    0.021454309317899371, 0.0011230627559910839, -0.0061790448526046985, 0.004143156311093312,
    -0.0014565216006275042, 0.00014206844015032899, 0.00012190662798366853, -5.2646267817009113e-05,
    -3.2515580589487854e-06, 7.7897088885860555e-06, -7.4569655748796141e-07,
    -1.0639721284837856e-06,
    2.0541311915763397e-07, 1.5685143477225743e-07, -3.7756110215443657e-08,
    -2.4949223696949607e-08,
    5.8266240268074247e-09, 3.6187131439502967e-09, -7.0795011045130302e-10,
    -3.1946638696127001e-10,
    4.9988818217029875e-11,
]
# fmt: on
mills = polynomial(SINGLE, DOUBLE)
largest = polynomial([15.0], [40.0])


@inlined
def normal_tail(x: Any) -> Any:
    """Return (Q(x), phi(x)) for x >= 0: the probability above x, and the density."""
    x = largest(x) if x > largest(x) else x
    half, one = cast(0.5, x), cast(1.0, x)
    square = x * x
    rest = fma(x, x, -square)
    bell = exp(-half * square) * (one - half * rest)
    five, two = cast(5.0, x), cast(2.0, x)
    ratio = mills((x - five) / (x + five)) / (x + two)
    return bell * ratio, bell * cast(1 / math.sqrt(2 * math.pi), x)
