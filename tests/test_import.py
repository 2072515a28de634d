"""What `import neurona` brings: the public names, and nothing heavy."""

from __future__ import annotations

import gc
import importlib
import pkgutil
import subprocess
import sys
from importlib.util import find_spec

import pytest

import neurona

MODULES = [m.name for m in pkgutil.walk_packages(neurona.__path__, "neurona.")]
if find_spec("jax") is None:
    MODULES = [name for name in MODULES if not name.startswith("neurona.jax_engine")]


def test_importing_loads_nothing_heavy():
    code = "import neurona, sys; print({'numba', 'sklearn', 'scipy', 'numpy'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"


def test_dir_is_all():
    assert {name for name in dir(neurona) if not name.startswith("__")} == {
        name for name in neurona.__all__ if not name.startswith("__")
    }
    assert neurona.__all__ == sorted(neurona.__all__)


@pytest.mark.parametrize("name", neurona.__all__)
def test_every_public_name_is_there(name):
    value = getattr(neurona, name)
    assert getattr(value, "__name__", name).rpartition(".")[2] == name


@pytest.mark.parametrize("collecting", [True, False])
def test_garbage_is_looked_for_as_before(collecting):
    before = gc.isenabled()
    try:
        (gc.enable if collecting else gc.disable)()
        neurona.__getattr__("History")
        assert gc.isenabled() == collecting
    finally:
        (gc.enable if before else gc.disable)()


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'MLPRegresor'"):
        neurona.MLPRegresor  # noqa: B018


@pytest.mark.parametrize("name", MODULES)
def test_every_all_is_right(name):
    module = importlib.import_module(name)
    public = getattr(module, "__all__", [])
    assert len(set(public)) == len(public)
    assert [one for one in public if not hasattr(module, one)] == []
