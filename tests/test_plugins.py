"""What other distributions offer is found by its group, and imported when it is asked for."""

from __future__ import annotations

import sys

import pytest

from neurona.errors import PluginError
from neurona.plugins import outside
from tests.distribution import distribution

GROUP = "neurona.things"
POINTS = {GROUP: {"b": "some_things:second", "a": "some_things:first", "odd": "some_things:none"}}


def test_names_are_found_and_objects_loaded_when_asked_for(tmp_path, monkeypatch):
    source = "first = 'one'\nsecond = 'two'\n"
    monkeypatch.syspath_prepend(distribution(tmp_path, "some_things", source, POINTS))
    found = outside(GROUP)
    assert list(found) == ["a", "b", "odd"]
    assert "some_things" not in sys.modules
    assert (found["a"](), found["b"]()) == ("one", "two")
    assert outside("neurona.nothing") == {}
    with pytest.raises(PluginError, match=r"'odd' of 'some_things' \(neurona.things\) cannot be"):
        found["odd"]()
    del sys.modules["some_things"]


def test_a_module_that_fails_is_said_to_be_another_s(tmp_path, monkeypatch):
    points = {GROUP: {"broken": "broken_things:thing"}}
    source = "raise RuntimeError('no such luck')\n"
    monkeypatch.syspath_prepend(distribution(tmp_path, "broken_things", source, points))
    with pytest.raises(PluginError, match=r"'broken_things'.*: no such luck"):
        outside(GROUP)["broken"]()
