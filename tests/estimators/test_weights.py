"""Weights of rows and classes that cannot be: one sentence, from everything that takes them."""

import numpy as np
import pytest

import neurona
from neurona.optimizers import OPTIMIZERS
from neurona.optimizers.solver import SOLVERS

pytestmark = pytest.mark.filterwarnings("ignore")

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 3))
Y = np.sin(X[:, 0]) + X[:, 1]
CLASSES = (Y > 0).astype(int)
TABLE = dict(zip("abc", X.T, strict=True))
SMALL = {"hidden_layer_sizes": (4,), "max_iter": 4, "random_state": 0}


def one(value, where=3):
    weights = np.ones(40)
    weights[where] = value
    return weights


WRONG = {
    "one negative": (one(-1.0), "gives row 3 the weight -1"),
    "sum zero": (np.r_[np.ones(20), -np.ones(20)], "gives row 20 the weight -1"),
    "all zero": (np.zeros(40), "all have the weight 0|Sample weights must contain"),
    "nan": (one(np.nan), "nan|NaN"),
    "inf": (one(np.inf), "inf"),
    "minus inf": (one(-np.inf), "inf"),
    "products too small": (np.full(40, 1e-260), "by which no mean"),
    "products too large": (np.full(40, 1e260), "by which no mean"),
    "text": (np.array(["a"] * 40), "sample_weight.* takes a number for each row; .*'a'"),
    "sum too small": (np.full(40, 1e-320), "by which no mean|all have the weight 0"),
    "too few": (np.ones(39), r"39"),
    "a matrix": (np.ones((40, 2)), "1D|2D|shape"),
}


def mlp(cls, **words):
    return cls(**{**SMALL, **words})


TAKERS = {
    **{
        f"regressor, {solver}": lambda w, s=solver: mlp(neurona.MLPRegressor, solver=s).fit(X, Y, w)
        for solver in (*OPTIMIZERS, *SOLVERS)
    },
    **{
        f"classifier, {solver}": lambda w, s=solver: mlp(
            neurona.MLPClassifier, solver=s, class_weight="balanced"
        ).fit(X, CLASSES, w)
        for solver in ("adam", "lbfgs", "lm", "bayesian-lm")
    },
    "validation rows": lambda w: mlp(neurona.MLPRegressor).fit(
        X, Y, X_val=X, y_val=Y, sample_weight_val=w
    ),
    "validation rows of classes": lambda w: mlp(neurona.MLPClassifier).fit(
        X, CLASSES, X_val=X, y_val=CLASSES, sample_weight_val=w
    ),
    "autoencoder": lambda w: neurona.Autoencoder(2, max_iter=4).fit(X, None, w),
    "autoencoder, validation": lambda w: neurona.Autoencoder(2, max_iter=4).fit(
        X, X_val=X, sample_weight_val=w
    ),
    "table": lambda w: neurona.TableRegressor(steps=20).fit(TABLE, Y, w),
    "table, lm": lambda w: neurona.TableRegressor(solver="lm").fit(TABLE, Y, w),
    "table of classes": lambda w: neurona.TableClassifier(steps=20).fit(TABLE, CLASSES, w),
    "table's autoencoder": lambda w: neurona.TableAutoencoder(steps=20).fit(TABLE, None, w),
    "perceptron": lambda w: neurona.Perceptron().fit(X, CLASSES, sample_weight=w),
    "adaline": lambda w: neurona.Adaline().fit(X, CLASSES, sample_weight=w),
    "perceptron, early": lambda w: neurona.Perceptron(early_stopping=True).fit(
        X, CLASSES, sample_weight=w
    ),
    "partial_fit": lambda w: mlp(neurona.MLPRegressor).partial_fit(X, Y, w),
    "partial_fit of classes": lambda w: mlp(neurona.MLPClassifier).partial_fit(
        X, CLASSES, w, classes=[0, 1]
    ),
    "partial_fit of a layer": lambda w: neurona.Adaline().partial_fit(X, CLASSES, [0, 1], w),
    "partial_fit of an autoencoder": lambda w: neurona.Autoencoder(2).partial_fit(X, None, w),
    "begin": lambda w: neurona.begin(mlp(neurona.MLPRegressor), X, Y, w),
    "next_step": lambda w: neurona.trace(mlp(neurona.MLPRegressor), X, Y, sample_weight=w),
    "score": lambda w: FITTED["regressor"].score(X, Y, w),
    "score of classes": lambda w: FITTED["classifier"].score(X, CLASSES, w),
    "score of an autoencoder": lambda w: FITTED["autoencoder"].score(X, None, w),
    "score of a table": lambda w: FITTED["table"].score(TABLE, Y, w),
    "score of a table of classes": lambda w: FITTED["classes"].score(TABLE, CLASSES, w),
    "score of a layer": lambda w: FITTED["layer"].score(X, CLASSES, w),
}
FITTED = {}


