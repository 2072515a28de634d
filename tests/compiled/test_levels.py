"""A processor with smaller registers trains the same weights, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.compiled.kernel import PLAIN
from neurona.compiled.level import level
from tests.compiled import everything
from tests.compiled.processes import run_python

pytestmark = [
    pytest.mark.skipif(PLAIN, reason="nothing is compiled"),
    pytest.mark.skipif(level().name != "AVX-512", reason="haswell is no smaller than this one"),
]
NAMES = ("everything",)


def test_smaller_registers_train_the_same_bits(tmp_path):
    """Penalties, dropout and a limit of the gradient's length: whatever adds up numbers."""
    path = tmp_path / "weights.npz"
    run_python(
        *("-m", "tests.compiled.everything", path, *NAMES),
        NUMBA_CPU_NAME="haswell", NUMBA_CPU_FEATURES="",
    )  # fmt: skip
    here = everything.trained("float32", NAMES)
    with np.load(path) as saved:
        assert {f"float32 {name}" for name in here} == set(saved)
        for name, weights in here.items():
            np.testing.assert_array_equal(weights, saved[f"float32 {name}"], err_msg=name)
