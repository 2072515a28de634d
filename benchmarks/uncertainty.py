"""Test RMSE, log likelihood and coverage on published splits, defaults only, beside the literature.

`python -m benchmarks.uncertainty [SET] [FIRST SPLIT] [LAST SPLIT]`; needs ../shared/data. All four
sets take an hour of two cores.
"""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np

from benchmarks.tables import DATA
from neurona import TableRegressor

TARGETS = {
    "yacht": (0.33, -0.2, "0.67; 1.18"),
    "concrete": (4.5, 2.88, "4.83; 2.94"),
    "kin8nm": (0.066, -1.30, "0.0789; -1.20"),
    "power_plant": (4.0, 2.80, "4.01; 2.79"),
}
COVERAGE = 0.95


def score(name, first, last):
    """Return RMSE, negative log likelihood, coverage and seconds of each split."""
    data = np.load(DATA / f"uci_{name}.npz")
    X, y = data["X"], data["y"]
    scores = []
    for split in range(first, min(last, len(data["test_index"]))):
        test = data["test_index"][split]
        train = np.setdiff1d(np.arange(len(X)), test)
        began = time.perf_counter()
        model = TableRegressor(random_state=split).fit(X[train], y[train])
        seconds = time.perf_counter() - began
        mean, std = model.predict(X[test], return_std=True)
        low, high = model.predict_interval(X[test], COVERAGE)
        error = y[test] - mean
        likelihood = 0.5 * np.log(2 * np.pi * std**2) + error**2 / (2 * std**2)
        inside = (low <= y[test]) & (y[test] <= high)
        scores.append((np.sqrt((error**2).mean()), likelihood.mean(), inside.mean(), seconds))
        print(name, split, np.round(scores[-1], 4), file=sys.stderr, flush=True)
    return np.array(scores)


def main():
    names = sys.argv[1:2] or list(TARGETS)
    first, last = (int(n) for n in (sys.argv[2:4] or (0, 20)))
    warnings.simplefilter("ignore")
    print(
        "| set | splits | RMSE (target) | -log likelihood (target) | 95 % covers | s per fit "
        "| best published |"
    )
    print("|---|---|---|---|---|---|---|")
    for name in names:
        scores = score(name, first, last)
        rmse, likelihood, inside, seconds = scores.mean(axis=0)
        error = scores[:, 0].std(ddof=1) / np.sqrt(len(scores))
        most, worst, published = TARGETS[name]
        print(
            f"| {name} | {len(scores)} | {rmse:.4f} +- {error:.4f} ({most}) "
            f"| {likelihood:.3f} ({worst}) | {100 * inside:.1f} % | {seconds:.1f} | {published} |"
        )


if __name__ == "__main__":
    main()
