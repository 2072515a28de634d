"""Sentences that lead on: who takes text and gaps, why there is no partial_fit, what to scale."""

from __future__ import annotations

import re
import warnings

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
from joblib.externals.loky import get_reusable_executor
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import (
    GridSearchCV,
    cross_val_predict,
    cross_val_score,
    cross_validate,
    learning_curve,
)

import neurona
from neurona import (
    Autoencoder,
    MLPClassifier,
    MLPRegressor,
    Perceptron,
    TableAutoencoder,
    TableClassifier,
    TableRegressor,
)

ROWS = np.linspace(-1, 1, 120).reshape(-1, 2)
Y = ROWS.sum(axis=1)
CLASSES = (Y > 0).astype(int)

TEXT = np.array([["a", "b"]] * 60, dtype=object)
GAPS = np.where(np.arange(120).reshape(60, 2) == 7, np.nan, ROWS)
DATES = pd.DataFrame({"day": pd.date_range("2020-01-01", periods=60), "x": Y})
MIXED = pd.DataFrame({"site": ["north"] * 60, "x": Y})
NULLABLE = pd.DataFrame({"x": pd.array([1, None] * 30, dtype="Int64")}).astype(object)
INPUTS = {
    "text": TEXT,
    "gaps": GAPS,
    "dates": DATES,
    "mixed": MIXED,
    "nullable": NULLABLE,
    "list": [["a", 1.0]] * 60,
    "categories": pd.DataFrame({"x": pd.Categorical(["u", "v"] * 30)}),
    "durations": pd.DataFrame({"x": pd.to_timedelta(np.arange(60), unit="s"), "y": Y}),
    "flags": pd.DataFrame({"x": pd.array([True, None] * 30, dtype="boolean")}),
    "polars text": pl.DataFrame({"x": ["u", "v"] * 30}),
    "polars gaps": pl.DataFrame({"x": [1.0, None] * 30}),
    "lazy": pl.DataFrame({"x": Y}).lazy(),
    "dict": {"x": Y, "y": Y},
    "Table": neurona.Table({"x": Y}),
}


@pytest.mark.parametrize("X", INPUTS.values(), ids=list(INPUTS))
@pytest.mark.parametrize(
    ("model", "y", "tables"),
    [
        (MLPRegressor(max_iter=1), Y, "TableRegressor"),
        (MLPClassifier(max_iter=1), CLASSES, "TableClassifier"),
        (Autoencoder(n_components=1, max_iter=1), None, "TableAutoencoder"),
        (Perceptron(), CLASSES, "TableClassifier"),
        (neurona.Adaline(), CLASSES, "TableClassifier"),
    ],
    ids=["regressor", "classifier", "autoencoder", "perceptron", "adaline"],
)
def test_what_networks_cannot_take_leads_to_the_tables(model, y, tables, X):
    with pytest.raises((ValueError, TypeError)) as error:
        model.fit(X, y)
    first, _, last = str(error.value).rpartition("\n")
    assert first and last.startswith(f"neurona.{tables} takes such a table as it is")


@pytest.mark.parametrize(
    "y", [["a", "b"] * 30, np.array(["1", "two"] * 30), pd.Series(["x", 1.0] * 30)], ids=str
)
def test_targets_that_are_words_lead_to_the_classifiers(y):
    with pytest.raises(ValueError, match=r"to be numbers; could not .* TableClassifier predict"):
        MLPRegressor(max_iter=1).fit(ROWS, y)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (MLPRegressor(early_stopping=True), "rows aside.*: use fit, or score rows of your own"),
        (MLPRegressor(monitor="val_loss"), 'needs validation rows: take monitor="loss"'),
        (MLPRegressor(monitor="score"), 'needs validation rows: take monitor="loss"'),
        (MLPClassifier(early_stopping=True), "rows aside"),
        (Autoencoder(n_components=1, early_stopping=True), "rows aside"),
        (Perceptron(early_stopping=True), "rows aside"),
        (neurona.Adaline(early_stopping=True), "rows aside"),
        (Perceptron(class_weight="balanced"), "one chunk does not show"),
    ],
    ids=str,
)
def test_parameters_that_need_all_rows_are_refused_with_the_reason(model, reason):
    classes = {"classes": [0, 1]} if is_classifier(model) else {}
    with pytest.raises(ValueError, match=f"partial_fit.*{reason}"):
        model.partial_fit(ROWS, CLASSES, **classes)


def test_other_sentences_stay_as_they_are():
    for y in (Y, np.where(Y > 0.9, np.inf, Y)):
        X = ROWS if y is not Y else np.where(ROWS > 0.9, np.inf, ROWS)
        with pytest.raises(ValueError, match="infinity") as error:
            MLPRegressor().fit(X, y)
        assert "neurona." not in str(error.value)


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (MLPRegressor(solver="lbfgs"), "lbfgs is not stochastic"),
        (MLPClassifier(solver="lm"), "lm is not stochastic"),
        (Autoencoder(solver="scg"), "scg is not stochastic"),
        (TableRegressor(), "learned from a whole table"),
        (TableClassifier(), "learned from a whole table"),
        (TableAutoencoder(), "learned from a whole table"),
    ],
    ids=str,
)
def test_partial_fit_is_refused_with_the_reason(model, reason):
    assert not hasattr(model, "partial_fit")
    with pytest.raises(AttributeError, match=f"has no attribute 'partial_fit': .*{reason}"):
        _ = model.partial_fit


def test_partial_fit_keeps_its_docstring():
    assert "one more epoch" in MLPRegressor.partial_fit.__doc__
    assert MLPRegressor(solver="adam").partial_fit(ROWS, Y).n_iter_ == 1