@pytest.fixture(scope="module", autouse=True)
def fitted():
    FITTED["regressor"] = mlp(neurona.MLPRegressor).fit(X, Y)
    FITTED["classifier"] = mlp(neurona.MLPClassifier).fit(X, CLASSES)
    FITTED["autoencoder"] = neurona.Autoencoder(2, max_iter=3).fit(X)
    FITTED["table"] = neurona.TableRegressor(steps=20).fit(TABLE, Y)
    FITTED["classes"] = neurona.TableClassifier(steps=20).fit(TABLE, CLASSES)
    FITTED["layer"] = neurona.Perceptron().fit(X, CLASSES)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("taker", TAKERS)
def test_one_sentence(taker, wrong):
    weights, said = WRONG[wrong]
    with pytest.raises(ValueError, match=said):
        TAKERS[taker](weights)


@pytest.mark.parametrize("taker", TAKERS)
def test_weights_that_can_be_are_taken(taker):
    for weights in (np.ones(40), one(0.0), np.linspace(0, 5, 40), np.full(40, 1e-6), None):
        TAKERS[taker](weights)


CLASS_WEIGHTS = {
    "all zero": ({0: 0, 1: 0}, "all have the weight 0"),
    "negative": ({0: 1, 1: -2}, "class_weight gives row .* the weight -2"),
    "nan": ({0: float("nan"), 1: 1}, "the weight nan"),
    "inf": ({0: 1, 1: float("inf")}, "the weight inf"),
}
CLASSIFIERS = {
    "network": lambda w: mlp(neurona.MLPClassifier, class_weight=w).fit(X, CLASSES),
    "network, lm": lambda w: mlp(neurona.MLPClassifier, class_weight=w, solver="lm").fit(
        X, CLASSES
    ),
    "table": lambda w: neurona.TableClassifier(class_weight=w, steps=20).fit(TABLE, CLASSES),
    "perceptron": lambda w: neurona.Perceptron(class_weight=w).fit(X, CLASSES),
    "adaline": lambda w: neurona.Adaline(class_weight=w).fit(X, CLASSES),
}


@pytest.mark.parametrize("wrong", CLASS_WEIGHTS)
@pytest.mark.parametrize("classifier", CLASSIFIERS)
def test_weights_of_classes(classifier, wrong):
    weights, said = CLASS_WEIGHTS[wrong]
    with pytest.raises(ValueError, match=said):
        CLASSIFIERS[classifier](weights)
    CLASSIFIERS[classifier]({0: 0, 1: 1})  # a class that does not count


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("solver", ["adam", "lm"])
def test_rows_put_aside_that_all_have_no_weight(solver, seed):
    weights = np.zeros(40)
    words = {"early_stopping": True, "solver": solver, "random_state": seed}
    weights[seed] = 1.0  # it is on one side, so the other has none
    with pytest.raises(ValueError, match=r"(held out|to train on).* all have the weight 0"):
        mlp(neurona.MLPRegressor, **words).fit(X, Y, weights)


def test_product_of_both_weights():
    with pytest.raises(ValueError, match="sample_weight times class_weight"):
        mlp(neurona.MLPClassifier, class_weight={0: 0, 1: 1}).fit(X, CLASSES, 1.0 * (CLASSES == 0))
