"""Perceptron: scikit-learn's numbers, its variants, its mistakes, and what theory promises."""

from __future__ import annotations

import pickle
import warnings

import numpy as np
import pytest
import sklearn.linear_model
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from threadpoolctl import threadpool_limits

from neurona import DivergenceError, IncompatibleError, Perceptron
from tests.estimators.tables import samples as tables

SETS = {
    "iris": load_iris,
    "wine": load_wine,
    "breast cancer": load_breast_cancer,
    "digits": load_digits,
}
WORDS = [
    {},
    {"shuffle": False},
    {"penalty": "l2"},
    {"penalty": "l1", "alpha": 0.01},
    {"penalty": "elasticnet", "l1_ratio": 0.4},
    {"fit_intercept": False},
    {"eta0": 0.3, "n_iter_no_change": 2},
    {"class_weight": "balanced"},
    {"tol": None, "max_iter": 30},
    {"early_stopping": True, "random_state": 3},
    {"random_state": np.random.RandomState(5)},
]
CORNERS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])


def both(X, y, **words):
    """Ours and scikit-learn's, fitted with the same words."""
    models = []
    for cls in (Perceptron, sklearn.linear_model.Perceptron):
        if isinstance(words.get("random_state"), np.random.RandomState):
            words["random_state"] = np.random.RandomState(5)
        models.append(cls(**words).fit(X, y))
    return models


def assert_same_bits(ours, theirs):
    np.testing.assert_array_equal(ours.coef_, theirs.coef_)
    np.testing.assert_array_equal(ours.intercept_, theirs.intercept_)
    assert (ours.n_iter_, ours.t_) == (theirs.n_iter_, theirs.t_)


@pytest.mark.parametrize("words", WORDS, ids=lambda words: str(words).split(" at 0x")[0])
@pytest.mark.parametrize("name", SETS)
def test_the_weights_are_scikit_learns_to_the_last_bit(name, words):
    X, y = SETS[name](return_X_y=True)
    ours, theirs = both(X, y, **words)
    assert_same_bits(ours, theirs)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    sums = ours.decision_function(X)
    with threadpool_limits(1):  # scikit-learn's last bits are those of BLAS's threads, ours are not
        np.testing.assert_array_equal(sums, theirs.decision_function(X))


@pytest.mark.parametrize("words", [{}, {"penalty": "l2"}, {"fit_intercept": False}], ids=str)
def test_float32_is_learned_as_scikit_learn_does(words):
    X, y = load_digits(return_X_y=True)
    X = (X / 7).astype(np.float32)
    ours, theirs = both(X, y, **words)
    assert ours.coef_.dtype == np.float32
    rounding = 0.0 if words.get("penalty") is None else 1e-5 * np.abs(theirs.coef_).max()
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=0, atol=rounding)
    assert ours.n_iter_ == theirs.n_iter_


@pytest.mark.parametrize(
    "words", [{}, {"penalty": "elasticnet", "tol": None, "max_iter": 9}], ids=str
)
def test_sparse_rows_are_learned_as_scikit_learn_does(words):
    X, y = load_digits(return_X_y=True)
    assert_same_bits(*both(sparse.csr_matrix(X), y, **words))


def test_two_orders_of_adding_up_do_not_come_to_different_mistakes():
    # sums of tenths that are 0 but for rounding, in which the order of adding decides the sign
    random = np.random.default_rng(0)
    X = random.integers(-3, 4, size=(300, 24)) / 10
    y = random.integers(0, 2, size=300)
    words = {"tol": None, "max_iter": 40, "fit_intercept": False}
    assert_same_bits(*both(X, y, **words))


def test_sample_weights_and_a_given_start_are_scikit_learns():
    X, y = load_iris(return_X_y=True)
    weights = np.linspace(0, 2, len(y))
    start = {"coef_init": np.ones((3, 4)), "intercept_init": [0.0, 1.0, -1.0]}
    ours = Perceptron().fit(X, y, sample_weight=weights, **start)
    theirs = sklearn.linear_model.Perceptron().fit(X, y, sample_weight=weights, **start)
    assert_same_bits(ours, theirs)


