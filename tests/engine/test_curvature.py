"""The Gauss-Newton matrix and the rows of derivatives, against the computation graph.

J is the graph's Jacobian of the outputs, H its Hessian of a row's loss by them; for a robust loss
slope / difference stands in the place of H.
"""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import numpy as np
import pytest
from scipy import sparse

import neurona
from neurona import autodiff
from neurona.engine import workspace
from neurona.engine.by_output import Row, are_apart, row_of
from neurona.engine.gauss_newton import Curvature
from neurona.errors import StopReason
from neurona.estimators.begin import begin, finish
from neurona.network import Network
from neurona.numerics.losses import LOSSES
from neurona.training.graph import layers_of
from tests.engine.problems import make_network, make_problem
from tests.numerics.test_losses import PAIRS

ROBUST = ("absolute_error", "huber", "log_cosh", "quantile")
NO_LIMIT = float("inf")


def curvature_of(problem, by_rows=False):
    return problem.session.curvature(by_rows, NO_LIMIT)


def outputs_of(network, X, on_sums):
    """The outputs (sums, or values) of all rows as a function of the parameters."""

    def outputs(parameters):
        values = sums = X
        for activation, (matrix, bias) in zip(
            network.activations, layers_of(network, parameters), strict=True
        ):
            sums = values @ matrix + bias
            values = activation.expression(sums)
        return sums if on_sums else values

    return outputs


def hessians_by_outputs(loss, targets, outputs, on_sums):
    """H of every row."""
    found = []
    for t, z in zip(targets, outputs, strict=True):

        def value(z, t=t):
            row = z.reshape(1, -1)
            return np.sum(loss.expression(t.reshape(1, -1), row, on_sums))

        if loss.name in ROBUST:
            found.append(np.diag(autodiff.grad(value)(z) / (z - t)))
        else:
            found.append(autodiff.hessian(value)(z))
    return np.array(found)


def expected(problem, X, targets, row_weights=None):
    """J weighted by rows (rows x outputs x parameters), and the sum of J'HJ."""
    network, loss = problem.network, problem.loss
    _, on_sums = loss.member(network.activations[-1])
    outputs = outputs_of(network, np.asarray(X, np.float64), on_sums)
    at = network.parameters(problem.weights)
    jacobian = np.asarray(autodiff.jacobian(outputs)(at))
    shares = np.ones(len(targets)) if row_weights is None else row_weights
    shares = shares / shares.sum()
    by_outputs = hessians_by_outputs(loss, targets, np.asarray(outputs(at)), on_sums)
    matrix = np.einsum("i,iap,iab,ibq->pq", shares, jacobian, by_outputs, jacobian, optimize=True)
    return jacobian * np.sqrt(shares)[:, None, None], matrix


