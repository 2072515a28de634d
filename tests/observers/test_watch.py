"""Rows that are watched only: their loss, and a training that does not know of them."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.metrics import log_loss

import neurona
from neurona.reports.plots import HistoryDisplay

R = np.random.default_rng(2)
X = R.normal(size=(150, 2))
Y = X[:, 0] ** 2 + R.normal(0, 0.1, 150)
SMALL = {"hidden_layer_sizes": (6,), "random_state": 0}


def test_the_loss_is_that_of_the_history():
    watch = neurona.Watch(X[100:], Y[100:])
    model = neurona.MLPRegressor(max_iter=15, callbacks=watch, **SMALL)
    with pytest.warns(UserWarning):
        model.fit(X[:80], Y[:80], X_val=X[100:], y_val=Y[100:])
    assert watch.losses == model.history_.column("val_loss")
    assert watch.epochs == model.history_.column("epoch")
    display = HistoryDisplay.from_estimator(model)
    assert [one.name for one in display.curves] == ["training", "validation", "test"]
    assert display.curves[2].losses.tolist() == watch.losses


def test_classes_and_an_end_that_is_not_theirs():
    labels = np.where(Y > 0.5, "much", "little")
    watch = neurona.Watch(X[100:], labels[100:], name="later", every=4)
    model = neurona.MLPClassifier(max_iter=12, callbacks=[watch], **SMALL)
    with pytest.warns(UserWarning):
        model.fit(X[:100], labels[:100])
    assert watch.epochs == [4, 8, 12]
    told = log_loss(labels[100:], model.predict_proba(X[100:]))
    assert watch.losses[-1] == pytest.approx(told)
    alone = neurona.MLPClassifier(max_iter=12, **SMALL)
    with pytest.warns(UserWarning):
        alone.fit(X[:100], labels[:100])
    for ours, theirs in zip(model.coefs_, alone.coefs_, strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("target", ["y", "kind"])
def test_tables_are_read_as_the_model_reads_them(target):
    kind = np.where(Y > 0.5, "much", "little").astype(object)
    table = {"a": X[:, 0], "b": X[:, 1], "y": Y, "kind": kind}
    rows = {name: table[name] for name in ("a", "b", target)}
    later = {name: column[100:] for name, column in rows.items()}
    first = {name: column[:100] for name, column in rows.items()}
    watch = neurona.Watch(later)
    cls = neurona.TableRegressor if target == "y" else neurona.TableClassifier
    model = cls(solver="adam", steps=2500, callbacks=watch, **SMALL)
    model.fit(first, target, X_val=later)
    assert watch.losses == model.history_.column("val_loss")
    # again, with values, and from the beginning
    model.fit(first, target, X_val=later)
    assert watch.losses == model.history_.column("val_loss")
    pickle.loads(pickle.dumps(watch))


def test_what_cannot_be_watched():
    with pytest.raises(ValueError, match=r"must be 1 or more\. Got 0"):
        neurona.Watch(X, Y, every=0)
    with pytest.raises(ValueError):
        neurona.MLPRegressor(callbacks=neurona.Watch(X[:, :1], Y), **SMALL).fit(X, Y)
    model = neurona.TableAutoencoder(callbacks=neurona.Watch({"a": [1.0]}), steps=5)
    with pytest.raises(TypeError, match="a TableAutoencoder takes none"):
        model.fit({"a": np.arange(30.0), "b": np.arange(30.0) ** 2})
