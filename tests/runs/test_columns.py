"""Columns between commas, and columns whose names have commas."""

from __future__ import annotations

import pytest

from neurona.runs.columns import chosen


@pytest.mark.parametrize(
    ("words", "present", "names"),
    [
        (["a", "b"], ["a", "b", "c"], ["a", "b"]),
        (["a, b"], ["a", "b", "c"], ["a", "b"]),
        (["a,b"], ["a", "b", "a,b"], ["a,b"]),
        (["a,b", "b", "b"], ["a", "b"], ["a", "b"]),
        ([" a "], ["a", " a "], [" a "]),
        ([",a,,"], ["a"], ["a"]),
        (["x,y"], ["a"], ["x", "y"]),
        ([], ["a"], []),
        (["power"], ["power [kW]", "speed"], ["power [kW]"]),
        (["POWER", "spe"], ["power [kW]", "speed"], ["power [kW]", "speed"]),
        (["power"], ["power", "power [kW]"], ["power"]),
        (["power"], ["power in", "power out"], ["power"]),  # which of them cannot be said
        (["Power"], ["power"], ["power"]),
    ],
)
def test_chosen(words, present, names):
    assert chosen(words, present) == names
