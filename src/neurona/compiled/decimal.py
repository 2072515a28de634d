"""Decimal numbers to float64, correctly rounded, many times faster than one by one.

    w * 10^q = value    w: up to 19 digits, q: the exponent

Exact in float64 if w < 2^53 and |q| <= 22 (W. D. Clinger, "How to read floating point numbers
accurately", 1990). Else the product of w and a 128-bit power of five, truncated, decides the
rounding in all but a few cases (D. Lemire, "Number parsing at a gigabyte per second", 2021); those,
and whatever has more digits, are left to Python's float.
"""

# mypy: disable-error-code="assignment"

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from neurona.compiled.kernel import entry, inlined

LOWEST, HIGHEST = -290, 290
"""Powers of ten between which no number of 19 digits overflows or is denormal."""
NOT_PLAIN = -1
MAX_SLOW = 4096
SPACE, PLUS, MINUS, NEWLINE, RETURN = 32, 43, 45, 10, 13
ZERO, NINE, CAPITAL_E, SMALL_E = 48, 57, 69, 101
U = np.uint64


@functools.cache
def powers() -> tuple[Any, Any, Any]:
    """Return the upper and lower halves of 5^q as 128-bit mantissas, and 10^0 to 10^22."""
    found = []
    for q in range(LOWEST, HIGHEST + 1):
        if q < 0:
            five = 5**-q
            z = (five - 1).bit_length()
            bits = z + 127 if q >= -27 else 2 * z + 128
            c = 2**bits // five + 1
        else:
            c = 5**q << 128
        found.append(c >> (c.bit_length() - 128))
    upper = np.array([c >> 64 for c in found], np.uint64)
    lower = np.array([c & (2**64 - 1) for c in found], np.uint64)
    return upper, lower, np.array([10.0**q for q in range(23)])


@inlined
def high_product(a, b):
    """Return the upper 64 bits of a product of two 64-bit numbers."""
    half, mask = U(32), U(0xFFFFFFFF)
    a1, a0, b1, b0 = a >> half, a & mask, b >> half, b & mask
    low = a0 * b0
    middle = a1 * b0 + (low >> half)
    other = a0 * b1 + (middle & mask)
    return a1 * b1 + (middle >> half) + (other >> half)


@inlined
def to_bits(w, q, upper, lower):
    """Return the bits of w * 10^q (w > 0), or 0 if they are in doubt."""
    shift = 0
    while w < U(1 << 63):
        w <<= U(1)
        shift += 1
    five = q - LOWEST
    high, low = high_product(w, upper[five]), w * upper[five]
    if high & U(0x1FF) == U(0x1FF):
        more = high_product(w, lower[five])
        low += more
        if low < more:
            high += U(1)
    if low == U(0xFFFFFFFFFFFFFFFF) and (q < -27 or q > 55):
        return U(0)
    top = high >> U(63)
    mantissa = high >> (top + U(9))
    power = ((217706 * q) >> 16) + 63 + np.int64(top) - shift + 1023
    # half way between two numbers: to the even one
    tie = low <= U(1) and -4 <= q <= 23 and mantissa & U(3) == U(1)
    if tie and mantissa << (top + U(9)) == high:
        mantissa &= ~U(1)
    mantissa += mantissa & U(1)
    mantissa >>= U(1)
    if mantissa >= U(1 << 53):
        mantissa = U(1 << 52)
        power += 1
    if power <= 0 or power >= 2047:
        return U(0)
    return (mantissa & U((1 << 52) - 1)) | (U(power) << U(52))


