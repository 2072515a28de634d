"""SOURCE: a file, or the name of a data set that comes with neurona, becomes a Table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from neurona.data.limits import MAX_CELLS
from neurona.data.table import Table
from neurona.runs.column_kinds import kinds_said, read_as
from neurona.runs.columns import chosen
from neurona.runs.failures import Failure
from neurona.runs.names import READING
from neurona.runs.settings import Settings
from neurona.runs.table_size import cells_of, is_large
from neurona.runs.takers import AUTO, nearest
from neurona.spelling import parameter


class TrainingTable(NamedTuple):
    """A table, its short name, and what a data set says of its targets and task."""

    table: Table
    name: str
    targets: tuple[str, ...] = ()
    task: str = AUTO


def open_training_table(word: str, settings: Settings) -> TrainingTable:
    """Return the table that SOURCE names. A file comes before a data set of the same name."""
    path = Path(word)
    if names_data_set(word):
        return data_set(word, settings["training.seed"])
    if is_large(path, settings):
        cells = cells_of(path, settings["data.in_memory"])
        raise Failure(
            f"{path.name} has about {cells:,} cells, more than {settings['data.in_memory']:,}, and "
            "so it is read in blocks, and the Lab takes all rows at once: give "
            f"{parameter('data.in_memory')} a larger number, or a part of the rows."
        )
    return TrainingTable(read_file(path, settings), plain_name(path))


def names_data_set(word: str) -> bool:
    """Whether a word is the name of a data set that comes with neurona, and of no file.

    A Failure if it is neither, but looks like a name.
    """
    path = Path(word)
    if path.exists():
        return False
    if word == "-":
        raise Failure("Training reads a file, not standard input; write the table to a file first.")
    from neurona import datasets

    if word in datasets.names():
        return True
    if not path.suffix and path.name == word:
        beside = [entry.name for entry in Path().iterdir() if entry.is_file()]
        hint = nearest(word, [*datasets.names(), *beside])
        hint = f"; data sets are {_names()}." if hint == "." else hint
        raise Failure(f"There is no file and no data set {word!r}{hint}")
    return False


def data_set(word: str, seed: int = 0) -> TrainingTable:
    """Return the table of a data set that comes with neurona."""
    from neurona import datasets
    from neurona.data.frames import to_column

    found = datasets.load(word, seed=seed)

    columns: dict[str, Any] = {
        name: to_column(found.X[:, i], name, word) for i, name in enumerate(found.input_names)
    }
    targets = found.y.reshape(len(found.y), -1)
    for i, name in enumerate(found.target_names):
        columns[name] = to_column(targets[:, i], name, word)
    return TrainingTable(Table(columns, word), word, found.target_names, found.task)


def read_file(path: Path, settings: Settings) -> Table:
    """Return the table in a file, read as the settings say; cells to be ignored are not judged."""
    from neurona.data.read import open_table

    if path.is_dir():
        return _folder(path)
    how = reading_of(settings)
    opened = open_table(path, **how)
    names, given = opened.names, settings["data.types"]
    said = kinds_said([w for w in given if w.rpartition("=")[0] in names], names, path.name)
    types = read_as(said)
    for name in chosen(settings["data.ignore"], names):
        types[name] = "text"
    return opened.table(types, None)


def reading_of(settings: Settings) -> dict[str, Any]:
    """Return how a file is written, where a person said it."""
    return {name: settings[f"data.{name}"] for name in READING if settings[f"data.{name}"] != AUTO}


def _folder(path: Path) -> Table:
    """Return the table in the Parquet files of a folder."""
    from neurona.data.scan import scan
    from neurona.data.sources import source_of

    source = source_of(path)
    assert source is not None
    return scan(source, cells=MAX_CELLS).sample


_ENDINGS = (
    *(".gz", ".csv", ".tsv", ".tab", ".txt", ".dat", ".parquet"),
    *(".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"),
)


def plain_name(path: Path) -> str:
    """Return a file's name without its endings, in letters that any file system takes."""
    name = path.name
    while Path(name).suffix.lower() in _ENDINGS:
        name = name[: -len(Path(name).suffix)]
    return re.sub(r"[^\w.-]+", "-", name).strip(".-")[:60] or "table"


def _names() -> str:
    from neurona import datasets

    return ", ".join(datasets.names())
