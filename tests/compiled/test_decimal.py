"""Compiled number parsing gives the very bits of Python's float, or says that it cannot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona.compiled.decimal import numbers

ONE = np.zeros(1, np.int64)
HARD = [
    "9007199254740993", "9007199254740992.5", "0.1", "1e22", "1e23", "8.5e22", "123456789012345678",
    "1.7976931348623157e308", "5e-324", "2.2250738585072014e-308", "2.2250738585072011e-308",
    "1e-400", "0.000", "-0", "-0.0e5", "6.02214076e23", "1.00000000000000011102230246251565",
    "9223372036854775807", "18446744073709551615", "18446744073709551616", "7.2057594037927933e16",
    "4503599627370496.5", "4503599627370497.5", "1e-290", "9999999999999999999e-290", "00012.50",
    "0.00000000000000000000000012345678901234567", ".5", "5.", "+3", " 7 ", "1E5", "1e+05", "1e-05",
]  # fmt: skip


def same(texts):
    found = numbers(("\n".join(texts) + "\n").encode(), len(texts), ",", ".", ONE)
    expected = np.array([[float(text)] for text in texts])
    assert found.tobytes() == expected.tobytes()


def test_hard_numbers():
    same(HARD)
    same([f"-{text.strip('+ ')}" for text in HARD if not text.startswith("-")])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_every_float_comes_back(values):
    same([repr(value) for value in values])
    same([f"{value:.15e}" for value in values if abs(value) < 1e300] or ["1"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**20), st.integers(-320, 280)), min_size=1))
def test_every_decimal_comes_back(pairs):
    same([f"{digits}e{power}" for digits, power in pairs])


def test_many_at_random():
    random = np.random.default_rng(0)
    bits = random.integers(0, 2**64, 60_000, dtype=np.uint64)
    values = bits.view(np.float64)
    texts = [repr(value) for value in values[np.isfinite(values)].tolist()]
    # MAX_SLOW cells at most may be in doubt, so in pieces
    for start in range(0, len(texts), 4000):
        same(texts[start : start + 4000])


@pytest.mark.parametrize(
    "text",
    ["x", "nan", "inf", "1_0", "1e", "1e+", ".", "-", "+-1", "1 2", "0x1", "1,2", "1e999", '"1"',
     "1\r2", "1\t"],
)  # fmt: skip
def test_what_is_no_number_is_refused(text):
    assert numbers(f"1\n{text}\n".encode(), 2, ",", ".", ONE) is None


def test_columns_are_chosen_and_counted():
    places = np.array([1, -1, 0], np.int64)
    text = b"1;x;2,5\r\n3; -;-4 \r\n"
    assert numbers(text, 2, ";", ",", places).tolist() == [[2.5, 1.0], [-4.0, 3.0]]
    empty = numbers(b",1\n 2, \n", 2, ",", ".", np.arange(2))
    assert np.array_equal(empty, [[np.nan, 1], [2, np.nan]], equal_nan=True)
    for wrong in (b"1;x\n2;3;4\n", b"1;x;2;3\n4;5;6\n", b"1;x;2\n", b"1;x;2\n3;4;5\n6;7;8\n"):
        assert numbers(wrong, 2, ";", ",", places) is None
