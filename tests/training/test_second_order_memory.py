"""Second order knows its memory: under a limit it trains, or says in a sentence why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.compiled.processes import ROOT, SOURCES

SOLVERS = ("lm", "bayesian-lm", "newton", "bfgs", "gauss-newton")
MIDDLE = ((1_000, 100), (3_000, 100)) if "NEURONA_LONG" in os.environ else ((500, 100),)
SIZES = ((10, 100), (100, 1_000), *MIDDLE, (10_000, 300), (30_000, 100))
"""Units of the hidden layer, and rows; the time grows with the cube of what can be trained."""
LIMIT = 1 << 30


def watch() -> None:
    """Fit each method to each size, two iterations, with 1 GB of address space more than now."""
    import resource
    import warnings

    import numpy as np

    import neurona

    warnings.simplefilter("ignore")

    def fitted(solver: str, units: int, rows: int) -> str:
        X = np.linspace(-1, 1, rows).reshape(-1, 1)
        model = neurona.MLPRegressor(hidden_layer_sizes=units, solver=solver, max_iter=1,
                                     random_state=0, n_threads=1)  # fmt: skip
        try:
            model.fit(X, X[:, 0])
        except ValueError as error:
            return str(error)
        return "fitted" if np.isfinite(model.predict(X)).all() else "not finite"

    from neurona.optimizers.solver import SOLVERS as KNOWN

    solvers = [name for name in SOLVERS if name in KNOWN]
    for solver in solvers:
        fitted(solver, 3, 20)
    with open("/proc/self/statm") as file:
        now = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    resource.setrlimit(resource.RLIMIT_AS, (now + LIMIT, now + LIMIT))
    print(json.dumps([
        (solver, units, rows, fitted(solver, units, rows))
        for solver in solvers for units, rows in SIZES
    ]))  # fmt: skip


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory, and reads /proc")
def test_under_a_limit_it_trains_or_says_why_not():
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (SOURCES, ROOT)))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.training.test_second_order_memory"],
        env=environment, cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    for solver, units, rows, said in found:
        weights = 3 * units + 1
        if said != "fitted":
            assert "MiB" in said or "memory" in said, (solver, units, rows, said)
        if 8 * weights * (weights + rows) < LIMIT // 32:
            assert said == "fitted", (solver, units, rows, said)
    assert {"fitted"} < {said for *_, said in found}


if __name__ == "__main__":
    watch()
