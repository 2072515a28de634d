"""Trainings whose bits are kept: a hash of weights and history for each, written before the upper
half of the house was rebuilt.

`python -m tests.training.bits` adds the hashes of the processor and libraries at hand to
`bits.json`; those that stand there are never written over. Bits are promised for one kind of
machine only, so a hash belongs to a vector width, a BLAS kernel and the versions of the libraries
that compute.
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import warnings
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import scipy
import threadpoolctl
from llvmlite import binding

import neurona
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS

FILE = pathlib.Path(__file__).with_name("bits.json")
DTYPES = ("float32", "float64")
THREADS = (1, 2)


def machine() -> str:
    """Return what the bits depend on besides the code."""
    kernels = {lib.get("architecture", "") for lib in threadpoolctl.threadpool_info()}
    blas = "+".join(sorted(kernels - {""}))
    processor = numba.config.CPU_NAME or binding.get_host_cpu_name()
    return (
        f"{processor}, BLAS {blas}, numba {numba.__version__}, numpy {np.__version__}, "
        f"scipy {scipy.__version__}"
    )


def rows(dtype: str) -> tuple[Any, Any, Any]:
    """Return inputs, a number and a class for each row."""
    random = np.random.RandomState(3)
    X = random.uniform(-1, 1, (60, 3))
    y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2]
    return X.astype(dtype), y.astype(dtype), (y > 0).astype(int) + (y > 0.7)


def digest(*arrays: Any) -> str:
    """Return a short hash of arrays, their dtypes and shapes."""
    found = hashlib.sha256()
    for array in arrays:
        plain = np.ascontiguousarray(array)
        found.update(f"{plain.dtype.name}{plain.shape}".encode())
        found.update(plain.tobytes())
    return found.hexdigest()[:24]


def of_network(model: Any) -> str:
    """Return the hash of a fitted network's weights and of its history, times aside."""
    history = model.history_
    columns = [history.column(name) for name in ("loss", "gradient_norm")]
    if model.validation_scores_ is not None:
        columns += [history.column("val_loss"), history.column("score")]
    return digest(*model.coefs_, *model.intercepts_, *(np.array(one, float) for one in columns))


def regression(solver: Any, dtype: str, threads: int, **more: Any) -> Any:
    X, y, _ = rows(dtype)
    given = {"hidden_layer_sizes": (6, 5), "activation": "tanh", "max_iter": 12, **more}
    model = neurona.MLPRegressor(solver=solver, random_state=7, n_threads=threads, **given)
    return model.fit(X, y)


def classification(dtype: str, threads: int, **more: Any) -> Any:
    X, _, classes = rows(dtype)
    given = {"max_iter": 12, **more}
    model = neurona.MLPClassifier((7,), random_state=5, n_threads=threads, **given)
    return model.fit(X, classes)


def autoencoder(dtype: str, threads: int, **more: Any) -> Any:
    model = neurona.Autoencoder(2, (6,), random_state=5, max_iter=12, n_threads=threads, **more)
    return model.fit(rows(dtype)[0])


def going_on(dtype: str, threads: int) -> Any:
    """A warm start, then single epochs."""
    X, y, _ = rows(dtype)
    model = neurona.MLPRegressor(
        hidden_layer_sizes=(6,), random_state=2, max_iter=5, warm_start=True, n_threads=threads
    )
    model.fit(X, y).fit(X, y)
    for _ in range(3):
        model.partial_fit(X, y)
    return model


def given_validation(dtype: str, threads: int) -> Any:
    X, y, _ = rows(dtype)
    given = {"hidden_layer_sizes": (6,), "max_iter": 15, "monitor": "val_loss", "batch_size": 8}
    model = neurona.MLPRegressor(random_state=2, n_threads=threads, **given)
    weights = np.linspace(0.5, 2, 40)
    return model.fit(X[:40], y[:40], weights, X_val=X[40:], y_val=y[40:])


def table(cls: Any, target: int, threads: int, **more: Any) -> Any:
    X, *targets = rows("float64")
    columns = {"a": X[:, 0], "b": np.where(X[:, 1] > 0, "up", "down"), "c": X[:, 2]}
    model = cls(random_state=1, n_threads=threads, **more)
    return model.fit(columns, targets[target]).network_


def cases() -> dict[str, Callable[[str, int], Any]]:
    """Return trainings by name, each a function of dtype and threads."""
    found: dict[str, Callable[[str, int], Any]] = {}
    for name in (*OPTIMIZERS, *SOLVERS):
        found[name] = lambda dtype, threads, name=name: regression(name, dtype, threads)
    stops = {"early_stopping": True, "n_iter_no_change": 3, "max_iter": 40}
    found |= {
        "dropout": lambda d, t: regression("adam", d, t, dropout=0.2, batch_size=16, alpha_l1=0.01),
        "clipping": lambda d, t: regression("sgd", d, t, clip_norm=0.1, clip_value=0.05),
        "schedules": lambda d, t: regression("adamw", d, t, schedule="cosine", batch_size=7),
        "adaptive": lambda d, t: regression("sgd", d, t, learning_rate="adaptive", tol=0.1,
                                            max_iter=60),
        "early stopping": lambda d, t: regression("adam", d, t, **stops),
        "starts": lambda d, t: regression("lm", d, t, n_starts=3,
                                          hidden_layer_sizes=[(4,), (2, 2)]),
        "classes": classification,
        "classes, early": lambda d, t: classification(d, t, class_weight="balanced", **{
            **stops, "max_iter": 30}),
        "classes, bayesian": lambda d, t: classification(d, t, solver="bayesian-lm"),
        "autoencoder": lambda d, t: autoencoder(d, t, noise="gaussian", batch_size=10),
        "autoencoder, tied": lambda d, t: autoencoder(d, t, tied=True, solver="lbfgs"),
        "going on": going_on,
        "validation rows": given_validation,
        "table": lambda d, t: table(neurona.TableRegressor, 0, t, dtype=d, epochs=8),
        "table, classes": lambda d, t: table(neurona.TableClassifier, 1, t, dtype=d, epochs=8),
        "table, auto": lambda d, t: table(neurona.TableRegressor, 0, t, dtype=d, n_starts=2),
    }  # fmt: skip
    return found


def hash_of(case: str, dtype: str, threads: int) -> str:
    """Train, and return the hash."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return of_network(cases()[case](dtype, threads))


def main() -> None:
    known = json.loads(FILE.read_text()) if FILE.is_file() else {}
    mine = known.setdefault(machine(), {})
    for case in cases():
        for dtype in DTYPES:
            if f"{case} {dtype}" not in mine:
                mine[f"{case} {dtype}"] = hash_of(case, dtype, 1)
    FILE.write_text(json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    main()