def test_partial_fit_and_warm_start_are_scikit_learns():
    X, y = load_iris(return_X_y=True)
    ours, theirs = Perceptron(), sklearn.linear_model.Perceptron()
    for model in (ours, theirs):
        for begin in (0, 50, 25, 100):
            model.partial_fit(X[begin : begin + 50], y[begin : begin + 50], classes=[0, 1, 2])
    assert_same_bits(ours, theirs)
    ours, theirs = (
        model.set_params(warm_start=True).fit(X, y).fit(X, y) for model in (ours, theirs)
    )
    assert_same_bits(ours, theirs)


def test_weights_set_by_hand_are_what_partial_fit_goes_on_from():
    X, y = load_iris(return_X_y=True)
    ours, theirs = (cls().fit(X, y) for cls in (Perceptron, sklearn.linear_model.Perceptron))
    for model in (ours, theirs):
        model.coef_ = np.ascontiguousarray(model.coef_[::-1])
        model.partial_fit(X, y)
    assert_same_bits(ours, theirs)


# Variants


@pytest.mark.parametrize("name", ["iris", "breast cancer"])
def test_averaged_is_the_average_of_the_weights_after_every_row(name):
    X, y = SETS[name](return_X_y=True)
    words = {"loss": "perceptron", "learning_rate": "constant", "eta0": 1.0, "penalty": None}
    theirs = sklearn.linear_model.SGDClassifier(average=True, random_state=0, **words).fit(X, y)
    ours = Perceptron(variant="averaged").fit(X, y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-12)
    np.testing.assert_allclose(ours.intercept_, theirs.intercept_, rtol=1e-12)


def test_averaged_goes_on_over_chunks_and_idle_epochs():
    X, y = CORNERS, np.array([0, 1, 1, 1])
    words = {"shuffle": False, "tol": None, "variant": "averaged"}
    w, b, sums, biases, rows = np.zeros(2), 0.0, np.zeros(2), 0.0, 0
    for _ in range(12):
        for x, t in zip(X, 2 * y - 1, strict=True):
            if t * (w @ x + b) <= 0:
                w, b = w + t * x, b + t
            sums, biases, rows = sums + w, biases + b, rows + 1
    whole = Perceptron(max_iter=12, **words).fit(X, y)
    chunks = Perceptron(**words)
    for _ in range(12):
        chunks.partial_fit(X, y, classes=[0, 1])
    for model in (whole, chunks):
        np.testing.assert_allclose(model.coef_[0], sums / rows)
        np.testing.assert_allclose(model.intercept_, biases / rows)


@pytest.mark.parametrize("dense", [True, False])
def test_pocket_keeps_weights_that_are_right_on_most_rows(dense):
    X, y = tables.two_classes(200)
    X = X if dense else sparse.csr_matrix(X)
    words = {"tol": None, "max_iter": 50}
    pocket = Perceptron(variant="pocket", **words).fit(X, y)
    plain = [Perceptron(tol=None, max_iter=n).fit(X, y).score(X, y) for n in range(1, 51)]
    # the pocket saw the weights at the end of every epoch, and more
    assert pocket.score(X, y) >= max(plain)
    assert pocket.mistakes_.total == Perceptron(**words).fit(X, y).mistakes_.total


def test_pocket_weighs_its_rows():
    # a majority of rows one way, more weight the other
    X = np.array([[1.0], [1.0], [1.0], [-1.0]])
    y, weights = np.array([1, 1, 0, 0]), np.array([1.0, 1.0, 5.0, 1.0])
    model = Perceptron(variant="pocket", shuffle=False).fit(X, y, sample_weight=weights)
    assert model.predict([[1.0]]) == [0]


# Mistakes and theory


def naive_mistakes(X, y, epochs):
    """The mistakes of one unit as (epoch, row, update), and the weights, in plain Python."""
    found, w, b = [], [0.0] * X.shape[1], 0.0
    for epoch in range(1, epochs + 1):
        for row, (x, target) in enumerate(zip(X.tolist(), y.tolist(), strict=True)):
            if target * (sum(a * v for a, v in zip(w, x, strict=True)) + b) <= 0:
                w = [a + target * v for a, v in zip(w, x, strict=True)]
                b += target
                found.append((epoch, row, 0, float(target)))
    return found, w, b


