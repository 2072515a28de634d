"""Small models of every kind, and rows with everything odd in them."""

from __future__ import annotations

import warnings

import numpy as np

import neurona
from neurona.errors import CollapsedWarning, TableWarning

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3))
Y = np.sin(X[:, 0]) + X[:, 1]
WORDS = {"steps": 30, "random_state": 0, "kinds": {"part": "category"}, "max_levels": 4}


def quiet(make):
    """Call a function; a few epochs on a few rows are no failure here."""
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        for category in (ConvergenceWarning, CollapsedWarning, TableWarning):
            warnings.simplefilter("ignore", category)
        return make()


def network(cls, y, rows=X, **words):
    """A network after a few epochs."""
    words = {"hidden_layer_sizes": (4, 3), "max_iter": 5, "random_state": 0} | words
    return quiet(lambda: cls(**words).fit(rows, y))


def table(rows=60):
    """Columns of all kinds, with missing cells and rare words."""
    random = np.random.default_rng(1)
    load = random.normal(50, 20, rows)
    load[::7] = np.nan
    gears = random.choice(
        ["low", "Low", "=x", "rare a", "rare b"], rows, p=[0.4, 0.3, 0.2, 0.05, 0.05]
    )
    days = np.datetime64("2024-01-01") + random.integers(0, 500, rows)
    return {
        "load": load,
        "gear": np.array([None if k % 11 == 3 else g for k, g in enumerate(gears)], object),
        "worn": np.where(random.random(rows) < 0.5, "Yes", "no").astype(object),
        "day": days.astype("datetime64[us]"),
        "on": random.random(rows) < 0.5,
        "flag": (random.random(rows) < 0.5).astype(float),
        "part": random.choice([3.0, 7.0, 9.5], rows),
    }  # fmt: skip


TABLE = table()
AMOUNT = np.nan_to_num(TABLE["load"]) + 100.0 * (TABLE["worn"] == "Yes")


def odd_rows(rows=9, table=TABLE):
    """Some rows, with everything odd in them: missing, unseen, far out, another case."""
    some = {name: column[:rows].copy() for name, column in table.items()}
    some["load"][1], some["load"][2] = 1e9, -1e9
    some["gear"][0], some["gear"][4] = "never seen", "low"
    some["worn"][1], some["worn"][2] = None, "YES"
    some["day"][3] = np.datetime64("NaT", "us")
    some["flag"][2] = np.nan
    some["part"][5] = 4.0
    return some


def of_table(cls, y, rows=TABLE, **words):
    """A table's model after a few steps."""
    return quiet(lambda: cls((3,), **(WORDS | {"dtype": "float64"} | words)).fit(rows, y))


def autoencoder(rows=X, **words):
    return network_of_rows(neurona.Autoencoder, rows, **words)


def network_of_rows(cls, rows, **words):
    words = {
        "n_components": 1,
        "hidden_layer_sizes": (4,),
        "max_iter": 5,
        "random_state": 0,
    } | words
    return quiet(lambda: cls(**words).fit(rows))


def table_autoencoder(**words):
    words = WORDS | {"dtype": "float64", "hidden_layer_sizes": (5,)} | words
    return quiet(lambda: neurona.TableAutoencoder(2, **words).fit(TABLE))
