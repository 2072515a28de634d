"""A workbook, computed by a formula engine, says what `predict` says."""

from __future__ import annotations

import os
import zipfile

import numpy as np
import openpyxl
import pytest
from sklearn.exceptions import NotFittedError

import neurona
from neurona.errors import IncompatibleError
from neurona.export import exportable
from neurona.export.convert import rows_of
from neurona.export.excel import examples
from neurona.inference.held_out import HeldOutErrors
from tests.export.engine import written
from tests.export.models import odd_rows

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(4, 3))
pytestmark = pytest.mark.filterwarnings(
    "ignore::neurona.CollapsedWarning", "ignore::neurona.TableWarning"
)


def mlp(cls, y, hidden=(3, 2), rows=X, **words):
    words = {"solver": "sgd", "random_state": 0} | words
    model = cls(hidden_layer_sizes=hidden, **words)
    kinds = np.arange(np.shape(y)[1]) if np.ndim(y) == 2 else np.unique(y)
    labels = {} if cls is neurona.MLPRegressor else {"classes": kinds}
    return model.partial_fit(rows, y, **labels)


def test_regression_with_several_outputs(tmp_path):
    model = mlp(neurona.MLPRegressor, X[:, :2], activation=["tanh", "gelu"])
    found = written(model, tmp_path, X)
    np.testing.assert_allclose(found.answers(2), model.predict(X), rtol=1e-9, atol=1e-12)
    assert found.errors() == []


@pytest.mark.parametrize(
    "y",
    [np.array([3, 5, 5, 3]), np.array(["b", "a", "=c", "a"]), np.eye(4, dtype=int)[:, :3]],
    ids=["two classes", "three classes", "labels"],
)
def test_classification(tmp_path, y):
    model = mlp(neurona.MLPClassifier, y, activation="silu")
    found = written(model, tmp_path, X)
    if y.ndim == 2:
        answers = np.array(found.answers(6), float)
        np.testing.assert_array_equal(answers[:, :3], model.predict(X))
        chances = answers[:, 3:]
    else:
        answers = found.answers(1 + len(model.classes_))
        assert [row[0] for row in answers] == model.predict(X).tolist()
        chances = np.array([row[1:] for row in answers], float)
    np.testing.assert_allclose(chances, model.predict_proba(X), rtol=1e-9, atol=1e-12)


def test_a_changed_weight_changes_the_answer(tmp_path):
    model = mlp(neurona.MLPRegressor, X[:, 0], activation="softplus")
    path = tmp_path / "model.xlsx"
    neurona.export.xlsx(model, path, X)
    book = openpyxl.load_workbook(path)
    book["Layer 1"]["C6"] = 2.5  # the second input's weight into the second unit
    book.save(path)
    model.coefs_[0][1, 1] = 2.5
    from tests.export.engine import Recalculated

    answers = np.array(Recalculated(path).answers(), float).ravel()
    np.testing.assert_allclose(answers, model.predict(X), rtol=1e-9)


@pytest.fixture(scope="module")
def table():
    rows = 60
    random = np.random.default_rng(1)
    load = random.normal(50, 20, rows)
    load[::7] = np.nan
    gear = np.array([None if k % 11 == 3 else g for k, g in enumerate(
        random.choice(["low", "Low", "=SUM(1)", "rare a", "rare b"], rows, p=[.4, .3, .2, .05, .05])
    )], object)  # fmt: skip
    days = np.datetime64("2024-01-01") + random.integers(0, 500, rows)
    return {
        "load": load,
        "gear": gear,
        "worn": np.where(random.random(rows) < 0.5, "Yes", "no").astype(object),
        "day": days.astype("datetime64[us]"),
        "on": random.random(rows) < 0.5,
        "flag": (random.random(rows) < 0.5).astype(float),
        "part": random.choice([3.0, 7.0, 9.5], rows),
    }


WORDS = {
    "dtype": "float64",
    "steps": 30,
    "random_state": 0,
    "kinds": {"part": "category"},
    "max_levels": 4,
}