def test_every_mistake_is_kept():
    X, labels = tables.two_classes(60)
    X = np.round(X, 1)
    y = np.where(labels == "yes", 1, -1)
    found, w, b = naive_mistakes(X, y, 7)
    model = Perceptron(shuffle=False, tol=None, max_iter=7).fit(X, y)
    assert [tuple(one) for one in model.mistakes_] == found
    assert model.mistakes_.total == len(found) == len(model.mistakes_)
    np.testing.assert_allclose(model.mistakes_.weight_changes(X).sum(axis=0), model.coef_[0])
    np.testing.assert_allclose(model.coef_[0], w)
    assert model.intercept_ == [b]
    assert model.mistakes_.to_frame().shape == (len(found), 4)


def test_the_history_is_bounded_and_the_count_is_not():
    X, y = tables.three_classes()
    whole = Perceptron(tol=None, max_iter=20).fit(X, y).mistakes_
    few = Perceptron(tol=None, max_iter=20, max_mistakes=5).fit(X, y).mistakes_
    assert len(few) == 15
    np.testing.assert_array_equal(few.counts, whole.counts)
    for unit in range(3):
        first = [one for one in whole if one.unit == unit][:5]
        assert [one for one in few if one.unit == unit] == first
    assert len(Perceptron(max_mistakes=0).fit(X, y).mistakes_) == 0


integers = st.lists(
    st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=2, max_size=12, unique=True
)


@given(points=integers, weights=st.tuples(*[st.integers(-5, 5)] * 3), seed=st.integers(0, 99))
def test_no_more_mistakes_than_the_convergence_theorem_allows(points, weights, seed):
    X = np.array(points, float)
    sums = X @ weights[:2] + weights[2]
    X, y = X[sums != 0], (sums > 0)[sums != 0]
    if len(set(y)) < 2:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = Perceptron(tol=None, max_iter=5000, random_state=seed).fit(X, y)
    found = model.separability(X, y)
    assert found.separable and found.verify()
    assert model.score(X, y) == 1
    assert model.mistakes_.total <= found.mistake_bound * (1 + 1e-9)


def test_xor_is_never_learned_and_the_model_can_say_why():
    y = [0, 1, 1, 0]
    model = Perceptron(tol=None, max_iter=500).fit(CORNERS, y)
    assert model.mistakes_.counts.min() > 0
    proof = model.separability(CORNERS, y)
    assert not proof.separable and proof.verify()
    assert "cannot be separated by a plane" in str(proof)
    assert model.score(CORNERS, y) < 1


def test_separability_is_told_of_every_unit():
    X, y = load_iris(return_X_y=True)
    found = Perceptron().fit(X, y).separability(X, y)
    # setosa can be separated from the others, they cannot be
    assert [one.separable for one in found] == [True, False, False]
    assert all(one.verify() for one in found)


def test_it_says_why_it_ended():
    X, y = load_iris(return_X_y=True)
    assert Perceptron().fit(X, y == 0).stop_reason_ == "a whole epoch passed without a mistake"
    assert "did not improve" in Perceptron().fit(X, y).stop_reason_
    with pytest.warns(ConvergenceWarning, match=r"max_iter=3"):
        model = Perceptron(max_iter=3).fit(X, y)
    assert "maximum number of iterations" in model.stop_reason_


# Labels, threads, and the rest


def test_several_labels_are_units_of_their_own():
    X, y = tables.three_labels()
    model = Perceptron().fit(X, y)
    assert model.predict(X).shape == y.shape
    assert np.mean(model.predict(X) == y) > 0.9
    np.testing.assert_array_equal(model.predict(X) == 1, model.decision_function(X) > 0)
    again = Perceptron(shuffle=False).fit(X, y)
    for k in range(3):
        alone = Perceptron(shuffle=False).fit(X, y[:, k])
        np.testing.assert_array_equal(again.coef_[k], alone.coef_[0])
    chunks = Perceptron().partial_fit(X, y).partial_fit(X[:9], y[:9])
    assert chunks.predict(X).shape == y.shape


@pytest.mark.parametrize("words", [{"early_stopping": True}, {"variant": "averaged"}])
def test_units_may_learn_at_the_same_time(words):
    X, y = load_digits(return_X_y=True)
    one, two = (Perceptron(n_jobs=n, **words).fit(X, y) for n in (1, 2))
    np.testing.assert_array_equal(one.coef_, two.coef_)


def test_the_rows_and_numpys_generator_are_left_alone():
    X, y = tables.two_classes()
    X.flags.writeable = False
    before, state = X.copy(), np.random.get_state()[1].copy()
    Perceptron(random_state=None).fit(X, y)
    np.testing.assert_array_equal(X, before)
    np.testing.assert_array_equal(np.random.get_state()[1], state)


