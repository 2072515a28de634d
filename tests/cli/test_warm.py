"""warm: all that is registered is compiled, and nothing is left to do the second time."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from neurona.compiled import cache, kernel
from tests.cli.models import run

pytestmark = pytest.mark.skipif(kernel.PLAIN, reason="nothing is compiled")

AFTERWARDS = """
import warnings; warnings.simplefilter("ignore")
import numpy as np, neurona
from neurona.compiled import kernel
X = np.random.default_rng(0).normal(size=(40, 3))
for solver, activation in (("adam", "tanh"), ("lion", "mish"), ("lbfgs", "gelu")):
    words = dict(solver=solver, activation=activation, steps=5)
    neurona.TableRegressor(**words).fit(X, X[:, 0]).predict(X)
    neurona.TableClassifier(**words).fit(X, np.arange(40) % 3).predict(X)
    neurona.TableClassifier(dtype="float64", **words).fit(X, np.arange(40) % 2).predict(X)
neurona.Perceptron().fit(X, np.arange(40) % 3)
neurona.Adaline().fit(X.astype("float32"), np.arange(40) % 2)
print(kernel.compilations)
"""


def test_everything_is_there_afterwards(capsys):
    code, _, err = run(capsys, "warm")
    assert (code, err) == (0, "")
    found = json.loads(run(capsys, "warm", "--json")[1])
    assert found["compiled"] == 0 and found["cache"] == str(cache.folder())
    code, out, _ = run(capsys, "warm", "--dtype", "float64")
    assert code == 0 and "nothing to compile" in out
    done = subprocess.run(
        [sys.executable, "-c", AFTERWARDS], capture_output=True, text=True, env=os.environ
    )
    assert done.stdout.strip() == "0", done.stderr
