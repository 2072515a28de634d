"""The training step in a workbook is the step that a trace shows."""

from __future__ import annotations

import numpy as np
import pytest

import neurona
from neurona.errors import IncompatibleError
from tests.export.engine import written

X = np.random.default_rng(0).normal(size=(2, 2))


def new_weights(found, layer, units, below):
    """Return the new weights of a layer (units x inputs and bias) from the sheet."""
    rows = [
        row
        for row in range(1, 80)
        if found.book["Training step"].cell(row, 1).value == f"New weights of Layer {layer}"
    ]
    start = rows[0] + 2
    sheet = found.book["Training step"]
    return np.array(
        [
            [
                float(found.value("Training step", sheet.cell(start + unit, 2 + k)))
                for k in range(below + 1)
            ]
            for unit in range(units)
        ]
    )


def compare(found, trace):
    for layer, (update, matrix) in enumerate(
        zip(trace.update, [u.weights.new for u in trace.update], strict=True), 1
    ):
        ours = new_weights(found, layer, matrix.shape[1], matrix.shape[0])
        theirs = np.vstack([matrix, update.biases.new]).T
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)


@pytest.mark.parametrize(
    "words",
    [
        {"activation": ["tanh", "mish"], "alpha": 0.3, "alpha_l1": 0.1},
        {"activation": "gelu", "loss": "huber"},
        {"activation": "silu", "loss": "squared_error", "output_activation": "logistic"},
        {"activation": "elu", "loss": "poisson"},
    ],
    ids=str,
)
def test_regression(words, tmp_path):
    plain = {"solver": "sgd", "momentum": 0, "learning_rate_init": 0.05, "random_state": 0}
    hidden = (2, 2) if isinstance(words["activation"], list) else (3,)
    model = neurona.MLPRegressor(hidden_layer_sizes=hidden, **(plain | words))
    y = np.array([0.3, 0.9])
    model.partial_fit(X, y)
    compare(written(model, tmp_path, X, y=y, training_step=True), neurona.trace(model, X[0], y[0]))


@pytest.mark.parametrize("classes", [["a", "b"], ["a", "b", "c"]])
def test_classification(classes, tmp_path):
    model = neurona.MLPClassifier((2,), "softplus", solver="sgd", momentum=0, random_state=0)
    y = classes[-2:]
    model.partial_fit(X, y, classes=classes)
    found = written(model, tmp_path, X, y=y, training_step=True)
    compare(found, neurona.trace(model, X[0], y[0]))


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
def test_a_table_model_with_its_scaling(tmp_path):
    table = {"load": np.arange(20.0) ** 1.5, "gear": np.array(["a", "b"] * 10, object)}
    y = np.arange(20.0) * 3
    model = neurona.TableRegressor(
        (2,), dtype="float64", steps=20, solver="sgd", schedule="constant", random_state=0
    ).fit(table, y)
    model.network_.set_params(solver="sgd", momentum=0)
    model.network_.standing().optimizer.state[:] = 0
    one = {name: column[3:4] for name, column in table.items()}
    found = written(model, tmp_path, one, y=y[3:4], training_step=True)
    compare(found, neurona.trace(model, one, y[3:4]))


def test_without_targets_there_are_usual_ones_to_type_over(tmp_path):
    model = neurona.MLPClassifier((2,), solver="sgd", random_state=0)
    model.partial_fit(X, ["a", "b"], classes=["a", "b", "c"])
    found = written(model, tmp_path, X, training_step=True)
    sheet = found.book["Training step"]
    assert [sheet.cell(10 + k, 4).value for k in range(3)] == [1, 0, 0]
    assert found.errors() == []


def test_a_hidden_softmax_has_no_step(tmp_path):
    model = neurona.MLPRegressor(hidden_layer_sizes=(2,), activation="softmax", solver="sgd")
    model.partial_fit(X, [0.0, 1.0])
    with pytest.raises(IncompatibleError, match="hidden 'softmax'"):
        neurona.export.xlsx(model, tmp_path / "m.xlsx", training_step=True)
