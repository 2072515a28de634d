"""Every public function's docstring has an example (all examples run as doctests)."""

from __future__ import annotations

import importlib
import inspect

import pytest

MODULES = ["neurona", "neurona.neuron", "neurona.datasets", "neurona.reports.plots"]
FUNCTIONS = {
    f"{name}.{each}": getattr(module, each)
    for name in MODULES
    for module in [importlib.import_module(name)]
    for each in module.__all__
    if inspect.isfunction(getattr(module, each))
}


@pytest.mark.parametrize("name", list(FUNCTIONS))
def test_a_public_function_shows_how_it_is_called(name):
    assert ">>>" in (inspect.getdoc(FUNCTIONS[name]) or "")
