"""Stream: prepared rows that come in blocks, in the place of matrices, and what a fit needs of
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from neurona.data.table import Column
from neurona.errors import IncompatibleError
from neurona.estimators.mlp.assignment import ChosenMethod
from neurona.estimators.mlp.examples import Given, check_targets
from neurona.estimators.mlp.subject import Subject
from neurona.numerics.losses import Loss
from neurona.spelling import parameter
from neurona.training.feed import BLOCK_BYTES
from neurona.training.spool import CHUNK_ROWS, Spool


@dataclass(frozen=True, eq=False)
class Stream:
    """Rows to train on that need not fit into memory; it stands for X and for y of a fit.

    Attributes
    ----------
    rows : int
        How many `blocks` has.
    X, y : arrays
        A few of them, every class among the targets: what a network learns of columns and classes.
    blocks : function () that yields pairs like X and y
        All rows, in their order; called once for a fit.
    block_bytes : int
        What a block of rows may take in memory while training; two are there.
    chunk_rows : int
        Rows that stay together when blocks are shuffled.
    """

    rows: int
    X: Column
    y: Column
    blocks: Callable[[], Iterator[tuple[Column, Column]]]
    block_bytes: int = BLOCK_BYTES
    chunk_rows: int = CHUNK_ROWS


def probe(given: Given) -> Given:
    """Return the rows of a fit that are in memory: all of them, or a stream's few."""
    if not isinstance(given.X, Stream):
        return given
    if given.sample_weight is not None:
        raise IncompatibleError("Rows that come in blocks take no sample_weight; leave it out.")
    return Given(given.X.X, given.X.y, None, given.X_val, given.y_val, given.sample_weight_val)


def check_streamed(
    params: Mapping[str, Any], subject: Subject, method: ChosenMethod, warm: bool, validates: bool
) -> None:
    """IncompatibleError for a fit that needs all rows at once."""
    why = None
    if method.optimizer is None or method.optimizer.full_batch:
        why = f"{parameter('solver', method.name)} takes all rows at each step"
    elif subject.noise() is not None:
        why = "noise on the inputs is drawn for all rows at once"
    elif params.get("class_weight") == "balanced":
        why = "class_weight='balanced' counts the classes of all rows; pass their weights by name"
    elif params["early_stopping"] and not validates:
        why = "early_stopping draws its rows from all of them; pass X_val and y_val"
    elif warm:
        why = "warm_start goes on with the rows of an earlier fit"
    if why is not None:
        raise IncompatibleError(
            f"Rows that come in blocks are learned in mini-batches, and {why}; take "
            f"{parameter('solver', 'adam')} and leave that out, or give rows that fit into memory."
        )


def spooled(stream: Stream, subject: Subject, loss: Loss, dtype: Any, outputs: int) -> Spool:
    """Write the rows of a stream to a disk, as the network learns them."""
    first = subject.row_weights(stream.y, None)
    weighted = first is not None
    spool = Spool(
        stream.X.shape[1], outputs, dtype, stream.rows, weighted, chunk_rows=stream.chunk_rows
    )
    try:
        for X, y in stream.blocks():
            if not len(X):
                continue
            inputs, targets = subject.encode_more(X, y)
            check_targets(loss, targets)
            spool.add(inputs, targets, subject.row_weights(y, None) if weighted else None)
        spool.seal()
        if spool.rows != stream.rows:
            raise IncompatibleError(
                f"A stream of {stream.rows:,} rows gave {spool.rows:,}; it must give the same rows "
                "each time that it is read."
            )
    except BaseException:
        spool.close()
        raise
    return spool
