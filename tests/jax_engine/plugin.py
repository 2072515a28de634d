"""A plugin of pytest under which every test trains by JAX, on the processor.

`pytest -p tests.jax_engine.plugin tests/training`
"""

from __future__ import annotations

from neurona.engine.choice import ENGINES, using_engine


def pytest_configure(config):
    from neurona.jax_engine.engine import JaxEngine

    ENGINES["jax"] = JaxEngine("cpu")
    config.jax_engine = using_engine("jax")
    config.jax_engine.__enter__()


def pytest_unconfigure(config):
    config.jax_engine.__exit__(None, None, None)
