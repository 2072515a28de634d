"""`neurona predict` on a large CSV: rows a second from file to file, and memory by rows.

Run `python -m benchmarks.predict [ROWS]`. Each figure is a process of its own, start included.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np

import neurona

COLUMNS = 8


def write_table(path: Path, rows: int, digits: str) -> None:
    """Write rows of numbers, with all digits that a float has, or with few."""
    random = np.random.default_rng(0)
    with path.open("w") as file:
        file.write(",".join(f"x{k}" for k in range(COLUMNS)) + "\n")
        for start in range(0, rows, 50_000):
            block = random.normal(size=(min(50_000, rows - start), COLUMNS)) * 10
            file.writelines(
                ",".join([format(v, digits) for v in row]) + "\n" for row in block.tolist()
            )


def save_model(path: Path) -> None:
    """Train a little and save; the size of the network is the default's."""
    random = np.random.default_rng(1)
    X = random.normal(size=(2000, COLUMNS)) * 10
    table = {f"x{k}": X[:, k] for k in range(COLUMNS)} | {"y": X[:, 0] - X[:, 1]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        neurona.save(neurona.TableRegressor(steps=500, random_state=0).fit(table, "y"), path)


def measure(arguments: list[str]) -> tuple[float, float]:
    """Return seconds and peak memory in MiB of a command."""
    started = time.perf_counter()
    child = os.posix_spawn(
        sys.executable, [sys.executable, "-m", "neurona", *arguments], os.environ
    )
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"neurona {' '.join(arguments)} failed")
    return time.perf_counter() - started, usage.ru_maxrss / 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_model(folder / "m.neurona")
        print("| cells | rows | seconds | rows/s | peak MiB |")
        print("|---|---|---|---|---|")
        for digits, word in (("r", "17 digits"), (".6g", "6 digits")):
            for count in (1000, rows // 4, rows):
                table = folder / "t.csv"
                write_table(table, count, "" if digits == "r" else digits)
                call = ["predict", f"{folder}/m.neurona", str(table), "-q", "-o"]
                seconds, peak = measure([*call, f"{folder}/out.csv"])
                rate = f"{count / seconds:,.0f}"
                print(f"| {word} | {count:,} | {seconds:.2f} | {rate} | {peak:.0f} |", flush=True)


if __name__ == "__main__":
    main()
