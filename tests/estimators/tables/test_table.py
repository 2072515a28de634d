from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris, load_linnerud
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.utils.estimator_checks import check_estimator

from neurona import (
    CollapsedWarning,
    Table,
    TableClassifier,
    TableError,
    TableRegressor,
    TableWarning,
    read_table,
    save,
)
from neurona.data.frames import as_table
from neurona.data.read import read_blocks
from neurona.files.predictors import load_predictor

SHARED = Path(__file__).parents[3] / ".." / "shared" / "data"
EXPECTED_TO_FAIL = {
    "check_sample_weight_equivalence_on_dense_data": "held-out rows are drawn by lot",
}


def shared(name):
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not there: the data for developers is not shipped")
    return path


def pump(rows=400, seed=0):
    """Speed, valve and day to flow, in litres per hour."""
    r = np.random.default_rng(seed)
    speed = r.uniform(500, 3000, rows)
    valve = r.choice(["open", "half", "shut"], rows).astype(object)
    day = np.datetime64("2024-01-01") + r.integers(0, 300, rows)
    factor = np.select([valve == "open", valve == "half"], [1.0, 0.5], 0.0)
    flow = 1e6 + 100 * speed * factor
    return {"speed": speed, "valve": valve, "day": day, "unit": ["bar"] * rows, "flow": flow}


@pytest.fixture(scope="module")
def pump_model():
    return TableRegressor(steps=4000, random_state=0).fit(pump(), "flow")


@pytest.mark.parametrize("cls", [TableRegressor, TableClassifier])
def test_scikit_learn_checks(cls):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(
            cls(steps=200, random_state=0), expected_failed_checks=EXPECTED_TO_FAIL, on_skip=None
        )
    assert not [result for result in results if result["status"] == "failed"]


def test_predictions_are_in_the_users_units(pump_model):
    table = pump(seed=1)
    predicted = pump_model.predict(table)
    assert predicted.dtype == np.float64
    assert np.sqrt(np.mean((predicted - table["flow"]) ** 2)) < 0.05 * table["flow"].std()
    assert pump_model.score(table, table["flow"]) > 0.99


def test_what_a_fitted_model_tells(pump_model):
    assert pump_model.task_ == "regression"
    assert pump_model.target_names_ == ["flow"]
    assert pump_model.feature_names_in_.tolist() == ["speed", "valve", "day", "unit"]
    kinds = [str(report.kind) for report in pump_model.columns_]
    assert kinds == ["numeric", "category", "date", "constant"]
    assert any("'unit' is left out" in note for note in pump_model.notes_)
    assert pump_model.comparison_.model[0] < 0.1 * pump_model.comparison_.baseline[0]
    assert len(pump_model.split_.held) == 40


def test_columns_are_matched_by_name(pump_model):
    table = as_table(pump(50, 2))
    expected = pump_model.predict(table)
    np.testing.assert_array_equal(pump_model.predict(table.select(table.names[::-1])), expected)
    np.testing.assert_array_equal(pump_model.predict(table.without(["unit", "flow"])), expected)
    with pytest.raises(TableError, match="no column 'valve'"):
        pump_model.predict(table.without(["valve"]))
    with pytest.warns(TableWarning, match="'colour' was not in training; ignored"):
        pump_model.predict(dict(table.columns) | {"colour": ["red"] * 50})
    with pytest.warns(UserWarning, match="by their position"):
        by_position = pump_model.predict(np.array(list(pump(50, 2).values()), object).T[:, :4])
    np.testing.assert_allclose(by_position, expected)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_frames_of_all_libraries(pump_model, library):
    module = pytest.importorskip(library)
    make = module.table if library == "pyarrow" else module.DataFrame
    table = pump(50, 3)
    frame = make({name: column for name, column in table.items() if name != "flow"})
    np.testing.assert_array_equal(pump_model.predict(frame), pump_model.predict(table))
    model = TableRegressor(steps=50, random_state=0)
    np.testing.assert_array_equal(
        model.fit(make(table), "flow").predict(frame),
        clone(model).fit(table, "flow").predict(table),
    )


