"""The work of `neurona datasets`: the list, and one set as a CSV file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import click

from neurona import datasets
from neurona.cli.cells import value_cells, written
from neurona.cli.failures import Failure
from neurona.cli.layout import grid
from neurona.cli.output import write_out
from neurona.data.cells import NumberFormat
from neurona.datasets.catalog import CATALOG, Fixed
from neurona.datasets.dataset import Dataset

BLOCK_ROWS = 16_384


def show(as_json: bool) -> None:
    """Print all sets with shapes, tasks and what they are."""
    entries = []
    for name in datasets.names():
        found = datasets.load(name)
        entries.append(
            {
                "name": name,
                "rows": len(found.X),
                "inputs": len(found.input_names),
                "targets": list(found.target_names),
                "task": found.task,
                "generated": not isinstance(CATALOG[name], Fixed),
                "description": found.description,
            }
        )
    if as_json:
        click.echo(json.dumps({"schema": 1, "event": "datasets", "datasets": entries}))
        return
    head = ["name", "rows", "in", "out", "task", "what it is"]
    body = [
        [
            str(entry["name"]),
            f"{entry['rows']:,}",
            str(entry["inputs"]),
            str(len(entry["targets"])),  # type: ignore[arg-type]
            str(entry["task"]),
            re.split(r"[:;.,] | \(", " ".join(str(entry["description"]).split()))[0].rstrip("."),
        ]
        for entry in entries
    ]
    click.echo(grid(head, body, right={1, 2, 3}, most=30, single=True))
    click.echo("\nneurona train NAME trains on one; neurona datasets NAME -o FILE.csv writes it.")


def write(name: str, output: str | None, rows: int | None, seed: int | None, quiet: bool) -> None:
    """Write a set as CSV, to a file or to stdout."""
    if seed is not None and isinstance(CATALOG.get(name), Fixed):
        raise Failure(f"The dataset {name!r} is a fixed table, not generated: it takes no --seed.")
    found = datasets.load(name, rows=rows, seed=seed or 0)
    if output is None or output == "-":
        write_out(blocks(found))
        return
    from neurona.files.atomic import write_atomically

    write_atomically(output, blocks(found))
    if not quiet:
        targets = ", ".join(found.target_names)
        click.echo(
            f"wrote   {output}   {len(found.X):,} rows x {len(found.input_names)} inputs, "
            f"target{'s' if len(found.target_names) > 1 else ''} {targets}",
            err=True,
        )


def blocks(found: Dataset) -> Iterator[bytes]:
    """Yield the set as the bytes of a CSV file; numbers read back as the same numbers."""
    form = NumberFormat()
    targets = found.y.reshape(len(found.y), -1)
    yield (",".join(written([*found.input_names, *found.target_names], ",", form)) + "\n").encode()
    for start in range(0, len(found.X), BLOCK_ROWS):
        part = slice(start, start + BLOCK_ROWS)
        columns = [*found.X[part].T, *targets[part].T]
        cells = [written(value_cells(column, form), ",", form) for column in columns]
        yield ("\n".join(map(",".join, zip(*cells, strict=True))) + "\n").encode()
