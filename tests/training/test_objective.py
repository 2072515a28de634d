"""A network's loss as solvers see it: derivatives, damped steps, and the memory they may take."""

from __future__ import annotations

import re

import numpy as np
import pytest

from neurona.engine.gauss_newton import bytes_needed
from neurona.errors import IncompatibleError
from neurona.numerics.linear_solvers import DualModel, NormalModel
from neurona.numerics.losses import LOSSES
from neurona.optimizers.solve.gauss_newton import GaussNewton
from neurona.optimizers.solve.levenberg_marquardt import LevenbergMarquardt
from neurona.optimizers.solve.newton import Newton
from neurona.training import objective as objectives
from neurona.training.memory import MIB
from neurona.training.objective import NetworkObjective
from tests.compiled.processes import run_python
from tests.engine.problems import make_network, make_problem

SMOOTH = sorted({*LOSSES} - {"absolute_error", "quantile", "huber"})
PARTS = [
    {"rows": 30},
    {"rows": 30, "l2": 3.0, "l1": 0.5},
    {"rows": 30, "row_weights": np.arange(30) % 3.0, "l2": 1.0},
]


def objective_of(loss="squared_error", sizes=(3, 5, 2), output=None, **parts):
    names = ["tanh"] * (len(sizes) - 2)
    network = make_network(sizes, (*names, output or LOSSES.find(loss).link))
    problem, _, _ = make_problem(network, loss, **parts)
    objective = NetworkObjective(problem)
    return objective, network.parameters(problem.weights)


def whole_matrix(objective, x):
    """B, penalties included, whatever the model keeps."""
    objective.place(x)
    curvature = objective.problem.session.curvature(False, np.inf)
    penalised = objective.problem.regularisation.l2 / objective.weight * objective._is_weight
    return curvature.matrix()[2] + np.diag(penalised)


