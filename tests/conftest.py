"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from _pytest.doctest import DoctestModule

# no test asserts a time: a processor that is shared with others is slow now and then
hypothesis.settings.register_profile("neurona", deadline=None)
hypothesis.settings.load_profile("neurona")


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Iterator[None]:
    """Docstrings of tests have no examples: they are looked for in the package and documents."""
    found: list[Any] = yield
    return [one for one in found if not isinstance(one, DoctestModule)]


def pytest_collection_modifyitems() -> None:
    """Hypothesis makes its source of chance before all that is there is frozen: it asks the garbage
    collector, which does not find what is frozen, who holds it, and warns of nobody.
    """
    hypothesis.find(hypothesis.strategies.none(), lambda _: True)
