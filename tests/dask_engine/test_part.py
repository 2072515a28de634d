"""What a worker holds, without a cluster: it travels, and its sums are a branch of the whole's."""

from __future__ import annotations

import pickle
import sys

import numpy as np
import pytest
from scipy import sparse

from neurona.dask_engine.part import Part, add, ask, rows_between
from neurona.training import leaves
from neurona.training.leaves import added, cuts
from tests.engine.problems import make_network, make_problem

ROWS = 1700


def anywhere(table):
    """A table as it may come over a wire: at odd places, and to be read only."""

    def moved(array):
        raw = np.zeros(array.nbytes + 1, np.uint8)
        raw[1:] = array.reshape(-1).view(np.uint8)
        there = raw[1:].view(array.dtype).reshape(array.shape)
        there.flags.writeable = False
        return there

    return table._replace(**{name: moved(getattr(table, name)) for name in table._fields[1:]})


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_parts_add_up_to_the_bits_of_the_whole(kind, monkeypatch):
    monkeypatch.setattr(leaves, "LEAF_ROWS", 256)
    network = make_network((3, 4, 2), ("tanh", "identity"))
    X = None if kind == "dense" else sparse.random(ROWS, 3, 0.5, "csr", random_state=0)
    weights = np.random.default_rng(0).uniform(size=ROWS)
    problem, *_ = make_problem(network, rows=ROWS, X=X, row_weights=weights)
    session, table = problem.session, problem.table
    parts = []
    for first, last in cuts(ROWS, 512):
        rows = anywhere(rows_between(table, first, last))
        part = Part(network, problem.loss, rows, 256)
        ask(part, "losses", problem.weights)  # one that has been bound travels, too
        parts.append(pickle.loads(pickle.dumps(part)))
    assert len(parts) == 4
    wholes = {
        "slopes": session.sums(np.arange(ROWS)),
        "bends": session.curvature(False, np.inf).sums(),
    }
    for what, whole in wholes.items():
        answers = [ask(part, what, problem.weights) for part in parts]
        pairs = [add(answers[:2], [1, 1]), add(answers[2:], [1, 1])]
        for one, other in zip(added(pairs), whole, strict=True):
            np.testing.assert_array_equal(one, other)
    assert added(ask(part, "losses", problem.weights) for part in parts).loss == session.loss_sum()
    outputs = np.concatenate([ask(part, "outputs", problem.weights) for part in parts])
    np.testing.assert_array_equal(outputs, session.evaluate(table, ROWS)[0])


def test_a_scheduler_sees_how_large_it_is():
    problem, *_ = make_problem(make_network((3, 1), ("identity",)), rows=1000)
    part = Part(problem.network, problem.loss, problem.table, 256)
    assert sys.getsizeof(part) >= 8 * 4 * 1000


def test_what_is_added_stays_as_it_is():
    problem, *_ = make_problem(make_network((3, 1), ("identity",)), rows=300)
    sums = problem.session.sums(np.arange(300))
    before = sums.gradient.copy()
    add([sums, sums], [1, 1])
    np.testing.assert_array_equal(sums.gradient, before)