def test_named_targets_are_the_same_as_given_ones():
    table = pump(100)
    flow = table["flow"]
    inputs = {name: column for name, column in table.items() if name != "flow"}
    model = TableRegressor(steps=50, random_state=0)
    named = model.fit(table, "flow").predict(inputs)
    np.testing.assert_array_equal(named, clone(model).fit(table, ["flow"]).predict(inputs))
    np.testing.assert_array_equal(named, clone(model).fit(inputs, flow).predict(inputs))


def test_rows_without_target_are_left_out_and_counted():
    table = pump(100)
    table["flow"] = np.where(np.arange(100) % 10 == 0, np.nan, table["flow"])
    model = TableRegressor(steps=50, random_state=0).fit(table, "flow")
    assert len(model.split_.train) + len(model.split_.held) == 90
    assert any("10 of 100 rows have no target" in note for note in model.notes_)


def test_several_targets_of_different_size():
    X, y = load_linnerud(return_X_y=True)
    y = y * [1, 1000, 1e-6]
    model = TableRegressor(steps=3000, split="none", random_state=0).fit(X, y)
    assert model.predict(X).shape == y.shape
    assert (model.predict(X).std(axis=0) / y.std(axis=0) > 0.5).all()


def test_classes_are_the_users_labels():
    data = load_iris()
    labels = data.target_names[data.target]
    model = TableClassifier(steps=2000, random_state=0).fit(data.data, labels)
    assert model.classes_.tolist() == ["setosa", "versicolor", "virginica"]
    assert model.score(data.data, labels) > 0.95
    assert model.task_ == "multiclass"
    probabilities = model.predict_proba(data.data)
    assert probabilities.shape == (150, 3)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    "labels", [(0, 1), (1, 2), (-1, 1), (False, True), ("no", "yes"), (10, 500)], ids=str
)
def test_two_classes_of_any_kind(labels):
    X, y = load_breast_cancer(return_X_y=True)
    column = np.array(labels)[y]
    table = dict(zip([f"x{i}" for i in range(30)], X.T, strict=True)) | {"state": column}
    model = TableClassifier(steps=1000, random_state=0).fit(table, "state")
    assert model.task_ == "binary"
    assert model.classes_.tolist() == sorted(labels)
    assert model.score(table, column) > 0.95


def test_labels_from_several_columns():
    r = np.random.default_rng(0)
    x = r.normal(size=(300, 2))
    table = {"a": x[:, 0], "b": x[:, 1], "hot": x[:, 0] > 0, "wet": x.sum(axis=1) > 0}
    table["hot"] = np.where(table["hot"], "yes", "no").astype(object)
    model = TableClassifier(steps=2000, random_state=0).fit(table, ["hot", "wet"])
    assert model.task_ == "multilabel"
    said = model.predict(table)
    assert said.shape == (300, 2)
    assert ((said[:, 0] == 1) == (table["hot"] == "yes")).mean() > 0.95


def test_collapsed_model_is_reported():
    r = np.random.default_rng(0)
    X = r.normal(size=(200, 3))
    with pytest.warns(CollapsedWarning, match="of always saying the mean"):
        model = TableRegressor(steps=300, random_state=0).fit(X, r.normal(size=200))
    assert any("of always saying the mean" in note for note in model.notes_)
    with pytest.warns(CollapsedWarning, match="class frequencies"):
        TableClassifier(steps=300, random_state=0).fit(X, r.integers(0, 2, 200))


def test_missing_values_are_imputed_or_refused():
    table = pump(300)
    table["speed"][7] = np.nan
    model = TableRegressor(steps=200, random_state=0).fit(table, "flow")
    assert np.isfinite(model.predict(table)).all()
    with pytest.raises(TableError, match="row 8, column 'speed'"):
        TableRegressor(missing="refuse").fit(table, "flow")


def test_a_nan_in_given_targets_is_refused():
    table = pump(100)
    flow = table.pop("flow")
    flow[50] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        TableRegressor().fit(table, flow)


def test_unseen_and_missing_cells_at_predict_are_remarked(pump_model):
    row = {"speed": [1000.0], "valve": ["ajar"], "day": [np.datetime64("2024-02-02")]}
    with pytest.warns(TableWarning, match="'ajar'"):
        assert np.isfinite(pump_model.predict(row)).all()
    with pytest.warns(TableWarning, match="1 cell is missing in column 'speed'"):
        assert np.isfinite(pump_model.predict(row | {"speed": [None], "valve": ["open"]})).all()


