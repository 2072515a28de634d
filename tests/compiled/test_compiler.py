"""What is compiled with less work is what Numba compiles; with another Numba, as it does it."""

from __future__ import annotations

import numba
import numpy as np
import pytest
from numba.core.types import Function

from neurona.compiled import compiler, remembered
from neurona.compiled.kernel import OPTIONS, PLAIN, SUMS, kernel
from neurona.compiled.scalars import fma

pytestmark = pytest.mark.skipif(
    PLAIN or not compiler.is_tried(), reason="nothing is compiled, or as Numba does it"
)
ARRAY = numba.types.Array(numba.float64, 1, "C")


def polynomials(x, coefficients, result):
    """Calls of many kinds: operators, items, slices, a tuple, a primitive, a power."""
    for i in range(x.size):
        low, high = min(x[i], 0.0), max(x[i], 0.0)
        total = 0.0
        for c in coefficients[1:]:
            total = fma(total, low + high, c)
        result[i] = total + coefficients[0] * x[i] ** 2
        if not total <= 1e3:
            result[i] -= abs(total) // 3


def bits(options):
    random = np.random.default_rng(0)
    x, coefficients = random.standard_normal(500), random.standard_normal(7)
    result = np.empty_like(x)
    compiled = numba.njit([numba.void(ARRAY, ARRAY, ARRAY)], **OPTIONS, **options)(polynomials)
    compiled(x, coefficients, result)
    expected = np.empty_like(x)
    polynomials.__globals__["fma"], ours = fma.plain, fma
    try:
        polynomials(x, coefficients, expected)
    finally:
        polynomials.__globals__["fma"] = ours
    np.testing.assert_allclose(result, expected, rtol=1e-9)
    return result.tobytes()


@pytest.mark.parametrize("module", [__name__, "neurona.engine.anything"])
def test_both_ways_have_the_same_bits(monkeypatch, module):
    monkeypatch.setattr(polynomials, "__module__", module)
    assert bits(compiler.entry_options()) == bits({})


def test_a_call_is_typed_once(monkeypatch):
    asked = []
    found = Function.get_call_type

    def counted(self, context, args, kws):
        if isinstance(context, remembered._Remembering):  # others ask what has been typed
            asked.append(self)
        return found(self, context, args, kws)

    def compiled():
        del asked[:]

        @numba.njit([numba.float32(numba.float32)], **OPTIONS, **compiler.entry_options())
        def again(x):
            return x * x - x * x + x * x

        return len(asked)

    monkeypatch.setattr(Function, "get_call_type", counted)
    monkeypatch.setattr(remembered, "_ANSWERS", {})
    assert compiled() > 0
    assert compiled() == 0


def test_what_may_be_reordered_is_no_answer_for_what_may_not():
    """max(x, y) was found for strict code, then for sums; strict code gets its own again."""

    def larger(x, y):
        return max(x, y)

    def text(**more):
        options = {**OPTIONS, **compiler.entry_options(), **more}
        found = numba.njit([numba.float64(numba.float64, numba.float64)], **options)(larger)
        (text,) = found.inspect_llvm().values()
        return text

    texts = [text(), text(fastmath=SUMS), text()]
    assert ["reassoc" in one for one in texts] == [False, True, False]


def test_a_block_from_outside_may_be_of_any_kind():
    @kernel
    def doubled(x):
        def twice(y):
            return y + y

        return twice(x)

    @numba.njit([numba.float64(numba.float64)], **OPTIONS, **compiler.entry_options())
    def called(x):
        return doubled(x)

    assert called(1.5) == 3.0


@pytest.mark.parametrize("version", ["0.62.1", "0.69.0", "1.0.0rc1"])
def test_a_numba_that_was_not_tried_compiles_as_it_does(monkeypatch, version):
    monkeypatch.setattr(numba, "__version__", version)
    assert compiler.block_options() == compiler.entry_options() == {}
    assert compiler.member_compiler() is numba.core.compiler.Compiler
