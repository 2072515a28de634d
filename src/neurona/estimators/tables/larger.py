"""Tables that do not fit into memory: a first pass learns the columns, a second one prepares the
rows, and the network trains on them block by block.

What fits is read, and learned as any table in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.random import sample_without_replacement

from neurona.data.scan import CELLS, Scanned, scan
from neurona.data.sources import names_of, source_of
from neurona.data.split import Split
from neurona.data.table import Column, Table
from neurona.errors import IncompatibleError, TableError
from neurona.estimators.choices import solver_of
from neurona.estimators.mlp.stream import Stream
from neurona.estimators.tables import inputs
from neurona.estimators.tables.learning import Lesson
from neurona.estimators.tables.plan import Task, make_plan
from neurona.numerics.activations import ACTIVATIONS
from neurona.spelling import parameter
from neurona.training.callbacks import as_callbacks
from neurona.training.feed import BLOCK_BYTES

PROBE_ROWS = 20_000
"""Rows of a table that its network sees as a whole."""
MIN_ROWS = 2


@dataclass(frozen=True, eq=False)
class Blocks:
    """A table to be learned in blocks, and how much of it may be in memory.

    Estimators for tables take it in the place of a table, and make one with these defaults of what
    they can read in blocks by themselves.

    Parameters
    ----------
    table : str, PathLike, or object with `__arrow_c_stream__`, pyarrow Dataset, or memmap
        A file of any kind, a folder of Parquet files, anything that speaks the Arrow stream, or a
        matrix that is mapped from a disk. It is read twice.
    cells : int, default=10_000_000
        A table of at most so many cells is read as a whole, and learned as any other; of a larger
        one a sample of so many tells the kinds of columns, their middles and spreads.
    block_bytes : int, default=67_108_864
        What a block of prepared rows may take; two are in memory.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> from neurona import Blocks, TableRegressor
    >>> x = np.random.default_rng(0).uniform(-1, 1, 4000)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "wave.csv")
    ...     np.savetxt(path, np.column_stack([x, np.sin(3 * x)]), delimiter=",", header="x,y",
    ...                comments="")
    ...     small = Blocks(path, cells=2000, block_bytes=20_000)
    ...     model = TableRegressor(epochs=60, random_state=0).fit(small, "y")
    >>> bool(abs(model.predict({"x": [0.5]})[0] - np.sin(1.5)) < 0.05)
    True
    """

    table: Any
    cells: int = CELLS
    block_bytes: int = BLOCK_BYTES


@dataclass(frozen=True, eq=False)
class Large:
    """A table that is too large for memory, after its first pass."""

    scanned: Scanned
    block_bytes: int


class Ways(NamedTuple):
    """What an estimator does with the targets of any rows, and how it speaks to its network.

    `named` returns target columns of a table as values, `learn` learns what they are, `encode`
    returns them as the network learns them; `rows` reads what `fit` was given; `dtype` and `words`
    are the network's, once there is a plan.
    """

    named: Callable[[Table, list[str]], Column]
    learn: Callable[[Column], None]
    encode: Callable[[Column], Column]
    rows: Callable[..., Any]
    dtype: Callable[[], str]
    words: Callable[..., dict[str, Any]]


def opened(estimator: Any, X: Any, y: Any) -> Any:
    """Return X as `fit` goes on with it: what is in memory as it is, what can be read and fits as a
    Table, and else as `Large`; then y is in it, too, by name.
    """
    if isinstance(X, Table | Large):
        return X
    given = X if isinstance(X, Blocks) else Blocks(X)
    memory = isinstance(given.table, np.memmap)
    if memory and given.table.size <= given.cells:
        return np.asarray(given.table)
    source = source_of(given.table, y if memory else None, estimator.kinds)
    if source is None:
        if isinstance(X, Blocks):
            raise TypeError(
                "Blocks takes a file, a folder, an Arrow stream, a pyarrow Dataset or a memmap. "
                f"Got a {type(given.table).__name__}; give it to fit as it is."
            )
        return X
    names = list(source.targets) or names_of(y)
    found = scan(source, names or (), given.cells, is_classifier(estimator))
    if found.whole and not memory:
        return found.sample
    if names is None:
        raise TypeError(
            f"{source.name} does not fit into memory, so that its targets are columns of it: pass "
            f"their names as y. Got a {type(y).__name__}."
        )
    return Large(found, given.block_bytes)


class Streaming:
    """Rows of a large table as its network learns them, and those held out."""

    def __init__(
        self, model: Any, ways: Ways, large: Large, names: list[str], held: Column
    ) -> None:
        self._ways, self._large, self._names, self._held = ways, large, names, held
        self._preparation, self._dtype = model.preparation_, np.dtype(ways.dtype())

    def blocks(self) -> Iterator[tuple[Column, Column]]:
        """Yield the rows to train on."""
        for table, inside in self._divided():
            yield self._prepared(table.take(np.flatnonzero(~inside)))[:2]

    def held(self) -> tuple[Column, Column, Column]:
        """Return the rows held out: inputs, targets of the network, and in the user's units."""
        parts = [
            self._prepared(table.take(np.flatnonzero(inside)))
            for table, inside in self._divided()
            if inside.any()
        ]
        X, y, values = (np.concatenate(part) for part in zip(*parts, strict=True))
        return X, y, values

    def _divided(self) -> Iterator[tuple[Table, Column]]:
        first = 0
        for table in self._large.scanned.blocks():
            inside = np.zeros(table.rows, bool)
            low, high = np.searchsorted(self._held, [first, first + table.rows])
            inside[self._held[low:high] - first] = True
            yield table, inside
            first += table.rows
        if first != self._large.scanned.rows:
            raise TableError(
                f"{self._large.scanned.source.name} gave {self._large.scanned.rows:,} rows when "
                f"first read and {first:,} the second time; it must give the same rows each time: "
                "pass a file or a dataset, not a reader that is used up."
            )

    def _prepared(self, table: Table) -> tuple[Column, Column, Column]:
        return self.prepared(table, self._ways.named(table, self._names))

    def prepared(self, table: Table, values: Column) -> tuple[Column, Column, Column]:
        """Return rows, with their targets, in the same way."""
        y = self._ways.encode(values)
        y = y.astype(self._dtype) if y.dtype.kind == "f" else y
        return self._preparation.transform(table, self._dtype), y, values