def test_a_table_regressor_with_every_kind_of_column(table, tmp_path):
    y = np.nan_to_num(table["load"]) + 100.0 * (table["worn"] == "Yes")
    model = neurona.TableRegressor((3,), **WORDS).fit(table, y)
    kinds = {encoder.kind for encoder in model.preparation_.encoders}
    assert kinds == {"numeric", "date", "boolean", "category"}
    some = odd_rows(table=table)
    found = written(model, tmp_path, some)
    answers = np.array(found.answers(), float).ravel()
    np.testing.assert_allclose(answers, model.predict(some), rtol=1e-9)
    count = len(model.preparation_.features)
    rows = rows_of(model, exportable(model), some)
    np.testing.assert_allclose(
        found.numbers("Predict", "Prepared", count),
        model.preparation_.transform(rows),
        rtol=1e-12, atol=1e-12,
    )  # fmt: skip


def test_a_stack_has_its_error_bars(table, tmp_path):
    y = np.c_[np.nan_to_num(table["load"]), 10.0 * (table["worn"] == "Yes")]
    model = neurona.TableRegressor((2,), n_starts=2, combine="average", **WORDS).fit(table, y)
    off = np.random.default_rng(0).normal(size=(50, 2)) * [0.05, 0.01]
    model.held_out_errors_ = HeldOutErrors.of(off)
    found = written(model, tmp_path, table_of(table, 12))
    known = model.predict_uncertainty(table_of(table, 12))
    must = np.column_stack([known.mean, known.std, *known.interval(0.95)])
    np.testing.assert_allclose(np.array(found.answers(8), float), must, rtol=1e-9)
    assert (known.weights > known.noise).any()
    assert (known.noise > 0).any()
    said = "here they are of one size for all rows"
    assert said not in openpyxl.load_workbook(tmp_path / "model.xlsx")["Answers"]["A2"].value
    model.noise_scale_ = object()  # a workbook says no more of it than that it is there
    alike = written(model, tmp_path, table_of(table, 12))
    assert said in openpyxl.load_workbook(tmp_path / "model.xlsx")["Answers"]["A2"].value
    np.testing.assert_allclose(np.array(alike.answers(8), float), must, rtol=1e-9)


def table_of(table, rows):
    return {name: column[:rows] for name, column in table.items()}


def test_a_table_classifier_and_usual_values_without_examples(table, tmp_path):
    model = neurona.TableClassifier((3,), **WORDS).fit(table, np.arange(60) % 3 == 0)
    some = odd_rows(7, table)
    found = written(model, tmp_path, some)
    answers = found.answers(3)
    assert [bool(row[0]) for row in answers] == model.predict(some).tolist()
    chances = np.array([row[1:] for row in answers], float)
    np.testing.assert_allclose(chances, model.predict_proba(some), rtol=1e-9)
    alone = written(model, tmp_path)
    assert len(alone.answers()) == 1
    assert alone.errors() == []


def test_texts_that_look_like_formulas_stay_texts(table, tmp_path):
    model = neurona.TableRegressor((2,), **WORDS).fit(table, table["flag"] + 1.0)
    names = {"gear": '=HYPERLINK("x")'}
    odd = {names.get(name, name): column for name, column in table.items()}
    model = neurona.TableRegressor((2,), **WORDS).fit(odd, table["flag"] + 1.0)
    path = tmp_path / "odd.xlsx"
    neurona.export.xlsx(model, path, {name: column[:9] for name, column in odd.items()})
    book = openpyxl.load_workbook(path)
    texts = [
        cell
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and ("HYPERLINK" in cell.value or cell.value == "=SUM(1)")
    ]
    assert len(texts) > 5
    with zipfile.ZipFile(path) as archive:
        parts = "".join(
            archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/worksheets/")
        )
    assert "<f>HYPERLINK" not in parts and "<f>SUM(1)</f>" not in parts


