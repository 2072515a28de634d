"""Preparation: what makes a table's input columns a matrix of numbers, always in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from neurona.data.columns import ColumnReport, find_columns
from neurona.data.encoders import KINDS, Encoder, checked_text
from neurona.data.table import Column, Table, is_missing, missing_columns
from neurona.errors import TableError
from neurona.spelling import parameter

STATE_VERSION = 1
DEFAULT_MAX_LEVELS = 32


class Dropped(NamedTuple):
    """An input column that the model does not see, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Preparation:
    """The fitted way from columns to a float matrix: rows x `features`.

    Nothing in it depends on the rows it is given: a table may come in blocks. `names` are the
    columns it was fitted to, in order; `encoders` make the matrix, `dropped` are left out;
    `refuse_missing` makes a missing cell an error instead of an imputed one.
    """

    names: tuple[str, ...]
    encoders: tuple[Encoder, ...]
    dropped: tuple[Dropped, ...] = ()
    refuse_missing: bool = False
    notes: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def fit(
        cls,
        table: Table,
        *,
        kinds: Mapping[str, str] | None = None,
        max_levels: int = DEFAULT_MAX_LEVELS,
        bins: int = 0,
        refuse_missing: bool = False,
        reports: Sequence[ColumnReport] | None = None,
    ) -> Preparation:
        """Learn the way from a table of inputs.

        Parameters
        ----------
        table : Table
            The training rows, targets left out.
        kinds : mapping of column name to kind
            Kinds that are not to be guessed: "numeric", "piecewise", "boolean", "category",
            "date"; "constant"
            and "id-like" drop a column.
        max_levels : int
            Most columns that one category may become, the shared one for rare levels counted.
        bins : int
            Into how many pieces between quantiles numbers are cut besides; 0 for none.
        refuse_missing : bool
            Whether a missing cell is a TableError, in training and later.
        reports : list of ColumnReport
            What `find_columns` said of the table, if that is known already.
        """
        if max_levels < 2:
            raise TableError(f"max_levels must be 2 or more. Got {max_levels} instead.")
        if not table.rows:
            raise TableError(f"{table.source} has no rows; give at least one.")
        found = find_columns(table, kinds) if reports is None else reports
        if refuse_missing:
            _refuse_missing(table, [report.name for report in found])
        dropped, encoders, notes = [], [], []
        for report in found:
            encodes = KINDS.encoder(report.kind)
            if encodes is None:
                dropped.append(Dropped(report.name, report.reason))
                notes.append(
                    f"Column {report.name!r} is left out: it is {report.kind} ({report.reason})."
                )
                continue
            encoder = encodes.fit(table, report.name, report.missing > 0, max_levels)
            encoder = encoder.in_pieces(table, bins) if bins else encoder
            encoders.append(encoder)
            notes.extend(_notes(report, encoder))
        if not table.names:
            raise TableError(f"{table.source} has no columns; give at least one.")
        if not encoders:
            raise TableError(
                f"{table.source} has no column to learn from: "
                + "; ".join(f"{name!r} is left out, {why}" for name, why in dropped[:5])
                + "; give columns that vary."
            )
        return cls(
            tuple(table.names), tuple(encoders), tuple(dropped), refuse_missing, tuple(notes)
        )

    @property
    def features(self) -> list[str]:
        """The names of the matrix's columns."""
        return [name for encoder in self.encoders for name in encoder.features()]

    @property
    def width(self) -> int:
        """How many columns the matrix has."""
        return len(self.features)

    @property
    def needed(self) -> list[str]:
        """The columns that `transform` must find."""
        return [encoder.name for encoder in self.encoders]

    def types(self) -> dict[str, Any]:
        """Return how a file is to be read for this: column name to "number" or "text"."""
        return {encoder.name: encoder.reads_as() for encoder in self.encoders}

    def transform(self, table: Table, dtype: Any = np.float64) -> Column:
        """Return a table's rows as a matrix; columns are found by name, others are ignored.

        Raises TableError for a missing column and for cells that are not of the column's kind.
        """
        self.check_columns(table)
        if self.refuse_missing:
            _refuse_missing(table, self.needed)
        widths = [len(encoder.features()) for encoder in self.encoders]
        matrix = np.empty((table.rows, sum(widths)), dtype)
        start = 0
        for encoder, width in zip(self.encoders, widths, strict=True):
            encoder.encode(table, matrix[:, start : start + width])
            start += width
        return matrix

    def bounded(self, reports: Sequence[ColumnReport], table: Table) -> list[ColumnReport]:
        """Return reports with the least and greatest cell of texts that are numbers at heart, as
        dates and times of day are.
        """
        encoders = {encoder.name: encoder for encoder in self.encoders}
        found = []
        for report in reports:
            encoder = encoders.get(report.name)
            numbers = None
            if encoder is not None and report.low is None:
                numbers = encoder.numbers(table)
            if encoder is not None and numbers is not None and not np.isnan(numbers).all():
                low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
                report = report._replace(low=encoder.bound(low), high=encoder.bound(high))
            found.append(report)
        return found

    def restore(self, matrix: Column) -> Table:
        """Return the table that a matrix like that of `transform` stands for, as far as it tells.

        Columns that were left out are not in it; see `Encoder.decode`.
        """
        columns, start = {}, 0
        for encoder in self.encoders:
            width = len(encoder.features())
            columns[encoder.name] = encoder.decode(matrix[:, start : start + width])
            start += width
        return Table(columns, "restored")

    def unscaled(self) -> Preparation:
        """Return the same way with numbers taken as they stand: not shifted, divided or cut."""
        return replace(self, encoders=tuple(one.as_it_stands() for one in self.encoders))

    def check_columns(self, table: Table) -> None:
        """Raise TableError unless the table has all columns that are needed."""
        absent = [name for name in self.needed if name not in table.columns]
        if absent:
            raise TableError(missing_columns(absent, table.names, table.source))

    def remarks(self, table: Table, known: Sequence[str] = ()) -> list[str]:
        """Return what is unusual in a table to predict: columns that are neither inputs nor
        `known`, unseen levels, and missing cells where training had none.
        """
        said, expected = [], {*self.names, *known}
        extra = [name for name in table.names if name not in expected]
        if extra:
            shown = ", ".join(map(repr, extra[:5])) + (", ..." if len(extra) > 5 else "")
            columns = "column {} was" if len(extra) == 1 else "columns {} were"
            said.append(f"{table.source}: the {columns.format(shown)} not in training; ignored.")
        for encoder in self.encoders:
            unseen = encoder.unseen(table)
            if unseen:
                many = "a level" if len(unseen) == 1 else f"{len(unseen)} levels"
                they = "it counts" if len(unseen) == 1 else "they count"
                said.append(
                    f"{table.source}: column {encoder.name!r} has {many} that training had not, "
                    f"e.g. {unseen[0]!r}; {they} as none of the known."
                )
            missing = encoder.newly_missing(table)
            if missing:
                cells = "cell is" if missing == 1 else "cells are"
                said.append(
                    f"{table.source}: {missing} {cells} missing in column {encoder.name!r}, "
                    "which had none in training; the middle value stands in."
                )
        return said

    def to_state(self) -> dict[str, Any]:
        """Return all of it as plain data: what JSON can hold, numbers to the last digit."""
        return {
            "version": STATE_VERSION,
            "names": list(self.names),
            "dropped": [list(one) for one in self.dropped],
            "refuse_missing": self.refuse_missing,
            "encoders": [encoder.to_state() for encoder in self.encoders],
        }

    @classmethod
    def from_state(cls, state: Mapping[str, Any]) -> Preparation:
        """Return the Preparation of such data; anything else is a TableError."""
        try:
            if state["version"] != STATE_VERSION:
                raise ValueError(f"version {state['version']}")
            encoders = tuple(_encoder(dict(one)) for one in state["encoders"])
            names = tuple(checked_text(name) for name in state["names"])
            dropped = tuple(
                Dropped(checked_text(n), checked_text(why)) for n, why in state["dropped"]
            )
            if not {encoder.name for encoder in encoders} <= set(names) or not encoders:
                raise ValueError("an encoder without a column")
            return cls(names, encoders, dropped, bool(state["refuse_missing"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise TableError(
                f"The stored preparation of a table is not valid ({error}); save the model anew."
            ) from None


def _encoder(values: dict[str, Any]) -> Encoder:
    """Return an encoder from its values, every one checked."""
    kind = checked_text(values.pop("kind"))
    encodes = KINDS.encoder(kind) if kind in KINDS else None
    if encodes is None:
        raise ValueError(f"no kind of column {kind!r} is known; import what registers it")
    return encodes.from_state(values)


def _notes(report: ColumnReport, encoder: Encoder) -> list[str]:
    said = []
    if report.missing:
        are = "is" if report.missing == 1 else "are"
        said.append(
            f"Column {report.name!r}: {report.missing:,} of {report.rows:,} cells {are} missing; "
            f"{encoder.when_missing}."
        )
    return [*said, *encoder.notes(report.distinct, report.reason)]


def _refuse_missing(table: Table, names: Sequence[str]) -> None:
    first: tuple[int, str] | None = None
    count = 0
    for name in names:
        absent = np.flatnonzero(is_missing(table[name]))
        count += len(absent)
        if len(absent) and (first is None or absent[0] < first[0]):
            first = int(absent[0]), name
    if first is not None:
        more = f" ({count - 1} more in the table)" if count > 1 else ""
        raise TableError(
            f"{table.where(*first)}: the cell is missing (empty, NaN or NA){more}; fill it, or "
            f"pass {parameter('missing', 'impute')} to let the median stand in."
        )
