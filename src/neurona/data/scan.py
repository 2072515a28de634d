"""Scan: a first pass over a table that is read in blocks: exact counts, and rows that stand for it.

The rows are a sample without replacement: each row draws a number, and those with the least numbers
stay (a bottom-k sketch: E. Cohen and H. Kaplan, PODC 2007), so that they do not depend on how the
table is cut. Beside them stand witnesses: the rows with the least and the greatest number of each
column, its first missing cell, and the first of each text, so that no kind of column is mistaken
because a sample missed what is rare. A table of no more rows than that is here as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from neurona.data.columns import ColumnReport, FoundKind
from neurona.data.encoders.left_out import MIN_ID_ROWS, IdLike
from neurona.data.sources import Source
from neurona.data.table import Column, Table, is_missing
from neurona.errors import TableError

CELLS = 10_000_000
"""A table of so many cells is taken as a whole."""
SAMPLED = 5
"""The sample of a larger one has this part of them, or LEAST_ROWS."""
LEAST_ROWS = 1000
TEXTS = 64
"""Texts of a column that have a witness."""
CLASSES = 10_000
"""Values of a target that have one."""
_Witness = tuple[str, str, object]
"""A column, what a row is a witness of, and the value where it is the first with it."""
_NAMES = {"f": "numbers", "O": "texts", "b": "truth values", "M": "dates"}


@dataclass
class Fact:
    """What is known of all cells of a column: its type ("f", "O", "b", "M"; None while all are
    missing), counts, bounds, and by how much a number is above the last one, if always the same.
    """

    kind: str | None = None
    until: int = 0
    missing: int = 0
    low: object = None
    high: object = None
    last: float | None = None
    step: float | None = None
    counts: bool = True
    seen: set[object] = field(default_factory=set)


@dataclass(frozen=True)
class Scanned:
    """A table after its first pass.

    `rows` have all their targets, `dropped` have not; `sample` are rows that stand for them, in
    their order; `whole` says that these are all there are; `facts` tell of all rows; `numbers` are
    those of the sample's rows among the rows that have their targets, from 0.
    """

    source: Source
    rows: int
    dropped: int
    sample: Table
    whole: bool
    facts: dict[str, Fact]
    targets: tuple[str, ...] = ()
    numbers: Column = field(default_factory=lambda: np.zeros(0, np.int64))

    def blocks(self) -> Iterator[Table]:
        """Yield the rows that have their targets, columns of the types that were found."""
        yield from _known(self.source, self.targets, self.facts)

    def counting(self, given: dict[str, str], names: Sequence[str]) -> dict[str, str]:
        """Return kinds by name, with those of these columns that count the rows, which no sample
        shows.
        """
        found = dict(given)
        for name in names:
            fact = self.facts[name]
            whole = fact.kind == "f" and not fact.missing and fact.counts
            if name not in found and whole and self.rows >= MIN_ID_ROWS and not self.whole:
                said = "it counts the rows"
                found[name] = FoundKind(ColumnReport(name, IdLike.kind, said, self.rows, 0, 0))
        return found

    def exact(self, reports: Sequence[ColumnReport]) -> list[ColumnReport]:
        """Return reports with the counts and bounds of all rows in the place of the sample's."""
        found = []
        for report in reports:
            fact = self.facts[report.name]
            if fact.low is not None and report.low is not None:
                report = report._replace(low=_plain(fact.low), high=_plain(fact.high))
            found.append(report._replace(rows=self.rows, missing=fact.missing))
        return found


