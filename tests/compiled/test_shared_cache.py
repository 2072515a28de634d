"""One cache for many: processes at once, other processors, no home, Ctrl-C in a compile."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import pytest

from neurona.compiled.kernel import PLAIN
from neurona.compiled.turn import Turn
from tests.compiled.processes import ROOT, SOURCES, run_python
from tests.signals import hear

pytestmark = pytest.mark.skipif(PLAIN, reason="nothing is compiled")
JOB = ("-m", "tests.compiled.small_training", "step")

BOTH_TYPES = """
import sys, numpy as np
from neurona.compiled import kernel
from neurona.optimizers import Stepper
for dtype in sys.argv[1:]:
    weights = np.ones(3, dtype)
    Stepper("adam", weights, 0.1).step(np.array([1, -1, 0], dtype))
    print(weights.tobytes().hex())
print(kernel.compilations)
"""


def start(cache, *arguments, **variables):
    environment = {
        **os.environ, "PYTHONPATH": os.pathsep.join(map(str, (SOURCES, ROOT))),
        "NEURONA_CACHE_DIR": str(cache), **variables,
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-W", "error", *map(str, arguments)],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=hear,
    )  # fmt: skip


def test_processes_that_compile_at_once(tmp_path):
    """The same function for two types, in both orders: neither takes the other's code."""
    orders = (("float32", "float64"), ("float64", "float32")) * 2
    started = [start(tmp_path, "-c", BOTH_TYPES, *order) for order in orders]
    said = [process.communicate(timeout=300) for process in started]
    assert [process.returncode for process in started] == [0] * 4, said
    results = [out.split()[:2][:: 1 if k % 2 == 0 else -1] for k, (out, _) in enumerate(said)]
    assert all(result == results[0] for result in results)
    assert not list(tmp_path.rglob("*.tmp.*"))
    # each was compiled by one of the four, for whom the others waited
    assert sum(int(out.split()[-1]) for out, _ in said) == 2


def test_who_waits_long_compiles_too(tmp_path):
    one, two = (Turn(tmp_path / "f.lock") for _ in range(2))
    assert one.take() and not two.take(patience=0.0)
    one.give()
    assert two.take(patience=0.0)
    two.give()
    assert not Turn(tmp_path / "f.lock" / "f.lock").take()  # where there is no place for it


def test_numbers_of_files_are_no_ones(tmp_path, monkeypatch):
    """Two writers that have read the same index keep two files, and both can be read."""
    from neurona.compiled.cache import _Files

    one, two = (_Files(str(tmp_path), "f", "stamp") for _ in range(2))
    index = one._load_index()
    for files in (one, two):
        monkeypatch.setattr(files, "_load_index", lambda index=index: dict(index))
    one.save("float32", "code for float32")
    two.save("float64", "code for float64")
    monkeypatch.undo()
    # the index knows the last writer's; it never takes the one for the other
    assert one.load("float64") == "code for float64" and one.load("float32") is None
    one.save("float32", "code for float32")
    assert [two.load(key) for key in ("float32", "float64")] == [
        "code for float32", "code for float64",
    ]  # fmt: skip


def test_a_cache_of_another_processor_is_not_taken(tmp_path):
    def compiled(**variables):
        return run_python(*JOB, NEURONA_CACHE_DIR=tmp_path, **variables)[-1]

    processors = (
        {"NUMBA_CPU_NAME": "haswell"},
        {"NUMBA_CPU_NAME": "nehalem", "NUMBA_CPU_FEATURES": ""},
        {},
    )
    assert [compiled(**one) for one in processors] == ["1", "1", "1"]
    assert [compiled(**one) for one in processors[::2]] == ["0", "0"]


USE = """
import neurona, numpy as np, warnings
warnings.simplefilter("ignore")
X = np.arange(20.0).reshape(-1, 1)
model = neurona.Perceptron(max_iter=2, random_state=0).fit(X, X[:, 0] > 9)
print(model.predict(X[:2]))
"""

STEP = """
import neurona
from neurona.compiled import kernel
from neurona.optimizers import Stepper
import numpy as np
Stepper("adam", np.ones(3), 0.1).step([1.0, -1.0, 0.0])
print(kernel.compilations)
"""


@pytest.mark.parametrize("home", ["read-only", "none", "a file", "not there"])
def test_no_home_is_only_slow(tmp_path, home):
    """Import, fit and predict where nothing can be kept. Root may write anywhere, so that a folder
    that is read-only to it stands below a file."""
    place = tmp_path / "home"
    place.mkdir()
    if home == "read-only":
        place.chmod(0o500)
    variables = {"HOME": str(place), "USERPROFILE": str(place)}
    if home == "a file":
        (tmp_path / "file").write_text("")
        variables["HOME"] = str(tmp_path / "file" / "home")
    if home == "not there":
        variables["HOME"] = "/proc/none/such"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("HOME", "NEURONA_CACHE_DIR") and not name.startswith("XDG_")
    }
    environment["PYTHONPATH"] = str(SOURCES)
    if home != "none":
        environment |= variables
    else:
        # the home of the user's entry is not to be written to by tests
        environment["XDG_CACHE_HOME"] = "/proc/none/such"
    # a fit compiles for long; one function tells the same
    use = USE if home == "none" else STEP
    done = subprocess.run(
        [sys.executable, "-c", use], env=environment, cwd=tmp_path, capture_output=True, text=True
    )
    place.chmod(0o700)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert done.stdout == ("[False False]\n" if home == "none" else "1\n")


INTERRUPTED = """
import os, signal, sys
import numpy as np
from neurona.compiled import kernel
from neurona.optimizers import Stepper
moment, calls = int(sys.argv[1]), 0
def count(frame, event, argument):
    global calls
    calls += event == "call"
    if calls == moment:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)
def step():
    weights = np.ones(3)
    Stepper("adam", weights, 0.1).step([1.0, -1.0, 0.0])
    return weights
sys.setprofile(count)
try:
    step()
except KeyboardInterrupt:
    print("interrupted")
sys.setprofile(None)
assert calls == moment or moment < 0
print(step().tobytes().hex(), kernel.compilations)
if moment < 0:
    print(calls)
"""


def test_ctrl_c_in_the_first_compile_leaves_the_next_one_whole(tmp_path):
    def words(moment, cache):
        done = start(tmp_path / cache, "-c", INTERRUPTED, moment)
        out, said = done.communicate(timeout=300)
        assert done.returncode == 0 and not said, said
        return out.split()

    expected, _, calls = words(-1, "straight")
    moments = 40 if "NEURONA_LONG" in os.environ else 2
    for k in range(moments):
        moment = 100 + (int(calls) - 200) * (k + 1) // (moments + 1)
        interrupted, found, compilations = words(moment, f"{k}")
        assert (interrupted, found) == ("interrupted", expected)
        # it was whole when Ctrl-C was heard
        assert compilations == "1"
    assert pathlib.Path(tmp_path / "0").exists()
