"""What a model's file says of the columns that it takes, before its network is read: what is wrong
with a table's columns, or with what is asked for, is said at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from neurona.runs.absent import find_inputs, find_kept, find_targets
from neurona.runs.asked import Asked, check_asked
from neurona.runs.model import model_file

LARGE = 1 << 26
"""Bytes of a file from which it is not read twice."""
NOTHING_ELSE = Asked()


class Head:
    """The columns of a model of tables, out of its file."""

    of_tables = True

    def __init__(
        self, preparation: Any, targets: list[str], task: str, bars: bool, errors: bool
    ) -> None:
        self.preparation_, self.targets = preparation, targets
        self.classifies = task != "regression"
        self.has_error_bars = not self.classifies and (bars or errors)
        self.has_sets = self.classifies and errors

    @property
    def estimator(self) -> Any:
        """What has a `preparation_`: this."""
        return self

    def inputs(self, names: Sequence[str], source: str) -> list[str]:
        """Return the columns that the model takes."""
        return list(self.preparation_.needed)


def check_columns(
    model: str,
    table: str,
    missing_columns: str,
    reading: Mapping[str, Any],
    *,
    keep: str = "all",
    targets: Sequence[str] | None = None,
    asked: Asked = NOTHING_ELSE,
) -> None:
    """Raise a Failure if a table lacks a column, or the model what is asked for; `targets` are
    needed, too, if they are given.

    Nothing is said of standard input, of files that are read as a whole, and of a model that is
    not of tables or cannot be read: whoever opens these says what is wrong with them.
    """
    head = _head(model)
    if head is None:
        return
    check_asked(head, asked)
    if table == "-" or Path(table).is_dir():
        return
    from neurona.data.read import file_kind
    from neurona.runs.sources import open_source

    if file_kind(Path(table)) != "text":
        return
    with open_source(table, **reading) as source:
        names = source.names
        if targets is not None:
            found = find_targets(head, targets, names, source.name)
            names = [name for name in names if name not in found]
        find_inputs(head, names, source.name, missing_columns)
        find_kept(keep, source.names, source.name)


def _head(model: str) -> Head | None:
    from neurona.data.preparation import Preparation
    from neurona.errors import NeuronaError
    from neurona.files.container import read

    path = model_file(model)
    if path.stat().st_size > LARGE:
        return None
    try:
        fitted = read(path).document["model"]["fitted"]
        targets = [str(name) for name in fitted["targets"]]
        return Head(
            Preparation.from_state(fitted["preparation"]),
            targets,
            str(fitted["task"]),
            _has_error_bars(fitted["network"]["fitted"]),
            "held_out_rows" in fitted,
        )
    except (NeuronaError, KeyError, TypeError, AttributeError):
        return None


def _has_error_bars(network: Any) -> bool:
    """Whether what is known of a network's weights is in the file."""
    members = network.get("members") or [{}]
    return all(one.get("posterior") is not None for one in members)