@pytest.mark.parametrize("parts", PARTS, ids=["plain", "penalties", "row weights"])
@pytest.mark.parametrize("loss", SMOOTH)
def test_the_hessian_is_the_slope_of_the_gradient(loss, parts, monkeypatch):
    objective, x = objective_of(loss, **parts)
    step = 1e-5
    slopes = [
        (objective.value_and_gradient(x + step * unit)[1]
         - objective.value_and_gradient(x - step * unit)[1]) / (2 * step)
        for unit in np.eye(x.size)
    ]  # fmt: skip
    hessian = objective.hessian(x)
    np.testing.assert_allclose(hessian, slopes, rtol=1e-5, atol=1e-8)
    direction = np.random.default_rng(0).normal(size=x.size)
    np.testing.assert_allclose(
        objective.hessian_product(x, direction), hessian @ direction, rtol=1e-9, atol=1e-13
    )
    monkeypatch.setattr(objectives, "HESSIAN_BLOCK", 8 * x.size * 5 * 7)  # seven rows
    np.testing.assert_allclose(objective.hessian(x), hessian, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("parts", PARTS, ids=["plain", "penalties", "row weights"])
@pytest.mark.parametrize("rows", [5, 30])
@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_the_model_is_that_of_the_value(loss, rows, parts):
    weights = parts.get("row_weights")
    parts = {**parts, "rows": rows, "row_weights": None if weights is None else weights[:rows]}
    objective, x = objective_of(loss, **parts)
    model = objective.model(x)
    assert isinstance(model, DualModel if rows == 5 else NormalModel)
    value, gradient = objective.value_and_gradient(x)
    assert model.value == pytest.approx(value, rel=1e-13)
    assert objective.value(x) == pytest.approx(value, rel=1e-13)
    np.testing.assert_allclose(model.gradient, gradient, rtol=1e-10, atol=1e-13)
    matrix = whole_matrix(objective, x)
    np.testing.assert_allclose(model.diagonal(), np.diag(matrix), rtol=1e-10)
    direction = np.random.default_rng(1).normal(size=x.size)
    assert model.curvature(direction) == pytest.approx(direction @ matrix @ direction, rel=1e-10)
    damping = 1e-3 * np.diag(matrix) + 1e-4
    expected = np.linalg.solve(matrix + np.diag(damping), -gradient)
    np.testing.assert_allclose(model.step(damping), expected, rtol=1e-7, atol=1e-10)


@pytest.mark.parametrize("loss", ["squared_error", "huber", "categorical_cross_entropy"])
def test_few_rows_without_damping_take_the_shortest_step(loss):
    objective, x = objective_of(loss, (3, 12, 3), rows=6)
    model = objective.model(x)
    matrix = whole_matrix(objective, x)
    expected = -np.linalg.pinv(matrix, rcond=1e-10, hermitian=True) @ model.gradient
    np.testing.assert_allclose(model.step(np.zeros(x.size)), expected, rtol=1e-5, atol=1e-8)
    assert np.abs(expected).max() > 0.1


def test_a_gradient_that_the_rows_cannot_explain_has_no_undamped_step():
    jacobian = np.eye(2, 4)
    model = DualModel(jacobian, np.ones(2), None, np.array([0.0, 1, 1, 0]))
    assert model.step(np.zeros(4)) is None
    within = DualModel(jacobian, np.ones(2), None, np.array([0.0, 1, 0, 0]))
    np.testing.assert_allclose(within.step(np.zeros(4)), [-1, -2, 0, 0])


# -- linear networks


def solution_of(X, targets):
    extended = np.column_stack([X, np.ones(len(X))])
    return np.linalg.lstsq(extended, targets, rcond=None)[0].ravel()


@pytest.mark.parametrize("solver", [LevenbergMarquardt(damping=0.0), GaussNewton(), Newton()])
def test_a_linear_network_takes_one_step(solver):
    network = make_network((4, 3), ("identity",))
    problem, X, targets = make_problem(network, rows=60)
    objective = NetworkObjective(problem)
    state = solver.start(objective, network.parameters(problem.weights))
    solver.advance(objective, state)
    np.testing.assert_allclose(state.x, solution_of(X, targets), rtol=1e-11, atol=1e-13)


def test_undamped_levenberg_marquardt_is_gauss_newton():
    objective, x = objective_of("binary_cross_entropy", (3, 2), rows=60)
    solver = LevenbergMarquardt()
    state = solver.start(objective, x)
    while np.abs(state.gradient).max() > 1e-5:  # near a minimum the full step is taken
        assert not solver.advance(objective, state).stuck
    expected = np.linalg.solve(whole_matrix(objective, state.x), -state.gradient)
    for undamped in (LevenbergMarquardt(damping=0.0), GaussNewton()):
        advance = undamped.advance(objective, undamped.start(objective, state.x))
        assert advance.damping == 0 or advance.rate == 1
        np.testing.assert_allclose(advance.step, expected, rtol=1e-6, atol=1e-12)


SCALES = np.array([1e-8, 1e-4, 1.0, 1e4, 1e8])


@pytest.mark.parametrize("solver", [LevenbergMarquardt(), LevenbergMarquardt(damping=0.0)])
def test_badly_scaled_constant_and_repeated_columns(solver):
    random = np.random.default_rng(0)
    X = random.normal(size=(80, 8))
    X[:, 5:] = np.column_stack([np.ones(80), np.zeros(80), X[:, 0]])
    X[:, :5] *= SCALES
    network = make_network((8, 1), ("identity",))
    problem, _, targets = make_problem(network, rows=80, X=X)
    objective = NetworkObjective(problem)
    state = solver.start(objective, np.zeros(network.n_parameters))
    for _ in range(100):
        if solver.advance(objective, state).stuck:
            break
    scaled = X / np.append(SCALES, np.ones(3))
    fitted = np.column_stack([scaled, np.ones(80)]) @ solution_of(scaled, targets)
    least = 0.5 * np.mean((fitted - targets.ravel()) ** 2)
    assert state.value == pytest.approx(least, rel=1e-9)


def test_steps_do_not_depend_on_the_units_of_the_inputs():
    random = np.random.default_rng(3)
    X, factors = random.normal(size=(50, 3)), np.array([2.0**-20, 1, 2.0**20])
    values = []
    for units in (np.ones(3), factors):
        network = make_network((3, 4, 1), ("tanh", "identity"))
        problem, _, _ = make_problem(network, rows=50, X=X * units)
        x = np.random.default_rng(4).normal(size=network.n_parameters)
        x[:12] /= np.repeat(units, 4)
        objective, solver = NetworkObjective(problem), LevenbergMarquardt()
        state = solver.start(objective, x)
        values.append([state.value])
        for _ in range(5):
            solver.advance(objective, state)
            values[-1].append(state.value)
    np.testing.assert_allclose(values[0], values[1], rtol=1e-7)
    assert values[0][-1] < values[0][0]


# -- memory


@pytest.mark.parametrize(
    ("ask", "rows"),
    [("model", 2000), ("model", 100), ("hessian", 2000)],
)
def test_too_much_memory_is_refused_with_an_estimate(ask, rows):
    network = make_network((20, 40, 1), ("tanh", "identity"))
    problem, _, _ = make_problem(network, rows=rows)
    objective = NetworkObjective(problem, memory=0.5)
    x = network.parameters(problem.weights)
    with pytest.raises(IncompatibleError) as caught:
        getattr(objective, ask)(x)
    said = str(caught.value)
    assert "solver='lbfgs' or 'scg'" in said and "`memory_limit` (in MiB)" in said
    assert f"881 parameters on {rows:,} rows" in said
    (needed,) = re.findall(r"needs ([\d,]+) MiB, and 0 MiB are allowed", said)
    assert int(needed) >= 1


def test_memory_grows_with_parameters_or_rows():
    network = make_network((20, 40, 1), ("tanh", "identity"))
    by_rows = [bytes_needed(network, rows, True, 256) for rows in (100, 200)]
    assert by_rows[1] > 2 * by_rows[0] - 1
    small, large = (bytes_needed(network, rows, False, 256) for rows in (10**3, 10**6))
    assert bytes_needed(network, 10**4, False, 256) == small
    assert small < large < 2.1 * small  # halves of matrices that wait to be added
    assert bytes_needed(network, 10**3, False, 256) > 3 * 8 * 881**2


LIMITED = """
import ctypes, resource, sys
import warnings; warnings.simplefilter("ignore", UserWarning)
import numpy as np
from neurona import MLPRegressor
from neurona.optimizers.solve.levenberg_marquardt import LevenbergMarquardt

units, rows, allowed = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
X = np.random.RandomState(0).normal(size=(rows, 20))
y = np.sin(X[:, 0]) + X[:, 1]
small = dict(random_state=0, max_iter=2, n_threads=1)
# glibc learns to keep arrays of up to 32 MiB in its heap, with holes as it happens: each is apart
M_MMAP_THRESHOLD = -3
getattr(ctypes.CDLL(None), "mallopt", lambda *_: None)(M_MMAP_THRESHOLD, 2**20)
# everything is compiled and loaded before the limit is set
MLPRegressor(hidden_layer_sizes=3, solver="lm", **small).fit(X[:100], y[:100])
MLPRegressor(hidden_layer_sizes=30, solver="lm", **small).fit(X[:30], y[:30])
solver = LevenbergMarquardt(memory_limit=allowed)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
limit = used + int((allowed + 24) * 2**20)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
MLPRegressor(hidden_layer_sizes=units, solver=solver, **small).fit(X, y)
print("fitted")
"""


@pytest.mark.parametrize(("units", "rows"), [(90, 2500), (400, 700)], ids=["matrix", "rows"])
def test_the_estimate_holds_under_a_real_limit(tmp_path, units, rows):
    script = tmp_path / "limited.py"
    script.write_text(LIMITED)
    network = make_network((20, units, 1), ("relu", "identity"))
    allowed = bytes_needed(network, rows, rows < network.n_parameters, 256) / MIB
    assert allowed > 80  # or there is nothing to be seen
    assert run_python(script, units, rows, allowed + 1) == ["fitted"]
