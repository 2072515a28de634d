"""Small saved models and their tables, for the tests of the commands."""

from __future__ import annotations

import csv
import warnings

import numpy as np

import neurona
from neurona.cli.main import main

ROWS = 90
SURE = {"hidden_layer_sizes": [(3,), (2, 2)], "n_starts": 3, "random_state": 0}
"""Parameters of a model that averages three networks and has error bars."""
SMALL = {"hidden_layer_sizes": (6,), "steps": 150, "random_state": 0}
RANDOM = np.random.default_rng(3)
X = RANDOM.normal(size=(ROWS, 2))
COLOUR = [["red", "green", "blue"][k % 3] for k in range(ROWS)]
FLOW = 3 * X[:, 0] - X[:, 1] + 40 + np.arange(ROWS) % 3
WORD = ["wet" if value > 40 else "dry" for value in FLOW]
TABLE = {
    "speed (m/s)": X[:, 0].tolist(),
    "\u00fcber \U0001f600": X[:, 1].tolist(),
    "colour": COLOUR,
    "flow": FLOW.tolist(),
    "word": WORD,
    "up": [int(value > 0) for value in X[:, 0]],
    "down": [int(value < 0.5) for value in X[:, 1]],
}
INPUTS = list(TABLE)[:3]
NUMBERS = list(TABLE)[:2]


def fit(model, targets, inputs=INPUTS):
    table = {name: TABLE[name] for name in [*inputs, *targets]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(table, targets if len(targets) > 1 else targets[0])


def save_all(folder):
    """Save a model of every kind; returns their paths by name."""
    models = {
        "flow": fit(neurona.TableRegressor(**SMALL), ["flow"]),
        "numbers": fit(neurona.TableRegressor(**SMALL), ["flow"], NUMBERS),
        "two": fit(neurona.TableRegressor(**SMALL), ["flow", "up"], NUMBERS),
        "word": fit(neurona.TableClassifier(**SMALL), ["word"]),
        "labels": fit(neurona.TableClassifier(**SMALL), ["up", "down"], NUMBERS),
        "binary": fit(neurona.TableClassifier(**SMALL), ["up"], NUMBERS),
    }
    sure = {**SURE, "solver": "bayesian-lm"}
    models["sure"] = fit(neurona.TableRegressor(**sure), ["flow"])
    models["sure two"] = fit(neurona.TableRegressor(**sure), ["flow", "speed (m/s)"], ["colour"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        models["sure array"] = neurona.MLPRegressor(**sure).fit(X, FLOW)
        models["array"] = neurona.MLPRegressor(
            hidden_layer_sizes=(3,), max_iter=5, random_state=0
        ).fit(X, FLOW)
    paths = {}
    for name, model in models.items():
        paths[name] = str(folder / f"{name}.neurona")
        neurona.save(model, paths[name])
    return paths


def write_csv(path, columns, rows=None, encoding="utf-8", **how):
    """Write columns (names, or a dict of columns) as CSV; returns the path as text."""
    table = columns if isinstance(columns, dict) else {name: TABLE[name] for name in columns}
    with open(path, "w", newline="", encoding=encoding) as file:
        out = csv.writer(file, **{"lineterminator": "\n", **how})
        out.writerow(table)
        out.writerows(list(zip(*table.values(), strict=True))[:rows])
    return str(path)


def read_csv(text, delimiter=","):
    """Return the rows of a text, the header first."""
    return list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter))


def run(capsys, *arguments):
    """Run a command; returns code, stdout, stderr."""
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return int(code), out, err
