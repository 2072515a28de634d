"""Averages, autoencoders and layers of threshold units as workbooks."""

from __future__ import annotations

import numpy as np
import pytest

import neurona
from neurona.errors import IncompatibleError
from neurona.export.excel import layers
from tests.export import models
from tests.export.engine import written
from tests.export.models import AMOUNT, X, Y, network, odd_rows, of_table, quiet

SOME = X[:5]
pytestmark = pytest.mark.filterwarnings("ignore::neurona.TableWarning")
AVERAGE = {"n_starts": 3, "combine": "average", "hidden_layer_sizes": [(2,), (3,), (2, 2)]}


def numbers(found, columns=1):
    return np.array(found.answers(columns), float)


def test_the_mean_of_several_networks(tmp_path):
    model = network(neurona.MLPRegressor, np.column_stack([Y, X[:, 2]]), **AVERAGE)
    found = written(model, tmp_path, SOME)
    np.testing.assert_allclose(numbers(found, 2), model.predict(SOME), rtol=1e-9, atol=1e-12)
    assert found.errors() == []
    names = found.book.sheetnames
    assert names[:5] == [
        "About",
        "Predict",
        "Network 1 Layer 1",
        "Network 1 Layer 2",
        "Network 2 Layer 1",
    ]
    assert found.book["About"]["A1"].value == "MLPRegressor 3 networks 3-2-2, 3-3-2, 3-2-2-2"
    apart = [model.member(k).predict(SOME) for k in range(3)]
    outputs = [f"Network {k + 1} Layer {3 if k == 2 else 2}: identity" for k in range(3)]
    for said, group in zip(apart, outputs, strict=True):
        np.testing.assert_allclose(found.numbers("Predict", group, 2), said, rtol=1e-9, atol=1e-12)


def test_the_mean_of_several_classifiers_and_of_a_table(tmp_path):
    model = network(neurona.MLPClassifier, np.digitize(X[:, 0], [-0.5, 0.5]), **AVERAGE)
    found = written(model, tmp_path, SOME)
    answers = np.array(found.answers(4), float)
    np.testing.assert_array_equal(answers[:, 0], model.predict(SOME))
    np.testing.assert_allclose(answers[:, 1:], model.predict_proba(SOME), rtol=1e-9)
    words = {"n_starts": 2, "combine": "average", "solver": "lm", "bins": 3}
    model = of_table(neurona.TableRegressor, AMOUNT, **words)
    found = written(model, tmp_path, odd_rows())
    np.testing.assert_allclose(numbers(found).ravel(), model.predict(odd_rows()), rtol=1e-9)


def test_too_many_networks_and_a_step_of_several_are_refused(tmp_path, monkeypatch):
    model = network(neurona.MLPRegressor, Y, **AVERAGE)
    with pytest.raises(IncompatibleError, match=r"the mean of 3 networks.*model.member\(2\)"):
        neurona.export.xlsx(model, tmp_path / "m.xlsx", X, y=Y, training_step=True)
    monkeypatch.setattr(layers, "MOST_SHEETS", 6)
    with pytest.raises(IncompatibleError, match=r"would need 7 sheets with 4\d weights"):
        neurona.export.xlsx(model, tmp_path / "m.xlsx")
    assert not (tmp_path / "m.xlsx").exists()


@pytest.mark.parametrize("cls", [neurona.Perceptron, neurona.Adaline])
@pytest.mark.parametrize("kind", ["two", "three", "labels"])
def test_threshold_units(cls, kind, tmp_path):
    y = {
        "two": X[:, 0] > 0,
        "three": np.array(["a", "=b", "c"], object)[np.digitize(X[:, 0], [-0.5, 0.5])],
        "labels": np.column_stack([X[:, 0] > 0, X[:, 1] > 0]).astype(int),
    }[kind]
    model = quiet(lambda: cls(max_iter=20).fit(X, y))
    found = written(model, tmp_path, SOME)
    said = found.answers(2 if kind == "labels" else 1)
    assert np.array(said, object).ravel().tolist() == model.predict(SOME).ravel().tolist()
    heads = [cell.value for cell in found.book["Predict"][4]]
    assert not any(str(head).startswith("P(") for head in heads)
    with pytest.raises(IncompatibleError, match="needs a loss"):
        neurona.export.xlsx(model, tmp_path / "step.xlsx", X, training_step=True)


@pytest.mark.parametrize("columns", [1, 3])
def test_an_autoencoder(columns, tmp_path):
    rows = np.ascontiguousarray(X[:, :columns])
    model = models.autoencoder(rows)
    found = written(model, tmp_path, rows[:5])
    answers = numbers(found, 2 * columns + 1)
    some = rows[:5]
    expected = np.column_stack(
        [model.reconstruct(some), model.column_errors(some), model.anomaly_score(some)]
    )
    np.testing.assert_allclose(answers, expected, rtol=1e-9, atol=1e-12)
    assert found.errors() == []
    with pytest.raises(IncompatibleError, match="an autoencoder's is its input"):
        neurona.export.xlsx(model, tmp_path / "step.xlsx", some, training_step=True)


def test_an_autoencoder_of_a_table(tmp_path):
    model, some = models.table_autoencoder(), odd_rows()
    found = written(model, tmp_path, some)
    back, errors = model.reconstruct(some), model.column_errors(some)
    count = len(back.names)
    answers = found.answers(2 * count + 1)
    scores = np.array([row[2 * count] for row in answers], float)
    np.testing.assert_allclose(scores, model.anomaly_score(some), rtol=1e-9)
    for k, name in enumerate(back.names):
        ours = np.array([row[count + k] for row in answers], float)
        np.testing.assert_allclose(ours, errors[name], rtol=1e-9, err_msg=name)
        assert [given(row[k]) for row in answers] == [there(cell) for cell in back[name]], name


def given(cell):
    """A cell of the workbook, empty ones as None."""
    return (
        None
        if cell == ""
        else cell
        if isinstance(cell, str)
        else pytest.approx(float(cell), rel=1e-9)
    )


def there(cell):
    """A cell of a table as a workbook has it."""
    if isinstance(cell, np.datetime64):
        return (
            None
            if np.isnat(cell)
            else (cell - np.datetime64("1899-12-30")) / np.timedelta64(1, "D")
        )
    if isinstance(cell, bool | np.bool_):
        return "true" if cell else "false"
    return None if cell is None or cell != cell else cell