def test_splits():
    table = pump(200)
    table["machine"] = np.arange(200) % 5
    fit = {"X": table, "y": "flow"}
    model = TableRegressor(steps=50, split="group", split_column="machine", random_state=0)
    split = model.fit(**fit).split_
    assert not set(table["machine"][split.train]) & set(table["machine"][split.held])
    assert "machine" not in model.feature_names_in_
    split = model.set_params(split="time", split_column="day").fit(**fit).split_
    assert table["day"][split.train].max() < table["day"][split.held].min()
    split = model.set_params(split="last", split_column=None).fit(**fit).split_
    assert split.held.tolist() == list(range(180, 200))
    model.set_params(split="auto").fit(pump(200), "flow", X_val=pump(40, 5))
    assert len(model.split_.train) == 200
    assert model.comparison_.rows == 40
    with pytest.raises(ValueError, match="split_column"):
        model.set_params(split="group").fit(**fit)


def test_budget_is_in_steps():
    r = np.random.default_rng(0)
    for rows in (50, 5000):
        X = r.normal(size=(rows, 2))
        model = TableRegressor(steps=500, patience=np.inf, random_state=0).fit(X, X[:, 0])
        batch = model.network_.batch_size
        steps = model.n_iter_ * -(-len(model.split_.train) // batch)
        assert 400 <= steps <= 600


def test_same_seed_same_model_and_pickle():
    table = pump(100)
    models = [TableRegressor(steps=100, random_state=3).fit(table, "flow") for _ in range(2)]
    np.testing.assert_array_equal(models[0].predict(table), models[1].predict(table))
    back = pickle.loads(pickle.dumps(models[0]))
    np.testing.assert_array_equal(back.predict(table), models[0].predict(table))


def test_inside_scikit_learn():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame(pump(150))
    flow = table.pop("flow")
    search = GridSearchCV(
        TableRegressor(steps=400, random_state=0), {"activation": ["tanh", "silu"]}
    )
    assert search.fit(table, flow).best_score_ > 0.5
    assert cross_val_score(TableRegressor(steps=400, random_state=0), table, flow).mean() > 0.5


@pytest.mark.parametrize("solver", ["lbfgs", "adam", "rprop"])
def test_solvers(solver):
    table = pump(100)
    model = TableRegressor(20, "tanh", solver=solver, steps=300, random_state=0).fit(table, "flow")
    assert model.score(table, table["flow"]) > 0.5


# -- degenerate tables


def test_no_rows():
    with pytest.raises(TableError, match="0 rows"):
        TableRegressor().fit({"a": [], "b": []}, "b")
    with pytest.raises(TableError, match="every row misses a target"):
        TableRegressor().fit({"a": [1.0, 2.0], "b": [None, None]}, "b")


def test_no_rows_to_predict(pump_model):
    with pytest.raises(TableError, match="0 rows"):
        pump_model.predict(as_table(pump(5)).take(slice(0, 0)))


def test_one_row():
    model = TableRegressor(steps=20, random_state=0).fit({"a": [1.0], "b": [14.62]}, "b")
    assert model.predict({"a": [1.0]}) == pytest.approx([14.62], abs=0.5)
    assert any("none is held out" in note for note in model.notes_)


def test_constant_target():
    table = {"a": np.arange(50.0) ** 2, "b": [14.62] * 50}
    model = TableRegressor(steps=2000, random_state=0).fit(table, "b")
    np.testing.assert_allclose(model.predict(table), 14.62, atol=0.05)
    assert any("'b' is 14.62 in every row" in note for note in model.notes_)


@pytest.mark.parametrize("given", [{"steps": 100}, {}], ids=["one way", "left to choose"])
def test_one_class(given):
    table = {"a": np.arange(50.0) ** 2, "b": ["good"] * 50}
    model = TableClassifier(random_state=0, **given).fit(table, "b")
    assert model.predict(table).tolist() == ["good"] * 50
    assert model.predict_proba(table).shape == (50, 1)
    assert any("single class good" in note for note in model.notes_)


@pytest.mark.parametrize(("rows", "each"), [(60, 60), (60, 1), (36, 2), (36, 4)])
@pytest.mark.filterwarnings("ignore:The number of unique classes is greater")
@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
def test_classes_that_no_fold_can_hold_out_with_nothing_said_of_the_way(rows, each):
    labels = [f"k{row // each}" for row in range(rows)]
    model = TableClassifier(n_starts=1, random_state=0).fit({"a": np.arange(rows) ** 2.0}, labels)
    chances = model.predict_proba({"a": [4.0, 900.0]})
    assert chances.shape == (2, rows // each)
    np.testing.assert_allclose(chances.sum(axis=1), 1, rtol=1e-5)


def test_one_class_whatever_the_network_says(tmp_path):
    table = {"a": np.arange(50.0) ** 2, "b": ["good"] * 50}
    model = TableClassifier(steps=100, random_state=0).fit(table, "b")
    model.network_.intercepts_[-1][:] = 9.0
    assert model.predict(table).tolist() == ["good"] * 50
    save(model, tmp_path / "m.neurona")
    alone = load_predictor(tmp_path / "m.neurona")
    assert alone.predict(as_table(table)).tolist() == ["good"] * 50


def test_a_class_with_one_row():
    table = {"a": np.arange(50.0) ** 2, "b": ["rare"] + ["x", "y"] * 24 + ["x"]}
    model = TableClassifier(steps=100, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CollapsedWarning)
        model.fit(table, "b")
    assert 0 in model.split_.train
    assert model.classes_.tolist() == ["rare", "x", "y"]


def test_all_rows_equal():
    with pytest.raises(TableError, match="no column to learn from"):
        TableRegressor().fit({"a": [1.0] * 30, "b": range(30)}, "b")


def test_more_columns_than_rows():
    r = np.random.default_rng(0)
    X = r.normal(size=(30, 200))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CollapsedWarning)
        model = TableRegressor(steps=100, random_state=0).fit(X, X[:, 0])
    assert model.predict(X).shape == (30,)


def test_100_000_texts_in_a_column():
    rows = 100_000
    r = np.random.default_rng(0)
    x = r.normal(size=rows)
    table = {"x": x, "user": np.array([f"u{i}" for i in range(rows)], object), "y": x * 2}
    model = TableRegressor(16, steps=1000, random_state=0).fit(table, "y")
    assert any("'user' is left out" in note and "100,000" in note for note in model.notes_)
    table["user"] = np.concatenate([table["user"][: rows // 2]] * 2)
    model.fit(table, "y")
    assert model.network_.n_features_in_ == 33


def test_huge_and_tiny_targets():
    r = np.random.default_rng(0)
    X = r.normal(size=(200, 2))
    for scale in (1e-100, 1e12, 1e100):
        model = TableRegressor(steps=2000, random_state=0).fit(X, X[:, 0] * scale)
        assert np.corrcoef(model.predict(X), X[:, 0])[0, 1] > 0.99


# -- real tables


@pytest.mark.parametrize("name", ["uci_yacht", "reg10_autompg"])
def test_beats_the_baseline_on_shared_arrays(name):
    data = np.load(shared(f"{name}.npz"))
    model = TableRegressor(steps=5000, random_state=0).fit(data["X"], data["y"].ravel())
    assert model.comparison_.clear == [True]


def test_auto_imports_from_the_file():
    table = read_table(shared("auto_imports.csv.gz"))
    assert isinstance(table, Table)
    model = TableRegressor(steps=5000, random_state=0).fit(table, "price")
    assert model.comparison_.model[0] < 0.5 * model.comparison_.baseline[0]


def test_a_file_is_predicted_in_blocks(pump_model, tmp_path):
    table = pump(100, 7)
    lines = [
        f"{i},{valve},{float(speed)!r},{day}"
        for i, (speed, valve, day) in enumerate(
            zip(table["speed"], table["valve"], table["day"], strict=True)
        )
    ]
    path = tmp_path / "new.csv"
    path.write_text("unit,valve,speed,day\n" + "\n".join(lines))
    types = pump_model.preparation_.types()
    said = [pump_model.predict(block) for block in read_blocks(path, 30, types=types)]
    np.testing.assert_array_equal(np.concatenate(said), pump_model.predict(table))
