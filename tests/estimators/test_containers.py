"""The frames that `set_output` asks for: names of columns, and the index that rows came with."""

from __future__ import annotations

import copy
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn

from neurona import Autoencoder, TableAutoencoder

ROWS = 40
random = np.random.default_rng(0)
NUMBERS = random.normal(size=(ROWS, 3))
INDICES = {
    "shifted": pd.Index(range(100, 100 + ROWS)),
    "texts": pd.Index([f"row {k}" for k in range(ROWS)], name="id"),
    "times": pd.date_range("2024-01-31 12:00", periods=ROWS, freq="7min", tz="Europe/Berlin"),
    "twice the same": pd.Index([7, 7] * (ROWS // 2)),
    "two levels": pd.MultiIndex.from_product([["a", "b"], range(ROWS // 2)], names=["g", "k"]),
    "backwards": pd.RangeIndex(ROWS, 0, -1),
    "floats": pd.Index(np.linspace(0, 1, ROWS)),
    "categories": pd.CategoricalIndex(list("xyzw") * (ROWS // 4)),
    "plain": pd.RangeIndex(ROWS),
}


def frame(index: pd.Index) -> pd.DataFrame:
    return pd.DataFrame(NUMBERS, index, ["a", "b", "c"])


def mixed(index: pd.Index) -> pd.DataFrame:
    days = pd.date_range("2024-01-01", periods=ROWS)
    texts = pd.Series(["u", "v", "u", None] * (ROWS // 4), index, dtype=object)
    return frame(index).assign(word=texts, day=days)


@pytest.fixture(scope="module")
def models():
    plain = Autoencoder(2, (4,), solver="lbfgs", max_iter=20, random_state=0)
    table = TableAutoencoder(2, (4,), steps=20, random_state=0)
    with pytest.warns(sklearn.exceptions.ConvergenceWarning):
        plain.fit(frame(INDICES["plain"]))
    return {"plain": (plain, frame), "table": (table.fit(mixed(INDICES["plain"])), mixed)}


@pytest.mark.parametrize("how", ["model", "global"])
@pytest.mark.parametrize("index", INDICES.values(), ids=INDICES)
@pytest.mark.parametrize("which", ["plain", "table"])
def test_pandas_frames_keep_their_index(models, which, index, how):
    fitted, rows_of = models[which]
    rows, model = rows_of(index), copy.copy(fitted)
    bare_codes, bare_back = model.transform(rows), model.reconstruct(rows)
    if how == "model":
        model.set_output(transform="pandas")
    with sklearn.config_context(transform_output="pandas" if how == "global" else "default"):
        codes = model.transform(rows)
        back, straight = model.inverse_transform(codes), model.reconstruct(rows)
        errors = model.column_errors(rows)
    for one in (codes, back, straight, errors):
        assert isinstance(one, pd.DataFrame)
        pd.testing.assert_index_equal(one.index, index)
    np.testing.assert_array_equal(codes.to_numpy(), bare_codes)
    assert list(codes) == list(model.get_feature_names_out())
    names = list(rows) if which == "plain" else model.preparation_.needed
    assert list(back) == list(straight) == list(errors) == names
    for k, name in enumerate(names):
        expected = bare_back[name] if which == "table" else bare_back[:, k]
        np.testing.assert_array_equal(straight[name].to_numpy(), expected)
    pd.testing.assert_frame_equal(back, straight, check_exact=False)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("which", ["plain", "table"])
def test_fitting_and_transforming_at_once_keeps_the_index(models, which):
    model, rows_of = models[which]
    rows = rows_of(INDICES["texts"])
    with sklearn.config_context(transform_output="pandas"):
        codes = sklearn.clone(model).fit_transform(rows)
    pd.testing.assert_index_equal(codes.index, rows.index)


GIVEN = {
    "array": lambda rows: rows.to_numpy(),
    "polars": pl.from_pandas,
    "dict": lambda rows: {name: rows[name].to_numpy() for name in rows},
    "lazy": lambda rows: pl.from_pandas(rows).lazy(),
}


@pytest.mark.parametrize("library", [pd, pl])
@pytest.mark.parametrize(
    ("which", "given"),
    [("plain", "array"), ("plain", "polars"), *(("table", given) for given in GIVEN)],
)
def test_what_has_no_index_gets_rows_in_order(models, which, given, library):
    model, rows_of = models[which]
    rows = GIVEN[given](rows_of(INDICES["plain"]) if given != "array" else frame(INDICES["plain"]))
    model = copy.copy(model)
    if given == "array":
        model = sklearn.clone(model).set_params(random_state=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(rows)
    model.set_output(transform=library.__name__)
    codes = model.transform(rows)
    for one in (codes, model.inverse_transform(codes), model.reconstruct(rows)):
        assert isinstance(one, library.DataFrame)
        assert len(one) == ROWS
        if library is pd:
            pd.testing.assert_index_equal(one.index, pd.RangeIndex(ROWS))
