"""A loaded model is the saved one: its predictions, its attributes, and what it would do next."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone

import neurona
from neurona import FormatError, MLPClassifier, MLPRegressor
from neurona.files.fields import Arrays
from neurona.files.models import decode_model, encode_model
from neurona.network import Network
from neurona.numerics.activations import LeakyRelu
from neurona.numerics.initializers import find_initializer
from neurona.numerics.losses import Quantile
from neurona.numerics.schedules import Cosine, WarmUp
from neurona.optimizers import OPTIMIZERS, Adam, Nadam
from tests.files.forge import with_checksum

RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.normal(size=(60, 3))
ONE = np.sin(INPUTS[:, 0]) + INPUTS[:, 1]
TWO = np.column_stack([ONE, INPUTS[:, 2] ** 2])
THREE_CLASSES = np.digitize(ONE, [-0.5, 0.5])
QUIET = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SMALL = {"hidden_layer_sizes": (5, 4), "random_state": 0, "max_iter": 4}

REGRESSORS = {
    "defaults": MLPRegressor(random_state=0, max_iter=3),
    "no hidden layer": MLPRegressor(hidden_layer_sizes=(), random_state=0, max_iter=3),
    "values": MLPRegressor(
        Quantile(0.9), activation=["tanh", LeakyRelu(0.1)], solver=Nadam(momentum_decay=0.01),
        schedule=WarmUp(2, then=Cosine(period=3)), **SMALL,
    ),
    "lbfgs": MLPRegressor(solver="lbfgs", **SMALL),
    "early stopping": MLPRegressor(early_stopping=True, dropout=0.2, **SMALL),
    "numpy's numbers": MLPRegressor(
        hidden_layer_sizes=np.array([5, 4]), alpha=np.float32(0.01), max_iter=np.int64(4),
        shuffle=np.bool_(True), n_iter_no_change=np.inf, random_state=0,
    ),
    "output": MLPRegressor("poisson", clip_norm=1.0, dropout=[0.1, 0.0], alpha_l1=1e-3, **SMALL),
}  # fmt: skip
LABELS = {
    "two integers": (ONE > 0).astype(int),
    "two texts": np.where(ONE > 0, "yes", "no"),
    "three integers": THREE_CLASSES * 10 - 5,
    "three objects": np.array(["léger", "ß", "\U0001f600"], object)[THREE_CLASSES],
    "floats": THREE_CLASSES.astype(float),
    "booleans": ONE > 0,
    "several labels": (TWO > 0).astype(int),
    "one class": np.zeros(60, int),
}


def there_and_back(model, folder):
    path = folder / "model.neurona"
    neurona.save(model, path)
    return neurona.load(path)


def same(a, b):
    """Whether two attributes are equal, arrays bit by bit."""
    if isinstance(a, np.ndarray):
        if a.dtype == object:
            return b.dtype == object and a.tolist() == b.tolist()
        return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())
    if isinstance(a, list | tuple) or type(a).__name__ == "History":
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, Network):
        return (a.sizes, a.activations, a.dtype) == (b.sizes, b.activations, b.dtype)
    if isinstance(a, float) and np.isnan(a):
        return np.isnan(b)
    return a == b


def assert_same_model(model, loaded):
    hidden = {"_learned", "_optimizer", "_label_binarizer"}
    assert set(vars(model)) == set(vars(loaded))
    for name, value in vars(model).items():
        if name not in hidden:
            assert same(value, getattr(loaded, name)), name


@QUIET
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", REGRESSORS)
def test_regressors_come_back(name, dtype, tmp_path):
    X = INPUTS.astype(dtype)
    y = np.abs(TWO) if name == "output" else TWO
    model = clone(REGRESSORS[name]).fit(X, y)
    loaded = there_and_back(model, tmp_path)
    assert_same_model(model, loaded)
    assert model.predict(X).tobytes() == loaded.predict(X).tobytes()
    model.warm_start = loaded.warm_start = True
    assert same(model.fit(X, y).coefs_, loaded.fit(X, y).coefs_)
    assert model.t_ == loaded.t_ and len(model.history_) == len(loaded.history_)


@QUIET
@pytest.mark.parametrize("name", LABELS)
def test_classifiers_come_back_with_their_labels(name, tmp_path):
    model = MLPClassifier(**SMALL).fit(INPUTS, LABELS[name])
    loaded = there_and_back(model, tmp_path)
    assert_same_model(model, loaded)
    assert loaded.classes_.dtype == model.classes_.dtype
    assert model.predict(INPUTS).tolist() == loaded.predict(INPUTS).tolist()
    assert model.predict_proba(INPUTS).tobytes() == loaded.predict_proba(INPUTS).tobytes()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("solver", list(OPTIMIZERS))
def test_partial_fit_goes_on_to_the_same_bits(solver, dtype, tmp_path):
    # 300 units make more than one chunk of weights
    model = MLPRegressor(hidden_layer_sizes=(300, 60), solver=solver, random_state=1)
    for _ in range(3):
        model.partial_fit(INPUTS.astype(dtype), ONE)
    loaded = there_and_back(model, tmp_path)
    for _ in range(3):
        for one in (model, loaded):
            one.set_params(random_state=5).partial_fit(INPUTS.astype(dtype), ONE)
    assert same(model.coefs_ + model.intercepts_, loaded.coefs_ + loaded.intercepts_)
    assert model.standing().best_result == loaded.standing().best_result and model.t_ == loaded.t_


def test_partial_fit_of_a_classifier_goes_on(tmp_path):
    y = LABELS["three objects"]
    model = MLPClassifier(**SMALL).partial_fit(INPUTS, y, classes=np.unique(y))
    loaded = there_and_back(model, tmp_path)
    for one in (model, loaded):
        one.partial_fit(INPUTS, y)
    assert same(model.coefs_, loaded.coefs_)


def test_a_rate_that_has_fallen_stays_down(tmp_path):
    options = {"solver": "sgd", "learning_rate": "invscaling", **SMALL}
    model = MLPRegressor(**options).partial_fit(INPUTS, ONE)
    loaded = there_and_back(model, tmp_path)
    assert loaded.standing().learning_rate == model.standing().learning_rate


def test_feature_names_and_a_random_state_come_back(tmp_path):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(INPUTS, columns=["a", "b [°C]", "c"])
    random = np.random.RandomState(3)
    random.normal()
    model = MLPRegressor(**{**SMALL, "random_state": random}).partial_fit(frame, ONE)
    loaded = there_and_back(model, tmp_path)
    assert loaded.feature_names_in_.tolist() == list(frame)
    assert loaded.predict(frame).tobytes() == model.predict(frame).tobytes()
    assert loaded.random_state.normal() == model.random_state.normal()
    with pytest.raises(ValueError, match="feature names"):
        loaded.predict(frame[["b [°C]", "a", "c"]])


def test_an_unfitted_model_and_weights_set_by_hand_come_back(tmp_path):
    assert repr(there_and_back(REGRESSORS["values"], tmp_path)) == repr(REGRESSORS["values"])
    model = MLPRegressor(**SMALL).partial_fit(INPUTS, ONE)
    model.coefs_ = [w * 2 for w in model.coefs_]
    loaded = there_and_back(model, tmp_path)
    assert same(loaded.coefs_, model.coefs_)
    assert loaded.predict(INPUTS).tobytes() == model.predict(INPUTS).tobytes()


def test_callbacks_are_left_out(tmp_path):
    model = MLPRegressor(callbacks=lambda training, record: None, **SMALL)
    assert there_and_back(model.partial_fit(INPUTS, ONE), tmp_path).callbacks is None


class Mine(MLPRegressor):
    pass


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (MLPRegressor(initializer=find_initializer("orthogonal")), "'initializer' of MLPRegressor"),
        (Mine(), "cannot hold a .*Mine; it holds MLPRegressor, MLPClassifier"),
        (object(), "cannot hold a builtins.object"),
    ],
)
def test_what_a_file_cannot_hold_is_named(model, message, tmp_path):
    with pytest.raises(TypeError, match=message):
        neurona.save(model, tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_not_finite_are_refused(tmp_path):
    model = MLPRegressor(**SMALL).partial_fit(INPUTS, ONE)
    model.coefs_[0][0, 0] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        neurona.save(model, tmp_path / "model")


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        neurona.load(tmp_path / "none")


def test_an_optimizer_that_is_not_registered_here_is_said(tmp_path):
    path = tmp_path / "model"
    neurona.save(MLPRegressor(solver=Adam(beta1=0.5)), path)
    content = path.read_bytes().replace(b'\\"name\\":\\"adam\\"', b'\\"name\\":\\"mine\\"')
    path.write_bytes(with_checksum(content))
    with pytest.raises(FormatError, match="optimizer 'mine' is not known here"):
        neurona.load(path)


def test_models_inside_models_keep_apart_by_prefix():
    models = [MLPRegressor(**SMALL).partial_fit(INPUTS, y) for y in (ONE, TWO)]
    arrays: dict[str, Any] = {}
    documents = [encode_model(m, arrays, f"member.{k}.") for k, m in enumerate(models)]
    left = Arrays(arrays)
    for k, model in enumerate(models):
        assert_same_model(model, decode_model(documents[k], left, f"member.{k}."))
    left.finish()


def test_saving_does_not_disturb_the_model(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = MLPRegressor(**SMALL).fit(INPUTS, ONE)
    before = {name: value for name, value in vars(model).items()}
    neurona.save(model, tmp_path / "model")
    assert vars(model) == before
