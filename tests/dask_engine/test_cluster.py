"""Trainings over two workers on this machine: the bits of one machine, whoever dies."""

from __future__ import annotations

import itertools
import os
import signal
import warnings
from concurrent.futures import CancelledError

import numpy as np
import pytest

import neurona
from neurona import MLPClassifier, MLPRegressor, TableRegressor
from neurona.engine import choice
from neurona.engine.choice import using_engine
from neurona.errors import ClusterError, IncompatibleError, PluginError
from neurona.training import leaves

distributed = pytest.importorskip("distributed")
from neurona.dask_engine import cluster as ours  # noqa: E402
from neurona.dask_engine import rows as spread  # noqa: E402
from neurona.dask_engine.engine import DaskEngine  # noqa: E402

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(3000, 3))
Y = np.sin(X[:, 0]) * X[:, 1] + 0.1 * RANDOM.normal(size=3000)


@pytest.fixture(autouse=True)
def small_leaves(monkeypatch):
    monkeypatch.setattr(leaves, "LEAF_ROWS", 512)
    monkeypatch.setattr(spread, "TASK_SECONDS", 0)  # or so small a table would be one part
    monkeypatch.setattr(spread, "BYTE_SECONDS", 0)


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes, which their nannies start again when they die."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0",
        silence_logs=60,
    ) as made:  # fmt: skip
        yield made


@pytest.fixture
def client(cluster):
    with distributed.Client(cluster) as made:
        made.wait_for_workers(2, timeout=600)
        yield made


def fitted(engine, solver="lm", kind=MLPRegressor, X=X, y=Y, weights=None, **words):
    words = {"hidden_layer_sizes": (5,), "max_iter": 4, "random_state": 0, "tol": 0} | words
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = kind(solver=solver, engine=engine, **words)
        return model.fit(X, y, sample_weight=weights)


def assert_same(one, other):
    for a, b in zip(one.coefs_ + one.intercepts_, other.coefs_ + other.intercepts_, strict=True):
        np.testing.assert_array_equal(a, b)
    for name in ("loss", "val_loss", "gradient_norm", "damping"):
        np.testing.assert_array_equal(one.history_.column(name), other.history_.column(name))


CASES = {
    "lm": {"early_stopping": True, "monitor": "val_loss"},
    "bayesian-lm": {"X": X[:1500], "y": 100 * Y[:1500]},
    "lbfgs": {"alpha": 3.0, "X": X.astype(np.float32)},
    "cg": {"kind": MLPClassifier, "y": Y > 0, "weights": RANDOM.uniform(size=3000)},
}


@pytest.mark.parametrize("solver", CASES)
def test_two_workers_have_the_bits_of_one_machine(solver, client):
    assert_same(
        fitted("dask", solver, **CASES[solver]), fitted("compiled", solver, **CASES[solver])
    )


def test_a_worker_killed_in_the_middle_changes_nothing(client, monkeypatch):
    spreads = []
    start = spread.SpreadRows.__init__

    def noted(self, *given):
        spreads.append(self)
        start(self, *given)

    monkeypatch.setattr(spread.SpreadRows, "__init__", noted)

    def kill(training, record):
        if record.epoch == 2:
            assert spreads[0].sent == 6  # each part once
            os.kill(min(client.run(os.getpid).values()), signal.SIGKILL)

    found = fitted("dask", callbacks=kill)
    (only,) = spreads
    assert 6 < only.sent <= 12  # what it had, and no more, was sent again
    assert_same(found, fitted("compiled"))


def test_large_weights_go_from_worker_to_worker_and_sums_are_added_there(client, monkeypatch):
    monkeypatch.setattr(spread, "SMALL", 0)
    monkeypatch.setattr(spread, "AT_HOME_BYTES", 0)
    monkeypatch.setattr(spread, "FAN_IN", 2)
    assert_same(fitted("dask", max_iter=2), fitted("compiled", max_iter=2))


