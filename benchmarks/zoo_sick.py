"""The sick of the zoo, by what is wrong with them; `also` is what else may rightly be said."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from benchmarks.zoo_patients import add, both, patient
from benchmarks.zoo_sets import Array, scaled
from neurona import MLPClassifier, MLPRegressor, TableRegressor

SCALING = "unscaled_inputs", "unscaled_target"
SLOW = "stopped_early", "rate_too_small", "batch_too_large", "plateau", "collapsed"


def sicknesses() -> None:
    """Add all of them."""
    of_scales()
    of_rates()
    of_units()
    of_sizes()
    of_rows()


def of_scales() -> None:
    """Inputs and targets that are not scaled, or nearly the same."""

    def one_large(X: Array, y: Array, r: Any) -> tuple[Array, Array]:
        return X * np.where(np.arange(X.shape[1]) == 0, 3000.0, 1.0), y

    def far_off(X: Array, y: Array, r: Any) -> tuple[Array, Array]:
        return X * r.uniform(0.5, 2, X.shape[1]) + 100, y

    both("unscaled_inputs", {}, one_large, also=("rate_too_large", "oscillation"), quick=True)
    both("unscaled_inputs", {"activation": "tanh"}, lambda X, y, r: (X * 1e6, y),
         also=("saturated_units", "dead_units"))  # fmt: skip
    both("unscaled_inputs", {"solver": "sgd"}, far_off, also=("rate_too_large", "collapsed",
         "oscillation"), tasks=("quantity",))  # fmt: skip
    both("unscaled_target", {}, lambda X, y, r: (X, 1e6 * (y + 5)), tasks=("quantity",),
         also=("collapsed", "rate_too_small", "stopped_early"), quick=True)  # fmt: skip
    both("unscaled_target", {"activation": "tanh"}, lambda X, y, r: (X, 1e-3 * y),
         tasks=("quantity",), also=("stopped_early",))  # fmt: skip


def of_rates() -> None:
    """Rates that are too large, too small, and restless."""
    both("rate_too_large", {"learning_rate_init": 1.0, "max_iter": 60}, tasks=("quantity",),
         also=("collapsed", "dead_units", "oscillation"), quick=True)  # fmt: skip
    both("rate_too_large", {"learning_rate_init": 10.0, "max_iter": 60}, tasks=("classes",),
         also=("collapsed", "dead_units", "oscillation"), quick=True)  # fmt: skip
    both("rate_too_large", {"solver": "sgd", "momentum": 0.0, "learning_rate_init": 3.0},
         also=("collapsed", "dead_units", "oscillation"), tasks=("quantity",))  # fmt: skip
    both("rate_too_small", {"learning_rate_init": 1e-6}, also=SLOW, quick=True)
    both("rate_too_small", {"solver": "sgd", "learning_rate_init": 1e-5, "tol": 0.0}, also=SLOW,
         tasks=("quantity",))  # fmt: skip
    restless = {"solver": "sgd", "momentum": 0.9, "learning_rate_init": 0.35,
                "activation": "tanh", "hidden_layer_sizes": (30,), "batch_size": 16,
                "n_iter_no_change": 1000, "tol": 0.0, "max_iter": 120}  # fmt: skip
    both("oscillation", restless, also=("rate_too_large",), tasks=("quantity",), calm=True)
    both("rate_too_large", restless, also=("oscillation", "collapsed"), tasks=("quantity",))


def of_units() -> None:
    """Units that do nothing, and layers through which nothing, or too much, comes."""
    both("plateau", {"activation": "logistic", "hidden_layer_sizes": (20, 20), "solver": "sgd",
         "learning_rate_init": 0.003, "tol": 0.0, "max_iter": 200, "momentum": 0.0},
         also=(*SLOW, "vanishing_gradients"), tasks=("quantity",))  # fmt: skip
    both("collapsed", {"activation": "logistic", "hidden_layer_sizes": (10,) * 5,
         "solver": "sgd", "learning_rate_init": 0.01},
         also=(*SLOW, "vanishing_gradients"))  # fmt: skip
    both("dead_units", {"initializer": _all_negative, "learning_rate_init": 1e-3},
         also=("collapsed", "network_too_small", "plateau", *SLOW))  # fmt: skip
    both("saturated_units", {"activation": "tanh", "initializer": _large_weights},
         also=("overfitting", *SLOW))  # fmt: skip
    both("vanishing_gradients", {"activation": "logistic", "hidden_layer_sizes": (16,) * 7},
         also=("collapsed", *SLOW))  # fmt: skip
    both("exploding_gradients", {"hidden_layer_sizes": (40,) * 5, "initializer": _growing,
         "max_iter": 100}, also=("rate_too_large", "overfitting", "collapsed"))  # fmt: skip
    both("unreachable_targets", {"output_activation": "logistic"}, lambda X, y, r: (X, 3 * y),
         tasks=("quantity",), quick=True, also=("network_too_small",))  # fmt: skip
    both("unreachable_targets", {"output_activation": "tanh"}, lambda X, y, r: (X, 3 * y + 4),
         tasks=("quantity",), also=("network_too_small", "collapsed"))  # fmt: skip


def of_sizes() -> None:
    """Too much or too little: units, epochs, rows of a batch."""
    both("overfitting", {"hidden_layer_sizes": (200, 200), "alpha": 0.0, "tol": 0.0,
         "max_iter": 600}, lambda X, y, r: (X[:160], _spoiled(y, r)[:160]),
         also=("too_many_parameters", "noisy_labels"), quick=True)  # fmt: skip
    both("too_many_parameters", {"hidden_layer_sizes": (300,), "solver": "lbfgs", "alpha": 0.0,
         "max_iter": 1000}, lambda X, y, r: (X[:70], _spoiled(y, r)[:70]),
         also=("overfitting", "noisy_labels"), tasks=("quantity",))  # fmt: skip
    both("network_too_small", {"hidden_layer_sizes": (), "solver": "lbfgs", "max_iter": 1000},
         tasks=("quantity",), quick=True)  # fmt: skip
    both("network_too_small", {"hidden_layer_sizes": (1,), "activation": "tanh", "solver": "lbfgs",
         "max_iter": 1000}, tasks=("quantity",))  # fmt: skip
    both("penalty_too_large", {"alpha": 1e4}, quick=True)
    both("penalty_too_large", {"alpha": 300.0, "hidden_layer_sizes": (30, 30)})
    both("stopped_early", {"max_iter": 6}, also=("rate_too_small", "batch_too_large", "collapsed"),
         quick=True)  # fmt: skip
    both("stopped_early", {"tol": 0.03, "n_iter_no_change": 2}, also=("rate_too_small",
         "batch_too_large"))  # fmt: skip
    both("batch_too_large", {"batch_size": 10**4, "max_iter": 40}, also=("stopped_early",
         "rate_too_small", "collapsed"))  # fmt: skip
    both("batch_too_small", {"batch_size": 1, "learning_rate_init": 0.02, "max_iter": 30},
         also=("rate_too_large", "oscillation", "dead_units"), tasks=("quantity",))  # fmt: skip


def of_rows() -> None:
    """Rows and columns that mislead."""
    both("target_outliers", {}, _with_outliers, tasks=("quantity",), quick=True,
         also=("overfitting", "oscillation", *SCALING))  # fmt: skip
    for half, names in (("develop", ("moons", "blobs")), ("report", ("rings", "digits")),
                        ("tune", ("sheets", "rings"))):  # fmt: skip
        for number, name in enumerate(names):
            add("noisy_labels", name, 1400, half, "classes", number,
                {"hidden_layer_sizes": (100, 100), "solver": "lbfgs", "alpha": 0.0,
                 "max_iter": 1000}, _flipped,
                also=("overfitting", "too_many_parameters"))  # fmt: skip
    both("id_like_column", {}, _with_ids, also=("unscaled_inputs", "overfitting"), quick=True)
    both("column_gives_target_away", {}, _with_leak, quick=True)
    both("duplicates_across_split", {}, _with_twins, also=("overfitting",), quick=True)
    both("extrapolation", {"activation": "tanh"}, _sorted_by_trend, tasks=("quantity",),
         quick=True, also=("overfitting",))  # fmt: skip
    both("dependent_inputs", {"tol": 1e-5}, _nearly_the_same, tasks=("quantity",),
         also=("rate_too_small", "network_too_small", "stopped_early"))  # fmt: skip
    both("spread_over_starts", {"hidden_layer_sizes": (5,), "n_starts": 3, "solver": "lbfgs",
         "activation": "relu", "max_iter": 300}, _bent, tasks=("quantity",),
         also=("network_too_small", "overfitting"))  # fmt: skip
    for half, seeds in (("develop", (0, 1, 2)), ("report", (100, 101, 102)),
                        ("tune", (200, 201, 202))):  # fmt: skip
        for seed in seeds:
            patient(f"class_imbalance: seed {seed}", half, "class_imbalance",
                    partial(_imbalanced, seed), alone=seed % 2 == 0, quick=seed % 100 == 0,
                    also=("rate_too_small", "stopped_early"))  # fmt: skip
            patient(f"time_order: seed {seed}", half, "time_order",
                    partial(_in_time, seed), alone=True, quick=seed % 100 == 0,
                    also=("unscaled_inputs", "overfitting"))  # fmt: skip


def _all_negative(random: Any, inputs: int, outputs: int, activation: Any) -> tuple[Array, Array]:
    weights = random.uniform(-1, 1, (inputs, outputs)) / inputs**0.5
    return weights, np.full(outputs, -2.5 if outputs > 3 else 0.0)


def _large_weights(random: Any, inputs: int, outputs: int, activation: Any) -> Any:
    return random.standard_normal((inputs, outputs)) * (40 if outputs > 3 else 0.1), np.zeros(
        outputs
    )


def _growing(random: Any, inputs: int, outputs: int, activation: Any) -> tuple[Array, Array]:
    return random.standard_normal((inputs, outputs)) * 1.2, np.zeros(outputs)


def _spoiled(y: Array, r: Any) -> Array:
    wrong = r.uniform(size=len(y)) < 0.25
    found: Array = np.where(wrong, r.permutation(y), y)
    return y + 0.7 * r.standard_normal(len(y)) if y.dtype.kind == "f" else found


def _with_outliers(X: Array, y: Array, r: Any) -> tuple[Array, Array]:
    y = y.copy()
    rows = r.permutation(len(y))[: max(3, len(y) // 150)]
    y[rows] += r.choice([-1, 1], len(rows)) * 60.0
    return X, y


def _flipped(X: Array, y: Array, r: Any) -> tuple[Array, Array]:
    wrong = r.permutation(len(y))[: int(0.15 * len(y))]
    y = y.copy()
    y[wrong] = (y[wrong] + 1) % (int(y.max()) + 1)
    return X, y


def _with_ids(X: Array, y: Array, r: Any) -> tuple[Array, Array]:
    return np.hstack([X[:250], r.permutation(len(y))[:250, None].astype(float)]), y[:250]


def _with_leak(X: Array, y: Array, r: Any) -> tuple[Array, Array]:
    hint = y + 0.02 * r.standard_normal(len(y))
    if y.dtype.kind != "f":
        hint = scaled(hint[:, None])[:, 0]
    return np.hstack([X, hint[:, None]]), y


def _with_twins(X: Array, y: Array, r: Any) -> tuple[Array, Array]:
    again = np.concatenate([np.arange(len(y) // 2), np.arange(len(y) // 2)])
    order = r.permutation(again)
    return X[order], _spoiled(y, r)[order]


def _sorted_by_trend(X: Array, y: Array, r: Any) -> tuple[Array, Array]:
    X = X.copy()
    X[:, 0] = np.linspace(-1, 4, len(X))
    return X, 0.2 * y + 1.5 * X[:, 0]


def _nearly_the_same(X: Array, y: Array, r: Any) -> tuple[Array, Array]:
    hidden = r.standard_normal(len(y))
    return np.column_stack([X[:, 0], X[:, 0] + 0.005 * hidden, X[:, 1]]), hidden + 0.1 * y


def _bent(X: Array, y: Array, r: Any) -> tuple[Array, Array]:
    return X[:, :2], np.sin(3 * X[:, 0]) + np.cos(2 * X[:, 1]) + 0.02 * r.standard_normal(len(y))


def _imbalanced(seed: int) -> tuple[Any, Any, Any]:
    r = np.random.default_rng(seed)
    X = r.standard_normal((2000, 6))
    score = X[:, 0] + 0.5 * X[:, 1] ** 2 - X[:, 2] + 0.8 * r.standard_normal(2000)
    y = (score > np.quantile(score, 0.97)).astype(int)
    return MLPClassifier(random_state=seed, early_stopping=seed % 2 == 0, max_iter=60), X, y


def _in_time(seed: int) -> tuple[Any, Any, Any]:
    r = np.random.default_rng(seed)
    steps = np.arange(600)
    drift = np.cumsum(0.1 * r.standard_normal(600))
    X = np.column_stack([r.standard_normal((600, 2)), steps / 600])
    y = drift + 0.3 * X[:, 0] + 0.05 * r.standard_normal(600)
    if seed % 2:
        table = {"a": X[:, 0], "b": X[:, 1], "hours": steps * 2.0}
        return TableRegressor(solver="adam", steps=3000, random_state=seed), table, y
    model = MLPRegressor(early_stopping=True, random_state=seed, max_iter=400, n_iter_no_change=40)
    return model, X, y
