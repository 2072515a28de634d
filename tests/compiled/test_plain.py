"""With NUMBA_DISABLE_JIT=1 the same functions run as Python and come to the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.compiled.kernel import PLAIN
from tests.compiled import everything
from tests.compiled.processes import run_python

pytestmark = pytest.mark.skipif(PLAIN, reason="this process is plain itself")
TOLERANCE = {"float32": 1e-6, "float64": 1e-10}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("plain") / "weights.npz"
    run_python("-m", "tests.compiled.everything", path, NUMBA_DISABLE_JIT=1)
    with np.load(path) as saved:
        return dict(saved)


@pytest.mark.parametrize("dtype", TOLERANCE)
def test_plain_python_trains_the_same_weights(plain, dtype):
    compiled = everything.run(dtype)
    assert {f"{dtype} {name}" for name in compiled} <= set(plain)
    for name, weights in compiled.items():
        expected = plain[f"{dtype} {name}"]
        assert expected.dtype == weights.dtype == dtype
        tolerance = TOLERANCE[dtype]
        np.testing.assert_allclose(weights, expected, rtol=0, atol=tolerance, err_msg=name)
