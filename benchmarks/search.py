"""neurona search beside Optuna with scikit-learn's MLP and random search of HistGradientBoosting.

Run `python -m benchmarks.search [--seconds S] [--split K] [SET ...] [--only METHOD ...]`; prints a
Markdown table. The sets lie in ../shared/data/tables, in the order of the alphabet; the target is
for the first ten. Each method has the same seconds and the same training rows, its choice by
validation of its own on these, and is scored once on the same test rows: RMSE, for several targets
the mean of RMSE over that of saying the mean, or log loss; less is better. Seconds are those of the
processor divided by the cores, so that a busy machine changes nothing. Others have a search space
as people write it, cross-validation of the same number of folds as ours has by the rows, all cores,
and a last fit of the best on all training rows, within the time.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import sys
import tempfile
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from neurona import metrics, read_table
from neurona.data.table import Table
from neurona.engine.threads import available_threads
from neurona.estimators.tables.contest.clock import Clock

DATA = Path(__file__).parents[2] / "shared" / "data" / "tables"
SETS = (
    *("adult", "edm", "emotions", "energy", "horse_colic", "kin40k", "letter", "meta"),
    *("sensory", "sonar", "strike", "wall_following", "wine_red", "wq"),
)

METHODS = ["neurona", "MLP", "boosting"]
"""`neurona search`, Optuna with scikit-learn's MLP, random search of HistGradientBoosting."""
DEFAULT = "default"
"""What `neurona train` does without a word, beside them; it takes the time that it takes."""


def clock() -> float:
    """Return the seconds of the processor, shared out over the cores."""
    return time.process_time() / available_threads()


class Case(NamedTuple):
    name: str
    task: str
    targets: list[str]
    table: Table
    train: Any
    test: Any


def case_of(name: str, split: int) -> Case:
    about = json.loads((DATA / f"{name}.json").read_text())
    table = read_table(DATA / f"{name}.parquet")
    test = np.array(about["tests"][split])
    train = np.setdiff1d(np.arange(table.rows), test)
    return Case(name, about["task"], about["targets"], table, train, test)


def truth(case: Case, rows: Any) -> Any:
    columns = [case.table[name][rows] for name in case.targets]
    if case.task == "classes":
        return columns[0].astype(str)
    return np.column_stack([np.asarray(one, float) for one in columns])


def score(case: Case, said: Any, classes: Any = None) -> float:
    """Return the score of quantities, or of probabilities of sorted classes or labels."""
    y, train = truth(case, case.test), truth(case, case.train)
    if case.task == "classes":
        on = y[:, None] == np.asarray(classes).astype(str)
        return float(-np.log(np.clip((said * on).sum(axis=1), 1e-6, 1)).mean())
    if case.task == "labels":
        chance = np.clip(np.where(y > 0.5, said, 1 - said), 1e-6, 1)
        return float(-np.log(chance).mean())
    said = np.asarray(said, float).reshape(y.shape)
    own = metrics.rmse(y - said)
    if y.shape[1] == 1:
        return float(own[0])
    return float(np.mean(own / metrics.rmse(y - train.mean(axis=0))))


def ours(case: Case, seconds: float, folder: Path) -> tuple[float, str]:
    import neurona
    from neurona.runs.searching import search as searching

    # what is shared out inside a training is the processor's time, too
    searching.clock = time.perf_counter = clock
    Clock.__init__.__defaults__ = (clock,)
    path, task = written(case, folder)
    fixed = {"data.test_share": 0.0, "data.task": task}
    found = neurona.search(
        path, case.targets, budget=seconds, out=folder / case.name, settings=fixed
    )
    inputs = case.table.take(case.test).without(case.targets)
    model = found.model
    what = f"{found.tried} tried, {found.candidates[0]['origin']}"
    if task == "regression":
        return score(case, model.predict(inputs)), what
    classes = getattr(model, "classes_", None)
    return score(case, model.predict_proba(inputs), classes), what


def usual(case: Case) -> tuple[float, str]:
    from neurona import TableClassifier, TableRegressor

    of_quantities = case.task in ("regression", "multi-target")
    model = (TableRegressor if of_quantities else TableClassifier)(random_state=0)
    rows, inputs = case.table.take(case.train), case.table.take(case.test).without(case.targets)
    if case.task == "classes":
        words = {name: rows[name].astype(str).astype(object) for name in case.targets}
        rows = Table({**rows.columns, **words})
    model.fit(rows, case.targets)
    if of_quantities:
        return score(case, model.predict(inputs)), ""
    return score(case, model.predict_proba(inputs), getattr(model, "classes_", None)), ""


