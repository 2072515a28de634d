"""Other Python processes, for what happens once per process."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys

import neurona

SOURCES = pathlib.Path(neurona.__file__).parent.parent
ROOT = pathlib.Path(__file__).parent.parent.parent


def run_python(*arguments, sources=SOURCES, **variables):
    """Run Python on these arguments, warnings being errors; returns what it printed, in words."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (sources, ROOT))),
        **{name: str(value) for name, value in variables.items()},
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", *map(str, arguments)],
        env=environment, cwd=ROOT, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
