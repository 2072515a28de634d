"""What workers have said: one of them says it, also where locks are those of Windows."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

WINDOWS = """
import fcntl, multiprocessing.pool, os, subprocess, sys, tempfile, types

def locking(handle, mode, count):
    assert count == 1 and mode == 1 and os.lseek(handle, 0, os.SEEK_CUR) == 0
    fcntl.lockf(handle, fcntl.LOCK_EX, count)

sys.modules["msvcrt"] = types.SimpleNamespace(locking=locking, LK_LOCK=1)
sys.modules["fcntl"] = None
del os.getuid, os.O_NOFOLLOW, os.O_CLOEXEC
"""
PROGRAM = """
import multiprocessing, sys
from neurona.estimators.workers import said_by_others

def say(fails):
    try:
        with said_by_others("it") as others:
            if fails:
                raise ValueError
        return others
    except ValueError:
        return None

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        first = pool.map(say, [True] * 3, 1)
        print(first, sorted(pool.map(say, [False] * 6, 1)), say(False))
        pool.close()
        pool.join()
"""


@pytest.mark.skipif(os.name == "nt", reason="plays Windows")
@pytest.mark.parametrize("system", ["this", "Windows"])
def test_one_of_spawned_workers_says_it(tmp_path, system):
    (tmp_path / "program.py").write_text(WINDOWS * (system == "Windows") + PROGRAM)
    (tmp_path / "temporary").mkdir()
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(tmp_path / "temporary")},
    )  # fmt: skip
    # what raised was not said; then one says it, and the program itself is no worker
    assert done.stdout.split("] ") == [
        "[None, None, None", f"[False, {', '.join(['True'] * 5)}", "False\n",
    ], done.stderr  # fmt: skip
    assert not os.listdir(tmp_path / "temporary")
