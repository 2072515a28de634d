"""Items and slices are read where they stand; what Python hands over is looked at once."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from neurona.compiled import compiler
from neurona.compiled.kernel import OPTIONS, PLAIN

pytestmark = pytest.mark.skipif(
    PLAIN or not compiler.is_tried(), reason="nothing is compiled, or as Numba does it"
)
LINE, TABLE = (numba.types.Array(numba.float32, axes, "C") for axes in (1, 2))
BITS = numba.types.Array(numba.boolean, 1, "C")
INSIDE = "neurona.engine.anything"


def places(line, table, result, at, given):
    """Items by all kinds of places, read and written; slices inside, to the end and past it."""
    result[0] = line[at] + table[at, 1] + table[given] + line[np.uint8(2)]
    table[at, 0] = at
    result[1] = line[-1] + table[-1, -2]
    part = line[at:]
    result[2], result[3] = part[0], part.size
    past, none = line[at : line.size + 5], line[at + 3 : at]
    result[4], result[5], result[6] = past.size, none.size, past[past.size - 1]
    past[1] = 7
    result[7], result[8] = line[at + 1], line[:at].size


def compiled(function, module, *kinds):
    function.__module__, own = module, function.__module__
    try:
        return numba.njit([numba.void(*kinds)], **OPTIONS, **compiler.entry_options())(function)
    finally:
        function.__module__ = own


def outcome(function):
    line, table = np.arange(1, 7, dtype=np.float32), np.arange(12, dtype=np.float32).reshape(4, 3)
    result = np.zeros(9, np.float32)
    function(line, table, result, 2, (1, 2))
    return [line.tolist(), table.tolist(), result.tolist()]


@pytest.mark.parametrize("module", [__name__, INSIDE])
def test_places_are_those_of_python(module):
    kinds = LINE, TABLE, LINE, numba.int64, numba.types.UniTuple(numba.int64, 2)
    # a plain tuple is nothing that an entry takes: Numba's own wrapper reads it
    assert outcome(compiled(places, module, *kinds)) == outcome(places)


def wrapped(line, at):
    line[at] = 1


def test_only_functions_of_the_package_do_without_places_from_the_end():
    line = np.zeros(4, np.float32)
    compiled(wrapped, __name__, LINE, numba.int64)(line, -1)
    assert line.tolist() == [0, 0, 0, 1]
    text = {
        module: str(compiled(wrapped, module, LINE, numba.int64).inspect_llvm())
        for module in (__name__, INSIDE)
    }
    assert ["select" in text[module] for module in (__name__, INSIDE)] == [True, False]


def flip(bits, at):
    bits[at] = not bits[at]


def test_truth_values_are_left_to_numba():
    bits = np.array([True, False])
    compiled(flip, INSIDE, BITS, numba.int64)(bits, 1)
    assert bits.tolist() == [True, True]


def add(line, numbers, size, factor, asked):
    for i in range(size):
        line[i] += factor * numbers.first[i] if asked else numbers.second[i]
    return size


def native():
    """An entry's own function, without Numba's look at types before it."""
    from typing import NamedTuple

    class Numbers(NamedTuple):
        first: np.ndarray
        second: np.ndarray

    kinds = LINE, numba.types.NamedTuple([LINE, LINE], Numbers)
    signature = (*kinds, numba.int64, numba.float64, numba.boolean)
    add.__module__, own = INSIDE, add.__module__
    try:
        made = numba.njit(**OPTIONS, **compiler.entry_options())(add)
        made.compile(signature)
    finally:
        add.__module__ = own
    return made.overloads[signature].entry_point, Numbers


def test_what_is_handed_over_arrives():
    function, numbers_of = native()
    line = np.zeros(3, np.float32)
    numbers = numbers_of(np.ones(3, np.float32), np.full(3, 2, np.float32))
    assert function(line, numbers, 2, 1.5, True) == 2
    assert line.tolist() == [1.5, 1.5, 0]
    # what is no float, and no int, of Python's
    assert function(line, numbers, np.int64(3), 2, False) == 3
    assert line.tolist() == [3.5, 3.5, 2]
    shown = line.view()
    shown.flags.writeable = False
    assert function(shown, numbers, 0, np.float32(1), True) == 0


def test_what_is_something_else_is_refused():
    function, numbers_of = native()
    line = np.zeros(3, np.float32)
    numbers = numbers_of(line, line)
    right = line, numbers, 1, 1.0, True
    for k, wrong in enumerate([[0.0], (line,), "1", "one", "yes"]):
        arguments = [*right[:k], wrong, *right[k + 1 :]]
        with pytest.raises((TypeError, IndexError)):
            function(*arguments)
    for fewer in (right[:4], (*right, 1)):
        with pytest.raises(TypeError, match="arguments of other types"):
            function(*fewer)
    with pytest.raises(TypeError):
        function(line.astype(np.float64), *right[1:])
    with pytest.raises(TypeError):
        function(line, numbers_of(line, None), *right[2:])
    assert line.tolist() == [0, 0, 0]
