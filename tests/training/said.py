"""What models say besides weights, as hashes by name.

`python -m tests.training.said SEED [THREADS]` prints them as JSON, fitted in the order that the
seed gives, with so many threads of the kernels.
"""

from __future__ import annotations

import json
import random
import sys
import warnings
from typing import Any

import numpy as np

import neurona
from tests.training.bits import digest

RANDOM = np.random.RandomState(3)
WIDE = RANDOM.normal(size=(200, 70))
LONG = RANDOM.normal(size=(2000, 4))
SOLVER = {"activation": "tanh", "random_state": 1, "max_iter": 8}


def target(X: Any) -> Any:
    return np.sin(X[:, 0]) + X[:, 1] * X[:, 2] + 0.1 * X[:, 3] ** 3


def bayesian(X: Any, hidden: Any, threads: int, outputs: int = 1, **more: Any) -> Any:
    y = target(X)
    y = y if outputs == 1 else np.c_[y, y**2]
    words = {"hidden_layer_sizes": hidden, "solver": "bayesian-lm", "n_threads": threads, **SOLVER}
    model = neurona.MLPRegressor(**words, **more).fit(X, y)
    bars = model.predict_uncertainty(X)
    posteriors = [one.posterior for one in model.learned().members]
    known = [part for one in posteriors for part in one[:4]]
    return (
        model.predict(X), *bars, bars.std, *bars.interval(0.9), model.relevance_,
        np.array([model.log_evidence_, model.effective_parameters_]), *known, *model.coefs_,
    )  # fmt: skip


def classes(threads: int) -> Any:
    words = {"solver": "bayesian-lm", "n_starts": 2, "combine": "average", **SOLVER}
    model = neurona.MLPClassifier((5,), n_threads=threads, **words)
    model.fit(WIDE[:, :8], np.digitize(target(WIDE), [-0.5, 0.5]))
    known = [part for one in model.learned().members for part in one.posterior[:4]]
    return model.predict_proba(WIDE[:, :8]), *known, np.array([model.log_evidence_])


def table(threads: int) -> Any:
    columns = dict(zip("abcd", LONG[:200].T, strict=True))
    model = neurona.TableRegressor(random_state=1, n_starts=3, n_threads=threads)
    model.fit(columns, target(LONG[:200]))
    bars = model.predict_uncertainty(columns)
    return model.predict(columns), *bars, np.array([model.network_.log_evidence_])


def orthogonal(threads: int) -> Any:
    words = {**SOLVER, "max_iter": 2, "initializer": "orthogonal", "n_threads": threads}
    model = neurona.MLPRegressor(hidden_layer_sizes=(150, 90), **words).fit(WIDE, target(WIDE))
    return (*model.coefs_, np.array(model.loss_curve_))


def layer(cls: Any, **more: Any) -> Any:
    model = cls(random_state=1, max_iter=5, tol=None, early_stopping=True, **more)
    model.fit(LONG, np.digitize(target(LONG), [-0.5, 0.5]))
    return model.coef_, model.decision_function(LONG), model.predict(LONG)


CASES = {
    "bayesian": lambda t: bayesian(LONG, (20,), t),
    "bayesian, wide": lambda t: bayesian(WIDE, (9,), t),
    "bayesian, two outputs": lambda t: bayesian(WIDE[:, :20], (12,), t, outputs=2),
    "bayesian, average": lambda t: bayesian(
        WIDE[:, :9], [(9,), (4, 4), ()], t, n_starts=4, combine="average"
    ),
    "bayesian classes": classes,
    "table": table,
    "orthogonal": orthogonal,
    "lm, wide": lambda t: neurona.MLPRegressor(
        hidden_layer_sizes=(9,), solver="lm", n_threads=t, **SOLVER
    ).fit(WIDE, target(WIDE)).coefs_,
    "perceptron": lambda t: layer(neurona.Perceptron, n_jobs=t),
    "adaline": lambda t: layer(neurona.Adaline, n_jobs=t),
}  # fmt: skip


def said(seed: int, threads: int) -> dict[str, str]:
    """Fit all, in the order of a seed (0: as they stand), and return the hashes."""
    names = list(CASES)
    if seed:
        random.Random(seed).shuffle(names)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {name: digest(*CASES[name](threads)) for name in names}


if __name__ == "__main__":
    json.dump(said(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
