"""What is no table, and what are no targets, is said in one sentence that names X or y."""

from __future__ import annotations

import warnings
from decimal import Decimal

import numpy as np
import pytest

from neurona import MLPClassifier, MLPRegressor, TableClassifier, TableRegressor

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")
ROWS = 30
X = np.random.default_rng(0).normal(size=(ROWS, 3))
Y = X.sum(axis=1)
WORDS = np.where(Y > 0, "a", "b")


def network():
    return MLPRegressor(hidden_layer_sizes=(2,), max_iter=2, random_state=0)


def table():
    return TableRegressor(solver="lbfgs", steps=10, random_state=0)


def fitted(model, inputs, targets):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(inputs, targets)


NO_INPUTS = {
    "complex": (X + 1j, "X has complex numbers"),
    "ragged": ([[1, 2, 3]] * (ROWS - 1) + [[1, 2]], "X has 3 cells in its first row and 2 in row"),
    "grouped": (pd.DataFrame(X).groupby(0), "X, a DataFrameGroupBy, is no table"),
    "twice, pandas": (pd.DataFrame(X, columns=list("ppq")), "several columns of the same name"),
    "twice, Arrow": (
        pa.Table.from_arrays([pa.array(column) for column in X.T], list("ppq")),
        "several columns of the same name",
    ),
}


@pytest.mark.parametrize("make", [network, table])
@pytest.mark.parametrize(("given", "said"), NO_INPUTS.values(), ids=NO_INPUTS)
def test_inputs_that_are_none(make, given, said):
    with pytest.raises(ValueError, match=said) as caught:
        fitted(make(), given, Y)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (pd.DataFrame({"p": [[1, 2]] * ROWS}), "X has cells of several values"),
        (pl.DataFrame({"p": [[1, 2]] * ROWS}), "X has cells of several values"),
        (pd.DataFrame({"p": [10**400] * ROWS}), "X has a number that is too large"),
        (np.array([(1.0, 2.0)] * ROWS, [("p", "f8"), ("q", "f8")]), "X is a structured array"),
    ],
)
def test_inputs_of_a_network_that_are_no_numbers(given, said):
    with pytest.raises((ValueError, TypeError), match=said):
        fitted(network(), given, Y)


@pytest.mark.parametrize("cell", ["abc", 1.5, None, {1.0, 2.0}, {"a": 1}, b"abc"], ids=repr)
def test_a_column_that_is_one_cell_or_in_no_order(cell):
    with pytest.raises(ValueError, match=rf"column 'q' is a {type(cell).__name__}; give a list"):
        table().fit({"p": X[:, 0], "q": cell}, Y)


@pytest.mark.parametrize("number", [10**400, Decimal("1e500")])
def test_a_number_that_no_float_holds_is_named(number):
    with pytest.raises(ValueError, match=r"row 2, column 'q': the cell is inf"):
        table().fit({"p": X[:, 0], "q": [1, number, *range(ROWS - 2)]}, Y)


def test_structured_arrays_wide_integers_and_decimals_are_columns():
    fields = np.array([tuple(row) for row in X], [("p", "f8"), ("q", "f8"), ("r", "f8")])
    model = fitted(table(), fields, Y)
    assert list(model.feature_names_in_) == ["p", "q", "r"]
    plain = fitted(table(), dict(zip("pqr", X.T, strict=True)), Y)
    np.testing.assert_array_equal(model.predict(fields), plain.predict(fields))
    wide = pl.DataFrame(
        {"p": pl.Series([2 * k for k in range(ROWS)], dtype=pl.Int128), "q": X[:, 0]}
    )
    narrow = {"p": 2.0 * np.arange(ROWS), "q": X[:, 0]}
    said = fitted(table(), wide, Y).predict(narrow)
    np.testing.assert_array_equal(said, fitted(table(), narrow, Y).predict(narrow))
    missing = [Decimal("sNaN"), Decimal("NaN"), *map(Decimal, range(ROWS - 2))]
    assert fitted(table(), {"p": missing, "q": X[:, 0]}, Y).columns_[0].missing == 2


NO_NUMBERS = {
    "words": (WORDS, "could not convert string to float: 'a'|'b'"),
    "words, pandas": (pd.Series(WORDS, dtype="string"), "could not convert string to float"),
    "categories": (pd.Series(pd.Categorical(WORDS)), "could not convert string to float"),
    "words, polars": (pl.Series(WORDS.tolist()), "could not convert string to float"),
    "bytes": (WORDS.astype("S1"), "could not convert string to float: b'"),
    "too large": ([10**400] * ROWS, "y has a number that is too large"),
    "intervals": (pd.Series(pd.cut(Y, 3)), "y has a Interval"),
    "complex": (Y + 1j, "y has complex numbers"),
}


@pytest.mark.parametrize(("given", "said"), NO_NUMBERS.values(), ids=NO_NUMBERS)
@pytest.mark.parametrize("make", [network, table])
def test_targets_that_are_no_numbers(make, given, said):
    with pytest.raises((ValueError, TypeError), match=said) as caught:
        fitted(make(), X, given)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("gap", [None, np.nan, pd.NA], ids=str)
def test_a_class_that_is_missing(gap):
    labels = np.array(["a", gap, "b"] * 10, object)
    with pytest.raises(ValueError, match="the class is missing in row 1, counted from 0"):
        TableClassifier(solver="lbfgs", steps=5).fit(X, labels)


def test_complex_classes():
    for model in (
        MLPClassifier(hidden_layer_sizes=(2,), max_iter=2),
        TableClassifier(solver="lbfgs", steps=5),
    ):
        with pytest.raises(ValueError, match="y has complex numbers"):
            model.fit(X, Y + 1j)


def test_numbers_near_the_largest_are_inputs():
    inputs = np.clip(X, -1, 1) * 1.7e308
    with np.errstate(all="raise"):
        model = table().fit(inputs, Y)
    assert np.isfinite(model.predict(inputs)).all()
