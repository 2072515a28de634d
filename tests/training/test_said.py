"""Everything that a model says has the same bits for any number of threads, whatever was fitted
before in the process.
"""

import json
import os
import subprocess
import sys

import pytest
from threadpoolctl import ThreadpoolController

from tests.training.said import said


def elsewhere(seed: int, threads: int, **environment: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.training.said", str(seed), str(threads)],
        env={**os.environ, **environment}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def usual():
    return said(0, 2)


@pytest.mark.parametrize(("blas", "seed"), [(1, 1), (2, 2), (3, 3)])
def test_same_bits_for_any_number_of_threads_and_in_any_order(blas, seed, usual):
    with ThreadpoolController().limit(limits=blas, user_api="blas"):
        assert said(seed, 1 + seed % 2) == usual


def test_same_bits_in_a_new_process_whose_libraries_have_other_threads(usual):
    one = elsewhere(3, 1, OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", PYTHONHASHSEED="1")
    two = elsewhere(4, 2, OPENBLAS_NUM_THREADS="2", OMP_NUM_THREADS="4", PYTHONHASHSEED="2")
    assert one == two == usual
