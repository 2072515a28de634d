"""A browser and an engine for the tests of a module that brings none of its own."""

from collections.abc import Iterator

import pytest

from tests.laboratory.browsing import Browsed, browsed


# longer than a module it must not live: while its loop is there, no other can run
@pytest.fixture(scope="module")
def lab() -> Iterator[Browsed]:
    """A page that is opened, and paused; what failed in it is in `errors`."""
    with browsed(query="&lesson=xor-limit", console=True) as made:
        yield made
