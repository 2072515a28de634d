"""What several tests of the engine on JAX are spared."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def compiled_quickly():
    """Programs are compiled in less time, and are not made fast: for tests of who trains with whom,
    and when. Numbers of programs as a person gets them are compared in `test_equal.py`.
    """
    jax = pytest.importorskip("jax", reason="the engine needs JAX: pip install 'neurona[jax]'")
    before = jax.config.read("jax_disable_most_optimizations")
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", before)
