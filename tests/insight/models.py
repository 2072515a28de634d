"""Small fitted models of every kind, with their rows, each made once."""

from __future__ import annotations

import warnings
from functools import cache

import numpy as np

import neurona

EVIL = '<img src=x onerror="alert(1)">'
R = np.random.default_rng(11)
ROWS = 120
TABLE = {
    "load $": R.uniform(0, 4, ROWS),
    EVIL: R.choice(["on", "off", "<b>half</b>"], ROWS).astype(object),
    "day": np.datetime64("2024-03-01") + R.integers(0, 60, ROWS).astype("timedelta64[D]"),
}
TABLE["flow"] = TABLE["load $"] ** 2 + 3 * (TABLE[EVIL] == "on") + R.normal(0, 0.3, ROWS)
TABLE["state"] = np.where(TABLE["flow"] > 6, "<i>high</i>", "low").astype(object)
TABLE["three"] = np.digitize(TABLE["flow"], [3, 9]).astype(float)
TABLE["a"], TABLE["b"] = ((TABLE["flow"] > cut).astype(float) for cut in (4, 8))
X = np.column_stack([TABLE["load $"], R.uniform(-1, 1, ROWS)])
y = X[:, 0] - 2 * X[:, 1]
INPUTS = {name: TABLE[name] for name in ("load $", EVIL, "day")}
SMALL = {"random_state": 0, "hidden_layer_sizes": (4,)}


def table(*targets):
    return {**INPUTS, **{name: TABLE[name] for name in targets}}


@cache
def made():
    """Return models by name, with X and y: each kind of estimator and of target."""
    step = {**SMALL, "solver": "adam", "steps": 150}
    mlp = {**SMALL, "max_iter": 40}
    labels = np.column_stack([TABLE["a"], TABLE["b"]]).astype(int)
    one = {"x": TABLE["load $"], "flow": TABLE["flow"]}
    both = ["flow", "three"]
    given = {
        "table regressor": (neurona.TableRegressor(**step), table("flow"), "flow"),
        "bayesian": (neurona.TableRegressor(random_state=0, n_starts=1, combine="best",
                     hidden_layer_sizes=(3,), solver="bayesian-lm"), table("flow"), "flow"),
        "one input": (neurona.TableRegressor(**step), one, "flow"),
        "two targets": (neurona.TableRegressor(**step), table(*both), both),
        "table binary": (neurona.TableClassifier(**step), table("state"), "state"),
        "table three": (neurona.TableClassifier(**step), table("three"), "three"),
        "table labels": (neurona.TableClassifier(**step), table("a", "b"), ["a", "b"]),
        "mlp regressor": (neurona.MLPRegressor(early_stopping=True, **mlp), X, y),
        "mlp classifier": (neurona.MLPClassifier(**mlp), X, (y > 1).astype(int)),
        "mlp labels": (neurona.MLPClassifier(**mlp), X, labels),
        "perceptron": (neurona.Perceptron(), X, y > 1),
        "adaline": (neurona.Adaline(random_state=0), X, y > 1),
        "autoencoder": (neurona.Autoencoder(hidden_layer_sizes=(1,), random_state=0,
                        max_iter=30), X, None),
        "table autoencoder": (neurona.TableAutoencoder(random_state=0, steps=100), INPUTS, None),
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, (model, X_, y_) in given.items():
            given[name] = (model.fit(X_) if y_ is None else model.fit(X_, y_), X_, y_)
    return given
