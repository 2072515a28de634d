"""The measures beside plain NumPy: eigenvalues of Hessians from differences, rows one by one."""

import numpy as np
import pytest

import neurona
from neurona.engine.choice import current_engine
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import find
from neurona.training.measures import (
    Place,
    gradient_noise,
    layer_gradients,
    preconditioner,
    sharpness,
    stable_rate,
    unit_activity,
)
from neurona.training.measures.noise import row_gradients
from neurona.training.problem import Problem, Regularisation
from neurona.training.rows import make_table

CASES = [
    ((2, 3, 1), "tanh", "identity", "squared_error", False),
    ((3, 5, 4, 2), "silu", "identity", "squared_error", False),
    ((3, 6, 3), "tanh", "softmax", "categorical_cross_entropy", False),
    ((2, 4, 1), "softplus", "logistic", "binary_cross_entropy", False),
    ((3, 2, 3), "tanh", "identity", "squared_error", True),
]


def problem_of(case, dtype=np.float64, weighted=False, l2=0.3, rows=12):
    sizes, hidden, output, loss, tied = case
    random = np.random.default_rng(len(sizes) + sizes[0])
    activations = [ACTIVATIONS.find(hidden)] * (len(sizes) - 2) + [ACTIVATIONS.find(output)]
    network = Network(sizes, activations, dtype, tied)
    X = random.standard_normal((rows, sizes[0]))
    targets = random.standard_normal((rows, sizes[-1]))
    if output == "softmax":
        targets = np.eye(sizes[-1])[random.integers(0, sizes[-1], rows)]
    elif output == "logistic":
        targets = (targets > 0).astype(float)
    weights = random.uniform(0.5, 2, rows) if weighted else None
    problem = Problem(
        network,
        LOSSES.find(loss),
        None,
        make_table(X, targets, weights, dtype),
        rows,
        Regularisation(l2=l2),
        engine=current_engine(),
    )
    parameters = random.standard_normal(network.n_parameters) * 0.7
    problem.set_weights(network.from_parameters(parameters.astype(dtype)))
    return problem


def gradient_at(problem, parameters, rows):
    problem.set_weights(problem.network.from_parameters(parameters))
    return problem.network.parameters(problem.value_and_gradient(rows)[1]).copy()


def hessian_by_differences(problem):
    """Return the Hessian of what the engine computes, by central differences of its gradient."""
    x = problem.network.parameters(problem.weights).copy()
    rows, step = np.arange(problem.batch), 1e-5
    columns = []
    for direction in np.eye(x.size):
        up = gradient_at(problem, x + step * direction, rows)
        columns.append((up - gradient_at(problem, x - step * direction, rows)) / (2 * step))
    problem.set_weights(problem.network.from_parameters(x))
    return np.column_stack(columns)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_sharpness_is_the_largest_eigenvalue(case, weighted):
    problem = problem_of(case, weighted=weighted)
    whole = hessian_by_differences(problem)
    found = sharpness(Place.of(problem), tol=1e-6)
    assert found.value == pytest.approx(np.linalg.eigvalsh((whole + whole.T) / 2)[-1], rel=1e-4)
    assert found.converged
    assert found == sharpness(Place.of(problem), tol=1e-6)


def test_sharpness_as_an_optimizer_sees_it():
    problem = problem_of(CASES[1])
    divisor = np.random.default_rng(0).uniform(0.01, 1, problem.network.n_parameters)
    whole = hessian_by_differences(problem) / np.sqrt(np.outer(divisor, divisor))
    found = sharpness(Place.of(problem), divisor, tol=1e-6)
    assert found.value == pytest.approx(np.linalg.eigvalsh((whole + whole.T) / 2)[-1], rel=1e-4)


def test_few_parameters_take_the_whole_hessian():
    problem = problem_of(((1, 1), "tanh", "identity", "squared_error", False), l2=0.0)
    X = problem.table.dense
    expected = np.linalg.eigvalsh(np.cov(np.hstack([X, np.ones_like(X)]).T, bias=True) * 0
                                  + np.hstack([X, np.ones_like(X)]).T
                                  @ np.hstack([X, np.ones_like(X)]) / len(X))[-1]  # fmt: skip
    assert sharpness(Place.of(problem)).value == pytest.approx(expected)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_row_gradients_and_noise_beside_rows_one_by_one(case, weighted):
    problem = problem_of(case, weighted=weighted)
    place, n = Place.of(problem), problem.batch
    x = problem.network.parameters(problem.weights).copy()
    weights = problem.table.weights if weighted else np.ones(n)
    plain = problem.changed(regularisation=Regularisation())
    # of one row alone the engine's mean is that row's gradient
    rows = np.array([gradient_at(plain, x, np.array([k])) for k in range(n)])
    rows *= (weights * n / weights.sum())[:, None]
    np.testing.assert_allclose(row_gradients(place), (rows**2).sum(axis=1), rtol=1e-8)
    found = gradient_noise(place)
    trace = np.trace(np.cov(rows.T))
    whole = gradient_at(problem, x, np.arange(n))
    signal = whole @ whole - trace / n
    assert found.trace == pytest.approx(trace)
    assert found.signal == pytest.approx(signal)
    if signal > 0:
        assert found.scale == pytest.approx(trace / signal)
        assert found.efficiency(found.scale) == pytest.approx(0.5)
    else:
        assert found.scale == np.inf and found.efficiency(10) == 0


