"""Building blocks are linked as they were written; where Numba is another one, as Numba does it."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from neurona.compiled import compiler
from neurona.compiled.kernel import OPTIONS, PLAIN, kernel

pytestmark = pytest.mark.skipif(
    PLAIN or not compiler.block_options(), reason="nothing is compiled, or as Numba does it"
)

ONE = numba.types.Array(numba.float64, 1, "C")


def horner(x, coefficients):
    result = 0.0
    for i in range(coefficients.size):
        result = result * x + coefficients[i]
    return result


def caller(options):
    """The values of a polynomial, by a block with these options, and the block."""
    block = numba.njit(**OPTIONS, **options)(horner)

    @numba.njit([numba.void(ONE, ONE, ONE)], **OPTIONS)
    def values(x, coefficients, result):
        for i in range(x.size):
            result[i] = block(x[i], coefficients)

    return values, block


def results(options):
    random = np.random.default_rng(0)
    x, coefficients = random.standard_normal(1000), random.standard_normal(7)
    found = np.empty_like(x)
    caller(options)[0](x, coefficients, found)
    np.testing.assert_allclose(found, np.polyval(coefficients, x), rtol=1e-9)
    return found.tobytes()


def test_both_ways_have_the_same_bits():
    assert results(compiler.block_options()) == results({})


@pytest.mark.parametrize("ours", [True, False])
def test_a_block_is_not_assembled(ours):
    """The processor has no such function, where it has one of what Numba compiles as it does."""
    _, block = caller(compiler.block_options() if ours else {})
    (compiled,) = block.overloads.values()
    engine = compiled.library.codegen._engine
    assert engine.is_symbol_defined(compiled.fndesc.llvm_func_name) != ours


def test_a_block_of_the_package_is_one():
    block = kernel(horner)
    assert block.targetoptions["no_cpython_wrapper"]


def test_python_cannot_call_a_block():
    """It is told so instead of running what is not there."""
    block = kernel(horner)
    with pytest.raises(MemoryError):
        block(1.0, np.ones(3))