def scan(
    source: Source, targets: Sequence[str] = (), cells: int = CELLS, classes: bool = False
) -> Scanned:
    """Read a table once.

    `targets` are columns of which a row must have all cells; with `classes` each of their values
    has a witness. A table of at most so many `cells` is there as a whole.
    """
    facts: dict[str, Fact] = {}
    pool: _Pool | None = None
    witnesses: dict[_Witness, tuple[int, Table]] = {}
    dropped = 0
    watched = {name: CLASSES for name in targets} if classes else {}

    def drop(count: int) -> None:
        nonlocal dropped
        dropped += count

    rows = 0
    for block in _known(source, targets, facts, drop):
        if pool is None:
            pool = _Pool(max(LEAST_ROWS, cells // max(1, len(block.names))))
        for what, row in _look(block, facts, watched):
            witnesses[what] = rows + row, block.take(np.array([row]))  # a copy
        pool.add(block, rows)
        rows += block.rows
    if pool is None or not rows:
        raise TableError(
            f"{source.name} has no row with a target {', '.join(map(repr, targets))}; give rows."
            if dropped
            else f"{source.name} has no rows; give at least one."
        )
    whole = rows <= pool.most
    parts, numbers = pool.taken()
    if not whole:
        more = {n: part for n, part in witnesses.values() if n not in numbers}
        parts += more.values()
        numbers = np.concatenate([numbers, np.array([*more], np.int64)])
    joined = join([conformed(part, facts) for part in parts], source.name)
    order = np.argsort(numbers, kind="stable")
    return Scanned(
        source, rows, dropped, joined.take(order), whole, facts, tuple(targets), numbers[order]
    )


def join(tables: Sequence[Table], name: str) -> Table:
    """Return tables of the same columns one below the other."""
    columns = {
        column: np.concatenate([table.columns[column] for table in tables])
        for column in tables[0].names
    }
    notes = tuple(dict.fromkeys(note for table in tables for note in table.notes))
    return Table(columns, name, notes=notes)


def conformed(table: Table, facts: dict[str, Fact]) -> Table:
    """Return a block with its columns of the types that were found: one without cells is of any."""
    columns = {}
    for name, column in table.columns.items():
        kind = facts[name].kind
        if kind is None or kind == column.dtype.kind:
            columns[name] = column
        elif kind == "f":
            columns[name] = _numbers(column)
        else:
            empty: Column = np.full(len(column), "NaT", "datetime64[us]")
            columns[name] = np.full(len(column), None, object) if kind == "O" else empty
    return Table(columns, table.source, table.first_row, table.line_offset, table.notes, table.rows)


class _Pool:
    """All rows, up to so many; of more those with the least numbers drawn."""

    def __init__(self, most: int) -> None:
        self.most, self._random = most, np.random.RandomState(0)
        self._sampled = max(LEAST_ROWS, most // SAMPLED)
        self._room, self._limit = most, np.inf
        self._parts: list[tuple[Column, Column, Table]] = []
        self._held = 0

    def add(self, block: Table, first: int) -> None:
        """Take in rows, of which the first one has this number."""
        drawn = self._random.random_sample(block.rows)
        kept = np.flatnonzero(drawn < self._limit)
        if len(kept):
            part = block if len(kept) == block.rows else block.take(kept)
            self._parts.append((drawn[kept], first + kept, part))
            self._held += len(kept)
        if self._held > self._room:
            self._cut()
            self._room = min(self.most, 2 * self._sampled)

    def taken(self) -> tuple[list[Table], Column]:
        """Return the rows, and their numbers."""
        if self._limit < np.inf and self._held > self._sampled:
            self._cut()
        return [part for _, _, part in self._parts], np.concatenate([n for _, n, _ in self._parts])

    def _cut(self) -> None:
        drawn = np.concatenate([one for one, _, _ in self._parts])
        self._limit = np.partition(drawn, self._sampled)[self._sampled]
        kept = []
        for one, numbers, part in self._parts:
            least = np.flatnonzero(one < self._limit)
            if len(least):
                kept.append((one[least], numbers[least], part.take(least)))
        self._parts = kept
        self._held = sum(len(one) for one, _, _ in kept)


def _known(
    source: Source,
    targets: Sequence[str],
    facts: dict[str, Fact],
    drop: Callable[[int], None] = lambda _: None,
) -> Iterator[Table]:
    """Yield blocks without the rows that miss a target, types checked."""
    names: list[str] | None = None
    for block in source.read():
        if names is None:
            names = block.names
            block.select(list(targets))
            for name in names:
                facts.setdefault(name, Fact())
        _check_types(block, facts)
        block = conformed(block, facts)
        absent = np.zeros(block.rows, bool)
        for name in targets:
            absent |= is_missing(block[name])
        count = int(absent.sum())
        drop(count)
        # a slice keeps the numbers of rows for messages
        block = block.take(np.flatnonzero(~absent)) if count else block
        if block.rows:
            yield block


def _check_types(block: Table, facts: dict[str, Fact]) -> None:
    """TableError if a column changes its type."""
    for name, column in block.columns.items():
        fact, kind = facts[name], column.dtype.kind
        if kind != "b" and is_missing(column).all():
            continue
        if fact.kind not in (None, kind) and {fact.kind, kind} != {"b", "f"}:
            raise TableError(
                f"{block.source}: column {name!r} holds {_NAMES[str(fact.kind)]} up to row "
                f"{fact.until:,} and {_NAMES[kind]} from row {block.first_row:,} on; a column has "
                "one type: write the file anew, or leave the column out."
            )
        fact.kind = kind if fact.kind is None else "f" if fact.kind != kind else kind
        fact.until = block.first_row + block.rows - 1


def _look(
    block: Table, facts: dict[str, Fact], watched: dict[str, int]
) -> Iterator[tuple[_Witness, int]]:
    """Take a block into the facts; yields what there is a witness of, and its row."""
    for name, column in block.columns.items():
        fact, absent = facts[name], is_missing(column)
        count = int(absent.sum())
        if count and not fact.missing:
            yield (name, "missing", None), int(absent.argmax())
        fact.missing += count
        if column.dtype.kind == "f":
            _follow(fact, column)
        if column.dtype.kind in "fM" and count < len(column):
            for side, row in _bounds(fact, column, absent):
                yield (name, side, None), row
        most = watched.get(name, TEXTS if column.dtype.kind == "O" else 3)
        if len(fact.seen) < most:
            for value, row in _new_values(fact, column, absent, most):
                yield (name, "value", value), row


def _follow(fact: Fact, column: Column) -> None:
    """See whether the numbers go on counting the rows."""
    if not fact.counts:
        return
    joined = column if fact.last is None else np.concatenate([[fact.last], column])
    with np.errstate(over="ignore", invalid="ignore"):
        steps = np.diff(joined)
    if len(steps):
        fact.step = float(steps[0]) if fact.step is None else fact.step
        even = abs(fact.step) == 1 and bool((steps == fact.step).all())
        fact.counts = even and column[0] % 1 == 0
    fact.last = float(column[-1])


def _bounds(fact: Fact, column: Column, absent: Column) -> Iterator[tuple[str, int]]:
    """Yield which bounds lie in these cells, and their rows."""
    present = np.flatnonzero(~absent)
    cells = column[present]
    for side, place in (("low", int(cells.argmin())), ("high", int(cells.argmax()))):
        known, cell = getattr(fact, side), cells[place]
        if known is None or (cell < known if side == "low" else cell > known):
            setattr(fact, side, cell)
            yield side, int(present[place])


def _new_values(
    fact: Fact, column: Column, absent: Column, most: int
) -> Iterator[tuple[object, int]]:
    """Yield values that come for the first time, up to so many in all, and their rows."""
    present = np.flatnonzero(~absent)
    cells = column[present]
    if column.dtype.kind == "O":
        first = {cell: place for place, cell in reversed(list(enumerate(cells.tolist())))}
    else:
        values, places = np.unique(cells, return_index=True)
        first = dict(zip(values.tolist(), places.tolist(), strict=True))
    for cell, place in sorted(first.items(), key=lambda pair: pair[1]):
        if cell not in fact.seen and len(fact.seen) < most:
            fact.seen.add(cell)
            yield cell, int(present[place])


def _numbers(column: Column) -> Column:
    if column.dtype.kind == "b":
        return column.astype(np.float64)
    return np.full(len(column), np.nan)


def _plain(cell: object) -> object:
    return str(cell) if isinstance(cell, np.datetime64) else float(cell)  # type: ignore[arg-type]