@entry
def parse(text, delimiter, decimal, places, upper, lower, tens, out, bits, slow):
    """Read lines of cells into `out` (rows x columns); `bits` is the same memory as uint64.

    `places[k]` is the column of `out` for the cell k of a line, -1 to skip it. Every line ends with
    a line feed. Cells for Python to read go to `slow`: row, column, first and last byte. Returns
    """Read lines of cells into `out` (rows x columns); `bits` is the same memory as uint64.
    """
    i, size, doubts = 0, text.size, 0
    last = places.size - 1
    for row in range(out.shape[0]):
        for k in range(places.size):
            end = NEWLINE if k == last else delimiter
            column = places[k]
            if column < 0:
                while i < size and text[i] != end:
                    if text[i] == delimiter or text[i] == NEWLINE:
                        return NOT_PLAIN
                    i += 1
                if i == size:
                    return NOT_PLAIN
                i += 1
                continue
            while i < size and text[i] == SPACE:
                i += 1
            if i < size and text[i] == end:
                out[row, column] = np.nan
                i += 1
                continue
            begin = i
            negative = False
            if i < size and (text[i] == MINUS or text[i] == PLUS):
                negative = text[i] == MINUS
                i += 1
            w, digits, any_digit, q = U(0), 0, False, 0
            while i < size and ZERO <= text[i] <= NINE:
                w = w * U(10) + U(text[i] - ZERO)
                digits += digits > 0 or w > U(0)
                any_digit = True
                i += 1
            if i < size and text[i] == decimal:
                i += 1
                while i < size and ZERO <= text[i] <= NINE:
                    w = w * U(10) + U(text[i] - ZERO)
                    digits += digits > 0 or w > U(0)
                    any_digit = True
                    q -= 1
                    i += 1
            if not any_digit:
                return NOT_PLAIN
            if i < size and (text[i] == SMALL_E or text[i] == CAPITAL_E):
                i += 1
                down = False
                if i < size and (text[i] == MINUS or text[i] == PLUS):
                    down = text[i] == MINUS
                    i += 1
                if not (i < size and ZERO <= text[i] <= NINE):
                    return NOT_PLAIN
                power = 0
                while i < size and ZERO <= text[i] <= NINE:
                    power = min(power * 10 + (np.int64(text[i]) - ZERO), 100_000)
                    i += 1
                q += -power if down else power
            stop = i
            while i < size and (text[i] == SPACE or (text[i] == RETURN and k == last)):
                i += 1
            if i == size or text[i] != end:
                return NOT_PLAIN
            i += 1
            found = U(0)
            if digits > 19:
                pass
            elif w < U(1 << 53) and -22 <= q <= 22:
                value = float(np.int64(w))
                value = value * tens[q] if q >= 0 else value / tens[-q]
                out[row, column] = -value if negative else value
                continue
            elif w > U(0) and LOWEST <= q <= HIGHEST:
                found = to_bits(w, q, upper, lower)
            if found > U(0):
                bits[row, column] = found | (U(negative) << U(63))
                continue
            if doubts == slow.shape[0]:
                return NOT_PLAIN
            slow[doubts, 0], slow[doubts, 1] = row, column
            slow[doubts, 2], slow[doubts, 3] = begin, stop
            doubts += 1
    return doubts if i == size else NOT_PLAIN


def numbers(text: bytes, rows: int, delimiter: str, decimal: str, places: Any) -> Any:
    """Return lines of text as a matrix of float64, None if they are not that plain.

    `places` has the matrix's column for each cell of a line, -1 for cells to skip; an empty cell is
    nan.
    """
    out = np.empty((rows, int(places.max()) + 1))
    slow = np.empty((MAX_SLOW, 4), np.int64)
    codes = np.frombuffer(text, np.uint8)
    arguments = (
        codes, ord(delimiter), ord(decimal), places, *powers(), out, out.view(np.uint64), slow
    )  # fmt: skip
    doubts = parse.at(np.float64, *arguments)(*arguments)
    if doubts == NOT_PLAIN:
        return None
    for row, column, begin, stop in slow[:doubts].tolist():
        out[row, column] = float(text[begin:stop].decode().replace(decimal, "."))
    return None if np.isinf(out).any() else out
