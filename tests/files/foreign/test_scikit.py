"""MLPs of scikit-learn become ours with the same predictions."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    OneHotEncoder,
    RobustScaler,
    StandardScaler,
)

import neurona
from neurona.errors import IncompatibleError
from tests.export.models import quiet

X = np.random.default_rng(0).normal(size=(60, 3)) * [1, 20, 0.1] + [5, -3, 0]
Y = X[:, 0] + np.sin(X[:, 1])
HOW = {"hidden_layer_sizes": (5, 4), "max_iter": 20, "random_state": 0}
CASES = {
    "alone": lambda: MLPRegressor(**HOW, activation="logistic").fit(X, Y),
    "scaled": lambda: make_pipeline(StandardScaler(), MLPRegressor(**HOW)).fit(X, Y),
    "two scalers": lambda: make_pipeline(
        StandardScaler(with_mean=False),
        MinMaxScaler((-1, 3)),
        MLPRegressor(**HOW, activation="tanh"),
    ).fit(X, np.c_[Y, -Y]),
    "target": lambda: TransformedTargetRegressor(
        make_pipeline(StandardScaler(), MLPRegressor(**HOW)), transformer=StandardScaler()
    ).fit(X, 100 * Y + 7),
    "robust": lambda: make_pipeline(RobustScaler(), MaxAbsScaler(), MLPRegressor(**HOW)).fit(X, Y),
    "target inside": lambda: make_pipeline(
        MinMaxScaler(),
        TransformedTargetRegressor(MLPRegressor(**HOW), transformer=RobustScaler()),
    ).fit(X, np.c_[Y, 3 * Y - 1]),
    "target as it is": lambda: TransformedTargetRegressor(MLPRegressor(**HOW)).fit(X, Y),
    "some columns": lambda: make_pipeline(
        ColumnTransformer(
            [
                ("a", make_pipeline(MinMaxScaler(), StandardScaler()), [2]),
                ("b", RobustScaler(), slice(0, 1)),
                ("c", "drop", [1]),
                ("d", "passthrough", [True, False, True]),
            ]
        ),
        MLPRegressor(**HOW),
    ).fit(X, Y),
    "two classes": lambda: make_pipeline(StandardScaler(), MLPClassifier(**HOW)).fit(
        X, np.where(Y > 5, "high", "low")
    ),
    "classes": lambda: make_pipeline(StandardScaler(), MLPClassifier(**HOW)).fit(
        X, (Y > 4) * 1 + (Y > 5)
    ),
    "labels": lambda: MLPClassifier(**HOW).fit(X, np.c_[Y > 4, Y > 5] * 1),
}


@pytest.mark.parametrize("name", CASES)
def test_predictions_are_equal(name):
    theirs = quiet(CASES[name])
    ours = neurona.from_sklearn(theirs)
    if "class" in name or name == "labels":
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-13)
        assert (ours.predict(X) == theirs.predict(X)).all()
    else:
        np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-11, atol=1e-12)


def test_what_it_is_not_is_said():
    for model, said in (
        (LinearRegression(), "Got LinearRegression"),
        (MLPRegressor(), "is not fitted"),
        (
            quiet(lambda: make_pipeline(OneHotEncoder(), MLPRegressor(**HOW)).fit(X.round(), Y)),
            "Got OneHotEncoder.* fit a TableRegressor",
        ),
        (
            quiet(lambda: make_pipeline(MinMaxScaler(clip=True), MLPRegressor(**HOW)).fit(X, Y)),
            "MinMaxScaler with clip",
        ),
    ):
        with pytest.raises(IncompatibleError, match=said):
            neurona.from_sklearn(model)
