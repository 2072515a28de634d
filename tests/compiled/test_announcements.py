"""Whoever listens hears what is about to be compiled, and nothing of what is loaded."""

from __future__ import annotations

import pytest

from neurona.compiled.kernel import PLAIN
from tests.compiled.processes import run_python

pytestmark = pytest.mark.skipif(PLAIN, reason="nothing is compiled")
LISTEN = """
from neurona.compiled.announcements import announced_to, is_compiled
import numpy as np
from neurona.optimizers import Stepper
heard = []
def step():
    Stepper("adam", np.ones(2), 0.1).step([1.0, -1.0])
before = is_compiled(step)
with announced_to(heard.append):
    step()
print(before, is_compiled(step), *(one.name.split(".")[-1] for one in heard))
"""


def test_what_is_compiled_is_announced_and_what_is_loaded_is_not(tmp_path):
    assert run_python("-c", LISTEN, NEURONA_CACHE_DIR=tmp_path) == ["False", "True", "update"]
    assert run_python("-c", LISTEN, NEURONA_CACHE_DIR=tmp_path) == ["True", "True"]


def test_without_a_place_to_keep_it_is_announced_too(tmp_path):
    (tmp_path / "file").write_text("no folder")
    got = run_python("-c", LISTEN, NEURONA_CACHE_DIR=tmp_path / "file" / "cache")
    assert got == ["False", "True", "update"]