def written(case: Case, folder: Path) -> tuple[Path, str]:
    """Write the training rows as a file; returns it and the task in our words."""
    rows = case.table.take(case.train)
    if case.task == "classes":
        columns = {
            name: column.astype(str).astype(object) if name in case.targets else column
            for name, column in rows.columns.items()
        }
        rows = Table(columns)
    path = folder / f"{case.name}.parquet"
    write(rows, path)
    task = "regression" if case.task in ("regression", "multi-target") else "classification"
    return path, task


def write(table: Table, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({name: list(column) for name, column in table.columns.items()}), path)


def frame(case: Case, rows: Any) -> Any:
    import pandas as pd

    kept = case.table.take(rows).without(case.targets)
    columns = {}
    for name, column in kept.columns.items():
        if column.dtype.kind == "O":
            columns[name] = pd.Series(column, dtype=object).fillna("?").astype(str)
        else:
            columns[name] = column.astype(float)
    return pd.DataFrame(columns)


def folds_of(case: Case) -> Any:
    from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold, StratifiedShuffleSplit

    rows, classes = len(case.train), case.task == "classes"
    count = 5 if rows <= 1000 else 3 if rows <= 4000 else 1
    if count == 1:
        maker = StratifiedShuffleSplit if classes else ShuffleSplit
        return maker(1, test_size=min(0.2, 10_000 / rows), random_state=0)
    return (StratifiedKFold if classes else KFold)(count, shuffle=True, random_state=0)


def mlp(case: Case, trial: Any, numbers: list[str], words: list[str]) -> Any:
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    depth = trial.suggest_int("depth", 1, 3)
    width = trial.suggest_int("width", 8, 256, log=True)
    options = {
        "hidden_layer_sizes": (width,) * depth,
        "activation": trial.suggest_categorical("activation", ["relu", "tanh"]),
        "alpha": trial.suggest_float("alpha", 1e-6, 1.0, log=True),
        "learning_rate_init": trial.suggest_float("rate", 1e-4, 3e-2, log=True),
        "batch_size": trial.suggest_categorical("batch", [32, 64, 128, 256]),
        "max_iter": trial.suggest_int("epochs", 30, 300, log=True),
        "early_stopping": trial.suggest_categorical("early_stopping", [False, True]),
        "random_state": 0,
    }
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False, max_categories=50), words),
    )
    if case.task in ("classes", "labels"):
        return make_pipeline(columns, MLPClassifier(**options))
    from sklearn.compose import TransformedTargetRegressor

    network = TransformedTargetRegressor(MLPRegressor(**options), transformer=StandardScaler())
    return make_pipeline(columns, network)


def boosting(case: Case, random: np.random.RandomState, words: list[str], X: Any) -> Any:
    from sklearn.compose import make_column_transformer
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    options = {
        "learning_rate": float(np.exp(random.uniform(np.log(0.01), np.log(0.3)))),
        "max_iter": int(np.exp(random.uniform(np.log(50), np.log(600)))),
        "max_leaf_nodes": int(np.exp(random.uniform(np.log(4), np.log(128)))),
        "min_samples_leaf": int(np.exp(random.uniform(np.log(2), np.log(60)))),
        "l2_regularization": float(np.exp(random.uniform(np.log(1e-4), np.log(30)))),
        "max_features": float(random.choice([0.3, 0.5, 0.8, 1.0])),
        "random_state": 0,
    }
    unknown = {"handle_unknown": "use_encoded_value", "unknown_value": -1}
    places = [X.columns.get_loc(name) for name in words]
    encode = make_column_transformer(
        (OrdinalEncoder(**unknown, max_categories=200), places), remainder="passthrough"
    )
    tree: Any
    if case.task == "classes":
        tree = HistGradientBoostingClassifier(**options)
    elif case.task == "labels":
        tree = MultiOutputClassifier(HistGradientBoostingClassifier(**options))
    else:
        tree = HistGradientBoostingRegressor(**options)
        if len(case.targets) > 1:
            tree = MultiOutputRegressor(tree)
    return make_pipeline(encode, tree)


def answers(case: Case, model: Any, X: Any) -> Any:
    if case.task in ("regression", "multi-target"):
        return model.predict(X)
    said = model.predict_proba(X)
    if isinstance(said, list):  # one array a label
        return np.column_stack([one[:, -1] if one.shape[1] > 1 else 0 * one for one in said])
    return said


