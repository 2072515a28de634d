"""What people hand to the table estimators: targets by name, records, texts for numbers."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest

from neurona import MLPRegressor, TableClassifier, TableError, TableRegressor, TableWarning
from neurona.data.encoders.date import Date

RANDOM = np.random.default_rng(5)
A, B = RANDOM.normal(size=(2, 60))
FRAME = pd.DataFrame({"a": A, "b": B, "t": 2 * A - B, "u": A + B, "k": np.where(A > 0, "p", "q")})


@pytest.mark.parametrize("names", ["t", ["t"], ["t", "u"]])
@pytest.mark.parametrize("frame", [FRAME, pl.DataFrame(FRAME)], ids=["pandas", "polars"])
def test_scores_take_the_names_of_targets(frame, names):
    inputs = frame[["a", "b", "t", "u"]]
    model = TableRegressor(solver="lm", random_state=0).fit(inputs, names)
    assert model.score(inputs, names) == model.score(inputs, FRAME[names])
    weights = np.arange(60.0)
    assert model.score(inputs, names, weights) == model.score(inputs, FRAME[names], weights)


def test_rows_without_a_target_are_left_out_of_a_score():
    some = FRAME.assign(k=FRAME["k"].where(FRAME.index > 5, None))
    model = TableClassifier(solver="lm", random_state=0).fit(some, "k")
    assert model.score(some, "k") == model.score(some[6:], FRAME["k"][6:])
    with pytest.raises(TableError, match="has no column 'kk'; did you mean 'k'"):
        model.score(some, "kk")


def test_records():
    records = json.loads(FRAME[["a", "k"]].to_json(orient="records", double_precision=15))
    model = TableRegressor(solver="lm", random_state=0).fit(records, FRAME["t"])
    assert model.feature_names_in_.tolist() == ["a", "k"]
    assert model.predict(records[3:4])[0] == model.predict(pd.DataFrame(records))[3]


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
@pytest.mark.parametrize("form", ["{:.3f}", "{:.2e}"])
@pytest.mark.parametrize("mark", [".", ","])
@pytest.mark.parametrize("gap", ["", "-", "n.a."])
def test_numbers_that_are_texts_are_said(form, mark, gap):
    texts = [gap or "0.5" if k % 9 == 0 else form.format(a) for k, a in enumerate(A)]
    frame = FRAME[["b"]].assign(a=[text.replace(".", mark) if text != gap else text
                                   for text in texts])  # fmt: skip
    with pytest.warns(TableWarning, match="Column 'a' has numbers that are texts, such as"):
        TableRegressor(solver="lm", random_state=0).fit(frame, FRAME["t"])


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
def test_words_and_levels_are_no_numbers_that_are_texts():
    steps, versions = [f"{k % 5}.0" for k in range(60)], [f"v1.{k}.0" for k in range(60)]
    counts, words = [f"{k}" for k in range(60)], [f"word {k % 30}.5" for k in range(60)]
    for texts in (steps, versions, counts, words):
        model = TableRegressor(solver="lm", random_state=0)
        model.fit(FRAME[["b"]].assign(a=texts), FRAME["t"])
        assert not any("numbers that are texts" in note for note in model.notes_)


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
@pytest.mark.parametrize("gap", ["-", ".", "n.a."])
def test_gaps_among_days_of_a_frame(gap):
    days = [gap if k % 7 == 0 else f"2024-03-{k % 28 + 1:02}" for k in range(60)]
    model = TableRegressor(solver="lm", random_state=0)
    model.fit(FRAME[["b"]].assign(day=days), FRAME["t"])
    assert isinstance(model.preparation_.encoders[1], Date)
    assert any("'day': 9 of 60 cells are missing" in note for note in model.notes_)


def test_masked_cells_are_missing():
    X = np.ma.masked_array(np.column_stack([A, B]), np.zeros((60, 2), bool))
    X[::6, 0] = np.ma.masked
    plain = X.filled(np.nan)
    model = TableRegressor(solver="lm", random_state=0)
    said = model.fit(plain, FRAME["t"]).predict(plain)
    np.testing.assert_array_equal(model.fit(X, FRAME["t"]).predict(X), said)
    by_name = {"x1": X[:, 0], "x2": X[:, 1]}
    np.testing.assert_array_equal(model.fit(by_name, FRAME["t"]).predict(by_name), said)
    with pytest.raises(ValueError, match=r"contains NaN.*row 0, column 0"):
        MLPRegressor().fit(X, FRAME["t"])
    with pytest.raises(ValueError, match="y contains NaN"):
        MLPRegressor().fit(plain[:, 1:], X[:, 0])
