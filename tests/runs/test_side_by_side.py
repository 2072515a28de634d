"""Fits at once: in threads, or in turns; nobody waits for ever."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from neurona.runs.side_by_side import side_by_side


class Turns:
    """Does works one after the other, and fails after so many."""

    alone = nullcontext()

    def __init__(self, most=10):
        self.most = most

    def take_turns(self, works):
        for number, work in enumerate(works):
            if number == self.most:
                raise MemoryError("the device")
            work()


def fails():
    raise ArithmeticError("mine")


@pytest.mark.parametrize("together", [None, Turns()])
def test_an_error_is_that_of_one_work(together):
    with side_by_side([lambda: 1, fails, lambda: 3], 2, together) as futures:
        assert futures[0].result(600) == 1 and futures[2].result(600) == 3
        with pytest.raises(ArithmeticError, match="mine"):
            futures[1].result(600)


def test_an_error_of_the_engine_is_that_of_all_who_are_left():
    with side_by_side([lambda: 1, lambda: 2, lambda: 3], 1, Turns(most=1)) as futures:
        assert futures[0].result(600) == 1
        for one in futures[1:]:
            with pytest.raises(MemoryError, match="the device"):
                one.result(600)
