"""Races: each path step by step, what it says of itself, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.errors import UnknownNameError
from neurona.optimizers import OPTIMIZERS, SGD, SOLVERS, Adam, Stepper, find
from neurona.surfaces import Quadratic, Rosenbrock, race


@pytest.mark.parametrize("name", list(OPTIMIZERS))
def test_every_optimizer_walks_as_its_stepper_does(name):
    surface = Rosenbrock()
    (path,) = race(surface, name, steps=30, learning_rate=0.001)
    assert path.label == name and path.optimizer == find(name)
    assert path.points.shape == (31, 2)
    weights = surface.start.copy()
    stepper = Stepper(name, weights, 0.001)
    for k in range(30):
        assert path.points[k].tolist() == weights.tolist()
        assert path.values[k] == surface.value(weights)
        stepper.step(surface.gradient(weights), float(surface.value(weights)))
    assert path.points[30].tolist() == weights.tolist()


def test_gradient_descent_by_hand():
    """On f = x^2 / 2 a step multiplies x by 1 - rate."""
    (path,) = race(Quadratic(dimension=1), "sgd", [8.0], 3, learning_rate=0.5)
    assert path.points[:, 0].tolist() == [8, 4, 2, 1]
    assert path.values.tolist() == [32, 8, 2, 0.5]
    assert path.steps_to(2.0) == 2
    assert path.steps_to(0.1) is None
    assert not path.diverged


def test_what_leaves_the_numbers_is_nan_from_there():
    result = race(Quadratic(dimension=1), ["sgd", "adam"], [1.0], 200, learning_rate=[1e3, 0.1])
    far, near = result
    assert far.diverged and not near.diverged
    left = np.flatnonzero(np.isnan(far.points[:, 0]))[0]
    assert 100 < left < 110  # 999^k passes 1.8e308 at k = 103
    assert np.isfinite(far.points[:left]).all()
    assert np.isnan(far.points[left:]).all()
    above = np.flatnonzero(~np.isfinite(far.values))[0]
    assert f"left the numbers at step {above}" in str(result)
    assert above < left  # the square overflows first


def test_labels_tell_paths_apart():
    result = race("quadratic", ["sgd", "sgd", SGD(momentum=0.9), SGD(momentum=0.5), Adam],
                  steps=1, learning_rate=[0.1, 0.2, 0.1, 0.1, 0.1])  # fmt: skip
    labels = [path.label for path in result]
    assert labels[:3] == ["sgd, rate 0.1", "sgd, rate 0.2", "momentum"]
    assert labels[3].startswith("SGD(momentum=0.5,") and labels[4] == "adam"
    assert result["sgd, rate 0.2"].learning_rate == 0.2
    assert len(result) == 5
    with pytest.raises(KeyError, match="No path is called 'nadam'"):
        result["nadam"]


def test_the_start_is_the_surfaces_own_or_given():
    surface = Quadratic()
    assert race(surface, "sgd", steps=1).start.tolist() == surface.start.tolist()
    given = np.array([1.0, 2.0])
    result = race(surface, "sgd", given, 1)
    given[0] = 9.0
    assert result.start.tolist() == result["sgd"].points[0].tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        result["sgd"].points[0] = 0


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"surface": "bowl"}, UnknownNameError, "Unknown surface 'bowl'"),
        ({"optimizers": "adm"}, UnknownNameError, "solver 'adm'; did you mean 'adam'?"),
        ({"optimizers": [3]}, UnknownNameError, "3 is no optimizer"),
        ({"optimizers": []}, ValueError, "at least one optimizer"),
        ({"start": [1.0]}, ValueError, "points of 2 numbers"),
        ({"start": [[1.0, 2.0]]}, ValueError, "one point of 2 finite numbers"),
        ({"start": [1.0, np.inf]}, ValueError, "one point of 2 finite numbers"),
        ({"steps": 0}, ValueError, "steps must be a whole number, 1 or more. Got 0."),
        ({"learning_rate": [0.1, 0.2]}, ValueError, "one for each of the 1 optimizers. Got 2."),
        ({"learning_rate": -1.0}, ValueError, "learning_rate must be greater than 0. Got -1.0."),
    ],
)
def test_errors_are_one_sentence(change, error, message):
    arguments = {"surface": "quadratic", "optimizers": "sgd", "steps": 5, **change}
    with pytest.raises(error) as caught:
        race(**arguments)
    assert message in str(caught.value)


class Counted(Rosenbrock):
    """Counts what is asked of it."""

    asked = 0

    def gradient(self, point):
        """Count, and answer."""
        self.asked += 1
        return super().gradient(point)

    def jacobian(self, point):
        """Count, and answer."""
        self.asked += 1
        return super().jacobian(point)


@pytest.mark.parametrize("name", ["sgd", "nesterov", "cg", "bfgs", "lbfgs", "lm"])
def test_gradients_are_those_that_were_taken(name):
    surface = Counted()
    (path,) = race(surface, name, steps=20, learning_rate=None if name in SOLVERS else 1e-4)
    assert path.gradients[0] == 0 and path.gradients.shape == (21,)
    assert path.gradients[-1] == surface.asked
    assert (np.diff(path.gradients) >= 0).all()
    if name not in SOLVERS:
        assert path.gradients.tolist() == list(range(21))


def test_a_hessian_counts_as_its_columns():
    """Newton's method needs one Hessian, of two columns, and two gradients on a quadratic."""
    (path,) = race(Quadratic(10), "newton", steps=1)
    assert path.values[1] < 1e-20
    assert path.gradients.tolist() == [0, 4]