def test_a_gate_has_its_truth_table(tmp_path):
    gate = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    model = mlp(neurona.MLPClassifier, [0, 1, 1, 0], (2,), gate, activation="step")
    # the lines x1 + x2 > 1/2 and x1 + x2 > 3/2: XOR is between them
    model.coefs_ = [np.ones((2, 2)), np.array([[40.0], [-40.0]])]
    model.intercepts_ = [np.array([-0.5, -1.5]), np.array([-20.0])]
    found = written(model, tmp_path, gate[[3, 0, 0]])
    inputs = found.rows("Truth table", "Inputs", 2)
    assert inputs == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert [row[0] for row in found.answers(1, "Truth table")] == [0, 1, 1, 0]
    assert [row[0] for row in found.answers()] == [0, 0, 0]


def test_one_input_has_its_curve_and_chart(tmp_path):
    rows = np.linspace(-2, 2, 5)[:, None]
    model = mlp(neurona.MLPRegressor, rows[:, 0] ** 2, (1,), rows, activation="mish")
    found = written(model, tmp_path, rows)
    points = found.numbers("Curve", "Inputs", 1)
    np.testing.assert_allclose(points.ravel(), np.linspace(-2, 2, 41), atol=1e-12)
    answers = np.array(found.answers(1, "Curve"), float).ravel()
    np.testing.assert_allclose(answers, model.predict(points), rtol=1e-9, atol=1e-12)
    with zipfile.ZipFile(tmp_path / "model.xlsx") as archive:
        assert "xl/charts/chart1.xml" in archive.namelist()


def test_no_formula_is_volatile_or_too_long(table, tmp_path):
    model = neurona.TableClassifier((3,), **WORDS).fit(table, np.arange(60) % 3)
    neurona.export.xlsx(model, tmp_path / "m.xlsx", odd_rows(table=table))
    book = openpyxl.load_workbook(tmp_path / "m.xlsx")
    formulas = [c.value for s in book for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert len(formulas) > 100
    assert max(map(len, formulas)) < 8192
    volatile = ("NOW(", "TODAY(", "RAND", "OFFSET(", "INDIRECT(")
    assert not any(word in formula for formula in formulas for word in volatile)


def test_a_model_that_is_too_large_is_refused_in_a_sentence(tmp_path):
    wide = mlp(neurona.MLPRegressor, X[:, 0], (9000,))
    with pytest.raises(IncompatibleError, match=r"need 18,0\d\d columns, a spreadsheet has 16,384"):
        neurona.export.xlsx(wide, tmp_path / "m.xlsx")
    small = mlp(neurona.MLPRegressor, X[:, 0], (3,))
    with pytest.raises(IncompatibleError, match="give at most 76,923 rows as X"):
        examples.check_size(exportable(small), 500_000)
    with pytest.raises(IncompatibleError, match="A training step of 8,"):
        model = mlp(neurona.MLPRegressor, X[:, 0], (2000,))
        neurona.export.xlsx(model, tmp_path / "m.xlsx", training_step=True)
    assert not (tmp_path / "m.xlsx").exists()


def test_what_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(NotFittedError, match="no weights to write"):
        neurona.export.xlsx(neurona.MLPRegressor(), tmp_path / "m.xlsx")
    with pytest.raises(TypeError, match="Got a int"):
        neurona.export.xlsx(3, tmp_path / "m.xlsx")
    model = mlp(neurona.MLPRegressor, X[:, 0], (3,))
    with pytest.raises(ValueError, match="give X, too"):
        neurona.export.xlsx(model, tmp_path / "m.xlsx", y=[1.0], training_step=True)
    with pytest.raises(ValueError, match="expecting 3 features"):
        neurona.export.xlsx(model, tmp_path / "m.xlsx", X[:, :2])
    model.coefs_ = [model.coefs_[0] * np.inf, model.coefs_[1]]
    with pytest.raises(IncompatibleError, match="not finite"):
        neurona.export.xlsx(model, tmp_path / "m.xlsx")


def test_an_old_file_stays_if_writing_fails(tmp_path, monkeypatch):
    model = mlp(neurona.MLPRegressor, X[:, 0], (2,))
    path = tmp_path / "m.xlsx"
    path.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        neurona.export.xlsx(model, path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["m.xlsx"]
