"""Numbers cut into pieces between quantiles."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neurona
from neurona import Preparation, TableError
from neurona.data.encoders import Piecewise
from neurona.data.frames import as_table


def prepared(values, bins, **words):
    return Preparation.fit(as_table({"x": values}), kinds={"x": "numeric"}, bins=bins, **words)


def test_by_hand():
    preparation = prepared([0.0, 1.0, 2.0, 4.0, 8.0], 2)
    assert preparation.encoders[0].edges == (0.0, 2.0, 8.0)
    assert preparation.features == ["x", "x from 0 to 2", "x from 2 to 8"]
    matrix = preparation.transform(as_table({"x": [-3.0, 0.5, 2.0, 5.0, 1e300]}))
    expected = [[0, 0], [0.25, 0], [1, 0], [1, 0.5], [1, 1]]
    np.testing.assert_array_equal(matrix[:, 1:], expected)


def test_a_missing_number_is_the_median_in_every_column():
    preparation = prepared([1.0, 2.0, None, 4.0, 100.0], 3)
    assert preparation.features[-1] == "x is missing"
    absent, median = preparation.transform(as_table({"x": [None, 3.0]}))
    np.testing.assert_array_equal(absent[:-1], median[:-1])
    assert (absent[-1], median[-1]) == (1, 0)
    back = preparation.restore(np.array([absent, median]))["x"]
    np.testing.assert_array_equal(back, [np.nan, 3.0])


numbers = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.lists(st.one_of(st.none(), numbers), min_size=1, max_size=40).filter(any),
    st.integers(1, 20),
    st.lists(numbers, min_size=1, max_size=10),
)
def test_whatever_comes_columns_are_finite_and_ascend_with_the_number(values, bins, asked):
    preparation = prepared(values, bins)
    (encoder,) = preparation.encoders
    assert len(encoder.edges) <= bins + 1
    assert all(low < high for low, high in pairwise(encoder.edges))
    matrix = preparation.transform(as_table({"x": sorted(asked)}))
    assert np.isfinite(matrix).all()
    assert len(set(preparation.features)) == matrix.shape[1]
    steps = matrix[:, 1 : len(encoder.edges)]
    assert ((steps >= 0) & (steps <= 1)).all() and (np.diff(steps, axis=0) >= 0).all()
    # a step begins only where the one before has ended
    assert ((steps[:, 1:] == 0) | (steps[:, :-1] == 1)).all()
    again = Preparation.from_state(json.loads(json.dumps(preparation.to_state())))
    assert again == preparation


@pytest.mark.parametrize(
    "edges", [[2.0, 1.0], [1.0, 1.0], [0.0, float("nan")], [0, "1"], [True, 2]]
)
def test_edges_that_cannot_be_are_refused(edges):
    state = prepared([0.0, 1.0, 2.0], 2).to_state()
    state["encoders"][0]["edges"] = edges
    with pytest.raises(TableError, match="not valid"):
        Preparation.from_state(state)


def test_a_column_by_its_kind_and_others_as_they_are():
    table = as_table({"x": np.arange(20.0), "z": np.arange(20.0) ** 2, "w": ["a", "b"] * 10})
    assert not any(isinstance(one, Piecewise) for one in Preparation.fit(table).encoders)
    kinds = {"x": "piecewise", "z": "numeric"}
    encoders = Preparation.fit(table, kinds=kinds).encoders
    assert [type(one).__name__ for one in encoders] == ["Piecewise", "Numeric", "Category"]
    all_cut = Preparation.fit(table, kinds=kinds, bins=4).encoders
    assert [len(one.edges) for one in all_cut if isinstance(one, Piecewise)] == [5, 5]


def test_a_threshold_is_learned():
    """A step in one input, which a straight line cannot follow, is one in pieces."""
    random = np.random.default_rng(0)
    x = random.uniform(size=400)
    y = (x > 0.5).astype(float)
    words = {"hidden_layer_sizes": (), "solver": "lm", "split": "none", "random_state": 0}
    straight = neurona.TableRegressor(**words).fit({"x": x}, y)
    pieces = neurona.TableRegressor(bins=8, **words).fit({"x": x}, y)
    assert straight.score({"x": x}, y) < 0.8 < 0.85 < pieces.score({"x": x}, y)


def test_parameters_that_cannot_be():
    with pytest.raises(ValueError, match="'bins' parameter"):
        neurona.TableRegressor(bins=-1).fit({"x": [1.0, 2.0]}, [1.0, 2.0])