def loss(case: Case, model: Any, said: Any, y: Any, scale: Any) -> float:
    if case.task == "classes":
        on = y[:, None] == model.classes_
        return float(-np.log(np.clip((said * on).sum(axis=1), 1e-6, 1)).mean())
    if case.task == "labels":
        return float(-np.log(np.clip(np.where(y > 0.5, said, 1 - said), 1e-6, 1)).mean())
    return float((((said.reshape(y.shape) - y) / scale) ** 2).mean())


def theirs(case: Case, seconds: float, kind: str) -> tuple[float, str]:
    """Search with Optuna: its sampler for MLPs, random for boosting; fit the best on all rows."""
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    began = clock()
    X, X_test = frame(case, case.train), frame(case, case.test)
    y = truth(case, case.train)
    scale = 1.0 if case.task in ("classes", "labels") else y.std(axis=0) + 1e-12
    words = [name for name in X.columns if X[name].dtype.kind not in "fi"]
    numbers = [name for name in X.columns if name not in words]
    target = y.ravel() if y.ndim == 2 and y.shape[1] == 1 else y
    splits = list(folds_of(case).split(X, target if case.task == "classes" else None))
    took: dict[int, float] = {}
    models: dict[int, Any] = {}

    def make(trial: Any) -> Any:
        if kind == "mlp":
            return mlp(case, trial, numbers, words)
        return boosting(case, np.random.RandomState(trial.number), words, X)

    def objective(trial: Any) -> float:
        if kind != "mlp":
            trial.suggest_float("nothing", 0, 1)
        found, at = [], clock()
        for fold, (train, held) in enumerate(splits):
            model = make(trial) if fold == 0 else clone(models[trial.number])
            models[trial.number] = model
            if clock() - began > seconds:
                raise optuna.TrialPruned
            with threadpool_limits(1, "openmp"):  # a limit is that of a thread
                model.fit(X.iloc[train], target[train])
                said = answers(case, model, X.iloc[held])
            found.append(loss(case, model, said, y[held], scale))
        took[trial.number] = (clock() - at) / len(splits)
        return float(np.mean(found))

    from sklearn.base import clone

    sampler = optuna.samplers.TPESampler(seed=0) if kind == "mlp" else None
    study = optuna.create_study(sampler=sampler or optuna.samplers.RandomSampler(seed=0))

    def enough(study: Any, trial: Any) -> None:
        done = [one for one in study.trials if one.value is not None]
        spare = 1.3 * took[study.best_trial.number] if done else 0.0
        if clock() - began + spare > seconds:
            study.stop()

    with threadpool_limits(1):
        study.optimize(objective, n_jobs=available_threads(), callbacks=[enough])
        done = [one for one in study.trials if one.value is not None]
        if not done:
            return math.nan, "none ended"
        model = clone(models[study.best_trial.number]).fit(X, target)
        said = answers(case, model, X_test)
    return score(case, said, getattr(model, "classes_", None)), f"{len(done)} tried"


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=30.0)
    options.add_argument("--split", type=int, default=0)
    options.add_argument("--only", choices=[DEFAULT, *METHODS], nargs="*")
    options.add_argument("sets", nargs="*")
    given = options.parse_args()
    given.only = given.only or [DEFAULT, *METHODS]
    warnings.simplefilter("ignore")
    print(f"| set | rows | {' | '.join(given.only)} | best |")
    print("|---|---" + "|---" * len(given.only) + "|---|")
    wins, count = 0, 0
    for name in given.sets or SETS:
        if not (DATA / f"{name}.parquet").exists():
            print(f"{name} is not there: skipped", file=sys.stderr)
            continue
        case = case_of(name, given.split)
        found, spent = {}, {}
        with tempfile.TemporaryDirectory() as folder:
            runs = {
                DEFAULT: partial(usual, case),
                "neurona": partial(ours, case, given.seconds, Path(folder)),
                "MLP": partial(theirs, case, given.seconds, "mlp"),
                "boosting": partial(theirs, case, given.seconds, "boosting"),
            }
            for method in given.only:
                began = clock()
                found[method] = runs[method]()
                spent[method] = clock() - began
        competing = [method for method in found if method != DEFAULT] or list(found)
        best = min(competing, key=lambda method: (math.isnan(found[method][0]), found[method][0]))
        wins, count = wins + (best == "neurona"), count + 1
        cells = [
            f"{s:.4f} ({'; '.join(filter(None, [what, f'{spent[m]:.0f} s']))})"
            for m, (s, what) in found.items()
        ]
        print(f"| {name} | {len(case.train):,} | {' | '.join(cells)} | {best} |", flush=True)
        print(f"load {os.getloadavg()[1]:.1f}", file=sys.stderr, flush=True)
    print(f"\nneurona search is best on {wins} of {count}")


if __name__ == "__main__":
    main()
