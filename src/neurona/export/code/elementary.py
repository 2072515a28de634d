"""exp, expm1, log1p and log as statements, to 2 units in the last place, without a library.

exp(x) = 2^n exp(r) with |r| <= ln(2) / 2 (W. J. Cody and W. Waite, Software Manual for the
Elementary Functions, 1980, chapter 6): n is rounded by adding and taking away a number so large
that no fraction stays, and ln 2 is subtracted in two parts, the first of which has zeros to spare.
exp(r) - 1 is 2 r P(r^2) / (Q(r^2) - r P(r^2)) in 64 bits, r + r^2 P(r) in 32, with the coefficients
of S. L. Moshier, Cephes, 1992 (exp.c, expf.c). Powers of two are in tables: no bits are moved.
"""

from __future__ import annotations

import numpy as np

from neurona.export.code.form import (
    Call,
    Let,
    Name,
    Number,
    Routine,
    Statement,
    less,
    number,
    pick,
    place,
    polynomial,
)

LOG2_E = 1.4426950408889634
STEP = {True: 16, False: 32}
MAGIC = {True: 12582912.0, False: 6755399441055744.0}
LN2_HIGH = {True: 0.693359375, False: 0.693145751953125}
LN2_LOW = {True: -2.12194440e-4, False: 1.42860682030941723212e-6}
LOWEST = {True: -87.0, False: -708.0}
HIGHEST = {True: 88.0, False: 709.4}
MINUS_ONE = {True: -20.0, False: -40.0}
"""Here exp(x) - 1 is -1 in so many bits."""
TAIL = (
    *(5.0000001201e-1, 1.6666665459e-1, 4.1665795894e-2),
    *(8.3334519073e-3, 1.3981999507e-3, 1.9875691500e-4),
)
"""(exp(r) - 1 - r) / r^2 in 32 bits."""

z = Name("z")


def reduced(x: Number, single: bool) -> list[Statement]:
    """Return statements that let `n` be the nearest whole number of x / ln 2 and `f` be
    exp(x - n ln 2) - 1.
    """
    r = Name("r")
    magic, n = number(MAGIC[single]), Name("n")
    found: list[Statement] = [
        Let("n", (x * LOG2_E + magic) - magic),
        Let("r", (x - n * LN2_HIGH[single]) - n * LN2_LOW[single]),
    ]
    if single:
        tail = polynomial(r, *TAIL)
        return [*found, Let("f", (tail * r) * r + r)]
    square, above, below = Name("q"), Name("p"), Name("b")
    numerator = polynomial(
        square, 9.99999999999999999910e-1, 3.02994407707441961300e-2, 1.26177193074810590878e-4
    )
    denominator = polynomial(
        square,
        *(2.00000000000000000009e0, 2.27265548208155028766e-1),
        *(2.52448340349684104192e-3, 3.00198505138664455042e-6),
    )
    return [
        *found,
        Let("q", r * r),
        Let("p", numerator * r),
        Let("b", denominator - above),
        Let("f", (above + above) / below),
    ]