def lesson_of_blocks(
    model: Any, ways: Ways, large: Large, y: Any, X_val: Any, y_val: Any, random: Any
) -> Lesson:
    """Return what the network of a large table is given; the other arguments are those of `fit`."""
    scanned, sample, source = large.scanned, large.scanned.sample, large.scanned.source
    names = list(source.targets) or names_of(y) or []
    if scanned.dropped:
        model.notes_.append(
            f"{source.name}: {scanned.dropped:,} of {scanned.rows + scanned.dropped:,} rows have "
            "no target and are left out."
        )
    values = ways.named(sample, names)
    model.target_names_, model.left_out_ = names, []
    ways.learn(values)
    _learn_columns(model, scanned, sample.without(names))
    _plan(model, scanned.rows)
    model.split_ = split_of_blocks(model, large, X_val is not None, random)
    held = model.split_.held
    streaming = Streaming(model, ways, large, names, held)
    aside = None
    if X_val is not None:
        given, _ = ways.rows(X_val, names if y_val is None else y_val, None, False)
        aside = streaming.prepared(given.table, given.values)
    elif len(held):
        aside = streaming.held()
    some = _probe(sample, values, is_classifier(model))
    X, targets, seen = streaming.prepared(sample.take(some), values[some])
    rows = scanned.rows - len(held)
    stream = Stream(rows, X, targets, streaming.blocks, large.block_bytes)
    model.notes_.append(
        f"{source.name} has {scanned.rows:,} rows and is learned in blocks; kinds, middles and "
        f"spreads of columns are those of {sample.rows:,} rows."
    )
    return Lesson(
        words=ways.words(rows, aside is not None, random),
        matrix=stream,  # type: ignore[arg-type]
        targets=stream,  # type: ignore[arg-type]
        matrix_val=None if aside is None else aside[0],
        targets_val=None if aside is None else aside[1],
        train_values=values,
        values=seen if aside is None else aside[2],
        seen=X,
        source=source.name,
        rows=scanned.rows,
    )


def _learn_columns(model: Any, scanned: Scanned, table: Table) -> None:
    """Learn the columns from the sample, and what is exact from the facts."""
    kinds = scanned.counting({**(model.kinds or {})}, table.names)
    inputs.learn_columns(model, table, scanned.source.named, model.bins, kinds)
    model.columns_ = scanned.exact(model.columns_)
    refused = [one for one in model.columns_ if one.missing and model.missing == "refuse"]
    if refused:
        raise TableError(
            f"{table.source}: {refused[0].missing:,} cells of column {refused[0].name!r} are "
            f"missing; fill them, or pass {parameter('missing', 'impute')}."
        )


def _plan(model: Any, rows: int) -> None:
    """Plan for a method of steps."""
    solver = "adam" if model.solver == "auto" else model.solver
    if solver_of(solver) is not None:
        raise IncompatibleError(
            f"{parameter('solver', str(solver))} takes all rows at each step, and these do not fit "
            f"into memory: take {parameter('solver', 'adam')}, or Blocks(..., cells=N) with room "
            "for more."
        )
    outputs, loss = model.learns()
    task = Task(rows, model.preparation_.width, outputs, loss, ACTIVATIONS.find(loss.link))
    alone = any(one.needs_one_start for one in as_callbacks(model.callbacks))
    model.plan_ = make_plan({**vars(model), "solver": solver}, task, (), alone)
    if model.solver == "auto":
        model.plan_ = model.plan_._replace(reason="the rows do not fit into memory")
        model.notes_.append(f"Solver {model.plan_.describe()}.")


def split_of_blocks(model: Any, large: Large, given: bool, random: Any) -> Split:
    """Return the rows held out by their numbers, none if others are given: a share of all, and no
    more than fit in a block. Rows to train on are all others, and are not named.
    """
    rows, nothing = large.scanned.rows, np.zeros(0, np.int64)
    if model.split not in ("auto", "random", "last", "none"):
        raise IncompatibleError(
            f"{parameter('split', model.split)} looks at all rows at once, and these do not fit "
            f"into memory: take {parameter('split', 'random')}, or pass X_val."
        )
    if given or model.split == "none":
        return Split(nothing, nothing, "validation rows were given" if given else "none")
    row_bytes = 8 * max(1, model.preparation_.width)
    most = max(MIN_ROWS, min(large.block_bytes // row_bytes, rows // 2))
    count = int(np.clip(round(model.validation_fraction * rows), MIN_ROWS, most))
    if model.split == "last":
        held, how = np.arange(rows - count, rows), f"the last {count:,} rows"
    else:
        held = np.sort(sample_without_replacement(rows, count, random_state=random))
        how = f"{count:,} rows by lot"
    return Split(nothing, held.astype(np.int64), how)


def _probe(sample: Table, values: Column, classes: bool) -> Column:
    """Return rows of a sample that the network sees as a whole: evenly spread, and one of each
    class.
    """
    some = np.arange(0, sample.rows, max(1, sample.rows // PROBE_ROWS))
    if classes and values.ndim == 1:
        return np.union1d(some, np.unique(values, return_index=True)[1])
    return some
