"""A zoo of sick and healthy trainings: does `diagnose` find what is wrong, does its remedy help?

Run `python -m benchmarks.zoo [--half develop|report|tune] [--quick] [NAME ...]`; prints Markdown
tables. Every patient is made by script: a data set, a seed, a size, and one thing that is wrong (or
none). The thresholds were chosen on the half "develop"; "report" has other data sets and seeds, and
"tune" others again, for what is mended after "report" was looked at.
Sets of ../shared/data beside the repository are left out where it is missing.
"""

from __future__ import annotations

import contextlib
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import clone

from neurona import MLPClassifier, MLPRegressor, TableClassifier, TableRegressor, diagnose
from neurona.errors import StopReason

_PLACES = [above / "shared" / "data" for above in Path(__file__).parents[2:4]]
DATA = next((place for place in _PLACES if place.is_dir()), _PLACES[0])
Array = np.ndarray[Any, Any]


# -- data


def friedman(rows: int, seed: int, noise: float = 0.5, extra: int = 0) -> tuple[Array, Array]:
    r = np.random.default_rng(seed)
    U = r.uniform(size=(rows, 5 + extra))
    y = 10 * np.sin(np.pi * U[:, 0] * U[:, 1]) + 20 * (U[:, 2] - 0.5) ** 2
    y += 10 * U[:, 3] + 5 * U[:, 4] + noise * r.standard_normal(rows)
    return (U - 0.5) * 12**0.5, (y - 14.4) / 5


def waves(rows: int, seed: int, noise: float = 0.1, extra: int = 0) -> tuple[Array, Array]:
    r = np.random.default_rng(seed)
    X = r.standard_normal((rows, 4 + extra))
    y = np.sin(2 * X[:, 0]) + 0.5 * X[:, 1] * X[:, 2] + 0.3 * np.abs(X[:, 3])
    return X, y + noise * r.standard_normal(rows)


def moons(rows: int, seed: int, noise: float = 0.2) -> tuple[Array, Array]:
    r = np.random.default_rng(seed)
    t, y = r.uniform(0, np.pi, rows), r.integers(0, 2, rows)
    X = np.column_stack([np.cos(t), np.sin(t)])
    X[y == 1] = np.column_stack([1 - np.cos(t), 0.5 - np.sin(t)])[y == 1]
    return X + noise * r.standard_normal(X.shape), y


def rings(rows: int, seed: int, noise: float = 0.15) -> tuple[Array, Array]:
    r = np.random.default_rng(seed)
    y = r.integers(0, 3, rows)
    angle, size = r.uniform(0, 2 * np.pi, rows), 0.4 + 0.6 * y + noise * r.standard_normal(rows)
    return np.column_stack([size * np.cos(angle), size * np.sin(angle)]), y


def blobs(rows: int, seed: int, spread: float = 1.0) -> tuple[Array, Array]:
    r = np.random.default_rng(seed)
    centers = 2.0 * r.standard_normal((4, 6))
    y = r.integers(0, 4, rows)
    return (centers[y] + spread * r.standard_normal((rows, 6))) / 2, y


def sheets(rows: int, seed: int) -> tuple[Array, Array]:
    """Return ten classes that lie on bent surfaces in 40 dimensions."""
    r = np.random.default_rng(seed)
    y, place = r.integers(0, 10, rows), r.standard_normal((rows, 3))
    bend = r.standard_normal((10, 6, 40)) / 3
    flat = np.hstack([place, np.tanh(place[:, :2] * 1.5), np.ones((rows, 1))])
    return scaled(np.einsum("rk,rkd->rd", flat, bend[y]) + 0.1 * r.standard_normal((rows, 40))), y


def scaled(X: Array) -> Array:
    std = X.std(axis=0)
    found: Array = (X - X.mean(axis=0)) / np.where(std > 0, std, 1)
    return found


def embedded(name: str) -> tuple[Array, Array]:
    from sklearn import datasets

    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return X, y


def shared(name: str, rows: int, seed: int) -> tuple[Array, Array]:
    data = np.load(DATA / f"{name}.npz")
    X, y = data["X"].astype(float), data["y"].ravel().astype(float)
    take = np.random.default_rng(seed).permutation(len(X))[:rows]
    return X[take], y[take]


def quantity(name: str, rows: int, seed: int) -> tuple[Array, Array]:
    """Return scaled inputs and target of a regression, rows in a random order."""
    if name in ("friedman", "waves"):
        return {"friedman": friedman, "waves": waves}[name](rows, seed)
    X, y = embedded(name) if name == "diabetes" else shared(name, rows, seed)
    take = np.random.default_rng(seed).permutation(len(X))[:rows]
    return scaled(X[take]), scaled(y[take])


