"""Targets and inputs of any size: a result of finite numbers, or a sentence."""

import numpy as np
import pytest

import neurona
from neurona.numerics.losses import LOSSES
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS

pytestmark = pytest.mark.filterwarnings("ignore")

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3)) / 4
Y = (np.sin(4 * X[:, 0]) + 4 * X[:, 1]) / 2.5
SIZES = [1e-320, 1e-300, 1e-160, 1e-100, 0.0, 1e20, 1e100, 1e155, -1e300, 1.7e308]
WORDS = {"hidden_layer_sizes": (4,), "max_iter": 5, "random_state": 0}


def fit(model, *rows):
    try:
        model.fit(*rows)
    except ValueError:  # DivergenceError and TableError are such
        return
    answer = model.decision_function if hasattr(model, "coef_") else model.predict
    assert np.isfinite(answer(rows[0])).all()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("solver", [*OPTIMIZERS, *SOLVERS])
def test_every_solver(solver, size):
    with np.errstate(over="ignore"):
        fit(neurona.MLPRegressor(solver=solver, **WORDS), X, size * Y)
        fit(neurona.MLPRegressor(solver=solver, **WORDS), size * X, Y)
        fit(neurona.MLPRegressor(solver=solver, **WORDS), size * X, size * Y)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("loss", list(LOSSES))
def test_every_loss(loss, size):
    for solver in ("adam", "lbfgs", "scg", "lm"):
        with np.errstate(over="ignore"):
            fit(neurona.MLPRegressor(loss=loss, solver=solver, **WORDS), X, size * Y)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("solver", ["adam", "lm", "scg", "bayesian-lm"])
def test_tables(solver, size):
    words = {"solver": solver, "random_state": 0, "epochs": 5}
    with np.errstate(over="ignore"):
        columns = dict(zip("abc", X.T, strict=True))
        fit(neurona.TableRegressor(**words), columns, size * Y)
        fit(neurona.TableRegressor(**words), {k: size * v for k, v in columns.items()}, Y)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cls", [neurona.Perceptron, neurona.Adaline])
def test_planes(cls, size):
    with np.errstate(over="ignore"):
        fit(cls(random_state=0), size * X, Y > 0)
