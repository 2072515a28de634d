"""A product stands once in a kernel, however often it is used."""

from __future__ import annotations

import re

import numba
import numpy as np
import pytest

from neurona.compiled.compiler import entry_options
from neurona.compiled.kernel import OPTIONS, PLAIN
from neurona.engine.matmul import product

pytestmark = pytest.mark.skipif(PLAIN, reason="nothing is compiled")
FLAT = numba.types.Array(numba.float64, 1, "C")


def cubed(A, B, C):
    """B = A A, C = B A of 8 x 8."""
    one, none = np.int64(8), np.int64(0)
    product(A, none, one, A, none, one, B, none, one, one, one, one, A, none, np.bool_(False))
    product(B, none, one, A, none, one, C, none, one, one, one, one, A, none, np.bool_(False))


def test_it_is_written_once_and_called():
    options = {**OPTIONS, **entry_options()}
    compiled = numba.njit([numba.void(FLAT, FLAT, FLAT)], **options)(cubed)
    (text,) = compiled.inspect_llvm().values()
    written = re.findall(r'^define [^@]*@"(neurona\.product[^"]*)".* (#\d+) ', text, re.M)
    ((name, attributes),) = written
    assert re.search(rf"^attributes {attributes} = .*noinline", text, re.M)
    assert len(re.findall(rf'call void @"{re.escape(name)}"', text)) == 2
    A = np.random.default_rng(0).standard_normal((8, 8))
    B, C = np.empty(64), np.empty(64)
    compiled(A.ravel(), B, C)
    np.testing.assert_allclose(C.reshape(8, 8), A @ A @ A, rtol=1e-12)