def test_a_place_is_in_double_and_thins_its_rows():
    problem = problem_of(CASES[1], np.float32, rows=400)
    place = Place.of(problem, most_rows=40)
    assert place.rows == 40 and place.parameters.dtype == np.float64
    assert place.l2 == pytest.approx(0.3 / 400)
    np.testing.assert_allclose(
        place.parameters, problem.network.parameters(problem.weights), rtol=1e-7
    )
    few = Place.of(problem, rows=np.array([3, 5]))
    np.testing.assert_array_equal(few.inputs, problem.table.dense[[3, 5]].astype(np.float64))


def test_sparse_rows_are_those_of_the_dense_table():
    from scipy import sparse

    random = np.random.default_rng(0)
    X = random.standard_normal((30, 6)) * (random.uniform(size=(30, 6)) < 0.3)
    y = X @ np.arange(6.0)
    model = neurona.MLPRegressor(hidden_layer_sizes=(4,), solver="sgd", random_state=0)
    dense, packed = (
        Place.of(neurona.begin(model, given, y).problem) for given in (X, sparse.csr_matrix(X))
    )
    np.testing.assert_array_equal(dense.inputs, packed.inputs)
    assert sharpness(dense).value == pytest.approx(sharpness(packed).value)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov"])
@pytest.mark.parametrize("factor, grows", [(0.97, False), (1.03, True)])
def test_steps_grow_beyond_the_stable_rate(optimizer, factor, grows):
    """A linear model's loss is a bowl: gradient descent on it does what the formula says."""
    random = np.random.default_rng(1)
    X = random.standard_normal((50, 3)) * [1, 3, 5]
    y = X @ [1.0, 2.0, 3.0]
    words = {"hidden_layer_sizes": (), "alpha": 0.0, "batch_size": 50, "tol": 0.0}
    model = neurona.MLPRegressor(solver=find(optimizer), random_state=0, max_iter=400, **words)
    training = neurona.begin(model, X, y)
    limit = stable_rate(find(optimizer), sharpness(Place.of(training.problem)).value)
    training.learning_rate = factor * limit
    losses = [record.loss for record in training.advance() if record is not None]
    assert (losses[-1] > losses[0]) == grows


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "rmsprop"])
def test_a_preconditioner_divides_the_gradient_as_the_optimizer_does(optimizer):
    """A step from a state with the same gradient as ever: rate times gradient over P."""
    random = np.random.default_rng(1)
    X, y = random.standard_normal((40, 3)), random.standard_normal(40)
    solver = find(optimizer)
    if optimizer == "adamw":
        solver = type(solver)(weight_decay=0.0)
    model = neurona.MLPRegressor(
        hidden_layer_sizes=(5,), solver=solver, random_state=0, batch_size=40,
        learning_rate_init=1e-7, alpha=0.0, max_iter=200, tol=0.0,
    )  # fmt: skip
    training = neurona.begin(model, X, y)
    problem, network = training.problem, training.network
    assert preconditioner(problem.optimizer, problem.optimizer_state(), network) is None
    before = None
    for record in training.advance():
        if record is not None and record.epoch == 199:
            before = network.parameters(training.weights).copy()
    divisor = preconditioner(problem.optimizer, problem.optimizer_state(), network)
    gradient = Place.of(problem).gradient
    moved = network.parameters(training.weights) - before
    # the mean of the gradients is not divided by its correction a second time
    first = 1 - 0.9**200 if optimizer != "rmsprop" else 1.0
    large = np.abs(gradient) > 1e-4
    np.testing.assert_allclose(moved[large], (-1e-7 * first * gradient / divisor)[large], rtol=2e-3)
    assert stable_rate(problem.optimizer, 2.0) == pytest.approx(
        {"rmsprop": 1.0}.get(optimizer, 19.0)
    )


def test_nothing_is_said_of_other_optimizers_and_of_what_curves_downwards():
    assert stable_rate(find("rprop"), 1.0) is None
    assert stable_rate(None, 1.0) is None
    assert stable_rate(find("sgd"), -1.0) is None


def test_dead_and_saturated_units_are_counted():
    X = np.linspace(-1, 1, 21)[:, None]
    network = Network((1, 4, 1), [ACTIVATIONS.find("relu"), ACTIVATIONS.find("identity")], float)
    weights = network.pack([[[1.0, 1.0, -1.0, 0.0]], np.ones((4, 1))], [[0, -2, -3, -1e-9], [0]])
    place = Place(network, LOSSES.find("squared_error"), weights, X, X)
    (layer,) = unit_activity(place)
    assert layer.dead.tolist() == [False, True, True, True]
    assert layer.saturated is None and layer.dead_share == 0.75
    network = Network((1, 2, 1), [ACTIVATIONS.find("tanh"), ACTIVATIONS.find("identity")], float)
    weights = network.pack([[[100.0, 0.1]], np.ones((2, 1))], [[0, 0], [0]])
    (layer,) = unit_activity(Place(network, LOSSES.find("squared_error"), weights, X, X))
    # all but the row at 0 of the first unit, none of the second
    assert layer.saturated == pytest.approx(20 / 42) and not layer.dead.any()


def test_gradients_of_layers_beside_the_engine():
    problem = problem_of(CASES[1], l2=0.0)
    flat = problem.value_and_gradient(np.arange(problem.batch))[1].copy()
    found = layer_gradients(Place.of(problem))
    matrices = problem.network.views(flat)[0]
    assert [one.layer for one in found] == [1, 2, 3]
    for one, matrix in zip(found, matrices, strict=True):
        assert one.gradient == pytest.approx(np.sqrt((matrix**2).mean()))
