"""An exportable model predicts, in plain NumPy, what its estimator predicts."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import neurona
from neurona.data.read import read_table
from neurona.errors import IncompatibleError
from neurona.estimators.mlp.fitted import fitted
from neurona.export import Exportable, exportable
from neurona.files.predictors import load_predictor
from neurona.numerics.activations import ACTIVATIONS, Bounded
from neurona.numerics.losses import LOSSES, Huber
from tests.export import models
from tests.export.models import AMOUNT, TABLE, X, Y, network, odd_rows, of_table, quiet

Regressor, Classifier = neurona.MLPRegressor, neurona.MLPClassifier
LABELS = np.column_stack([X[:, 0] > 0, X[:, 1] > 0, X[:, 2] > 1]).astype(int)
TEXTS = np.array(["a", "b", "=c"], object)[np.digitize(X[:, 0], [-0.5, 0.5])]
SINGLE = 1e-5
pytestmark = pytest.mark.filterwarnings("ignore::neurona.TableWarning")


def same(ours, theirs, single=False):
    """Equal to 1e-12 of the numbers' size, 1e-5 where the model trained in single precision."""
    theirs = np.asarray(theirs)
    assert ours.shape == theirs.shape
    if theirs.dtype.kind != "f":
        np.testing.assert_array_equal(ours, theirs)
        return
    size = max(1.0, np.abs(theirs).max())
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=size * (SINGLE if single else 1e-12))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("activation", [*ACTIVATIONS, Bounded(-2.0, 3.0)], ids=str)
def test_every_activation(activation, dtype):
    model = network(Regressor, Y.astype(dtype), X.astype(dtype), activation=activation)
    far = 1 if activation == "exp" else 30  # beyond, it overflows
    rows = np.vstack([X, far * X, np.zeros((1, 3))]).astype(dtype)
    found = exportable(model)
    same(found.predict(rows), model.predict(rows), dtype == np.float32)
    assert found.training.single == (dtype == np.float32)
    assert all(layer.weights.dtype == np.float64 for layer in found.networks[0].layers)


@pytest.mark.parametrize(
    "loss", [name for name in LOSSES if "cross" not in name] + [Huber(0.3)], ids=str
)
def test_every_loss(loss):
    y = np.column_stack([np.abs(Y), np.abs(X[:, 2])])
    model = network(Regressor, y, loss=loss)
    found = exportable(model)
    same(found.predict(X), model.predict(X))
    assert found.training.loss == LOSSES.find(loss)
    assert (found.answers.names, found.training.epochs) == (("y1", "y2"), 5)


@pytest.mark.parametrize("output", ["logistic", "softmax", "relu", Bounded(-1.0, 2.0)], ids=str)
def test_outputs_of_a_regression(output):
    model = network(Regressor, np.clip(Y, 0, 1), output_activation=output)
    same(exportable(model).predict(X), model.predict(X))


@pytest.mark.parametrize(
    "y", [X[:, 0] > 0, TEXTS, LABELS, np.full(40, 7)], ids=["two", "three", "labels", "one"]
)
def test_classes(y):
    model = network(Classifier, y)
    found = exportable(model)
    same(found.predict(X), model.predict(X))
    same(found.predict_proba(X), model.predict_proba(X))


@pytest.mark.parametrize("hidden", [(), (2,), (3, 2, 3)], ids=str)
def test_any_number_of_layers(hidden):
    model = network(Regressor, Y, hidden_layer_sizes=hidden)
    found = exportable(model)
    assert found.networks[0].sizes == (3, *hidden, 1)
    same(found.predict(X), model.predict(X))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("y", [AMOUNT, np.column_stack([AMOUNT, TABLE["flag"]])], ids=["1", "2"])
def test_quantities_of_a_table(y, dtype):
    model, some = of_table(neurona.TableRegressor, y, dtype=dtype), odd_rows()
    found = exportable(model)
    assert {encoder.kind for encoder in found.encoders} == {
        "numeric",
        "date",
        "boolean",
        "category",
    }
    same(found.predict(some), model.predict(some), dtype == "float32")
    assert found.training.comparison == model.comparison_


