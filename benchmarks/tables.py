"""Table estimators with defaults beside scikit-learn's default MLPs behind a StandardScaler.

Run `python -m benchmarks.tables [SET ...]`; prints a Markdown table. The sets lie in ../shared/data
beside the repository (those missing are skipped). Both models see the same training rows and are
scored on the same test rows: RMSE (mean over targets, less is better) or accuracy (more is better).
The shared tables that have splits and the scores of peers follow, as `benchmarks.default` prints
them, with ranks and candidates.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks import default
from neurona import TableClassifier, TableRegressor, read_table
from neurona.data.frames import as_table
from neurona.data.table import Table
from neurona.data.targets import class_labels, find_task, numeric_targets
from neurona.data.task import Task

DATA = Path(__file__).parents[2] / "shared" / "data"
FILES = {
    "abalone": "rings",
    "auto_imports": "price",
    "banknote_authentication": "class",
    "housing_mixed_missing": "median_house_value",
    "pima_indians_diabetes": "class",
    "weka_autoMpg": "class",
    "weka_autoPrice": "class",
    "weka_bodyfat": "class",
    "weka_cpu": "class",
    "wheat_seeds": "x8",
}
ARRAYS = (
    "california_housing",
    "uci_concrete",
    "uci_kin8nm",
    "uci_power_plant",
    "uci_yacht",
    "reg10_airfoil",
    "reg10_autompg",
    "reg10_pumadyn32nm",
    "reg10_servo",
    "mt_slump",
    "ml_yeast",
    "mnist_t10k",
)


class Case(NamedTuple):
    name: str
    task: Task
    train: Table
    y_train: Any
    test: Table
    y_test: Any


def cases(names: Sequence[str]) -> Iterator[Case]:
    for name in names:
        path = DATA / (f"{name}.csv.gz" if name in FILES else f"{name}.npz")
        if not path.exists():
            print(f"{path} is not there: skipped", file=sys.stderr)
        elif name in FILES:
            yield of_file(name, path)
        else:
            yield of_arrays(name, np.load(path))


def of_file(name: str, path: Path) -> Case:
    table, target = read_table(path), FILES[name]
    task = find_task(table, [target]).task
    labels = task is not Task.REGRESSION
    y = class_labels(table, target) if labels else numeric_targets(table, [target]).ravel()
    return split(name, task, table.without([target]), y)


def split(name: str, task: Task, table: Table, y: Any) -> Case:
    stratify = y if task in (Task.BINARY, Task.MULTICLASS) else None
    train, test = train_test_split(
        np.arange(table.rows), test_size=0.2, random_state=0, stratify=stratify
    )
    return Case(name, task, table.take(train), y[train], table.take(test), y[test])


def of_arrays(name: str, data: Any) -> Case:
    if name == "ml_yeast":
        tables = as_table(data["X_train"]), as_table(data["X_test"])
        return Case(name, Task.MULTILABEL, tables[0], data["Y_train"], tables[1], data["Y_test"])
    X, y = data["X"], data["Y"] if "Y" in data else data["y"].ravel()
    table = as_table(X.astype(float))
    if "test_index" in data:
        test = data["test_index"][0]
    elif "test_mask" in data:
        test = np.flatnonzero(data["test_mask"][:, 0])
    elif "geron_test" in data:
        test = data["geron_test"]
    else:
        return split(
            name, Task.MULTICLASS if name.startswith("mnist") else Task.REGRESSION, table, y
        )
    train = np.setdiff1d(np.arange(len(y)), test)
    return Case(name, Task.REGRESSION, table.take(train), y[train], table.take(test), y[test])


def reference(case: Case) -> Any:
    """Return scikit-learn's default behind a StandardScaler, texts one-hot, missing imputed."""
    texts = [name for name in case.train.names if case.train[name].dtype.kind == "O"]
    numbers = [name for name in case.train.names if name not in texts]
    columns = make_column_transformer(
        (make_pipeline(SimpleImputer(), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts),
    )
    model = MLPRegressor if case.task is Task.REGRESSION else MLPClassifier
    return make_pipeline(columns, model(random_state=0))


def score(case: Case, predicted: Any) -> float:
    if case.task is Task.REGRESSION:
        errors = np.asarray(predicted) - case.y_test
        return float(np.sqrt((errors**2).mean(axis=0)).mean())
    right = np.asarray(predicted) == case.y_test
    return float(right.mean())


def baseline(case: Case) -> float:
    if case.task is Task.REGRESSION:
        return score(case, np.broadcast_to(case.y_train.mean(axis=0), case.y_test.shape))
    if case.task is Task.MULTILABEL:
        return score(case, np.broadcast_to(case.y_train.mean(axis=0) > 0.5, case.y_test.shape))
    values, counts = np.unique(case.y_train, return_counts=True)
    return score(case, np.full(len(case.y_test), values[counts.argmax()]))


def beside_scikit_learn(names: Sequence[str]) -> None:
    import pandas as pd

    warnings.simplefilter("ignore")
    print(
        "| set | rows x columns | task | baseline | scikit-learn | neurona "
        "| scikit-learn s | neurona s | neurona is |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for case in cases(names):
        cls = TableRegressor if case.task is Task.REGRESSION else TableClassifier
        begun = time.perf_counter()
        ours = score(case, cls(random_state=0).fit(case.train, case.y_train).predict(case.test))
        ours_seconds = time.perf_counter() - begun
        train, test = (pd.DataFrame(dict(table.columns)) for table in (case.train, case.test))
        begun = time.perf_counter()
        theirs = score(case, reference(case).fit(train, case.y_train).predict(test))
        theirs_seconds = time.perf_counter() - begun
        trivial = baseline(case)
        sign = -1 if case.task is Task.REGRESSION else 1
        verdict = "better" if sign * ours > max(sign * theirs, sign * trivial) else "not better"
        print(
            f"| {case.name} | {case.train.rows} x {len(case.train.names)} | {case.task} "
            f"| {trivial:.4g} | {theirs:.4g} | {ours:.4g} | {theirs_seconds:.1f} "
            f"| {ours_seconds:.1f} | {verdict} |",
            flush=True,
        )


def main() -> None:
    """Print the tables of the sets that are named, of all if none is."""
    with_splits = set(default.shared())
    named = sys.argv[1:] or [*FILES, *ARRAYS, *sorted(with_splits)]
    others = [name for name in named if name.partition(":")[0] in with_splits]
    first = [name for name in named if name not in others]
    if first:
        beside_scikit_learn(first)
    if others:
        default.compare(others)


if __name__ == "__main__":
    main()
