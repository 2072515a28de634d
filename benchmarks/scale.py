"""Larger than memory, and more than one machine.

    python -m benchmarks.scale [blocks] [cluster] [plan] [--gigabytes 2] [--rows 1000000]

`blocks`: a Parquet file learned in blocks beside the same rows in memory: rows per second of
training (from the end of the first epoch on), seconds before it, and the most memory that the
process had. Goals: 80 % of the rate in memory, and at most 1 GB. `cluster`: a Levenberg-Marquardt
iteration over one and two Dask workers on this machine, and whether they have the bits of one
machine. Goal: 1.8 times as fast. `plan`: up to 1,000 workers, simulated with this machine's speeds.
"""

from __future__ import annotations

import argparse
import json

from benchmarks import scale_blocks

PARTS = ["blocks", "cluster", "plan"]


def part(name: str) -> str:
    """Return a part's name; ValueError for another."""
    if name not in PARTS:
        raise ValueError
    return name


def main() -> None:
    """Print the tables that are asked for, all if none is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", type=part, help="blocks, cluster, plan")
    parser.add_argument("--gigabytes", type=float, default=1.0)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", help="where the file is written; else that of temporary files")
    parser.add_argument("--fit", choices=["blocks", "memory"], help=argparse.SUPPRESS)
    parser.add_argument("--file", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.fit:
        print(json.dumps(scale_blocks.measure(given.file, given.fit, given.epochs)))
        return
    asked = given.what or PARTS
    if "blocks" in asked:
        scale_blocks.report(given.gigabytes, given.epochs, given.folder)
    if "cluster" in asked:
        from benchmarks import scale_cluster

        scale_cluster.report(given.rows, given.iterations, given.rounds)
    if "plan" in asked:
        from benchmarks import scale_plan

        scale_plan.report()


if __name__ == "__main__":
    main()
