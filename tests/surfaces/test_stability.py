"""Divergence starts exactly at the computed rate."""

from __future__ import annotations

import numpy as np
import pytest

from neurona.errors import IncompatibleError
from neurona.optimizers import SGD
from neurona.surfaces import Plateau, Quadratic, Rosenbrock, largest_stable_rate, race

WAYS = [
    SGD(),
    SGD(weight_decay=0.5),
    *[SGD(m, nesterov=n) for m in (0.3, 0.9) for n in (False, True)],
    SGD(0.9, rate_in_velocity=False),
]
BOWLS = [
    Quadratic(condition=10),
    Quadratic(condition=300, dimension=4, angle=20, curvature=0.1),
    Quadratic(dimension=1, curvature=3.0),
]


@pytest.mark.parametrize("surface", BOWLS, ids=str)
@pytest.mark.parametrize("optimizer", WAYS, ids=str)
def test_divergence_starts_there(surface, optimizer):
    rate = largest_stable_rate(surface, optimizer)
    start = surface.axes @ np.ones(surface.size)
    below, above = race(
        surface, [optimizer] * 2, start, 2_000, learning_rate=[rate * 0.99, rate * 1.01]
    )
    assert not below.diverged
    assert above.diverged
    # what the steepest axis adds shrinks to nothing below, and grows without end above
    steep = [np.abs(path.points @ surface.axes[:, -1]) for path in (below, above)]
    assert steep[0][-1] < 1e-3
    assert not steep[1][-1] < 1e3


@pytest.mark.parametrize(("optimizer", "rate"), [("sgd", 0.2), ("momentum", 0.38)])
def test_by_hand(optimizer, rate):
    assert largest_stable_rate(Quadratic(condition=10), optimizer) == pytest.approx(rate, rel=1e-14)


def test_nesterov_by_hand():
    """2 (1 + 0.5) / ((1 + 1) 3) = 0.5; there a step to and fro repeats: x, -x, x."""
    surface = Quadratic(dimension=1, curvature=3.0)
    optimizer = SGD(0.5, nesterov=True)
    assert largest_stable_rate(surface, optimizer) == pytest.approx(0.5)
    (path,) = race(surface, optimizer, [1.0], 400, learning_rate=0.5)
    np.testing.assert_allclose(path.points[-2:, 0], -path.points[-3:-1, 0], rtol=1e-9)
    assert abs(path.points[-1, 0]) > 0.1


def test_any_surface_has_one_at_its_minimum():
    surface = Rosenbrock()
    rate = largest_stable_rate(surface)
    below, above = race(surface, ["sgd"] * 2, [1.0, 1.0 + 1e-9], 1_000,
                        learning_rate=[rate * 0.99, rate * 1.01])  # fmt: skip
    assert below.values[-1] < below.values[0]
    assert above.values.max() > 1e3 * above.values[0]


def test_errors():
    with pytest.raises(IncompatibleError, match="'adam' scales its own"):
        largest_stable_rate("quadratic", "adam")
    with pytest.raises(IncompatibleError, match="Nothing curves upwards"):
        largest_stable_rate(Plateau(dimension=1), at=[2.0])
