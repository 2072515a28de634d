"""Error surfaces of networks: the loss that training lowers, its slopes, its axes."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from neurona import MLPClassifier, MLPRegressor, surfaces
from neurona.errors import IncompatibleError
from neurona.surfaces.error import filter_normalised

RANDOM = np.random.default_rng(7)
X = RANDOM.normal(size=(40, 3))
Y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2]


def fitted(cls=MLPRegressor, y=Y, x=X, solver="lbfgs", seed=0, **options):
    options = {"hidden_layer_sizes": (4,), "activation": "tanh", "max_iter": 15, **options}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return cls(solver=solver, random_state=seed, **options).fit(x, y)


def parameters(model):
    return np.concatenate([a.ravel() for a in (*model.coefs_, *model.intercepts_)])


CLASSES = np.digitize(Y, [-0.5, 0.5])
MODELS = [
    fitted(alpha=0.1, alpha_l1=0.01),
    fitted(MLPClassifier, CLASSES, alpha=0.1),
    fitted(MLPClassifier, CLASSES > 1, class_weight="balanced"),
]
PAIRS = [*zip(MODELS, [Y, CLASSES, CLASSES > 1], strict=True)]


@pytest.mark.parametrize(("model", "y"), PAIRS)
def test_its_height_is_the_training_loss(model, y):
    surface = surfaces.of_network(model, X, y)
    np.testing.assert_array_equal(surface.start, parameters(model))
    np.testing.assert_allclose(surface.value(surface.start), model.loss_, rtol=1e-12)


@pytest.mark.parametrize(("model", "y"), PAIRS)
def test_slopes_are_the_differences_of_heights(model, y):
    surface = surfaces.of_network(model, X, y)
    point = surface.start
    steps = 1e-6 * np.eye(surface.size)
    expected = (surface.value(point + steps) - surface.value(point - steps)) / 2e-6
    np.testing.assert_allclose(surface.gradient(point), expected, rtol=1e-6, atol=1e-8)
    assert surface.gradient([point, point]).shape == (2, surface.size)


def test_a_coordinate_is_the_weight_itself():
    model = MODELS[0]
    surface = surfaces.along_weights(model, X, Y, (0, 2, 3), (1, "bias", 0), reach=2.0)
    assert surface.start.tolist() == [model.coefs_[0][2, 3], model.intercepts_[1][0]]
    assert surface.window.x == (surface.start[0] - 2, surface.start[0] + 2)
    changed = fitted(alpha=0.1, alpha_l1=0.01)
    changed.coefs_[0][2, 3], changed.intercepts_[1][0] = 0.5, -1.5
    expected = surfaces.of_network(changed, X, Y)
    np.testing.assert_allclose(
        surface.value([0.5, -1.5]), expected.value(expected.start), rtol=1e-13
    )
    assert surface.grid(4).values.shape == (4, 4)
    assert surfaces.along_weights(model, X, Y, (0, 0, 0)).size == 1


def test_the_hessian_of_a_linear_network_is_that_of_its_features():
    model = fitted(hidden_layer_sizes=(), activation="identity", alpha=0.0)
    surface = surfaces.of_network(model, X, Y)
    linear = surfaces.LinearModel(X, Y)
    np.testing.assert_allclose(surface.hessian(surface.start), linear.hessian(None), atol=1e-8)
    point = np.array([0.1, 0.2, 0.3, 0.4])
    np.testing.assert_allclose(surface.value(point), linear.value(point), rtol=1e-12)
    np.testing.assert_allclose(surface.gradient(point), linear.gradient(point), rtol=1e-11)


def test_directions_have_the_length_of_each_units_weights():
    model = MODELS[0]
    surface = surfaces.along_directions(model, X, Y, seed=3)
    again = surfaces.along_directions(model, X, Y, seed=3)
    np.testing.assert_array_equal(surface.axes, again.axes)
    np.testing.assert_allclose(surface.value([0, 0]), model.loss_, rtol=1e-12)
    for axis in surface.axes:
        matrices, biases = surface.network.views(surface.network.from_parameters(axis))
        for w, b, own_w, own_b in zip(
            matrices, biases, model.coefs_, model.intercepts_, strict=True
        ):
            for unit in range(w.shape[1]):
                length = np.hypot(np.linalg.norm(w[:, unit]), b[unit])
                own = np.hypot(np.linalg.norm(own_w[:, unit]), own_b[unit])
                assert length == pytest.approx(own, rel=1e-12)
    zero = filter_normalised(surface.network, np.zeros(surface.origin.size), surface.origin)
    assert not zero.any()
    plain = surfaces.along_directions(model, X, Y, np.eye(surface.origin.size)[0], normalised=False)
    assert plain.axes[0].tolist() == [1.0] + [0.0] * (surface.origin.size - 1)


def test_between_two_models_lies_a_line():
    first, second = fitted(seed=0), fitted(seed=1)
    line = surfaces.between(first, second, X, Y)
    np.testing.assert_allclose(line.value([[0.0], [1.0]]), [first.loss_, second.loss_], rtol=1e-9)
    np.testing.assert_allclose(line.parameters([1.0]), parameters(second), rtol=1e-12)


def test_a_race_on_it_is_full_batch_training():
    model = fitted(solver="sgd", max_iter=1, batch_size=40, momentum=0.0, learning_rate_init=0.05)
    longer = fitted(solver="sgd", max_iter=21, batch_size=40, momentum=0.0, learning_rate_init=0.05)
    (path,) = surfaces.race(surfaces.of_network(model, X, Y), "sgd", steps=20, learning_rate=0.05)
    np.testing.assert_allclose(path.points[-1], parameters(longer), rtol=1e-10)
    np.testing.assert_allclose(path.values[:-1], longer.loss_curve_[1:], rtol=1e-10)


def test_a_float32_model_is_looked_at_in_float64():
    double, single = fitted(), fitted(x=X.astype(np.float32))
    assert single.coefs_[0].dtype == np.float32
    for model, x in [(single, X), (single, X.astype(np.float32)), (double, X.astype(np.float32))]:
        surface = surfaces.of_network(model, x, Y)
        assert surface.network.dtype == np.float64
        np.testing.assert_allclose(surface.value(surface.start), model.loss_, rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: surfaces.of_network(MLPRegressor(), X, Y), TypeError, "that is fitted"),
        (lambda: surfaces.of_network(3, X, Y), TypeError, "Got 3."),  # type: ignore[arg-type]
        (lambda: surfaces.along_weights(MODELS[0], X, Y), ValueError, "at least one weight"),
        (lambda: surfaces.along_weights(MODELS[0], X, Y, (2, 0, 0)), ValueError, "no layer 2"),
        (lambda: surfaces.along_weights(MODELS[0], X, Y, (0, 3, 0)), ValueError,
         "Layer 0 has 3 inputs and 4 units."),
        (lambda: surfaces.along_directions(MODELS[0], X, Y, [1.0]), ValueError,
         "has 21 numbers. Got shape (1,)."),
        (lambda: surfaces.between(MODELS[0], fitted(hidden_layer_sizes=(3,)), X, Y),
         IncompatibleError, "two networks of one shape"),
    ],
)  # fmt: skip
def test_errors_are_one_sentence(make, error, message):
    with pytest.raises(error) as caught:
        make()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
