"""SOURCE: a file, or the name of a data set that comes with neurona, becomes a Table."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from neurona.data.table import Table
from neurona.runs.column_kinds import kinds_said, read_as
from neurona.runs.columns import chosen
from neurona.runs.failures import Failure
from neurona.runs.setting import READING
from neurona.runs.settings import Settings
from neurona.runs.takers import AUTO, nearest


class TrainingTable(NamedTuple):
    """A table, its short name, and what a data set says of its targets and task."""

    table: Table
    name: str
    targets: tuple[str, ...] = ()
    task: str = AUTO


def open_training_table(word: str, settings: Settings) -> TrainingTable:
    """Return the table that SOURCE names. A file comes before a data set of the same name."""
    path = Path(word)
    if not names_data_set(word):
        return TrainingTable(read_file(path, settings), plain_name(path))
    return data_set(word, settings["training.seed"])


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

    how = {name: settings[f"data.{name}"] for name in READING if settings[f"data.{name}"] != AUTO}
    opened = open_table(path, **how)
    names, given = opened.names, settings["data.types"]
    said = kinds_said([w for w in given if w.rpartition("=")[0] in names], names, path.name)
    types = read_as(said)
    for name in chosen(settings["data.ignore"], names):
        types[name] = "text"
    return opened.table(types, None)


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
