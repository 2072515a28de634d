"""Ctrl-C at any moment of a call: the estimator is as it was before, or can be used.

The moment is counted in calls of Python functions, so that a failure can be repeated;
NEURONA_LONG=1 tries hundreds of moments instead of a few.
"""

from __future__ import annotations

import inspect
import os
import pickle
import sys
import warnings

import numpy as np
import pytest

import neurona

# what Python raises in a finaliser is lost, as everywhere
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
LONG = "NEURONA_LONG" in os.environ
MOMENTS = 300 if LONG else 12
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3))
Y = np.sin(X[:, 0]) + X[:, 1]
C = np.digitize(Y, [-0.5, 0.5])
OTHER = X[:30, :2]  # another number of columns: half of either fit cannot predict
FRAME = {"a": X[:, 0], "b": np.array(["u", "v"])[(X[:, 1] > 0).astype(int)]}

MODELS = {
    "adam": (neurona.MLPRegressor(max_iter=3, random_state=0), X, Y),
    "classes, held out": (
        neurona.MLPClassifier(max_iter=3, random_state=0, early_stopping=True), X, C,
    ),
    "lm": (
        neurona.MLPRegressor(hidden_layer_sizes=3, solver="lm", max_iter=3, random_state=0), X, Y,
    ),
    "warm start": (neurona.MLPRegressor(max_iter=2, random_state=0, warm_start=True), X, Y),
    "bayesian starts": (
        neurona.MLPRegressor(
            hidden_layer_sizes=2, solver="bayesian-lm", n_starts=2, max_iter=3, random_state=0
        ),
        X, Y,
    ),
    "autoencoder": (neurona.Autoencoder(2, max_iter=2, random_state=0), X, None),
    "perceptron": (neurona.Perceptron(max_iter=3, random_state=0), X, C),
    "adaline": (neurona.Adaline(max_iter=3, random_state=0), X, C),
    "table": (neurona.TableRegressor(epochs=3, random_state=0, solver="adam"), FRAME, Y),
}  # fmt: skip


class At:
    """A context in which the nth call of a Python function within it is interrupted."""

    def __init__(self, moment: float) -> None:
        self.moment, self.calls = moment, 0

    def __enter__(self):
        sys.setprofile(self)
        return self

    def __exit__(self, *_):
        sys.setprofile(None)

    def __call__(self, frame, event, argument):
        if event == "call":
            self.calls += 1
            # what is raised in a finaliser, or a generator that is dropped, is no one's
            code = frame.f_code
            lost = code.co_flags & inspect.CO_GENERATOR or code.co_name in ("__exit__", "__del__")
            if self.calls >= self.moment and not lost:
                self.moment = float("inf")
                sys.setprofile(None)
                raise KeyboardInterrupt


def quietly(do):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return do()


def interrupted(do, moment):
    """Whether the call ended with KeyboardInterrupt."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with At(moment):
                do()
    except KeyboardInterrupt:
        return True
    return False


def calls_of(do):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with At(float("inf")) as counted:
            do()
    return counted.calls


def state(model):
    return pickle.dumps(model)


def attributes(model):
    return {name: id(value) for name, value in vars(model).items()}


@pytest.mark.parametrize("name", MODELS)
def test_fit(name):
    model, X, y = MODELS[name]
    model = pickle.loads(pickle.dumps(model))
    first = X if name in ("table", "warm start") else X[:30, :2]
    quietly(lambda: model.fit(first, y if len(first) != 30 or y is None else y[:30]))
    before = model.predict(first) if hasattr(model, "predict") else model.transform(first)
    kept = pickle.dumps(model)
    fresh = pickle.loads(kept)
    calls = calls_of(lambda: fresh.fit(X, y))
    expected = state(fresh)
    chance = np.random.default_rng(len(name))
    moments = sorted(chance.choice(np.arange(1, calls + 1), min(MOMENTS, calls), replace=False))
    for moment in moments:
        model = pickle.loads(kept)
        names = attributes(model)
        if interrupted(lambda model=model: model.fit(X, y), moment):
            assert attributes(model) == names, moment
            answer = model.predict(first) if hasattr(model, "predict") else model.transform(first)
            assert np.array_equal(answer, before), moment
            # and the next fit is that of a model that was never interrupted
            quietly(lambda model=model: model.fit(X, y))
            assert_same(model, pickle.loads(expected))
        else:
            answer = model.predict(X) if hasattr(model, "predict") else model.transform(X)
            assert np.isfinite(np.asarray(answer, float)).all(), moment


def weights(model):
    found = vars(getattr(model, "network_", model))
    names = ("coefs_", "intercepts_", "coef_", "intercept_")
    return [np.asarray(one) for name in names for one in found.get(name, [])]


def assert_same(model, other):
    for ours, theirs in zip(weights(model), weights(other), strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["adam", "classes", "perceptron"])
def test_partial_fit(name):
    make, y = {
        "adam": (lambda: neurona.MLPRegressor(random_state=0), Y),
        "classes": (lambda: neurona.MLPClassifier(random_state=0), C),
        "perceptron": (lambda: neurona.Perceptron(random_state=0), C),
    }[name]
    words = {} if name == "adam" else {"classes": [0, 1, 2]}
    model = make()
    for _ in range(2):
        model.partial_fit(X, y, **words)
    kept = pickle.dumps(model)
    calls = calls_of(lambda: model.partial_fit(X, y))
    expected = pickle.dumps(model)
    for moment in np.random.default_rng(1).integers(1, calls, MOMENTS):
        model = pickle.loads(kept)
        before = model.predict(X)
        if interrupted(lambda model=model: model.partial_fit(X, y), moment):
            assert np.array_equal(model.predict(X), before), moment
            model.partial_fit(X, y)
            assert_same(model, pickle.loads(expected))
        else:
            assert np.isfinite(model.predict(X)).all()


@pytest.mark.parametrize("name", ["adam", "table", "bayesian starts"])
def test_predict(name):
    model, X, y = MODELS[name]
    model = pickle.loads(pickle.dumps(model))
    quietly(lambda: model.fit(X, y))
    expected, kept = model.predict(X), pickle.dumps(model)
    calls = calls_of(lambda: pickle.loads(kept).predict(X))
    for moment in np.random.default_rng(2).integers(1, calls, 2 * MOMENTS):
        model = pickle.loads(kept)
        interrupted(lambda model=model: model.predict(X), moment)
        assert np.array_equal(model.predict(X), expected), moment


@pytest.mark.parametrize("name", ["adam", "table"])
def test_save(name, tmp_path):
    model, X, y = MODELS[name]
    model = quietly(lambda: pickle.loads(pickle.dumps(model)).fit(X, y))
    path = tmp_path / "model.neurona"
    neurona.save(model, path)
    old = path.read_bytes()
    quietly(lambda: model.set_params(random_state=1).fit(X, y))
    calls = calls_of(lambda: neurona.save(model, tmp_path / "new"))
    new = (tmp_path / "new").read_bytes()
    (tmp_path / "new").unlink()
    for moment in np.random.default_rng(3).integers(1, calls, 2 * MOMENTS):
        path.write_bytes(old)
        interrupted(lambda: neurona.save(model, path), moment)
        assert path.read_bytes() in (old, new), moment
        assert os.listdir(tmp_path) == ["model.neurona"], moment
