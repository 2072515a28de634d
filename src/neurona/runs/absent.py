"""Columns that a table to predict should have and has not: refused, or imputed and said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from neurona.runs.columns import chosen
from neurona.runs.failures import Failure
from neurona.spelling import can_be_set, parameter

if TYPE_CHECKING:
    from neurona.data.table import Table

REFUSE, IMPUTE = "refuse", "impute"
MISSING_COLUMNS = "missing_columns"


class Found:
    """The columns that a model needs of a table: those that are there, and those that are not."""

    def __init__(self, present: Sequence[str], absent: Sequence[Any] = ()) -> None:
        self.present = list(present)
        self.absent = list(absent)  # their encoders

    def whole(self, table: Table) -> Table:
        """Return a table of the columns present with all others, every cell of which is missing."""
        if not self.absent:
            return table
        import numpy as np

        from neurona.data.table import Table

        columns = dict(table.columns)
        for encoder in self.absent:
            number = encoder.reads_as() == "number"
            columns[encoder.name] = (
                np.full(table.rows, np.nan) if number else np.full(table.rows, None, object)
            )
        return Table(
            columns, table.source, table.first_row, table.line_offset, table.notes, table.rows
        )

    def notes(self, source: str) -> list[str]:
        """Return what is to be said of the columns that are not there."""
        return [
            f"{source} has no column {one.name!r}: in every row {one.stands_in()}."
            for one in self.absent
        ]


class TakesTables(Protocol):
    """What is asked of a model, or of what its file says before its network is read."""

    of_tables: bool
    targets: list[str]

    @property
    def estimator(self) -> Any:
        """What has a `preparation_`, if it is a model of tables."""

    def inputs(self, names: Sequence[str], source: str) -> list[str]:
        """Return the columns that the model takes."""


def find_targets(
    model: TakesTables, given: Sequence[str], names: Sequence[str], source: str
) -> list[str]:
    """Return the target columns of a table to score on; `given` are words of a person for them."""
    from neurona.data.table import missing_columns

    targets = chosen(given, names) if given else model.targets
    if len(targets) != len(model.targets):
        count = len(model.targets)
        have = "1 target" if count == 1 else f"{count} targets"
        raise Failure(f"The model has {have} but {parameter('target')} names {len(targets)}.")
    absent = [name for name in targets if name not in names]
    if absent:
        raise Failure(
            f"{missing_columns(absent, names, source)} The targets are needed to "
            f"score; {parameter('target')} names them if they are called otherwise."
        )
    taken = [name for name in targets if model.of_tables and name in model.inputs(names, source)]
    if taken:
        raise Failure(
            f"The column {taken[0]!r} is an input of the model, so it cannot be a target; "
            f"{parameter('target')} names the column that holds {', '.join(model.targets)}."
        )
    return list(targets)


def find_inputs(model: TakesTables, names: Sequence[str], source: str, how: str = REFUSE) -> Found:
    """Return the columns that a model takes of a table; `how` says whether some may lack.

    Failure if some do and may not, or if none is there.
    """
    from neurona.data.table import missing_columns

    needed = model.inputs(names, source)
    absent = [name for name in needed if name not in names]
    if not absent:
        return Found(needed)
    said = missing_columns(absent, names, source, needed)
    if not model.of_tables:
        raise Failure(said)
    preparation = model.estimator.preparation_
    if len(absent) == len(needed):
        raise Failure(f"{said} These are all that the model takes; give the table they are in.")
    if how != IMPUTE:
        way = ""
        if can_be_set(MISSING_COLUMNS) and not preparation.refuse_missing:
            which = "it" if len(absent) == 1 else "them"
            way = f" Rename {which}, or pass {parameter(MISSING_COLUMNS, IMPUTE)} to do without."
        raise Failure(said + way)
    if preparation.refuse_missing:
        raise Failure(f"{said} The model was trained to refuse missing cells; give the column.")
    encoders = [one for one in preparation.encoders if one.name in absent]
    return Found([name for name in needed if name in names], encoders)


def find_kept(keep: str, names: Sequence[str], source: str) -> list[str]:
    """Return the columns to write before the predictions."""
    if keep == "all":
        return list(names)
    if keep == "none":
        return []
    from neurona.data.table import missing_columns

    given = chosen([keep], names)
    absent = [name for name in given if name not in names]
    if absent:
        raise Failure(missing_columns(absent, list(names), source))
    return given
