"""The default on the shared tables, beside what peers got on the same splits.

Run `python -m benchmarks.default [SET[:SPLITS] ...]`; a line per fit with its candidates, then
Markdown tables: RMSE (several targets: mean of the RMSE relative to the mean's) or log loss, means
over the splits that were run, neurona's rank of seven, and accuracy and the area under the ROC of
classes and labels; at the end the mean ranks. The sets lie in ../shared/data/tables beside the
repository, the peers' scores in peers.jsonl there; RealMLP is shown where it was run, and not
ranked.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.metrics import roc_auc_score

from neurona import TableClassifier, TableRegressor

TABLES = Path(__file__).parents[2] / "shared" / "data" / "tables"
RANKED = ("trivial", "linear", "sk_mlp", "histgb", "lightgbm", "catboost")
LOSSES = {
    "regression": "RMSE",
    "multi-target": "several targets",
    "classes": "log loss",
    "labels": "log loss",
}
LEAST = 1e-6


class Split(NamedTuple):
    task: str
    X: pa.Table
    y: Any
    X_test: pa.Table
    y_test: Any


class Result(NamedTuple):
    """Scores by their names (those of classes: log loss, accuracy and, of two classes or labels,
    auc), the coverage of 95 % intervals (nan for classes), and the processor's seconds.
    """

    scores: dict[str, float]
    coverage: float
    seconds: float


def shared() -> list[str]:
    """Return the names of the shared tables that are there."""
    return sorted(path.stem for path in TABLES.glob("*.parquet"))


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
        if quantity:
            score, coverage = errors(model, split)
            scores = {"score": score}
        else:
            scores, coverage = class_scores(model, split), np.nan
    tried = ", ".join(
        f"{one.name} {one.loss:.4g} ({one.weight:.0%}, {one.seconds:.1f} s)"
        for one in getattr(model, "candidates_", [])
    )
    said = ", ".join(f"{measure} {value:.5g}" for measure, value in scores.items())
    print(f"{name}/{number}: {said}, {seconds:.1f} s; {tried}", flush=True)
    return Result(scores, coverage, seconds)


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


def class_scores(model: Any, split: Split) -> dict[str, float]:
    said = np.clip(model.predict_proba(split.X_test), LEAST, 1 - LEAST)
    if split.task == "labels":
        on = split.y_test == 1
        return {
            "score": float(-np.mean(np.where(on, np.log(said), np.log1p(-said)))),
            "accuracy": float(np.mean((said > 0.5) == on)),
            "auc": float(roc_auc_score(on, said, average="macro")),
        }
    place = {str(label): k for k, label in enumerate(model.classes_)}
    codes = np.array([place[str(label)] for label in split.y_test])
    said /= said.sum(axis=1, keepdims=True)
    found = {
        "score": float(-np.log(said[np.arange(len(said)), codes]).mean()),
        "accuracy": float(np.mean(said.argmax(axis=1) == codes)),
    }
    return found | ({"auc": float(roc_auc_score(codes, said[:, 1]))} if len(place) == 2 else {})


class Place(NamedTuple):
    """The mean of a score over the splits, its rank of seven, the best peer's, and its name."""

    own: float
    rank: int
    best: float
    peer: str


def placed(
    results: Mapping[int, Result], peers: Mapping[int, Mapping[str, Any]], measure: str
) -> Place:
    """Return where the default stands by a measure; larger is better but for "score"."""
    sign = 1 if measure == "score" else -1
    own = float(np.mean([one.scores[measure] for one in results.values()]))
    theirs = {
        peer: float(np.mean([peers[k].get(peer, {}).get(measure, np.nan) for k in results]))
        for peer in (*RANKED, "realmlp")
    }
    known = [one for one in theirs if not np.isnan(theirs[one])]
    best = min(known, key=lambda one: sign * theirs[one])
    rank = 1 + sum(sign * theirs[one] < sign * own for one in RANKED)
    return Place(own, rank, theirs[best], best)


def compare(names: Sequence[str]) -> None:
    """Print the lines and tables of some sets, "NAME" or "NAME:SPLITS", of all if none is named."""
    if not TABLES.exists():
        print(f"{TABLES} is not there: nothing to measure", file=sys.stderr)
        return
    peers: dict[str, dict[int, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    for one in map(json.loads, (TABLES / "peers.jsonl").read_text().splitlines()):
        if "score" in one:
            peers[one["set"]][one["split"]][one["model"]] = one
    found: dict[str, dict[int, Result]] = {}
    for wanted in names or shared():
        name, _, most = wanted.partition(":")
        count = len(json.loads((TABLES / f"{name}.json").read_text())["tests"])
        found[name] = {k: measured(name, k) for k in range(min(count, int(most or 1)))}
    ranks: dict[str, list[int]] = defaultdict(list)
    print("\n| set (splits) | neurona | rank of 7 | best peer | coverage | s | worse than simple |")
    print("|---|---|---|---|---|---|---|")
    for name, results in found.items():
        place = placed(results, peers[name], "score")
        task = json.loads((TABLES / f"{name}.json").read_text())["task"]
        ranks[LOSSES[task]].append(place.rank)
        simple = [min(peers[name][k][one]["score"] for one in RANKED[:2]) for k in results]
        worse = sum(
            one.scores["score"] > 1.02 * limit
            for one, limit in zip(results.values(), simple, strict=True)
        )
        coverage = np.mean([one.coverage for one in results.values()])
        cells = (
            f"{name} ({len(results)})",
            f"{place.own:.4g}",
            f"{place.rank}",
            f"{place.best:.4g} {place.peer}",
            "" if np.isnan(coverage) else f"{coverage:.3f}",
            f"{np.mean([one.seconds for one in results.values()]):.0f}",
            f"{worse}",
        )
        print("|", " | ".join(cells), "|")
    classes = {name: one for name, one in found.items() if "accuracy" in one[0].scores}
    if classes:
        print("\n| set (splits) | accuracy | rank of 7 | best peer | auc | rank of 7 | best peer |")
        print("|---|---|---|---|---|---|---|")
    for name, results in classes.items():
        texts = []
        for measure in ("accuracy", "auc"):
            if measure in results[0].scores:
                place = placed(results, peers[name], measure)
                ranks[measure].append(place.rank)
                texts += [f"{place.own:.4g}", f"{place.rank}", f"{place.best:.4g} {place.peer}"]
        print("|", " | ".join([f"{name} ({len(results)})", *texts, *[""] * (6 - len(texts))]), "|")
    means = (f"{one} {np.mean(each):.2f} ({len(each)} sets)" for one, each in ranks.items())
    print(f"\nMean rank of seven: {', '.join(means)}")


if __name__ == "__main__":
    compare(sys.argv[1:])
