"""Targets learned as they are, and by a monotone function of theirs, on the shared tables.

Run `python -m benchmarks.transforms [SET[:SPLITS] ...]` (regressions of one target); prints RMSE,
mean absolute error and the coverage of 95 % intervals on the test rows, means over the splits. The
sets lie in ../shared/data/tables beside the repository.
"""

from __future__ import annotations

import sys
import warnings

import numpy as np

from benchmarks.default import split_of
from neurona import TableRegressor
from neurona.data.transforms import TRANSFORMS
from neurona.errors import TableError


def measured(
    name: str, splits: int, transform: str
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    found = []
    for number in range(splits):
        split = split_of(name, number)
        model = TableRegressor(random_state=0).set_params(target_transform=transform)
        model.fit(split.X, split.y)
        errors = split.y_test - model.predict(split.X_test)
        low, high = model.predict_interval(split.X_test)
        inside = (low <= split.y_test) & (split.y_test <= high)
        found.append([np.sqrt(np.mean(errors**2)), np.abs(errors).mean(), inside.mean()])
    mean: np.ndarray[tuple[int], np.dtype[np.float64]] = np.mean(found, axis=0)
    return mean


def main() -> None:
    warnings.simplefilter("ignore")
    print("| set (splits) | learned | RMSE | MAE | coverage |")
    print("|---|---|---|---|---|")
    for wanted in sys.argv[1:] or ["strike", "energy", "wine_red"]:
        name, _, splits = wanted.partition(":")
        for transform in TRANSFORMS:
            try:
                rmse, mae, coverage = measured(name, int(splits or 1), transform)
            except TableError as error:
                print(f"{name}: {error}", file=sys.stderr)
                continue
            print(
                f"| {name} ({splits or 1}) | {transform} "
                f"| {rmse:.4g} | {mae:.4g} | {coverage:.3f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
