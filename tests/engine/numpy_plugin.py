"""A plugin of pytest under which every test trains and predicts by the slow twin.

`pytest -p tests.engine.numpy_plugin tests/training`
"""

from __future__ import annotations

from neurona.engine.choice import register_engine, using_engine
from tests.engine.numpy_engine import NumpyEngine

register_engine(NumpyEngine())


def pytest_configure(config):
    config.numpy_engine = using_engine(NumpyEngine.name)
    config.numpy_engine.__enter__()


def pytest_unconfigure(config):
    config.numpy_engine.__exit__(None, None, None)
