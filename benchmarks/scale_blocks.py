"""Larger than memory: a Parquet file learned in blocks beside the same rows in memory, each in a
process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

COLUMNS = 20
ROWS_AT_A_TIME = 250_000
LIMIT_MB = 1000
SHARE = 0.8
IN_MEMORY = 3.6
"""Times the bytes of the numbers that a fit of all rows in memory took (2 GB)."""


def write_file(path: Path, gigabytes: float) -> int:
    """Write a Parquet file of so many bytes of numbers; returns its rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = int(gigabytes * 1e9 / (8 * (COLUMNS + 1)))
    random = np.random.default_rng(0)
    mixing = random.normal(size=COLUMNS) / COLUMNS**0.5  # one wave, which is learned at once
    writer = None
    for start in range(0, rows, ROWS_AT_A_TIME):
        X = random.normal(size=(min(ROWS_AT_A_TIME, rows - start), COLUMNS))
        y = np.sin(X @ mixing) + 0.1 * random.normal(size=len(X))
        table = pa.table({f"x{k}": X[:, k] for k in range(COLUMNS)} | {"y": y})
        writer = writer or pq.ParquetWriter(path, table.schema, use_dictionary=False)
        writer.write_table(table)
    assert writer is not None
    writer.close()
    return rows


def measure(path: str, how: str, epochs: int) -> dict[str, float]:
    """Fit in this process."""
    import resource
    import warnings

    from neurona import TableRegressor

    warnings.simplefilter("ignore")
    clocks: list[float] = []
    model = TableRegressor(
        hidden_layer_sizes=(64, 64), solver="adam", n_starts=1, epochs=epochs, random_state=0,
        callbacks=lambda training, record: clocks.append(time.process_time()),
    )  # fmt: skip
    TableRegressor(solver="adam", epochs=1).fit(np.random.normal(size=(500, 2)), np.arange(500.0))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    if how == "blocks":
        model.fit(path, "y")
    else:
        import pyarrow.parquet as pq

        model.fit(pq.read_table(path), "y")
    whole = time.perf_counter() - started
    seconds = model.history_.column("seconds")
    rows = model.n_iter_ and model.network_.t_ / model.n_iter_
    # of a single epoch there is no second one to begin to count at
    several = len(seconds) > 1
    return {
        "rate": rows * (len(seconds) - several) / (seconds[-1] - several * seconds[0]),
        "worked": rows * (len(clocks) - 1) / (clocks[-1] - clocks[0]) if several else float("nan"),
        "before": whole - seconds[-1],
        "whole": whole,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000,
        "empty_mb": before / 1000,
        "loss": model.history_[-1].val_loss or float("nan"),
    }


def in_a_process(path: Path, how: str, epochs: int) -> dict[str, float]:
    """Fit in a process of its own."""
    words = [sys.executable, "-m", "benchmarks.scale", "--fit", how, "--file", str(path)]
    done = subprocess.run(
        [*words, "--epochs", str(epochs)], check=True, capture_output=True, text=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def report(gigabytes: float, epochs: int, folder: str | None) -> None:
    """Write a file, learn it twice, and print."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "rows.parquet"
        rows = write_file(path, gigabytes)
        size = path.stat().st_size / 1e9
        print(f"{size:.2f} GB of Parquet, {rows:,} rows of {COLUMNS + 1} numbers, 64-64 units")
        heads = ("rows/s", "of work", "before, s", "whole, s")
        print(f"{'':8}{''.join(f'{head:>12}' for head in heads)}{'MB':>8}{'val_loss':>12}")
        ways = ["blocks"]
        if IN_MEMORY * gigabytes * 1e9 < os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES"):
            ways.append("memory")
        found = {how: in_a_process(path, how, epochs) for how in ways}
    for how, one in found.items():
        print(
            f"{how:8}{one['rate']:12,.0f}{one['worked']:12,.0f}{one['before']:12.1f}{one['whole']:12.1f}"
            f"{one['mb']:8.0f}{one['loss']:12.4f}"
        )
    blocks, memory = found["blocks"], found.get("memory")
    if memory is None:
        print(f"in memory: not run, it needs about {IN_MEMORY * gigabytes:.0f} GB")
    else:
        share, worked = blocks["rate"] / memory["rate"], blocks["worked"] / memory["worked"]
        print(
            f"rate of memory: {share:.0%} (goal {SHARE:.0%}), per second of processors' work",
            end=" ",
        )
        print(f"{worked:.0%}")
    print(
        f"memory {blocks['mb']:.0f} MB, of which {blocks['empty_mb']:.0f} MB before the file is",
        end=" ",
    )
    print(f"opened (goal {LIMIT_MB} MB)")
