"""A plugin of pytest under which every test trains and predicts by the slow twin.

`pytest -p tests.engine.numpy_plugin tests/training`
"""

from __future__ import annotations

from collections import Counter

from neurona.engine.choice import register_engine, using_engine
from tests.engine.numpy_engine import NumpyEngine

EVERY = 5
"""Of one test's many cases every fifth runs: that each optimizer trains to the same numbers is
tested by itself; here it is the seam."""

register_engine(NumpyEngine())


def pytest_configure(config):
    config.numpy_engine = using_engine(NumpyEngine.name)
    config.numpy_engine.__enter__()


def pytest_collection_modifyitems(items):
    seen: Counter[str] = Counter()
    kept = []
    for item in items:
        name = f"{item.path}::{getattr(item, 'originalname', item.name)}"
        if seen[name] % EVERY == 0:
            kept.append(item)
        seen[name] += 1
    items[:] = kept


def pytest_unconfigure(config):
    config.numpy_engine.__exit__(None, None, None)
