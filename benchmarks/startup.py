"""What is waited for: the first fit on a machine, the next process, a new member, one prediction.

Run `python -m benchmarks.startup`. Every figure comes from processes of their own, with a compile
cache of their own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

FIT = """
import time; started = time.perf_counter()
import numpy as np
X = np.random.default_rng(0).standard_normal((500, 8)).astype("{dtype}")
from neurona import MLPRegressor
imported = time.perf_counter()
model = MLPRegressor({words}, max_iter=20, tol=0, n_iter_no_change=99, random_state=0)
import warnings; warnings.simplefilter("ignore")
model.fit(X, X[:, 0]); model.predict(X[:1])
first = time.perf_counter()
model.fit(X, X[:, 0])
again = time.perf_counter() - first
import neurona.compiled.kernel as kernel
print(imported - started, first - imported - again, kernel.compilations)
"""

PREDICT = """
import time, warnings; warnings.simplefilter("ignore")
import numpy as np
import neurona, sklearn.neural_network
X = np.random.default_rng(0).standard_normal((500, 8)).astype("float32")
row = X[:1].copy()
for module in (neurona, sklearn.neural_network):
    model = module.MLPRegressor(hidden_layer_sizes=30, max_iter=2).fit(X, X[:, 0])
    times = []
    for _ in range(20):
        started = time.perf_counter()
        for _ in range(100):
            model.predict(row)
        times.append(time.perf_counter() - started)
    print(min(times) * 1e4)
"""

MEMORY = """
import resource, sys, warnings; warnings.simplefilter("ignore")
import numpy as np
rows = {rows}
X = np.random.default_rng(0).standard_normal((rows, 50), dtype="float32")
y = X[:, 0].copy()
from neurona import MLPRegressor
MLPRegressor(hidden_layer_sizes=30, max_iter=1).fit(X[:1000], y[:1000])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
MLPRegressor(hidden_layer_sizes=30, max_iter=1).fit(X, y)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print((after - before) / 1024, X.nbytes / 2**20)
"""


FITS = (
    ("first fit and prediction on a machine", "hidden_layer_sizes=30", "import included <= 12"),
    ("the same in the next process", "hidden_layer_sizes=30", "<= 0.8, compiles nothing"),
    ("another depth", "hidden_layer_sizes=(30, 20, 10)", "compiles nothing"),
    ("a new activation (tanh)", "activation='tanh'", "<= 0.5 more"),
    ("a new optimizer (lion)", "solver='lion'", "<= 0.5 more"),
    ("a new loss (log_cosh)", "loss='log_cosh'", "<= 0.5 more"),
)


def run(code: str, folder: str) -> list[float]:
    """Run code in a new process with this cache folder; returns the numbers it prints."""
    environment = {**os.environ, "NEURONA_CACHE_DIR": folder}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    return [float(word) for word in done.stdout.split()]


def fit(dtype: str, words: str, folder: str) -> list[float]:
    """Return seconds of importing, seconds before training, functions compiled."""
    return run(FIT.format(dtype=dtype, words=words), folder)


def main() -> None:
    print("| | seconds | compiled | target |")
    print("|---|---|---|---|")
    for dtype in ("float32", "float64"):
        with tempfile.TemporaryDirectory() as folder:
            for name, words, target in FITS:
                imported, waited, compiled = fit(dtype, words, folder)
                seconds = f"import {imported:.2f}, then {waited:.2f}"
                print(f"| {name}, {dtype} | {seconds} | {compiled:.0f} | {target} |")
    with tempfile.TemporaryDirectory() as folder:
        own, other = run(PREDICT, folder)
        ratio = f"{other / own:.1f} times"
        print(f"\npredict of one row: {own:.1f} us, scikit-learn {other:.1f} us, {ratio}")
        for rows in (200_000, 1_000_000):
            more, data = run(MEMORY.format(rows=rows), folder)
            print(f"fit on {data:.0f} MiB of float32 rows: {more:.0f} MiB more memory")


if __name__ == "__main__":
    main()
