"""Error bars by the inputs beside those of one size for all rows, of the same fits.

`python -m benchmarks.noise [SET[:SPLITS] ...]`: made tables ("made:SEEDS") whose noise depends on
the row or not, and the quantities of the shared tables (../shared/data/tables). A line per fit;
means at the end: negative log density, interval score of 90 % (T. Gneiting and A. Raftery, JASA
102, 2007) in spreads of the target, and how many rows lie inside the 90 % interval: all, those of
the quarter with the narrowest new bars, those with the widest.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from benchmarks.default import shared, split_of
from neurona import TableRegressor

HEADS = "-log density", "interval score", "inside", "narrow", "wide"
KINDS = "input", "prediction", "both sides", "two kinds", "tails and input", "constant", "tails"
ROWS = 120, 400, 1500
NEW = 2000


class Case(NamedTuple):
    name: str
    X: Any
    y: Any
    X_new: Any
    y_new: Any
    seed: int


def made(kind: str, rows: int, seed: int) -> Case:
    """Return a smooth function of four of six columns, with noise of a kind."""
    random = np.random.default_rng([KINDS.index(kind), rows, seed])
    X = random.uniform(-1, 1, (rows + NEW, 6))
    if kind == "two kinds":
        X[:, 5] = random.integers(0, 2, len(X))
    truth = np.sin(2.5 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.7 * X[:, 3]
    noise = random.standard_t(3, len(X)) / 3**0.5 if "tails" in kind else random.normal(size=len(X))
    size = {
        "prediction": 0.15 * (truth - truth.min() + 0.1),
        "both sides": 0.3 * (0.2 + 1.6 * np.abs(X[:, 3])),
        "two kinds": np.where(X[:, 5] > 0, 0.5, 0.1),
    }.get(kind, 0.25 * np.exp(1.2 * X[:, 4]) if "input" in kind else 0.3)
    y = truth + size * noise
    return Case(f"{kind}, {rows} rows", X[:rows], y[:rows], X[rows:], y[rows:], seed)


def cases(wanted: str) -> Iterator[Case]:
    name, _, most = wanted.partition(":")
    for seed in range(int(most or 1)):
        if name == "made":
            yield from (made(kind, rows, seed) for rows in ROWS for kind in KINDS)
        else:
            split = split_of(name, seed)
            if split.task in ("regression", "multi-target"):
                yield Case(name, *split[1:], seed)


def figures(model: Any, case: Case, widths: Any = None) -> tuple[Any, Any]:
    """Return the figures of each target, targets x figures, and the widths of its bars."""
    mean, std = (one.reshape(len(one), -1) for one in model.predict(case.X_new, return_std=True))
    low, high = (one.reshape(mean.shape) for one in model.predict_interval(case.X_new, 0.9))
    truth = case.y_new.reshape(mean.shape)
    density = 0.5 * np.log(2 * np.pi * std**2) + (truth - mean) ** 2 / (2 * std**2)
    beyond = np.maximum(low - truth, 0) + np.maximum(truth - high, 0)
    score = (high - low + 20 * beyond) / np.abs(np.asarray(model.targets_.scale))
    inside = (low <= truth) & (truth <= high)
    widths = high - low if widths is None else widths
    order, quarter = np.argsort(widths, axis=0, kind="stable"), max(len(widths) // 4, 1)
    ends = [
        np.take_along_axis(inside, part, 0).mean(axis=0)
        for part in (order[:quarter], order[-quarter:])
    ]
    parts = (density.mean(axis=0), score.mean(axis=0), inside.mean(axis=0), *ends)
    return np.column_stack(parts), widths


def measured(case: Case) -> tuple[Any, Any, bool]:
    """Return the figures of one size for all rows, those of sizes by the inputs, and whether these
    were found.
    """
    began = time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = TableRegressor(random_state=case.seed).fit(case.X, case.y)
    seconds, found = time.process_time() - began, hasattr(model, "noise_scale_")
    after, widths = figures(model, case)
    vars(model).pop("noise_scale_", None)
    before, _ = figures(model, case, widths)
    both = [one.mean(axis=0).round(3).tolist() for one in (before, after)]
    print(
        f"{case.name}/{case.seed}: {'found' if found else '-'}, {both}, {seconds:.1f} s", flush=True
    )
    return before.mean(axis=0), after.mean(axis=0), found


def main() -> None:
    results: dict[str, list[tuple[Any, Any, bool]]] = defaultdict(list)
    for wanted in sys.argv[1:] or ["made", *shared()]:
        for case in cases(wanted):
            results[case.name].append(measured(case))
    print(f"\n| set (fits) | found | {' | '.join(f'{head}, before, now' for head in HEADS)} |")
    print("|---|---|" + "---|" * len(HEADS))
    for name, some in results.items():
        pairs = zip(*(np.mean([one[k] for one in some], axis=0) for k in (0, 1)), strict=True)
        shown = " | ".join(f"{before:.3f}, {now:.3f}" for before, now in pairs)
        print(f"| {name} ({len(some)}) | {sum(one[2] for one in some)} | {shown} |")


if __name__ == "__main__":
    main()
