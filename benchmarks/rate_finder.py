"""The rate that is found beside the best of a grid of 13, and what it costs to find it.

Run `python -m benchmarks.rate_finder [--seeds N] [SET ...]`; prints Markdown tables. Of each set and
optimizer a table estimator is trained at every rate of the grid. The grid's best rate is that of the
lowest loss on the validation rows, of the weights that `fit` keeps, its logarithm averaged over the
seeds. Sets of ../shared/data beside the repository are left out where it is missing.
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
BUNDLED = ("diabetes", "breast-cancer", "moons", "digits", "robot-arm")
TABLES = ("energy", "wine_red", "letter", "kin40k", "wall_following")
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
    X: Any, y: Any, classifies: bool, optimizer: StepOptimizer, rate: Any, seed: int
) -> tuple[float, float, Any]:
    """Return the loss on the validation rows of the weights kept, the seconds, and the model."""
    cls: Any = TableClassifier if classifies else TableRegressor
    model = cls(
        hidden_layer_sizes=(32,), activation="tanh", solver=optimizer, n_starts=1, steps=STEPS,
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


def compared(name: str, optimizer: StepOptimizer, seeds: int) -> dict[str, Any]:
    """Return the grid's best rate, and the found one of each seed."""
    X, y, classifies = rows_of(name)
    fitted(X, y, classifies, optimizer, 0.001, 0)  # what is compiled is compiled now
    grid = np.array(
        [[fitted(X, y, classifies, optimizer, rate, s)[0] for rate in GRID] for s in range(seeds)]
    )
    with np.errstate(all="ignore"):
        means = np.log(grid).mean(axis=0)
    means[~np.isfinite(means)] = np.inf
    best = int(np.argmin(means))
    nearly = [rate for rate, one in zip(GRID, means, strict=True) if one <= means[best] + 0.0198]
    found, ratios, shares, over, good = [], [], [], [], []
    for seed in range(seeds):
        loss, seconds, model = fitted(X, y, classifies, optimizer, "find", seed)
        rate = model.learning_rate_found_
        _, plain, _ = fitted(X, y, classifies, optimizer, rate, seed)
        found.append(rate)
        ratios.append(max(rate / GRID[best], GRID[best] / rate))
        good.append(max(1.0, min(nearly) / rate, rate / max(nearly)))
        shares.append(max(0.0, seconds - plain) / plain)
        over.append(loss / grid[seed].min())
    return {
        "best": GRID[best], "nearly": nearly, "found": found, "ratio": float(np.median(ratios)),
        "good": float(np.median(good)), "cost": float(np.median(shares)), "over": float(np.median(over)),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*")
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    names = given.sets or [*BUNDLED, *TABLES]
    names = [n for n in names if n in BUNDLED or (DATA / "tables" / f"{n}.parquet").is_file()]
    print("| set | optimizer | best of the grid | as good (2 %) | found | factor | to as good | loss to the "
          "grid's best | cost, of the fit |\n|---|---|---|---|---|---|---|---|---|")  # fmt: skip
    factors: dict[str, list[float]] = {title: [] for title in OPTIMIZERS}
    to_good: dict[str, list[float]] = {title: [] for title in OPTIMIZERS}
    for name in names:
        for title, optimizer in OPTIMIZERS.items():
            one = compared(name, optimizer, given.seeds)
            factors[title].append(one["ratio"])
            to_good[title].append(one["good"])
            good = f"{min(one['nearly']):.2g} to {max(one['nearly']):.2g}"
            told = ", ".join(f"{rate:.2g}" for rate in one["found"])
            print(f"| {name} | {title} | {one['best']:.2g} | {good} | {told} | {one['ratio']:.2f} "
                  f"| {one['good']:.2f} | {one['over']:.3f} | {one['cost']:.0%} |", flush=True)  # fmt: skip
    for title, ratios in factors.items():
        near, good = (sum(one <= 3 for one in ones) for ones in (ratios, to_good[title]))
        print(f"\n{title}: within a factor 3 of the best on {near}, of one as good on {good}, of "
              f"{len(ratios)} sets.")  # fmt: skip


if __name__ == "__main__":
    main()
