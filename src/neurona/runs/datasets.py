"""The data sets that come with neurona: what each is, and one as the bytes of a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from neurona import datasets
from neurona.data.cells import NumberFormat
from neurona.datasets.catalog import CATALOG, Fixed
from neurona.datasets.dataset import Dataset
from neurona.runs.cells import value_cells, written
from neurona.runs.failures import Failure
from neurona.spelling import parameter

BLOCK_ROWS = 16_384


def dataset_entries() -> list[dict[str, Any]]:
    """Return all sets with shapes, tasks and what they are, as plain data."""
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
    return entries


def load(name: str, rows: int | None, seed: int | None) -> Dataset:
    """Return a data set; Failure for a seed of one that is not generated."""
    if seed is not None and isinstance(CATALOG.get(name), Fixed):
        raise Failure(
            f"The dataset {name!r} is a fixed table, not generated: it takes no "
            f"{parameter('seed')}."
        )
    return datasets.load(name, rows=rows, seed=seed or 0)


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
