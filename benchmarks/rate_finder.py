"""The rate that is found beside the best of a grid of 13, and what it costs to find it.

Run `python -m benchmarks.rate_finder [--seeds N] [--steps N] [SET ...]`; prints Markdown tables. Of
each set and optimizer a table estimator is trained at every rate of the grid. A loss is that of the
validation rows, of the weights that `fit` keeps. "factor" is to the best rate of the grid with the
same seed, so the same split; "of the mean" to the best by the loss's logarithm averaged over the
seeds, "to as good" to the nearest that is as good as that by 2 %; medians over the seeds. Sets of
../shared/data beside the repository are left out where it is missing.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from neurona import TableClassifier, TableRegressor, datasets, read_table
from neurona.errors import DivergenceError
from neurona.optimizers import SGD, Adam, RMSProp, StepOptimizer

_PLACES = [above / "shared" / "data" for above in Path(__file__).parents[2:4]]
DATA = next((place for place in _PLACES if place.is_dir()), _PLACES[0])
GRID = [float(f"{10.0**k:.3g}") for k in np.arange(-5, 1.25, 0.5)]
BUNDLED = ("diabetes", "breast-cancer", "digits", "robot-arm")
TABLES = ("adult", "energy", "wine_red", "letter", "kin40k", "wall_following")
ROWS, STEPS = 2000, 2000
OPTIMIZERS: dict[str, StepOptimizer] = {
    "sgd": SGD(momentum=0.0),
    "sgd, nesterov": SGD(momentum=0.9, nesterov=True),
    "adam": Adam(),
    "rmsprop": RMSProp(),
}
NEARLY = 1.02


def rows_of(name: str) -> tuple[Any, Any, bool]:
    """Return inputs, targets, and whether these are classes; at most ROWS rows, by lot."""
    if name in BUNDLED:
        found = datasets.load(name)
        X, y, classifies = np.asarray(found.X), np.asarray(found.y), found.task == "classification"
        chosen = np.random.default_rng(0).permutation(len(X))[:ROWS]
        return X[chosen], y[chosen], classifies
    table = read_table(DATA / "tables" / f"{name}.parquet")
    import json

    said = json.loads((DATA / "tables" / f"{name}.json").read_text())
    chosen = np.random.default_rng(0).permutation(table.rows)[:ROWS]
    return table.take(chosen), said["targets"], said["task"] != "regression"


def fitted(
    X: Any, y: Any, classifies: bool, optimizer: StepOptimizer, rate: Any, seed: int, steps: int
) -> tuple[float, float, Any]:
    """Return the loss on the validation rows of the weights kept, the seconds, and the model."""
    cls: Any = TableClassifier if classifies else TableRegressor
    model = cls(
        hidden_layer_sizes=(32,), activation="tanh", solver=optimizer, n_starts=1, steps=steps,
        learning_rate_init=rate, validation_fraction=0.25, split="random", n_threads=1,
        random_state=seed,
    )  # fmt: skip
    began = time.perf_counter()
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            model.fit(X, y)
        except DivergenceError:
            return np.inf, time.perf_counter() - began, model
    losses = [one for one in model.network_.history_.column("val_loss") if np.isfinite(one)]
    return min(losses, default=np.inf), time.perf_counter() - began, model


def compared(name: str, optimizer: StepOptimizer, seeds: int, steps: int) -> dict[str, Any]:
    """Return the grid's best rate, and the found one of each seed beside it."""
    X, y, classifies = rows_of(name)
    fitted(X, y, classifies, optimizer, 0.001, 0, steps)  # what is compiled is compiled now
    grid = np.array(
        [
            [fitted(X, y, classifies, optimizer, rate, seed, steps)[0] for rate in GRID]
            for seed in range(seeds)
        ]
    )
    with np.errstate(all="ignore"):
        means = np.log(grid).mean(axis=0)
    means[~np.isfinite(means)] = np.inf
    best = GRID[int(np.argmin(means))]
    near = [r for r, one in zip(GRID, means, strict=True) if one <= means.min() + np.log(NEARLY)]
    rows = []
    for seed in range(seeds):
        loss, seconds, model = fitted(X, y, classifies, optimizer, "find", seed, steps)
        rate = model.learning_rate_found_
        _, plain, _ = fitted(X, y, classifies, optimizer, rate, seed, steps)
        own = GRID[int(np.argmin(grid[seed]))]
        to_near = max(1.0, min(near) / rate, rate / max(near))
        low = grid[seed].min()
        rows.append(
            [
                factor(rate, own),
                factor(rate, best),
                to_near,
                loss / low,
                seconds - plain,
                plain,
                rate,
            ]
        )
    found = np.array(rows)
    return {
        "best": best,
        "near": f"{min(near):.2g} to {max(near):.2g}",
        "found": ", ".join(f"{rate:.2g}" for rate in found[:, 6]),
        "medians": np.median(found[:, :6], axis=0),
    }


def factor(one: float, other: float) -> float:
    return max(one / other, other / one)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=STEPS)
    given = parser.parse_args()
    names = given.sets or [*BUNDLED, *TABLES]
    names = [n for n in names if n in BUNDLED or (DATA / "tables" / f"{n}.parquet").is_file()]
    head = (
        "set",
        "optimizer",
        "best of the mean",
        "as good (2 %)",
        "found",
        "factor",
        "of the mean",
        "to as good",
        "loss to the grid's best",
        "finding, s",
        "fit, s",
    )
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    kept: dict[str, list[Any]] = {title: [] for title in OPTIMIZERS}
    for name in names:
        for title, optimizer in OPTIMIZERS.items():
            one = compared(name, optimizer, given.seeds, given.steps)
            kept[title].append(one["medians"])
            figures = [f"{x:.2f}" for x in one["medians"]]
            cells = [name, title, f"{one['best']:.2g}", one["near"], one["found"], *figures]
            print(f"| {' | '.join(cells)} |", flush=True)
    print()
    for title, rows in kept.items():
        own, mean, near = (int((np.array(rows)[:, k] <= 3).sum()) for k in range(3))
        worst = np.array(rows)[:, 3].max()
        print(f"{title}: within a factor 3 on {own} of {len(rows)} sets (of the mean: {mean}, to "
              f"one as good: {near}); loss at most {worst:.2f} times the grid's best.")  # fmt: skip


if __name__ == "__main__":
    main()