def assert_curvature(problem, X, targets, row_weights=None):
    loss_value, gradient = problem.value_and_gradient(np.arange(len(targets)))
    gradient = problem.network.parameters(gradient)
    jacobian, matrix = expected(problem, X, targets, row_weights)
    scale = np.abs(matrix).max()
    value, slope, found = curvature_of(problem).matrix()
    np.testing.assert_allclose(found, matrix, rtol=1e-10, atol=1e-12 * scale)
    rows = curvature_of(problem, by_rows=True).jacobian()
    np.testing.assert_allclose(rows[2].T @ rows[2], matrix, rtol=1e-10, atol=1e-12 * scale)
    if problem.loss.name == "squared_error":
        np.testing.assert_allclose(rows[2], jacobian.reshape(rows[2].shape), rtol=1e-10, atol=1e-13)
    for loss, at in ((value, slope), rows[:2]):
        assert loss == pytest.approx(loss_value, rel=1e-13)
        np.testing.assert_allclose(at, gradient, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(("loss", "output"), PAIRS)
def test_every_pair_of_loss_and_output(loss, output):
    problem, X, targets = make_problem(make_network((3, 4, 2), ("tanh", output)), loss, rows=21)
    if problem.loss.seeds(problem.network.activations[-1]) is None:
        pytest.skip("the loss says nothing of its curvature for these outputs")
    assert_curvature(problem, X, targets)


@pytest.mark.parametrize("hidden", ["logistic", "relu", "softplus", "softmax", "gelu", "mish"])
def test_hidden_activations(hidden):
    network = make_network((3, 5, 4, 2), (hidden, hidden, "identity"))
    assert_curvature(*make_problem(network, rows=30))


@pytest.mark.parametrize("outputs", [1, 2, 5, 17])
@pytest.mark.parametrize("hidden", [(), (7,), (6, 9, 3)])
def test_depths_and_outputs(hidden, outputs):
    names = ("tanh",) * len(hidden)
    for loss, output in (
        ("squared_error", "identity"),
        ("binary_cross_entropy", "logistic"),
        ("categorical_cross_entropy", "softmax"),
    ):
        network = make_network((3, *hidden, outputs), (*names, output))
        assert_curvature(*make_problem(network, loss, rows=19))


@pytest.mark.parametrize("rows", [1, 7, 8, 256, 257, 520])
def test_numbers_of_rows(rows):
    assert_curvature(*make_problem(make_network((3, 5, 2), ("tanh", "identity")), rows=rows))


@pytest.mark.parametrize("inputs", [1, 13, 14, 15, 16, 17, 31])
def test_numbers_of_parameters(inputs):
    network = make_network((inputs, 1), ("identity",))
    assert_curvature(*make_problem(network, rows=40))


@pytest.mark.parametrize("loss", ["squared_error", "huber", "poisson", "categorical_cross_entropy"])
def test_row_weights(loss):
    network = make_network((3, 4, 2), ("tanh", LOSSES.find(loss).link))
    row_weights = np.random.RandomState(4).uniform(0, 3, 300)
    row_weights[::3] = 0
    assert_curvature(*make_problem(network, loss, rows=300, row_weights=row_weights), row_weights)


def test_rows_without_any_weight_give_zeros():
    network = make_network((3, 4, 2), ("tanh", "identity"))
    problem, _, _ = make_problem(network, rows=20, row_weights=np.zeros(20))
    loss, gradient, matrix = curvature_of(problem).matrix()
    assert loss == 0 and not gradient.any() and not matrix.any()


def test_sparse_inputs():
    X = sparse.csr_array(np.random.default_rng(0).binomial(3, 0.1, (50, 6)).astype(float))
    problem, _, targets = make_problem(make_network((6, 4, 2), ("tanh", "identity")), rows=50, X=X)
    assert_curvature(problem, X.toarray(), targets)


@pytest.mark.parametrize("z", [(0.0, 0, 0), (800.0, 0, -800), (40.0, 0, -40), (1e4, 1e4, 0)])
def test_the_root_of_softmax_at_the_rim(z):
    """S S' = diag(p) - p p' for a layer of biases alone, with p from exact arithmetic."""
    network = make_network((1, 3), ("softmax",))
    problem, _, _ = make_problem(network, "categorical_cross_entropy", rows=1, X=np.zeros((1, 1)))
    problem.set_weights(network.pack([np.zeros((1, 3))], [np.array(z)]))
    powers = [Fraction(float(np.exp(one - max(z)))) for one in z]
    p = [power / sum(powers) for power in powers]
    exact = [[float(p[a] * ((a == b) - p[b])) for b in range(3)] for a in range(3)]
    _, _, found = curvature_of(problem).matrix()
    np.testing.assert_allclose(found[3:, 3:], exact, rtol=1e-13, atol=1e-300)
    assert not found[:3].any()


@pytest.mark.parametrize("by_rows", [False, True])
@pytest.mark.parametrize("loss", ["squared_error", "categorical_cross_entropy"])
def test_threads_change_no_bit(loss, by_rows):
    network = make_network((5, 30, 20, 3), ("tanh", "relu", LOSSES.find(loss).link))
    results = []
    for threads in (1, 2, 3):
        made, _, _ = make_problem(network, loss, rows=601)
        problem = dataclasses.replace(made, n_threads=threads, second_order=True)
        problem.set_weights(made.weights)
        assert problem.threads == threads
        curvature = curvature_of(problem, by_rows)
        found = curvature.jacobian() if by_rows else curvature.matrix()
        results.append([np.array(part) for part in found])
        problem.close()
    for other in results[1:]:
        for part, same in zip(other, results[0], strict=True):
            np.testing.assert_array_equal(part, same)


@pytest.mark.parametrize("hidden", [(), (6,), (9, 7)])
@pytest.mark.parametrize("outputs", [15, 16, 40])
@pytest.mark.parametrize("loss", ["squared_error", "binary_cross_entropy"])
def test_outputs_apart_change_no_bit(loss, outputs, hidden, monkeypatch):
    names = ("tanh",) * len(hidden)
    network = make_network((5, *hidden, outputs), (*names, LOSSES.find(loss).link))
    problem, _, _ = make_problem(network, loss, rows=300, row_weights=np.arange(300) % 3.0)
    apart = curvature_of(problem)
    monkeypatch.setattr("neurona.engine.session.are_apart", lambda network, loss: False)
    together = curvature_of(problem)
    assert apart._row.own >= network.sizes[-2] + 1
    assert together._row.own == 0
    for part, same in zip(apart.matrix(), together.matrix(), strict=True):
        np.testing.assert_array_equal(part, same)
    for part, same in zip(apart.sums(), together.sums(), strict=True):
        np.testing.assert_array_equal(part, same)


def test_padding_must_not_cost_more_than_the_zeros():
    few, many = (make_network((8, 20, n), ("tanh", "identity")) for n in (2, 10))
    assert row_of(few, True) == row_of(few, False) == Row(222, 224, 0)
    assert row_of(many, True) == Row(32 + 180, 32 + 192, 32)  # 21 of an output's own, padded
    assert row_of(many, False) == Row(390, 400, 0)


def test_which_outputs_are_apart():
    several = make_network((5, 4, 5), ("tanh", "identity"))
    assert are_apart(several, LOSSES.find("huber"))
    assert not are_apart(make_network((5, 1), ("identity",)), LOSSES.find("squared_error"))
    assert are_apart(make_network((5, 3), ("tanh",)), LOSSES.find("squared_error"))
    softmax = make_network((5, 3), ("softmax",))
    for loss in ("categorical_cross_entropy", "squared_error"):
        assert not are_apart(softmax, LOSSES.find(loss))
    tied = Network((5, 4, 5), several.activations, np.float64, tied=True)
    assert not are_apart(tied, LOSSES.find("squared_error"))


def test_a_second_pass_forgets_the_first():
    problem, _, _ = make_problem(make_network((3, 5, 2), ("tanh", "identity")), rows=30)
    curvature = curvature_of(problem)
    start = problem.weights.copy()
    first = curvature.matrix()
    problem.set_weights(1.5 * start)
    assert not np.array_equal(curvature.matrix()[2], first[2])
    problem.set_weights(start)
    for part, same in zip(curvature.matrix(), first, strict=True):
        np.testing.assert_array_equal(part, same)


def counted(curvature, monkeypatch):
    """A list that grows with every kernel call of a curvature."""
    calls, run = [], curvature._run

    def counting(*arguments):
        calls.append(1)
        return run(*arguments)

    monkeypatch.setattr(curvature, "_run", counting)
    return calls


@pytest.mark.parametrize("by_rows", [False, True])
@pytest.mark.parametrize("loss", ["squared_error", "categorical_cross_entropy"])
def test_how_a_pass_is_cut_changes_no_bit(loss, by_rows, monkeypatch):
    network = make_network((5, 7, 3), ("tanh", LOSSES.find(loss).link))
    monkeypatch.setattr(workspace, "BLOCK_ROWS", 64)
    problem, _, _ = make_problem(network, loss, rows=601, row_weights=np.arange(601) % 3.0)
    results = []
    for blocks in (1000, 1, 3):
        curvature = curvature_of(problem, by_rows)
        monkeypatch.setattr(curvature, "_blocks", blocks)
        seconds = 0.0 if blocks == 1 else 9.0
        monkeypatch.setattr("neurona.engine.gauss_newton.PIECE_SECONDS", seconds)
        calls = counted(curvature, monkeypatch)
        found = curvature.jacobian() if by_rows else curvature.matrix()
        assert (len(calls) == 1) == (blocks == 1000)
        results.append([np.array(part) for part in found])
    for other in results[1:]:
        for part, same in zip(other, results[0], strict=True):
            np.testing.assert_array_equal(part, same)


def test_ctrl_c_is_heard_inside_a_pass(monkeypatch):
    """A pass of many pieces is left at the piece in which the signal came."""
    X = np.random.RandomState(0).normal(size=(2000, 3))
    model = neurona.MLPRegressor(
        hidden_layer_sizes=5, solver="lm", random_state=0, n_threads=1, max_iter=50
    )
    training = begin(model, X, np.sin(X[:, 0]))
    pieces = []

    def piece(self, order, begin, end, thread):
        pieces.append(begin)
        if len(pieces) == 20:
            raise KeyboardInterrupt  # as Python does between two pieces
        return original(self, order, begin, end, thread)

    original = Curvature._part
    monkeypatch.setattr(Curvature, "_part", piece)
    monkeypatch.setattr("neurona.engine.gauss_newton.PIECE_SECONDS", 1e-9)
    assert training.run() == StopReason.INTERRUPTED
    assert len(pieces) == 20
    assert np.isfinite(training.weights).all()
    with pytest.warns(UserWarning, match="interrupted by user"):
        finish(model, training)
    assert np.isfinite(model.predict(X)).all()