def classes(name: str, rows: int, seed: int) -> tuple[Array, Array]:
    """Return scaled inputs and classes, rows in a random order."""
    made = {"moons": moons, "rings": rings, "blobs": blobs, "sheets": sheets}
    if name in made:
        return made[name](rows, seed)
    X, y = embedded(name)
    take = np.random.default_rng(seed).permutation(len(X))[:rows]
    return scaled(X[take]), y[take]


# -- patients


@dataclass
class Patient:
    """One training: what is wrong (nothing: healthy), what else may rightly be said, and how it is
    made: a model that is not fitted, and rows; the last quarter validates unless `alone`.
    """

    name: str
    half: str
    expected: str
    make: Callable[[], tuple[Any, Any, Any]]
    also: tuple[str, ...] = ()
    alone: bool = False
    quick: bool = False
    needs: str = ""
    shift: Callable[[Any, Any], tuple[Any, Any]] | None = field(default=None, repr=False)

    def rows(self) -> tuple[Any, Any, Any, Any, Any]:
        model, X, y = self.make()
        if self.alone:
            return model, X, y, None, None
        cut = len(y) - max(20, len(y) // 4)
        if isinstance(X, dict):
            first, last = ({k: v[part] for k, v in X.items()} for part in
                           (slice(None, cut), slice(cut, None)))  # fmt: skip
            return model, first, y[:cut], last, y[cut:]
        return model, X[:cut], y[:cut], X[cut:], y[cut:]


PATIENTS: list[Patient] = []
SEEDS = {"develop": 0, "report": 100, "tune": 200}


def patient(
    name: str, half: str, expected: str, make: Callable[[], tuple[Any, Any, Any]], **words: Any
) -> None:
    PATIENTS.append(Patient(name, half, expected, make, **words))


def mlp(task: str, seed: int, **words: Any) -> Any:
    given = {"random_state": seed, "max_iter": 300, **words}
    return MLPRegressor(**given) if task == "quantity" else MLPClassifier(**given)


def both(expected: str, words: dict[str, Any], change: Any = None, **more: Any) -> None:
    """Add patients of a sickness on regressions and classifications, for both halves."""
    sets = {
        "develop": (("friedman", 600), ("concrete", 700), ("moons", 500), ("wine", 178)),
        "report": (("waves", 800), ("kin8nm", 1500), ("rings", 600), ("breast_cancer", 569)),
        "tune": (("friedman", 900), ("power_plant", 1000), ("moons", 800), ("blobs", 700)),
    }
    tasks = more.pop("tasks", ("quantity", "classes"))
    for half, names in sets.items():
        for number, (name, rows) in enumerate(names):
            task = "quantity" if number < 2 else "classes"
            if task in tasks:
                add(expected, name, rows, half, task, number, words, change, **more)


def add(
    expected: str, name: str, rows: int, half: str, task: str, number: int,
    words: dict[str, Any], change: Any = None, calm: bool = False, **more: Any,
) -> None:  # fmt: skip
    seed = number + SEEDS[half]
    is_shared = name in ("concrete", "kin8nm", "power_plant", "california_housing")
    given = f"uci_{name}" if name in ("concrete", "kin8nm", "power_plant") else name

    def make() -> tuple[Any, Any, Any]:
        source = quantity if task == "quantity" else classes
        X, y = source(given, rows, seed)
        if change is not None:
            X, y = change(X, y, np.random.default_rng(seed + 7))
        model = mlp(task, seed, **words)
        return (settled(model, X, y) if calm else model), X, y

    needs = f"{given}.npz" if is_shared else ""
    patient(f"{expected}: {name}", half, expected, make, needs=needs, **more)


def settled(model: Any, X: Array, y: Array) -> Any:
    """Return a model whose rate is lowered, a fifth at a time, until its training neither leaves
    the finite numbers nor ends above where it began: it must be restless, not lost.
    """
    cut = len(y) - max(20, len(y) // 4)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        while True:
            with contextlib.suppress(ValueError):
                model.fit(X[:cut], y[:cut])
                losses = model.history_.column("loss")
                if model.stop_reason_ != StopReason.DIVERGED and losses[-1] < losses[0]:
                    return clone(model)
            model.set_params(learning_rate_init=0.8 * model.learning_rate_init)


def sicknesses() -> None:
    scaling = ("unscaled_inputs", "unscaled_target")
    slow = ("stopped_early", "rate_too_small", "batch_too_large", "plateau", "collapsed")

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
    both("rate_too_large", {"learning_rate_init": 1.0, "max_iter": 60}, tasks=("quantity",),
         also=("collapsed", "dead_units", "oscillation"), quick=True)  # fmt: skip
    both("rate_too_large", {"learning_rate_init": 10.0, "max_iter": 60}, tasks=("classes",),
         also=("collapsed", "dead_units", "oscillation"), quick=True)  # fmt: skip
    both("rate_too_large", {"solver": "sgd", "momentum": 0.0, "learning_rate_init": 3.0},
         also=("collapsed", "dead_units", "oscillation"), tasks=("quantity",))  # fmt: skip
    both("rate_too_small", {"learning_rate_init": 1e-6}, also=slow, quick=True)
    both("rate_too_small", {"solver": "sgd", "learning_rate_init": 1e-5, "tol": 0.0}, also=slow,
         tasks=("quantity",))  # fmt: skip
    restless = {"solver": "sgd", "momentum": 0.9, "learning_rate_init": 0.35,
                "activation": "tanh", "hidden_layer_sizes": (30,), "batch_size": 16,
                "n_iter_no_change": 1000, "tol": 0.0, "max_iter": 120}  # fmt: skip
    both("oscillation", restless, also=("rate_too_large",), tasks=("quantity",), calm=True)
    both("rate_too_large", restless, also=("oscillation", "collapsed"), tasks=("quantity",))
    both("plateau", {"activation": "logistic", "hidden_layer_sizes": (20, 20), "solver": "sgd",
         "learning_rate_init": 0.003, "tol": 0.0, "max_iter": 200, "momentum": 0.0},
         also=(*slow, "vanishing_gradients"), tasks=("quantity",))  # fmt: skip
    both("collapsed", {"activation": "logistic", "hidden_layer_sizes": (10,) * 5,
         "solver": "sgd", "learning_rate_init": 0.01},
         also=(*slow, "vanishing_gradients"))  # fmt: skip
    both("dead_units", {"initializer": _all_negative, "learning_rate_init": 1e-3},
         also=("collapsed", "network_too_small", "plateau", *slow))  # fmt: skip
    both("saturated_units", {"activation": "tanh", "initializer": _large_weights},
         also=("overfitting", *slow))  # fmt: skip
    both("vanishing_gradients", {"activation": "logistic", "hidden_layer_sizes": (16,) * 7},
         also=("collapsed", *slow))  # fmt: skip
    both("exploding_gradients", {"hidden_layer_sizes": (40,) * 5, "initializer": _growing,
         "max_iter": 100}, also=("rate_too_large", "overfitting", "collapsed"))  # fmt: skip
    both("unreachable_targets", {"output_activation": "logistic"}, lambda X, y, r: (X, 3 * y),
         tasks=("quantity",), quick=True, also=("network_too_small",))  # fmt: skip
    both("unreachable_targets", {"output_activation": "tanh"}, lambda X, y, r: (X, 3 * y + 4),
         tasks=("quantity",), also=("network_too_small", "collapsed"))  # fmt: skip
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
    both("stopped_early", {"max_iter": 6}, also=("rate_too_small", "batch_too_large", "collapsed"),
         quick=True)  # fmt: skip
    both("stopped_early", {"tol": 0.03, "n_iter_no_change": 2}, also=("rate_too_small",
         "batch_too_large"))  # fmt: skip
    both("batch_too_large", {"batch_size": 10**4, "max_iter": 40}, also=("stopped_early",
         "rate_too_small", "collapsed"))  # fmt: skip
    both("batch_too_small", {"batch_size": 1, "learning_rate_init": 0.02, "max_iter": 30},
         also=("rate_too_large", "oscillation", "dead_units"), tasks=("quantity",))  # fmt: skip
    both("target_outliers", {}, _with_outliers, tasks=("quantity",), quick=True,
         also=("overfitting", "oscillation", *scaling))  # fmt: skip
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


def healthy() -> None:
    sets = {
        "develop": (("friedman", 1500), ("concrete", 1000), ("moons", 900), ("wine", 178),
                    ("blobs", 900), ("diabetes", 442), ("iris", 150)),
        "report": (("waves", 2000), ("kin8nm", 3000), ("rings", 900), ("breast_cancer", 569),
                   ("power_plant", 3000), ("digits", 1500), ("waves", 900)),
        "tune": (("friedman", 1200), ("concrete", 800), ("sheets", 1200), ("rings", 700),
                 ("wine", 170), ("diabetes", 400)),
    }  # fmt: skip
    good = {"early_stopping": True, "n_iter_no_change": 40, "max_iter": 2000, "monitor": "val_loss",
            "tol": 1e-5,
            "learning_rate_init": 0.003, "alpha": 0.1}  # fmt: skip
    for half, names in sets.items():
        for number, (name, rows) in enumerate(names):
            task = (
                "quantity"
                if name in ("friedman", "concrete", "diabetes", "waves", "kin8nm", "power_plant")
                else "classes"
            )
            good["alpha"] = 0.1 if task == "quantity" else 0.001
            small = {"hidden_layer_sizes": (20,), "alpha": 3.0} if rows < 500 else {}
            for more in ({}, {"activation": "tanh", "solver": "lbfgs", "early_stopping": False,
                              "monitor": "auto", "max_iter": 300,
                              "alpha": 10.0 if rows < 500 else 1.0}):  # fmt: skip
                add("", name, rows, half, task, number, {**good, **small, **more},
                    quick=rows < 600 and not more)  # fmt: skip
            if rows < 1600:
                seed = number + SEEDS[half]
                add_table(name, rows, half, task, seed)


def add_table(name: str, rows: int, half: str, task: str, seed: int) -> None:
    is_shared = name in ("concrete", "kin8nm", "power_plant")
    given = f"uci_{name}" if is_shared else name

    def make() -> tuple[Any, Any, Any]:
        X, y = (quantity if task == "quantity" else classes)(given, rows, seed)
        cls = TableRegressor if task == "quantity" else TableClassifier
        return cls(solver="adam", steps=12000, hidden_layer_sizes=(32,), alpha=0.01,
                   learning_rate_init=0.01,
                   random_state=seed), X, y  # fmt: skip

    patient(f": table {name}", half, "", make, needs=f"{given}.npz" if is_shared else "",
            alone=True)  # fmt: skip


sicknesses()
healthy()


# -- the round


@dataclass
class Result:
    patient: Patient
    found: list[str]
    severities: list[float]
    place: int | None
    improved: bool | None
    trial: str
    seconds: float


def visit(one: Patient) -> Result:
    """Return what is found in a patient, and what the expected finding's remedy comes to."""
    model, *rows = one.rows()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = model
        with contextlib.suppress(ValueError):  # diverged at once
            fitted = model.fit(rows[0], rows[1])
        begun = time.perf_counter()
        found = diagnose(fitted, *rows)
        seconds = time.perf_counter() - begun
        names = found.names
        place = names.index(one.expected) if one.expected in names else None
        improved, told = None, ""
        if place is not None:
            trial = found[place].try_it()
            improved, told = trial.improved or trial.honest, str(trial)
    return Result(one, names, [f.severity for f in found], place, improved, told, seconds)


def chosen(half: str = "", quick: bool = False, names: Any = ()) -> list[Patient]:
    return [
        one
        for one in PATIENTS
        if (not half or one.half == half)
        and (not quick or one.quick)
        and (not names or any(name in (one.expected or "healthy") for name in names))
        and (not one.needs or (DATA / one.needs).exists())
    ]


def report(results: list[Result]) -> str:
    lines = [
        "| finding | patients | first or second | remedy helps | told in the first two places "
        "| of these right |",
        "|---|---|---|---|---|---|",
    ]
    for name in sorted({r.patient.expected for r in results if r.patient.expected}):
        own = [r for r in results if r.patient.expected == name]
        hit = [r for r in own if r.place is not None and r.place < 2]
        helped = [r for r in hit if r.improved]
        told = [r for r in results if name in r.found[:2]]
        right = [r for r in told if name == r.patient.expected or name in r.patient.also]
        lines.append(
            f"| {name} | {len(own)} | {len(hit)} | {len(helped)} | {len(told)} | {len(right)} |"
        )
    well = [r for r in results if not r.patient.expected]
    noted = [r for r in well if r.found]
    lines.append(f"\nhealthy: {len(well)}, with a finding: {len(noted)}")
    sick = [r for r in results if r.patient.expected]
    hits = sum(r.place is not None and r.place < 2 for r in sick)
    helps = sum(bool(r.improved) and r.place is not None and r.place < 2 for r in sick)
    lines.append(f"sick: {len(sick)}, first or second: {hits}, and its remedy helps: {helps}")
    return "\n".join(lines)


def main() -> None:
    words = sys.argv[1:]
    half = words[words.index("--half") + 1] if "--half" in words else ""
    names = [w for w in words if not w.startswith("--") and w != half]
    results = []
    for one in chosen(half, "--quick" in words, names):
        result = visit(one)
        results.append(result)
        if one.expected:
            fine = result.place is not None and result.place < 2 and result.improved
        else:
            fine = not result.found
        shown = ", ".join(
            f"{n} {s:.2f}" for n, s in zip(result.found, result.severities, strict=True)
        )
        print(
            f"{'    ' if fine else '!!! '}{one.half[:3]} {one.name}: {shown} | {result.trial} "
            f"({result.seconds:.1f} s)",
            file=sys.stderr,
            flush=True,
        )
    print(report(results))


if __name__ == "__main__":
    main()
