"""What holds for the examples in documents and docstrings, which are tests, too."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest
from _pytest.doctest import DoctestItem

# modules of engines that need an extra: without it they cannot be imported
EXTRAS = {"jax": "jax_engine", "distributed": "dask_engine"}
collect_ignore_glob = [
    f"src/neurona/{folder}/*" for needed, folder in EXTRAS.items() if not find_spec(needed)
]


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
