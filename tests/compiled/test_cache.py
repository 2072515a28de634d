"""Compiled code is kept between processes, and never stale.

These tests use the cache folder of whoever runs them, so a warm one makes them quick.
"""

from __future__ import annotations

import shutil

import pytest

from neurona.compiled import cache
from neurona.compiled.kernel import PLAIN
from tests.compiled.processes import SOURCES, run_python

pytestmark = pytest.mark.skipif(PLAIN, reason="nothing is compiled")
JOB = ("-m", "tests.compiled.small_training")


def compiled(job, **where):
    """How many functions a process with this job had to compile."""
    return int(run_python(*JOB, job, **where)[-1])


@pytest.fixture
def copied(tmp_path):
    """A copy of the package, and the name of its cache folder as another process sees it."""
    shutil.copytree(SOURCES / "neurona", tmp_path / "neurona")

    def key():
        code = "import neurona.compiled.cache as c; print(c.key(), c.__file__)"
        name, path = run_python("-c", code, sources=tmp_path)
        assert path.startswith(str(tmp_path))
        return name

    return tmp_path, key


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A cache that holds one function."""
    folder = tmp_path_factory.mktemp("filled")
    assert compiled("step", NEURONA_CACHE_DIR=folder) == 1
    return folder


@pytest.mark.parametrize("job", ["fit", "solve"])
def test_the_second_process_compiles_nothing(job):
    compiled(job)
    assert compiled(job) == 0


def test_a_new_combination_compiles_nothing():
    first, after = run_python(*JOB, "combinations")
    assert first == after


def test_a_fresh_folder_is_filled_once(filled):
    assert {path.name for path in filled.iterdir()} == {cache.key()}
    assert compiled("step", NEURONA_CACHE_DIR=filled) == 0


def test_the_process_that_compiles_gets_the_bits_of_those_that_load(tmp_path):
    code = "from tests.training.bits import hash_of; print(hash_of('dropout', 'float32', 1))"
    compiling, loading = (run_python("-c", code, NEURONA_CACHE_DIR=tmp_path) for _ in range(2))
    assert compiling == loading


def test_an_edited_source_is_compiled_anew(copied):
    folder, key = copied
    assert key() == cache.key()
    with open(folder / "neurona" / "numerics" / "elementary.py", "a") as file:
        file.write("# a remark\n")
    edited = key()
    assert edited != cache.key()
    variables = {"sources": folder, "NEURONA_CACHE_DIR": folder / "cache"}
    assert compiled("step", **variables) == 1
    assert [path.name for path in (folder / "cache").iterdir()] == [edited]
    with open(folder / "neurona" / "estimators" / "mlp" / "base.py", "a") as file:
        file.write("# the estimators are not compiled\n")
    assert key() == edited


USERS_ACTIVATION = """
import numpy as np
from dataclasses import dataclass
from neurona.compiled import kernel
from neurona.numerics.activations import Activation, activation
from tests.numerics.oracles import apply

@activation("bent")
@dataclass(frozen=True)
class Bent(Activation):
    bend: float = 0.5

    @staticmethod
    def formula(z, options):
        return {formula}, options[0]

values, slopes = apply(Bent(), np.array([3.0]))
print(values[0], slopes[0], kernel.compilations)
"""


def test_a_users_activation_is_kept_until_its_file_changes(tmp_path):
    def run(name, formula):
        (tmp_path / name).write_text(USERS_ACTIVATION.format(formula=formula))
        return run_python(tmp_path / name, NEURONA_CACHE_DIR=tmp_path / "cache")

    assert run("users.py", "z * z") == ["9.0", "0.5", "1"]
    assert run("users.py", "z * z") == ["9.0", "0.5", "0"]
    assert run("users.py", "z + z") == ["6.0", "0.5", "1"]
    assert run("another.py", "z - z") == ["0.0", "0.5", "1"]
    assert run("users.py", "z + z") == ["6.0", "0.5", "0"]


def test_what_was_typed_at_a_prompt_is_not_kept(tmp_path):
    for formula, value in [("z * z", "9.0"), ("z + z", "6.0")]:
        code = USERS_ACTIVATION.format(formula=formula)
        got = run_python("-c", code, NEURONA_CACHE_DIR=tmp_path)
        assert got == [value, "0.5", "1"]


def test_a_folder_that_cannot_be_written_is_only_slow(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    for _ in range(2):
        assert compiled("step", NEURONA_CACHE_DIR=tmp_path / "file" / "cache") == 1


@pytest.mark.parametrize(("ending", "damage"), [(".nbi", 20), (".nbc", 0), (".nbc", 200)])
def test_a_damaged_file_is_only_slow(tmp_path, filled, ending, damage):
    folder = shutil.copytree(filled, tmp_path / "cache")
    (path,) = folder.rglob(f"*{ending}")
    path.write_bytes(path.read_bytes()[:damage])
    assert compiled("step", NEURONA_CACHE_DIR=folder) == 1
    assert compiled("step", NEURONA_CACHE_DIR=folder) == 0


def test_every_numerical_source_counts():
    """What compiled code can reach lies in the folders that the key covers."""
    outside = [
        path.relative_to(SOURCES / "neurona").as_posix()
        for path in (SOURCES / "neurona").rglob("*.py")
        if not set(path.relative_to(SOURCES / "neurona").parts) & set(cache.NUMERICAL)
        and any(word in path.read_text() for word in ("@kernel", "@entry", "@sum_kernel", "njit"))
    ]
    assert outside == []


def test_what_is_stored_is_loaded_without_all_of_numba(tmp_path):
    """Numba's own loading has every type that it knows made ready first: 0.2 s of a process."""
    code = (
        "import sys; from tests.compiled.small_training import step; step();"
        "from neurona.compiled import kernel;"
        "print(kernel.compilations, 'numba.cpython.setobj' in sys.modules)"
    )
    first, second = (run_python("-c", code, NEURONA_CACHE_DIR=tmp_path) for _ in range(2))
    assert first == ["1", "True"]
    assert second == ["0", "False"]
