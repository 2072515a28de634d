"""First layers with hundreds of inputs, whose sums are made in two halves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from neurona.engine.halves import halved_at, own_chunks
from neurona.engine.workspace import make_layout
from neurona.network import FIRST_STRIP, LAST_STRIP, Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.training.plan import order_of
from tests import naive
from tests.engine.problems import make_network, make_problem
from tests.engine.test_train import EVERYTHING, train

LARGE = (601, 72, 5)
ROWS = 330


def layout_of(sizes):
    network = make_network(sizes, ["tanh"] * (len(sizes) - 2) + ["identity"])
    return make_layout(network, 64, np.zeros(64))


def half_of(problem):
    return problem.session.binding.recipe.half


@pytest.mark.parametrize(
    ("sizes", "share"),
    [
        ((784, 256, 128, 10), 0.5),
        ((2000, 30, 1), 0.5),
        ((700, 300, 3), 0.5),
        ((8, 30, 1), 0),
        ((64, 128, 64, 1), 0),
        ((100, 300, 100, 5), 0),
    ],
)
def test_what_is_halved(sizes, share):
    """Where many inputs meet fewer units, and not where more sums would travel than weights."""
    half = halved_at(layout_of(sizes))
    assert half % 8 == 0
    assert half / sizes[0] == pytest.approx(share, abs=0.06)


@given(
    sizes=st.lists(st.integers(1, 900), min_size=2, max_size=4),
    threads=st.integers(1, 9),
    halved=st.booleans(),
)
def test_every_chunk_is_one_threads(sizes, threads, halved):
    layout = layout_of(sizes)
    own = [own_chunks(layout, int(halved), k, threads) for k in range(threads)]
    assert sorted(np.concatenate(own)) == list(range(len(layout.chunks)))
    assert all(list(chunks) == sorted(chunks) for chunks in own)
    sizes = [len(chunks) for chunks in own]
    assert max(sizes) - min(sizes) <= 2


def test_two_threads_update_what_they_multiply_by():
    layout = layout_of((784, 256, 128, 10))
    half = halved_at(layout)
    for thread, (low, high) in enumerate([(0, half), (half, 785)]):
        rows = []
        for chunk in layout.chunks[own_chunks(layout, half, thread, 2)]:
            for layer, first, last in layout.strips[chunk[FIRST_STRIP] : chunk[LAST_STRIP]]:
                if layer == 0:
                    rows += range(first, last)
        assert rows[0] == low
        assert set(range(low, high)) <= set(rows)
        assert not set(rows) & set(range(785)) - set(range(low, high))


def inputs(kind, dtype):
    random = np.random.RandomState(3)
    X = random.binomial(2, 0.2, size=(ROWS, LARGE[0])).astype(dtype)
    return sparse.csr_array(X) if kind == "sparse" else X


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    ("kind", "optimizer", "batch", "regularisation"),
    [
        ("dense", "adam", 37, {}),
        ("sparse", "momentum", 300, {**EVERYTHING, "dropout": (0.2, 0.0)}),
        ("dense", "rprop", ROWS, {"clip_norm": 0.1}),
    ],
)
def test_the_number_of_threads_changes_no_bit(kind, optimizer, batch, regularisation, dtype):
    network = make_network(LARGE, ["tanh", "softmax"], dtype)
    expected = None
    for threads in (1, 2, 3, 5):
        problem, _, _ = make_problem(
            network, "categorical_cross_entropy", optimizer, rows=ROWS, batch=batch,
            X=inputs(kind, dtype), n_threads=threads, **regularisation,
        )  # fmt: skip
        assert problem.threads == threads
        assert half_of(problem) > 0
        before = problem.weights.copy()
        weights, results = train(problem, rows=ROWS)
        assert not np.array_equal(weights, before)
        if expected is not None:
            np.testing.assert_array_equal(weights, expected[0])
            assert results == expected[1]
        expected = weights, results


@pytest.mark.parametrize("kind", ["dense", "sparse"])
@pytest.mark.parametrize("sizes", [LARGE, (1500, 40)])
def test_loss_and_gradient_by_numpy(kind, sizes):
    """Of a layer of its own, too: the errors' place holds sums, then errors of the same layer."""
    random = np.random.RandomState(0)
    names = ["tanh"] * (len(sizes) - 2) + ["identity"]
    network = make_network(sizes, names)
    X = random.normal(size=(ROWS, sizes[0])) * (random.uniform(size=(ROWS, sizes[0])) < 0.3)
    given = sparse.csr_array(X) if kind == "sparse" else X
    problem, _, targets = make_problem(network, rows=ROWS, X=given)
    assert half_of(problem) > 0
    loss, gradient = problem.value_and_gradient(order_of(np.arange(ROWS)))
    matrices, biases = network.views(problem.weights)
    outputs = naive.forward(names, matrices, biases, X)
    assert loss == pytest.approx(naive.mean_loss("squared_error", targets, outputs), rel=1e-12)
    errors = (outputs - targets) / ROWS
    found = []
    below = X
    if len(matrices) == 2:
        below = np.tanh(X @ matrices[0] + biases[0])
        back = (errors @ matrices[1].T) * (1 - below**2)
        found = [X.T @ back, back.sum(axis=0)]
    found += [below.T @ errors, errors.sum(axis=0)]
    expected = network.pack(found[0::2], found[1::2])
    np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12 * np.abs(expected).max())


def test_tied_weights():
    """The mirror learns by its twin, whose inputs are halved."""
    sizes = (600, 64, 600)
    activations = [ACTIVATIONS.find(name) for name in ("tanh", "identity")]
    found = []
    for threads in (1, 2):
        network = Network(sizes, activations, np.float64, tied=True)
        problem, _, _ = make_problem(
            network, optimizer="adam", rows=60, batch=25, n_threads=threads
        )
        assert half_of(problem) > 0
        found.append(train(problem, rows=60)[0])
    np.testing.assert_array_equal(found[0], found[1])
    first, last = network.views(found[0])[0]
    np.testing.assert_array_equal(first, last.T)
