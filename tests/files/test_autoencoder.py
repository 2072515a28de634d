"""Files of autoencoders: the same codes, scores and next steps after loading; damage is refused."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone

import neurona
from neurona import Autoencoder, FormatError, TableAutoencoder
from neurona.files.fields import Arrays
from neurona.files.models import decode_model, encode_model
from neurona.numerics.noise import Masking
from tests.estimators.tables.test_autoencoder import motors

X = np.random.default_rng(0).normal(size=(60, 5))
SMALL = {"hidden_layer_sizes": (7,), "random_state": 0, "max_iter": 3}
MODELS = {
    "defaults": Autoencoder(**SMALL),
    "tied, noise": Autoencoder(3, tied=True, noise=Masking(0.4), **SMALL),
    "lm, early stopping": Autoencoder(1, solver="lm", early_stopping=True, **SMALL),
    "uneven": Autoencoder(3, decoder_layer_sizes=(4, 6), activation=["tanh", "relu", "gelu"],
                          **SMALL),
    "linear": Autoencoder(2, (), random_state=0, max_iter=3),
}  # fmt: skip
FIT_ONLY = {"solver_", "solver_reason_", "starts_", "best_start_", "_members"}
"""What a fit chose and tried."""
pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", MODELS)
def test_autoencoders_come_back(name, dtype, tmp_path):
    rows = X.astype(dtype)
    model = clone(MODELS[name]).fit(rows)
    neurona.save(model, tmp_path / "model")
    loaded = neurona.load(tmp_path / "model")
    assert repr(loaded) == repr(model)
    assert set(vars(loaded)) - FIT_ONLY == set(vars(model)) - FIT_ONLY
    for method in ("transform", "reconstruct", "anomaly_score", "column_errors"):
        assert getattr(loaded, method)(rows).tobytes() == getattr(model, method)(rows).tobytes()
    assert loaded.get_feature_names_out().tolist() == model.get_feature_names_out().tolist()
    if hasattr(model, "partial_fit"):
        for one in (model, loaded):
            one.partial_fit(rows)
        assert all(map(np.array_equal, model.coefs_, loaded.coefs_))


def test_tables_and_unfitted_models_come_back(tmp_path):
    for model in (Autoencoder(5, noise="gaussian"), TableAutoencoder(tied=True)):
        neurona.save(model, tmp_path / "model")
        assert repr(neurona.load(tmp_path / "model")) == repr(model)
    table = motors(100)
    model = TableAutoencoder(2, steps=100, tied=True, random_state=0).fit(table)
    neurona.save(model, tmp_path / "model")
    loaded = neurona.load(tmp_path / "model")
    assert set(vars(loaded)) == set(vars(model))
    for method in ("transform", "anomaly_score", "reconstruction_error"):
        assert getattr(loaded, method)(table).tobytes() == getattr(model, method)(table).tobytes()
    back, again = model.reconstruct(table), loaded.reconstruct(table)
    for name in back.names:
        np.testing.assert_array_equal(back[name], again[name])
    assert loaded.notes_ == model.notes_ and loaded.columns_ == model.columns_


def spoil(change):
    model = Autoencoder(2, tied=True, **SMALL).fit(X)
    arrays = {}
    document = encode_model(model, arrays)
    change(document["fitted"], arrays)
    return document, Arrays(arrays)


def set_in(name, value):
    def change(document, arrays):
        document[name] = value

    return change


def set_array(values):
    def change(document, arrays):
        arrays["reference.usual"] = np.array(values)

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (set_in("encoder_layers", 0), "not that of an autoencoder"),
        (set_in("encoder_layers", 4), "not that of an autoencoder"),
        (set_in("encoder_layers", 2.0), "not of the type int"),
        (set_in("limit", 0.0), "reference of the errors"),
        (set_in("tied", 1), "not of the type bool"),
        (set_in("sizes", [5, 7, 2, 7, 6]), "cannot be tied"),
        (set_array([1.0, 1.0, 0.0, 1.0, 1.0]), "reference of the errors"),
        (set_array([1.0, np.inf, 1.0, 1.0, 1.0]), "reference of the errors"),
        (set_array([1.0]), "is expected"),
        (lambda document, arrays: arrays.pop("reference.usual"), "is missing"),
    ],
)
def test_what_does_not_fit_together_is_refused(change, message):
    document, arrays = spoil(change)
    with pytest.raises(FormatError, match=message):
        decode_model(document, arrays)


def test_mirrors_in_a_file_follow_their_twins():
    def change(document, arrays):
        arrays["layers.3.weights"] = arrays["layers.3.weights"] + 1

    document, arrays = spoil(change)
    model = decode_model(document, arrays)
    np.testing.assert_array_equal(model.coefs_[3], model.coefs_[0].T)
