"""Perceptron and Adaline in files: the same model comes back, and goes on the same."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone

import neurona
from neurona import Adaline, FormatError, Perceptron
from neurona.files.fields import Arrays
from neurona.files.models import decode_model, encode_model

RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.normal(size=(60, 3))
CLASSES = np.array(["low", "mittel", "große"])[np.digitize(INPUTS[:, 0], [-0.5, 0.5])]
MODELS = {
    "perceptron": Perceptron(penalty="l2", class_weight="balanced"),
    "averaged": Perceptron(variant="averaged", max_mistakes=7),
    "pocket": Perceptron(variant="pocket", random_state=3),
    "adaline": Adaline(),
    "adaline with a rate": Adaline(eta0=0.01, early_stopping=True),
}
ONE_NAME = {"array": "O", "shape": [1], "items": ["a"]}
TARGETS = {
    "texts": CLASSES,
    "two": CLASSES == "low",
    "labels": (INPUTS[:, :2] > 0).astype(int),
}


def there_and_back(model, folder):
    neurona.save(model, folder / "model.neurona")
    return neurona.load(folder / "model.neurona")


def assert_same(model, loaded):
    for name in ("coef_", "intercept_", "classes_", "loss_curve_", "n_iter_", "t_", "stop_reason_"):
        np.testing.assert_array_equal(getattr(model, name), getattr(loaded, name), err_msg=name)
    assert list(model.mistakes_) == list(loaded.mistakes_)
    np.testing.assert_array_equal(model.mistakes_.counts, loaded.mistakes_.counts)
    assert loaded.coef_.dtype == model.coef_.dtype
    assert vars(model).get("eta_") is None or (model.eta_ == loaded.eta_).all()
    assert repr(model) == repr(loaded)


@pytest.mark.parametrize("targets", TARGETS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", MODELS)
def test_a_model_comes_back(name, dtype, targets, tmp_path):
    X, y = INPUTS.astype(dtype), TARGETS[targets]
    model = clone(MODELS[name])
    if targets == "labels":
        parameters = {"class_weight": None} if name == "perceptron" else {}
        model.set_params(**parameters)
    model.fit(X, y)
    loaded = there_and_back(model, tmp_path)
    assert_same(model, loaded)
    assert model.predict(X).tolist() == loaded.predict(X).tolist()


@pytest.mark.parametrize(
    "model", [Perceptron(variant="averaged"), Perceptron(), Adaline()], ids=repr
)
def test_partial_fit_goes_on(model, tmp_path):
    model = clone(model).partial_fit(INPUTS, CLASSES, classes=np.unique(CLASSES))
    loaded = there_and_back(model, tmp_path)
    for one in (model, loaded):
        one.partial_fit(INPUTS[:30], CLASSES[:30])
    assert_same(model, loaded)


def test_weights_set_by_hand_or_sparse_come_back(tmp_path):
    model = Perceptron().fit(INPUTS, CLASSES)
    model.coef_ = 2 * model.coef_
    loaded = there_and_back(model, tmp_path)
    np.testing.assert_array_equal(loaded.coef_, model.coef_)
    np.testing.assert_array_equal(
        loaded.partial_fit(INPUTS, CLASSES).coef_, model.partial_fit(INPUTS, CLASSES).coef_
    )
    model.sparsify()
    np.testing.assert_array_equal(there_and_back(model, tmp_path).coef_, model.coef_.toarray())


def test_names_of_features_come_back(tmp_path):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(INPUTS, columns=["a", "b", "c"])
    loaded = there_and_back(Adaline().fit(frame, CLASSES), tmp_path)
    assert loaded.feature_names_in_.tolist() == ["a", "b", "c"]


def test_an_unfitted_model_comes_back(tmp_path):
    assert repr(there_and_back(Perceptron(eta0=0.5), tmp_path)) == "Perceptron(eta0=0.5)"


def document_and_arrays(model=None):
    arrays = {}
    model = model or Perceptron(variant="averaged").fit(INPUTS, CLASSES)
    return encode_model(model, arrays), arrays


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda d, a: d["fitted"].update(dtype="int8"), "odd type"),
        (lambda d, a: a.update(weights=a["weights"][:0]), "biases is"),
        (lambda d, a: a.update(weights=a["weights"] * np.nan), "not finite"),
        (lambda d, a: a.update({"average.sums": a["average.sums"][:, :1]}), "as they should be"),
        (lambda d, a: d["fitted"].update(multilabel=1), "not of the type bool"),
        (lambda d, a: d["fitted"].update(epochs=3), "loss_curve is"),
        (lambda d, a: d["fitted"].update(rows_seen=7), "not of the type float"),
        (lambda d, a: a.update(rates=np.ones(3)), "is for an Adaline"),
        (lambda d, a: d["fitted"].update(feature_names=ONE_NAME), "feature names do not fit"),
        (lambda d, a: d["fitted"]["classes"].update(shape=[2], items=["a", "b"]), "do not fit"),
        (lambda d, a: a.update({"mistakes.row": a["mistakes.row"][:1]}), "mistakes.row is"),
        (lambda d, a: d.pop("fitted"), "has no 'fitted'"),
    ],
)  # fmt: skip
def test_damage_is_a_format_error(damage, message):
    document, arrays = document_and_arrays()
    damage(document, arrays)
    with pytest.raises(FormatError, match=message):
        decode_model(document, Arrays(arrays))


def test_a_perceptrons_learning_is_not_an_adalines():
    document, arrays = document_and_arrays(Adaline().fit(INPUTS, CLASSES))
    del arrays["rates"]
    with pytest.raises(FormatError, match="is for an Adaline"):
        decode_model(document, Arrays(arrays))


def test_weights_that_are_not_finite_are_refused(tmp_path):
    model = Perceptron().fit(INPUTS, CLASSES)
    model.coef_[0, 0] = np.inf
    with pytest.raises(ValueError, match="not finite"):
        neurona.save(model, tmp_path / "model")