@pytest.mark.parametrize(
    "y",
    [AMOUNT > 80, np.digitize(AMOUNT, [50, 100]), TABLE["gear"], np.array(["x"] * 60, object)],
    ids=["two", "three", "texts", "one"],
)
def test_classes_of_a_table(y):
    known = np.array([label is not None for label in np.asarray(y, object)])
    rows = {name: column[known] for name, column in TABLE.items() if name != "gear"}
    model, some = of_table(neurona.TableClassifier, y[known], rows), odd_rows()
    found = exportable(model)
    same(found.predict(some), model.predict(some))
    same(found.predict_proba(some), model.predict_proba(some))


def test_labels_of_a_table():
    y = np.column_stack([AMOUNT > 80, TABLE["flag"]]).astype(int)
    model, some = of_table(neurona.TableClassifier, y), odd_rows()
    found = exportable(model)
    same(found.predict(some), model.predict(some))
    same(found.predict_proba(some), model.predict_proba(some))


def test_a_table_that_was_an_array_goes_by_position():
    model = quiet(lambda: neurona.TableRegressor((3,), steps=20, random_state=0).fit(X, Y))
    found = exportable(model)
    rows = X[:5].copy()
    rows[1, 2] = np.nan
    same(found.predict(rows), model.predict(rows), single=found.training.single)
    with pytest.raises(ValueError, match="rows of 3 columns"):
        found.predict(rows[:, :2])


def test_several_networks_are_averaged():
    words = {"n_starts": 3, "combine": "average", "hidden_layer_sizes": [(2,), (3,), (2, 2)]}
    for cls, y in ((Regressor, Y), (Classifier, TEXTS)):
        model = network(cls, y, **words)
        found = exportable(model)
        assert len(found.networks) == 3
        same(found.predict(X), model.predict(X))
    model = of_table(neurona.TableRegressor, AMOUNT, n_starts=2, combine="average", solver="lm")
    same(exportable(model).predict(odd_rows()), model.predict(odd_rows()))


@pytest.mark.parametrize(
    "words",
    [
        {"activation": "tanh"},
        {
            "activation": ["silu", "softmax"],
            "hidden_layer_sizes": (3, 2),
            "output_activation": "exp",
        },
        {"n_starts": 2, "combine": "average"},
    ],
    ids=["one", "deep", "two networks"],
)
def test_error_bars(words):
    y = np.abs(np.column_stack([Y, X[:, 2]])) + 0.1
    words = {"solver": "bayesian-lm", "hidden_layer_sizes": (3,), "max_iter": 20} | words
    model = network(Regressor, y, **words)
    found = exportable(model)
    assert found.has_error_bars
    ours, theirs = found.predict_uncertainty(X), model.predict_uncertainty(X)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-8)


def test_error_bars_of_a_table_are_in_its_units(tmp_path):
    model = of_table(neurona.TableRegressor, AMOUNT, solver="bayesian-lm", epochs=20, bins=3)
    some = odd_rows()
    ours, theirs = exportable(model).predict_uncertainty(some), model.predict_uncertainty(some)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one.ravel(), other.ravel(), rtol=1e-8)
    neurona.save(model, tmp_path / "m.neurona")
    read = exportable(tmp_path / "m.neurona").predict_uncertainty(some)
    np.testing.assert_array_equal(read.weights, ours.weights)


def test_weights_changed_by_hand_have_no_error_bars():
    model = network(Regressor, Y, solver="bayesian-lm", hidden_layer_sizes=(2,))
    model.coefs_ = [2 * matrix for matrix in model.coefs_]
    found = exportable(model)
    same(found.predict(X), model.predict(X))
    assert not found.has_error_bars
    with pytest.raises(IncompatibleError, match="nothing of its uncertainty"):
        found.predict_uncertainty(X)


@pytest.mark.parametrize("words", [{}, {"tied": True}, {"decoder_layer_sizes": (2, 3)}], ids=str)
def test_an_autoencoder_gives_back_and_scores(words):
    model = models.autoencoder(**words)
    found = exportable(model)
    same(found.predict(X), model.reconstruct(X))
    same(found.anomaly_score(X), model.anomaly_score(X))
    assert found.reconstruction.code_layers == model.encoder_layers_
    assert found.networks[0].sizes[found.reconstruction.code_layers] == 1