def exp(single: bool) -> Routine:
    """Return e to the z: 0 below -708 (32 bits: -87), and no more beyond 709.4 (88)."""
    step, magic = STEP[single], number(MAGIC[single])
    n, f, h = Name("n"), Name("f"), Name("h")
    low, high = LOWEST[single], HIGHEST[single]
    most = round(high * LOG2_E / step)
    least = round(low * LOG2_E / step)
    fine = [2.0**k for k in range(-step // 2, step // 2 + 1)]
    coarse = [2.0 ** (step * k) for k in range(least, most)]
    # the last power would be one too many for the type: its half, and the other half in `fine`
    coarse.append(2.0 ** (step * most - 1))
    body = (
        Let("c", pick(less(low, z), pick(less(z, high), z, high), low)),
        *reduced(Name("c"), single),
        Let("h", (n * (1.0 / step) + magic) - magic),
        Let("g", (n - h * float(step)) + step / 2.0),
        Let("v", (1.0 + f) * place("fine", Name("g"))),
        Let("k", h - float(least)),
        Let("w", Name("v") * place("coarse", Name("k"))),
        Let("d", pick(less(h, float(most)), Name("w"), Name("w") + Name("w"))),
    )
    tables = {"fine": np.array(fine), "coarse": np.array(coarse)}
    return Routine("exp", tables, body, pick(less(z, low), 0.0, Name("d")))


def expm1(single: bool) -> Routine:
    """Return e to the z less 1 for z <= 0, to full relative accuracy."""
    low = MINUS_ONE[single]
    most = round(-low * LOG2_E)
    powers = np.array([2.0**-k for k in range(most, -1, -1)])
    s = Name("s")
    body = (
        Let("c", pick(less(low, z), z, low)),
        *reduced(Name("c"), single),
        Let("g", Name("n") + float(most)),
        Let("s", place("powers", Name("g"))),
    )
    return Routine("expm1", {"powers": powers}, body, s * Name("f") + (s - 1.0))


def log1p(single: bool) -> Routine:
    """Return log(1 + z) for 0 <= z <= 1: 2 atanh(s) with s = z / (2 + z), as its series."""
    s, q = Name("s"), Name("q")
    terms = 9 if single else 18
    tail = polynomial(q, *(1.0 / (2 * k + 1) for k in range(1, terms)))
    body = (Let("s", z / (2.0 + z)), Let("q", s * s))
    return Routine("log1p", {}, body, 2.0 * (s + (s * q) * tail))


TANH = {
    False: (
        (
            1.0,
            0.15252828209686686,
            0.006083492498315878,
            9.777834116401318e-05,
            7.453173781751032e-07,
            2.8575264000880842e-09,
            5.462289371037434e-12,
            4.801170374926486e-15,
            1.5727660737372746e-18,
            9.651913068707791e-23,
            -2.5230724373902386e-27,
        ),
        (
            1.0,
            0.4858616154302002,
            0.034704030975049274,
            0.0008524939104077104,
            9.320342982161902e-06,
            5.0242276620508825e-08,
            1.36710413980601e-10,
            1.800340523152535e-13,
            1.0052425750769459e-16,
            1.6768908223912917e-20,
        ),
        19.1,
    ),
    True: (
        (1.0, 0.13689333212, 0.0038799162082, 2.8227595029e-5, 3.1058014736e-8, -1.2503384526e-11),
        (1.0, 0.47022666485, 0.027288807785, 0.00039585825057, 1.3019980746e-6),
        9.02,
    ),
}
"""tanh(x) / x as a quotient of polynomials of x^2, and beyond which x it is taken at that place:
interpolation at Chebyshev's points, off by at most 3e-17 (32 bits: 3e-9) before rounding.
"""


def tanh_terms(single: bool) -> tuple[tuple[float, ...], tuple[float, ...], float]:
    """Return the coefficients above and below the line, and the largest argument."""
    return TANH[single]


def log(single: bool) -> Routine:
    """Return log(z) for z from 2^-50 to 2^70: halved down to between 1 and 2, then by log1p."""
    m, n = Name("m"), Name("n")
    halvings: list[Statement] = []
    for k in reversed(range(7 if single else 10)):
        factor = 2.0 ** -(2**k)
        small = less(m, 2.0 ** (2**k))
        halvings += [
            Let("n", pick(small, n, n + float(2**k)), True),
            Let("m", pick(small, m, m * factor), True),
        ]
    begun = (Let("m", z * 2.0**50), Let("n", number(-50.0)))
    rest = Let("l", Call("log1p", m - 1.0))
    value = n * LN2_HIGH[single] + (n * LN2_LOW[single] + Name("l"))
    return Routine("log", {}, (*begun, *halvings, rest), value, (log1p(single),))
