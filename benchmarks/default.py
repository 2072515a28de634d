"""The default on the shared tables, beside what peers got on the same splits.

Run `python -m benchmarks.default [SET[:SPLITS] ...]`; a line per fit with its candidates, then a
Markdown table: RMSE (several targets: mean of the RMSE relative to the mean's) or log loss, means
over the splits that were run, and neurona's rank of seven. The sets lie in ../shared/data/tables
beside the repository, the peers' scores in peers.jsonl there; RealMLP is shown where it was run,
and not ranked.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from neurona import TableClassifier, TableRegressor

TABLES = Path(__file__).parents[2] / "shared" / "data" / "tables"
RANKED = ("trivial", "linear", "sk_mlp", "histgb", "lightgbm", "catboost")
LEAST = 1e-6


class Split(NamedTuple):
    task: str
    X: pa.Table
    y: Any
    X_test: pa.Table
    y_test: Any


class Result(NamedTuple):
    """A score, the coverage of 95 % intervals (nan for classes), and the processor's seconds."""

    score: float
    coverage: float
    seconds: float


def split_of(name: str, number: int) -> Split:
    facts = json.loads((TABLES / f"{name}.json").read_text())
    table = pq.read_table(TABLES / f"{name}.parquet")
    targets = [table[one].to_numpy(zero_copy_only=False) for one in facts["targets"]]
    y = targets[0] if len(targets) == 1 else np.column_stack(targets)
    X, test = table.drop_columns(facts["targets"]), np.array(facts["tests"][number])
    train = np.setdiff1d(np.arange(len(X)), test)
    return Split(facts["task"], X.take(train), y[train], X.take(test), y[test])


def measured(name: str, number: int) -> Result:
    split = split_of(name, number)
    quantity = split.task in ("regression", "multi-target")
    make = TableRegressor if quantity else TableClassifier
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = make(random_state=0).fit(split.X, split.y)
        seconds = time.process_time() - began
        score, coverage = errors(model, split) if quantity else (losses(model, split), np.nan)
    tried = ", ".join(
        f"{one.name} {one.loss:.4g} ({one.weight:.0%}, {one.seconds:.1f} s)"
        for one in getattr(model, "candidates_", [])
    )
    print(f"{name}/{number}: {score:.5g}, {seconds:.1f} s; {tried}", flush=True)
    return Result(score, coverage, seconds)


def errors(model: Any, split: Split) -> tuple[float, float]:
    said = model.predict(split.X_test).reshape(len(split.y_test), -1)
    truth = split.y_test.reshape(said.shape)
    rmse = np.sqrt(np.mean((truth - said) ** 2, axis=0))
    low, high = (
        end.reshape(said.shape) for end in model.predict_interval(split.X_test, coverage=0.95)
    )
    coverage = float(np.mean((low <= truth) & (truth <= high)))
    if len(rmse) == 1:
        return float(rmse[0]), coverage
    trained = split.y.reshape(len(split.y), -1).mean(axis=0)
    return float(np.mean(rmse / np.sqrt(np.mean((truth - trained) ** 2, axis=0)))), coverage


def losses(model: Any, split: Split) -> float:
    said = np.clip(model.predict_proba(split.X_test), LEAST, 1 - LEAST)
    if split.task == "labels":
        return float(-np.mean(np.where(split.y_test == 1, np.log(said), np.log1p(-said))))
    place = {str(label): k for k, label in enumerate(model.classes_)}
    codes = [place[str(label)] for label in split.y_test]
    said /= said.sum(axis=1, keepdims=True)
    return float(-np.log(said[np.arange(len(said)), codes]).mean())


def main() -> None:
    if not TABLES.exists():
        print(f"{TABLES} is not there: nothing to measure", file=sys.stderr)
        return
    lines = (TABLES / "peers.jsonl").read_text().splitlines()
    peers: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    for one in map(json.loads, lines):
        if "score" in one:
            peers[one["set"], one["split"]][one["model"]] = one["score"]
    found: dict[str, dict[int, Result]] = {}
    for wanted in sys.argv[1:] or sorted(path.stem for path in TABLES.glob("*.parquet")):
        name, _, most = wanted.partition(":")
        count = len(json.loads((TABLES / f"{name}.json").read_text())["tests"])
        found[name] = {k: measured(name, k) for k in range(min(count, int(most or 1)))}
    print("\n| set (splits) | neurona | rank of 7 | best peer | coverage | s | worse than simple |")
    print("|---|---|---|---|---|---|---|")
    for name, results in found.items():
        own = float(np.mean([one.score for one in results.values()]))
        theirs = {
            peer: float(np.mean([peers[name, k].get(peer, np.nan) for k in results]))
            for peer in (*RANKED, "realmlp")
        }
        known = [one for one in theirs if not np.isnan(theirs[one])]
        best = min(known, key=lambda one: theirs[one])
        simple = [min(peers[name, k]["trivial"], peers[name, k]["linear"]) for k in results]
        worse = sum(
            one.score > 1.02 * limit for one, limit in zip(results.values(), simple, strict=True)
        )
        coverage = np.mean([one.coverage for one in results.values()])
        cells = (
            f"{name} ({len(results)})",
            f"{own:.4g}",
            f"{1 + sum(theirs[one] < own for one in RANKED)}",
            f"{theirs[best]:.4g} {best}",
            "" if np.isnan(coverage) else f"{coverage:.3f}",
            f"{np.mean([one.seconds for one in results.values()]):.0f}",
            f"{worse}",
        )
        print("|", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