@pytest.mark.parametrize("rows", [100_000, 10**6, 10**8])
def test_parts_share_the_work_and_are_not_too_many(rows, monkeypatch):
    monkeypatch.undo()
    cost, took = spread.cost_of(401, 1, True), []
    for threads in (1, 2, 7, 64, 1000):
        parts = spread.parts_of(rows, 16_384, threads, cost)
        sizes = spread.rows_of(parts, rows, 16_384)
        assert sum(sizes) == rows
        assert all(size.bit_count() == 1 and first % size == 0 for first, size in parts)
        assert [first for first, _ in parts[1:]] == [sum(part) for part in parts[:-1]]
        work = np.bincount(spread.shared_out(sizes, threads), sizes)
        longest = work.max() * cost.row
        took.append(longest + len(parts) * spread.TASK_SECONDS)
        if rows > 20 * 16_384 * threads:
            assert longest < 1.1 * rows * cost.row / threads
    assert all(after < 1.1 * before for before, after in itertools.pairwise(took))


def test_a_client_may_be_given(client):
    with using_engine(DaskEngine(client)):
        found = fitted("compiled", max_iter=2)
    assert_same(found, fitted("compiled", max_iter=2))


def test_a_small_table_stays_here(client, monkeypatch):
    monkeypatch.setattr(spread.SpreadRows, "__init__", None)
    few = {"X": X[:500], "y": Y[:500]}
    assert_same(fitted("dask", **few), fitted("compiled", **few))


def test_another_version_is_refused(client, monkeypatch):
    monkeypatch.setattr(neurona, "__version__", "0.0.0")
    with pytest.raises(IncompatibleError, match=r"has neurona .*this process neurona 0\.0\.0"):
        fitted("dask")


def test_workers_lost_again_and_again_end_it(client, monkeypatch):
    def lost(self, futures):
        raise CancelledError("gone")

    monkeypatch.setattr(distributed.Client, "gather", lost)
    with pytest.raises(ClusterError, match=r"lost 6 times .*too little memory.*gone"):
        fitted("dask")


def test_a_mistake_of_ones_own_is_not_tried_again(client, monkeypatch):
    def wrong(self, futures):
        raise ZeroDivisionError("mine")

    monkeypatch.setattr(distributed.Client, "gather", wrong)
    with pytest.raises(ZeroDivisionError, match="mine"):
        fitted("dask")


def test_a_module_that_workers_lack_is_named(client, monkeypatch):
    def unread(self, futures):
        raise Exception("ModuleNotFoundError(\"No module named 'mine'\")")

    monkeypatch.setattr(distributed.Client, "gather", unread)
    with pytest.raises(IncompatibleError, match=r"named 'mine'.*client\.upload_file"):
        fitted("dask")


def test_mini_batches_are_refused():
    with pytest.raises(IncompatibleError, match=r"'adam' goes by mini-batches.*'lbfgs'"):
        fitted("dask", "adam")
    with pytest.raises(IncompatibleError, match="has no device 'cuda'"):
        fitted("dask", device="cuda")
    with pytest.raises(IncompatibleError, match="goes by mini-batches"):
        TableRegressor(engine="dask", solver="adam").fit(X[:200], Y[:200])


def test_without_dask_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    monkeypatch.delitem(choice.ENGINES, "dask", raising=False)
    with pytest.raises(PluginError, match=r"needs the package distributed.*'neurona\[dask\]'"):
        fitted("dask")


def test_without_a_cluster_it_is_said_how_to_make_one(monkeypatch):
    with pytest.raises(IncompatibleError, match=r"client = Client\(ADDRESS\).*DASK_SCHEDULER"):
        fitted("dask")


def test_without_workers_it_ends_in_a_sentence(monkeypatch):
    monkeypatch.setattr(ours, "WAIT_SECONDS", 0.1)
    with (
        distributed.LocalCluster(
            n_workers=1, processes=False, dashboard_address=":0", silence_logs=60
        ) as small,
        distributed.Client(small) as own,
    ):

        def leave(training, record):
            small.scale(0)
            own.retire_workers(list(own.nthreads()))

        with pytest.raises(ClusterError, match="none came back within 0 s"):
            fitted("dask", callbacks=leave)
        with pytest.raises(ClusterError, match="has no workers"):
            fitted("dask")
