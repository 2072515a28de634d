"""Every dataset keeps the same laws; each toy set is what its name says."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona.datasets import Dataset, load, names
from neurona.datasets.catalog import CATALOG, Generated
from neurona.errors import UnknownNameError

GENERATED = sorted(name for name, entry in CATALOG.items() if isinstance(entry, Generated))
FIXED = {
    "breast-cancer": (569, 30, 1),
    "diabetes": (442, 10, 1),
    "digits": (1797, 64, 1),
    "iris": (150, 4, 1),
    "linnerud": (20, 3, 3),
    "wine": (178, 13, 1),
}


def test_the_names_that_were_promised_are_there():
    assert names() == (
        "breast-cancer", "circles", "diabetes", "digits", "discs", "iris", "linnerud", "moons",
        "robot-arm", "robot-arm-inverse-kinematics", "sinc", "two-spirals", "wine", "xor",
    )  # fmt: skip


@pytest.mark.parametrize("name", names())
def test_a_dataset_is_complete_and_cannot_be_changed(name):
    data = load(name)
    assert isinstance(data, Dataset) and data.name == name
    assert data.X.dtype == np.float64 and data.X.flags.c_contiguous and np.isfinite(data.X).all()
    assert data.y.dtype == np.float64 if data.task == "regression" else data.y.dtype.kind in "iU"
    assert len(set(data.input_names + data.target_names)) == data.X.shape[1] + len(
        data.target_names
    )
    assert len(data.description) > 60 and "\n" not in data.description and data.source
    for array in (data.X, data.y):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0
    with pytest.raises(AttributeError):
        data.X = np.zeros((1, 1))  # type: ignore[misc]


@pytest.mark.parametrize("name", sorted(FIXED))
def test_bundled_tables_have_their_own_size(name):
    data = load(name)
    assert (*data.X.shape, len(data.target_names)) == FIXED[name]
    with pytest.raises(ValueError, match="fixed table"):
        load(name, rows=10)
    with pytest.raises(ValueError, match="takes no noise"):
        load(name, noise=0.1)


@settings(deadline=None, max_examples=25)
@given(st.sampled_from(GENERATED), st.integers(2, 300), st.integers(0, 2**64))
def test_the_seed_decides_every_bit_and_the_global_generator_is_left_alone(name, rows, seed):
    np.random.seed(7)
    before = np.random.get_state(legacy=False)["state"]["key"].copy()
    first, again = load(name, rows=rows, seed=seed), load(name, rows=rows, seed=seed)
    assert (np.random.get_state(legacy=False)["state"]["key"] == before).all()
    assert len(first.X) == rows
    assert first.X.tobytes() == again.X.tobytes() and first.y.tobytes() == again.y.tobytes()
    noisy, other = (load(name, rows=rows, seed=s, noise=0.1) for s in (seed, seed + 1))
    assert noisy.X.tobytes() + noisy.y.tobytes() != other.X.tobytes() + other.y.tobytes()


def test_unknown_names_get_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'two-spirals'"):
        load("two_spiral")
    with pytest.raises(UnknownNameError, match="known are breast-cancer"):
        load("zzzz")


@pytest.mark.parametrize(
    "options",
    [{"rows": 0}, {"rows": 2.5}, {"rows": True}, {"seed": -1}, {"noise": -0.1},
     {"noise": float("nan")}, {"noise": "much"}],
)  # fmt: skip
def test_options_out_of_range_are_named(options):
    with pytest.raises(ValueError, match=f"The '{next(iter(options))}' parameter of load must be"):
        load("sinc", **options)


def nearest_other_class(data):
    """Distance of each point to the other class, and to its own nearest neighbour."""
    distance = np.hypot(*(data.X[:, None, k] - data.X[None, :, k] for k in range(2)))
    np.fill_diagonal(distance, np.inf)
    same = data.y[:, None] == data.y[None, :]
    return np.where(same, np.inf, distance).min(axis=1), np.where(same, distance, np.inf).min(
        axis=1
    )


def linear_accuracy(data):
    design = np.column_stack([data.X, np.ones(len(data.X))])
    weights, *_ = np.linalg.lstsq(design, 2.0 * data.y - 1, rcond=None)
    return ((design @ weights > 0) == (data.y == 1)).mean()


def test_two_spirals_is_the_classic_set():
    data = load("two-spirals")
    zeros, ones = data.X[data.y == 0], data.X[data.y == 1]
    np.testing.assert_allclose(zeros, -ones)
    np.testing.assert_allclose(zeros[0], [0, 6.5])
    np.testing.assert_allclose(np.hypot(*zeros[-1]), 0.5)
    assert linear_accuracy(data) < 0.6
    other, own = nearest_other_class(load("two-spirals", rows=1000))
    assert (own < other).all()


def test_discs_have_points_with_every_pair_of_labels():
    data = load("discs")
    assert data.y.shape == (400, 2) and data.target_names == ("left", "right")
    apart = np.hypot(data.X[:, 0] + 0.5, data.X[:, 1]) < 1
    np.testing.assert_array_equal(data.y[:, 0], apart)
    counts = np.unique(data.y, axis=0, return_counts=True)[1]
    assert len(counts) == 4 and counts.min() > 20


def test_moons_and_circles_are_apart_but_not_by_a_line():
    moons, circles = load("moons", noise=0.0), load("circles", noise=0.0)
    assert nearest_other_class(moons)[0].min() > 0.25
    assert linear_accuracy(moons) < 0.95 and linear_accuracy(circles) < 0.7
    radius = np.hypot(*circles.X.T)
    np.testing.assert_allclose(radius, np.where(circles.y == 0, 1.0, 0.5))
    assert len(np.unique(circles.X.round(9), axis=0)) == len(circles.X)


def test_xor_is_exclusive_or():
    data = load("xor")
    assert {(*map(int, x), int(y)) for x, y in zip(data.X, data.y, strict=True)} == {
        (0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0),
    }  # fmt: skip


def test_sinc_is_sin_x_over_x():
    data = load("sinc", noise=0.0)
    np.testing.assert_allclose(data.y, np.sin(data.X[:, 0]) / data.X[:, 0], atol=1e-12)


def test_scikit_learn_is_imported_only_for_its_own_tables():
    code = (
        "import sys; from neurona import datasets; datasets.load('robot-arm', rows=5); "
        "assert 'sklearn' not in sys.modules and 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