def said(model, X, y) -> str:
    with pytest.warns(ConvergenceWarning) as heard:
        model.fit(X, y)
    return str(heard[0].message)


@pytest.mark.parametrize("solver", ["adam", "sgd", "lbfgs", "scg"])
def test_scaling_is_advised_only_where_it_is_the_cause(solver):
    short = {"hidden_layer_sizes": 4, "solver": solver, "max_iter": 2, "random_state": 0}
    tiny = {**short, "learning_rate_init": 1e-12}
    assert "scale" not in said(MLPRegressor(**tiny), ROWS, Y)
    assert "scale" not in said(MLPClassifier(**short), ROWS, CLASSES + 1000)
    assert "inputs have columns" in said(MLPRegressor(**tiny), ROWS * [1, 5000], Y)
    assert "inputs have columns" in said(MLPRegressor(**tiny), ROWS * 1e-4, Y)
    assert "targets have columns" in said(MLPRegressor(**tiny), ROWS, Y + 300)
    # a column of zeros has no size
    assert "scale" not in said(MLPRegressor(**tiny), ROWS * [1, 0], Y)


SEARCHES = [
    lambda model, X, y: cross_val_score(model, X, y, cv=4),
    lambda model, X, y: cross_validate(model, X, y, cv=3),
    lambda model, X, y: cross_val_predict(model, X, y, cv=3),
    lambda model, X, y: learning_curve(model, X, y, cv=3),
    lambda model, X, y: GridSearchCV(model, {"random_state": [1, 2]}, cv=3).fit(X, y),
    lambda model, X, y: cross_val_score(
        GridSearchCV(model, {"random_state": [1, 2]}, cv=3), X, y, cv=3
    ),
]


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(
    ("model", "y"),
    [
        (MLPRegressor(hidden_layer_sizes=3, max_iter=2), Y),
        (MLPRegressor(hidden_layer_sizes=3, solver="lbfgs", max_iter=2), Y),
        (Perceptron(max_iter=1, tol=0.0), CLASSES),
    ],
    ids=["adam", "lbfgs", "perceptron"],
)
def test_a_cross_validation_warns_once(search, model, y):
    for _ in range(2):  # and the next one again
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            search(model, ROWS[::-1], y[np.random.RandomState(0).permutation(60)])
        found = [one for one in heard if issubclass(one.category, ConvergenceWarning)]
        assert len(found) == 1


@pytest.mark.parametrize("category", [ConvergenceWarning, neurona.CollapsedWarning])
def test_the_workers_of_a_search_warn_once(category):
    short = {"max_iter": 2} if category is ConvergenceWarning else {"tol": 1e9}
    model = MLPRegressor(hidden_layer_sizes=3, n_iter_no_change=1, random_state=0, **short)
    search = GridSearchCV(model, {"alpha": [0.1, 0.2]}, cv=3, n_jobs=2)
    with joblib.parallel_backend("threading"), warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        search.fit(ROWS, Y + 1e4)
    # the last of the whole search is fitted outside of its workers
    assert 1 <= sum(issubclass(one.category, category) for one in heard) <= 2


def test_the_processes_of_a_cross_validation_warn_once(capfd, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    # those of other tests write where these wrote
    get_reusable_executor().shutdown(wait=True)
    model = MLPRegressor(hidden_layer_sizes=3, max_iter=2, random_state=0)
    with warnings.catch_warnings():  # the processes take over what holds here
        warnings.simplefilter("always")
        for epochs in (2, 3):  # and the next one again
            cross_val_score(model.set_params(max_iter=epochs), ROWS, Y, cv=4, n_jobs=2)
            assert capfd.readouterr().err.count("ConvergenceWarning") == 1
        warnings.simplefilter("error", ConvergenceWarning)
        with pytest.raises(ValueError, match="All the 4 fits failed"):
            cross_val_score(model.set_params(max_iter=4), ROWS, Y, cv=4, n_jobs=2)


def test_fits_outside_one_warn_each():
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        for _ in range(3):
            neurona.MLPRegressor(hidden_layer_sizes=3, max_iter=2).fit(ROWS, Y)
    assert len(heard) == 3


def test_a_warning_that_is_an_error_fails_every_fit():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match="All the 3 fits failed"):
            cross_val_score(MLPRegressor(hidden_layer_sizes=3, max_iter=2), ROWS, Y, cv=3)


@pytest.mark.parametrize("layers", [(10,), [8, 4], 12])
def test_layers_where_the_loss_stands(layers):
    with pytest.raises(ValueError, match=re.escape(f"mean hidden_layer_sizes={layers!r}?")):
        MLPRegressor(layers).fit(ROWS, Y)


def changed(cells, where, value):
    cells = cells.copy()
    cells[where] = value
    return cells


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("model", [MLPRegressor(), Perceptron(), Autoencoder(1)], ids=repr)
def test_the_first_cell_that_is_no_number_is_named(model, value):
    with pytest.raises(ValueError, match=r"The first is in row 7, column 1, counted from 0\."):
        model.fit(changed(ROWS, (7, 1), value), CLASSES)


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("model", [MLPRegressor(), TableRegressor(solver="lm")], ids=repr)
def test_the_first_target_that_is_no_number_is_named(model, value):
    for y, place in ((changed(Y, 9, value), "row 9,"), (changed(ROWS, (5, 1), value), "column 1,")):
        with pytest.raises(ValueError, match=rf"^Input y contains .*{place} counted from 0"):
            model.fit(ROWS, y)