@pytest.mark.parametrize("variant", ["plain", "averaged"])
def test_a_pickled_model_goes_on_as_the_model_does(variant):
    X, y = tables.three_classes()
    model = Perceptron(variant=variant).partial_fit(X, y, classes=[1, 2, 3])
    copy = pickle.loads(pickle.dumps(model))
    for one in (model, copy):
        one.partial_fit(X, y)
    np.testing.assert_array_equal(model.coef_, copy.coef_)


def test_verbose_prints_a_line_per_epoch(capsys):
    X, y = tables.two_classes()
    model = Perceptron(verbose=1).fit(X, y)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == model.n_iter_
    assert lines[0].startswith("Epoch 1, loss = ")


@pytest.mark.parametrize(
    ("words", "y", "error", "message"),
    [
        ({"variant": "best"}, [0, 1], ValueError, "'variant' parameter of Perceptron must be"),
        ({"eta0": 0}, [0, 1], ValueError, "'eta0' parameter of Perceptron must be"),
        (
            {"variant": "averaged", "penalty": "l2"},
            [0, 1],
            IncompatibleError,
            "penalty='l2' cannot be used with variant='averaged'",
        ),
        ({}, [1, 1], ValueError, "greater than one; got 1 class"),
        ({}, [0.5, 1.5], ValueError, "Unknown label type"),
        ({}, [[1, 2], [2, 3]], ValueError, "has to be 0 and 1, a column for each label"),
        ({"class_weight": "balanced"}, [[1, 0], [0, 1]], ValueError, "use sample_weight"),
    ],
)
def test_what_cannot_be_learned_is_refused_in_a_sentence(words, y, error, message):
    with pytest.raises(error, match=message):
        Perceptron(**words).fit([[0.0, 1.0], [1.0, 0.0]], y)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"variant": "pocket"}, "does not support variant='pocket'"),
        ({"early_stopping": True}, "does not support early_stopping=True"),
        ({"class_weight": "balanced"}, "is not supported for partial_fit"),
    ],
)
def test_what_partial_fit_cannot_do_is_refused_in_a_sentence(words, message):
    with pytest.raises(ValueError, match=message):
        Perceptron(**words).partial_fit(CORNERS, [0, 1, 1, 1], classes=[0, 1])


def test_a_new_class_or_shape_in_partial_fit_is_refused():
    model = Perceptron().partial_fit(CORNERS, [0, 1, 1, 1], classes=[0, 1])
    with pytest.raises(ValueError, match=r"classes not in `self.classes_`: \[2\]"):
        model.partial_fit(CORNERS, [0, 1, 2, 1])
    with pytest.raises(ValueError, match="not that of the first call"):
        model.partial_fit(CORNERS, [[0, 1], [1, 1], [0, 0], [1, 0]])
    with pytest.raises(ValueError, match="coef_init does not match dataset"):
        Perceptron().fit(CORNERS, [0, 1, 1, 1], coef_init=[1, 2, 3])
    with pytest.raises(ValueError, match="intercept_init does not match dataset"):
        Perceptron().fit(CORNERS, [0, 1, 1, 1], intercept_init=[1, 2])


def test_sparse_weights_can_be_gone_on_from():
    X, y = load_iris(return_X_y=True)
    models = [Perceptron(warm_start=True).fit(X, y) for _ in range(2)]
    models[1].sparsify()
    for model in models:
        model.partial_fit(X, y)
    np.testing.assert_array_equal(models[0].coef_, models[1].coef_)
    models[1].sparsify()
    np.testing.assert_array_equal(models[0].fit(X, y).coef_, models[1].fit(X, y).coef_)


def test_what_is_not_fitted_says_so():
    for ask in (
        lambda model: model.separability(CORNERS, [0, 1, 1, 0]),
        lambda model: model.predict(CORNERS),
    ):
        with pytest.raises(NotFittedError, match="Perceptron instance is not fitted yet"):
            ask(Perceptron())


def test_numbers_too_large_are_an_error_with_advice():
    X = np.array([[1e308, 1e308], [-1e308, 1e308], [1e308, -1e308]])
    with pytest.raises(DivergenceError, match=r"at epoch #1.*Scaling input data"):
        Perceptron(eta0=10.0).fit(X, [0, 1, 1])
