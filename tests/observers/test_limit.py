"""Limit: seconds, epochs, a loss that is low enough; of one start and of several."""

from __future__ import annotations

import math

import numpy as np
import pytest

import neurona

X = np.linspace(-1, 1, 40).reshape(-1, 1)
Y = X[:, 0] ** 2


def fitted(limit, **words):
    usual = {"hidden_layer_sizes": (8,), "max_iter": 10**6, "n_iter_no_change": 10**6, "tol": 0.0}
    return neurona.MLPRegressor(
        **{**usual, "random_state": 0, "learning_rate_init": 0.02, "callbacks": limit, **words}
    ).fit(X, Y)


def test_epochs():
    model = fitted(neurona.Limit(epochs=7))
    assert (model.n_iter_, model.stop_reason_) == (7, "the limit of 7 epochs was reached")
    assert fitted(neurona.Limit(epochs=1)).stop_reason_ == "the limit of 1 epoch was reached"


def test_epochs_are_those_of_each_start():
    model = fitted(neurona.Limit(epochs=5), n_starts=3)
    assert [one.epochs for one in model.starts_] == [5, 5, 5]
    assert {one.reason for one in model.starts_} == {"the limit of 5 epochs was reached"}


def test_seconds():
    model = fitted(neurona.Limit(seconds=0.05))
    assert model.stop_reason_ == "the limit of 0.05 s was reached"
    # the epoch in which they were over is the last one
    assert model.history_[-1].seconds >= 0.04


def test_below():
    model = fitted(neurona.Limit(below=0.01, epochs=10**5))
    assert model.stop_reason_ == "the loss came below 0.01"
    losses = model.history_.column("loss")
    assert losses[-1] < 0.01 <= min(losses[:-1])


def test_below_is_of_the_validation_rows_if_there_are_any():
    model = fitted(neurona.Limit(below=0.02, epochs=10**5), early_stopping=True)
    assert model.stop_reason_ == "the validation loss came below 0.02"
    losses = model.history_.column("val_loss")
    assert losses[-1] < 0.02 <= min(losses[:-1])


@pytest.mark.parametrize(
    "words", [{}, {"seconds": 0}, {"epochs": -1}, {"seconds": math.nan}, {"below": math.nan}]
)
def test_what_is_no_limit_is_refused(words):
    with pytest.raises(ValueError, match="Limit"):
        neurona.Limit(**words)
