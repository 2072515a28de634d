"""What holds for all tests, and for the examples in documents and docstrings, which are some."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from _pytest.doctest import DoctestItem

from neurona.garbage import no_collection

# modules of engines that need an extra: without it they cannot be imported
EXTRAS = {"jax": "jax_engine", "distributed": "dask_engine"}
collect_ignore_glob = [
    f"src/neurona/{folder}/*" for needed, folder in EXTRAS.items() if not find_spec(needed)
]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Nobody looks for garbage while all tests are found, nor among them while they run: it is a
    fifth of the time of finding them.
    """
    with no_collection():
        found = yield
    gc.freeze()
    return found


@pytest.fixture(autouse=True, scope="session")
def workers_share_the_processors() -> Iterator[None]:
    """BLAS's threads look for work a while after each call: a quarter of the time that networks'
    tests take where workers of pytest-xdist have more of them than there are processors. Tests
    whose point is those threads say how many they want.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        yield
        return
    import scipy.linalg  # noqa: F401 - whose BLAS is another one than NumPy's
    from threadpoolctl import ThreadpoolController

    blas = ThreadpoolController().select(user_api="blas")
    there = [library["num_threads"] for library in blas.info()]
    with blas.limit(limits=max(1, min(there, default=1) // workers)):
        yield


@pytest.fixture(autouse=True, scope="module")
def the_environment_ends_with_a_module() -> Iterator[None]:
    """A cluster on this machine leaves its workers' environment in this process (distributed's
    nanny: OMP_NUM_THREADS=1), and all tests after it would have one thread.
    """
    before = dict(os.environ)
    yield
    for name in set(os.environ) - set(before):
        if name != "PYTEST_CURRENT_TEST":
            del os.environ[name]
    os.environ.update({k: v for k, v in before.items() if k != "PYTEST_CURRENT_TEST"})


@pytest.fixture(autouse=True)
def an_examples_names_end_with_it(request: Any) -> Iterator[None]:
    """What an example registers is known in it alone: tests ask registries for all names."""
    yield
    if not isinstance(request.node, DoctestItem):
        return
    from neurona.registry import Registry

    for registry in Registry._all:  # noqa: SLF001
        classes = registry._classes  # noqa: SLF001
        for name, cls in list(classes.items()):
            if getattr(sys.modules.get(cls.__module__), cls.__name__, None) is not cls:
                del classes[name]
