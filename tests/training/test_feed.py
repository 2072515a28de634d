"""Rows that come in blocks are trained on as those of one table in the same order."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from neurona.engine.choice import current_engine
from neurona.errors import TableError
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import Adam
from neurona.training import spool as spools
from neurona.training.feed import Feed
from neurona.training.problem import Problem
from neurona.training.rows import make_table
from neurona.training.spool import Spool

ROWS = 1003


def data(dtype, weighted=False):
    random = np.random.default_rng(0)
    X = random.normal(size=(ROWS, 3)).astype(dtype)
    weights = random.uniform(0.5, 2, ROWS).astype(dtype) if weighted else None
    return X, np.sin(X[:, :1]), weights


def spooled(dtype, weighted=False, chunk=16):
    X, y, weights = data(dtype, weighted)
    spool = Spool(3, 1, dtype, ROWS, weighted, chunk)
    for start in range(0, ROWS, 77):
        part = slice(start, start + 77)
        spool.add(X[part], y[part], None if weights is None else weights[part])
    spool.seal()
    return spool


def problem(table, feed, batch, dtype):
    network = Network([3, 5, 1], [ACTIVATIONS.find("tanh"), ACTIVATIONS.find("identity")], dtype)
    made = Problem(
        network, LOSSES.find("squared_error"), Adam(), table, batch, engine=current_engine(),
        feed=feed,
    )  # fmt: skip
    made.set_weights(np.random.RandomState(0).normal(0, 0.3, network.size).astype(dtype))
    return made


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    ("batch", "block_rows"), [(32, 64), (7, 100), (50, 16), (1, 1), (400, 900)]
)
def test_blocks_give_the_bits_of_a_table_in_that_order(dtype, weighted, batch, block_rows):
    spool = spooled(dtype, weighted)
    feed = Feed(spool, batch, True, 3, block_rows * spool.row_bytes)
    X, y, weights = data(dtype, weighted)
    ours = problem(feed.table, feed, batch, dtype)
    theirs = problem(make_table(X, y, weights, dtype), None, batch, dtype)
    order, random = feed.order(), np.random.RandomState(1)
    for _ in range(3):
        random.shuffle(order)
        rows = feed.row_numbers(order, ours.steps)
        assert np.array_equal(np.sort(rows), np.arange(ROWS))
        rates = np.full(ours.steps_in(order), 0.01)
        a, b = ours.train_epoch(order, rates), theirs.train_epoch(rows, rates)
        assert (a.loss, a.gradient_norm, a.steps) == (b.loss, b.gradient_norm, b.steps)
        assert np.array_equal(ours.weights, theirs.weights)


def test_an_epoch_is_mixed_anew_and_comes_again_by_seed():
    spool = spooled("float32")
    feed = Feed(spool, 32, True, 3, 100 * spool.row_bytes)
    order = feed.order()
    first, second = feed.row_numbers(order, 0), feed.row_numbers(order, 32)
    assert not np.array_equal(first, second)
    again = Feed(spool, 32, True, 3, 100 * spool.row_bytes)
    assert np.array_equal(again.row_numbers(order, 32), second)
    plain = Feed(spool, 32, False, 3, 100 * spool.row_bytes)
    assert np.array_equal(plain.row_numbers(order, 32), np.arange(ROWS))


def test_two_blocks_and_a_batch_are_in_memory():
    spool = spooled("float32")
    feed = Feed(spool, 32, block_bytes=100 * spool.row_bytes)
    assert len(feed.table.dense) == 2 * 112 + 32  # whole chunks of 16


def test_a_loss_that_is_not_finite_goes_back_within_its_block():
    X, y, _ = data("float64")
    y = y.copy()
    y[900] = 1e200
    spool = Spool(3, 1, "float64", ROWS, chunk_rows=16)
    spool.add(X, y)
    spool.seal()
    feed = Feed(spool, 10, False, 0, 100 * spool.row_bytes)
    ours = problem(feed.table, feed, 10, "float64")
    theirs = problem(make_table(X, y, None, "float64"), None, 10, "float64")
    rates = np.full(101, 0.01)
    a = ours.train_epoch(feed.order(), rates)
    b = theirs.train_epoch(np.arange(ROWS), rates)
    assert (a.finite, a.steps) == (b.finite, b.steps) == (False, a.steps)
    assert np.array_equal(ours.weights, theirs.weights)


def test_an_epoch_that_is_left_ends_its_thread():
    spool = spooled("float32")
    feed = Feed(spool, 32, block_bytes=100 * spool.row_bytes)
    pieces = feed.portions(feed.order(), 0)
    next(pieces)
    pieces.close()
    del pieces, feed, spool
    gc.collect()


def test_a_disk_without_room_is_refused_before_anything_is_written(monkeypatch):
    with pytest.raises(TableError, match=r"take .* GB of disk.*TMPDIR"):
        Spool(1000, 1, "float64", 10**12)
    monkeypatch.setattr(
        spools.shutil, "disk_usage", lambda folder: spools.shutil._ntuple_diskusage(1, 1, 0)
    )
    with pytest.raises(TableError, match="free some"):
        Spool(3, 1, "float32", 10)