def test_an_autoencoder_of_a_table():
    model, some = models.table_autoencoder(), odd_rows()
    found = exportable(model)
    ours, theirs = found.predict(some), model.reconstruct(some)
    assert ours.names == theirs.names
    for name in ours.names:
        if theirs[name].dtype.kind == "f":
            np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-12)
        else:
            np.testing.assert_array_equal(ours[name], theirs[name])
    same(found.anomaly_score(some), model.anomaly_score(some))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("y", [X[:, 0] > 0, TEXTS, LABELS], ids=["two", "three", "labels"])
@pytest.mark.parametrize("cls", [neurona.Perceptron, neurona.Adaline])
def test_layers_of_threshold_units(cls, y, dtype):
    model = quiet(lambda: cls(max_iter=20).fit(X.astype(dtype), y))
    found = exportable(model)
    same(found.predict(X), model.predict(X.astype(dtype)))
    with pytest.raises(IncompatibleError, match="no probabilities"):
        found.predict_proba(X)
    model.sparsify()
    same(exportable(model).predict(X), model.predict(X.astype(dtype)))


def test_gates():
    xor = neurona.neuron.TwoLayerNetwork(
        (neurona.neuron.gate("OR"), neurona.neuron.gate("NAND")), neurona.neuron.gate("AND")
    )
    rows = [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert exportable(xor).predict(rows).tolist() == [0, 1, 1, 0]


def test_what_is_known_without_the_estimator(tmp_path):
    cases = [
        (network(Regressor, Y), X),
        (network(Classifier, TEXTS, n_starts=2, combine="average"), X),
        (of_table(neurona.TableRegressor, AMOUNT), odd_rows()),
        (of_table(neurona.TableClassifier, np.digitize(AMOUNT, [50, 100])), odd_rows()),
        (neurona.Perceptron().fit(X, X[:, 0] > 0), X),
        (models.autoencoder(), X),
    ]
    for model, rows in cases:
        path = tmp_path / "model.neurona"
        neurona.save(model, path)
        said = exportable(model).predict(rows)
        for other in (path, str(path), load_predictor(path)):
            found = exportable(other)
            np.testing.assert_array_equal(found.predict(rows), said)
            assert (found.title, found.names) == (type(model).__name__, exportable(model).names)
    learned = fitted(cases[0][0])
    same(exportable(learned).predict(X), cases[0][0].predict(X))
    again = exportable(learned)
    assert exportable(again) is again
    assert isinstance(again, Exportable)


def test_what_is_no_model_is_refused(tmp_path):
    with pytest.raises(TypeError, match="neurona's own networks"):
        exportable(3)
    neurona.save(Regressor(), tmp_path / "m.neurona")
    with pytest.raises(ValueError, match="is not fitted"):
        exportable(tmp_path / "m.neurona")
    with pytest.raises(IncompatibleError, match="no anomaly score"):
        exportable(network(Regressor, Y)).anomaly_score(X)
    with pytest.raises(ValueError, match=r"rows of 3 inputs. Got the shape \(40, 2\)"):
        exportable(network(Regressor, Y)).predict(X[:, :2])


ALONE = """
import sys
from neurona.data.read import read_table
from neurona.export import exportable, write
model = exportable(sys.argv[1])
print(*model.predict(read_table(sys.argv[2])).tolist())
write(model, sys.argv[3], "xlsx")
slow = ("sklearn", "neurona.engine", "neurona.training.problem")
known = [name for name in sys.modules if name.startswith(slow)]
assert not known, known[:5]
"""


def test_a_file_is_exported_without_scikit_learn_or_an_engine(tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("size,kind\n1.5,a\n,b\n2.5,\n4,c\n")
    table = {"size": np.arange(20.0) ** 1.5, "kind": np.array(["a", "b"] * 10, object)}
    model = quiet(
        lambda: neurona.TableRegressor((2,), steps=20, random_state=0).fit(table, table["size"])
    )
    path = tmp_path / "model.neurona"
    neurona.save(model, path)
    command = [sys.executable, "-c", ALONE, str(path), str(rows), str(tmp_path / "m.xlsx")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = [float(text) for text in done.stdout.split()]
    same(np.array(said), exportable(model).predict(read_table(rows)))
    assert (tmp_path / "m.xlsx").exists()
