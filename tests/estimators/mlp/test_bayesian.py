"""solver="bayesian-lm" on the MLPs: scikit-learn's Bayesian regressions, error bars, relevance."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special
from sklearn.linear_model import ARDRegression, BayesianRidge

from neurona import IncompatibleError, MLPClassifier, MLPRegressor
from neurona.errors import StopReason
from neurona.inference.learned_weights import LearnedWeights
from neurona.optimizers.solve.bayesian_lm import BayesianLM

QUIET = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
NARROW = {"hidden_layer_sizes": (6,), "activation": "tanh", "max_iter": 300, "random_state": 0}


def bayesian(**parameters):
    return MLPRegressor(**{"solver": "bayesian-lm", **NARROW, **parameters})


def centred(seed=0, rows=80):
    random = np.random.default_rng(seed)
    X = random.normal(size=(rows, 4))
    X -= X.mean(axis=0)
    y = X @ [1.0, -0.5, 0.2, 0.0] + 0.4 * random.normal(size=rows)
    return X, y - y.mean()


@QUIET
@pytest.mark.parametrize(
    ("relevance", "theirs"),
    [
        (False, BayesianRidge(max_iter=5000, tol=1e-12, alpha_1=0, alpha_2=0, lambda_1=0,
                              lambda_2=0, fit_intercept=False)),
        (True, ARDRegression(max_iter=5000, tol=1e-12, alpha_1=0, alpha_2=0, lambda_1=0,
                             lambda_2=0, threshold_lambda=1e12, fit_intercept=False)),
    ],
)  # fmt: skip
def test_a_layer_without_hidden_ones_is_bayesian_regression(relevance, theirs):
    X, y = centred()
    theirs = theirs.fit(X, y)
    solver = BayesianLM(relevance=relevance, tolerance=0)
    ours = bayesian(hidden_layer_sizes=(), solver=solver, max_iter=2000).fit(X, y)
    posterior = ours.learned().members[0].posterior
    precisions = posterior.precisions[:-1]
    expected = np.broadcast_to(theirs.lambda_, precisions.shape)
    np.testing.assert_allclose(precisions, expected, rtol=1e-4)
    np.testing.assert_allclose(1 / posterior.noise, theirs.alpha_, rtol=1e-4)
    np.testing.assert_allclose(ours.coefs_[0].ravel(), theirs.coef_, atol=1e-5)
    mean, std = ours.predict(X, return_std=True)
    expected = theirs.predict(X, return_std=True)
    np.testing.assert_allclose(mean, expected[0], atol=1e-4)
    np.testing.assert_allclose(std, expected[1], rtol=1e-3)


@QUIET
def test_the_one_relevant_input_of_ten_is_found():
    random = np.random.default_rng(1)
    X = random.normal(size=(150, 10))
    y = np.sin(2 * X[:, 3]) + 0.1 * random.normal(size=150)
    model = bayesian(n_starts=2).fit(X, y)
    assert model.relevance_.shape == (10,) and model.relevance_.sum() == pytest.approx(1)
    assert model.relevance_.argmax() == 3 and model.relevance_[3] > 0.9
    assert 0 < model.effective_parameters_ < 40 < model.learned().members[0].network.n_parameters


@QUIET
def test_each_output_has_the_noise_of_its_own_errors():
    random = np.random.default_rng(2)
    X = random.uniform(-2, 2, size=(400, 2))
    truth = np.column_stack([np.sin(X[:, 0]) + 0.5 * X[:, 1], X[:, 0] * X[:, 1]])
    model = bayesian().fit(X, truth + random.normal(size=truth.shape) * [0.1, 0.4])
    found = model.predict_uncertainty(X[:3])
    assert found.mean.shape == found.weights.shape == (3, 2)
    np.testing.assert_allclose(found.noise, [[0.1, 0.4]] * 3, rtol=0.15)


@QUIET
def test_the_noise_is_recovered_and_intervals_cover():
    random = np.random.default_rng(2)
    X = random.uniform(-2, 2, size=(3000, 2))
    y = np.sin(X[:, 0]) + 0.5 * X[:, 1] + 0.3 * random.normal(size=3000)
    model = bayesian().fit(X[:400], y[:400])
    found = model.predict_uncertainty(X[400:])
    np.testing.assert_allclose(found.noise, 0.3, rtol=0.1)
    np.testing.assert_allclose(found.std, np.hypot(found.noise, found.weights))
    mean, std = model.predict(X[400:], return_std=True)
    np.testing.assert_array_equal(mean, model.predict(X[400:]))
    np.testing.assert_array_equal(std, found.std)
    for coverage in (0.5, 0.95):
        low, high = model.predict_interval(X[400:], coverage)
        inside = ((low <= y[400:]) & (y[400:] <= high)).mean()
        assert abs(inside - coverage) < (0.02 if coverage > 0.9 else 0.05)
    with pytest.raises(ValueError, match=r"coverage must be in the range \(0, 1\). Got 95"):
        model.predict_interval(X, 95)


@QUIET
@pytest.mark.parametrize("starts", [{}, {"n_starts": 2, "combine": "average"}])
def test_weights_are_less_sure_away_from_the_data(starts):
    random = np.random.default_rng(3)
    X = random.uniform(-1, 1, size=(60, 1))
    model = bayesian(**starts).fit(X, np.sin(3 * X[:, 0]) + 0.05 * random.normal(size=60))
    found = model.predict_uncertainty(np.array([[0.0], [2.0], [3.0]]))
    assert found.weights[0] < found.weights[1] < found.weights[2]
    assert found.weights[0] < 0.05 and found.weights[2] > 0.2
    assert found.noise[0] == found.noise[2]


def test_the_variance_of_weights_is_that_of_the_linearised_network():
    random = np.random.default_rng(4)
    X = random.normal(size=(50, 2))
    y = np.tanh(X[:, 0]) + 0.1 * random.normal(size=50)
    model = bayesian(hidden_layer_sizes=(3,), max_iter=500).fit(X, y)
    member = model.learned().members[0]
    at = member.network.parameters(member.weights)
    slopes = []
    for k in range(len(at)):
        ends = []
        for sign in (1, -1):
            moved = at.copy()
            moved[k] += sign * 1e-5
            weights = member.network.from_parameters(moved)
            model.adopt(LearnedWeights(member.network, weights, [member]))
            ends.append(model.predict(X[:5]))
        slopes.append((ends[0] - ends[1]) / 2e-5)
    jacobian = np.array(slopes).T
    factor = member.posterior.factor
    covariance = np.linalg.inv(factor @ factor.T)
    expected = np.sqrt(np.diag(jacobian @ covariance @ jacobian.T))
    np.testing.assert_allclose(model.predict_uncertainty(X[:5]).weights, expected, rtol=1e-6)


@QUIET
def test_classes_get_probabilities_as_good_as_the_truth():
    random = np.random.default_rng(5)
    X = random.normal(size=(1200, 6))
    chance = scipy.special.expit(2 * X[:, 0])
    y = (random.uniform(size=1200) < chance).astype(int)
    model = MLPClassifier(solver="bayesian-lm", **NARROW).fit(X[:200], y[:200])
    found = model.predict_proba(X[200:])[:, 1]

    def loss(p):
        return -np.log(np.where(y[200:] == 1, p, 1 - p)).mean()

    assert loss(found) < loss(chance[200:]) + 0.03
    assert np.abs(found - chance[200:]).mean() < 0.08
    assert model.relevance_.argmax() == 0 and model.effective_parameters_ < 15


def test_it_ends_by_itself_where_the_evidence_is_flat():
    X, y = centred(6)
    model = bayesian(hidden_layer_sizes=(2,)).fit(X, y)
    assert model.stop_reason_ == StopReason.EVIDENCE_FLAT
    assert all(record.damping > 0 for record in model.history_)


@pytest.mark.parametrize("model", [MLPRegressor(solver="lm", max_iter=30, random_state=0),
                                   MLPRegressor(max_iter=3, random_state=0)])  # fmt: skip
@QUIET
def test_error_bars_of_other_solvers_are_refused(model):
    X, y = centred()
    model.set_params(loss="squared_error", hidden_layer_sizes=(3,)).fit(X, y)
    with pytest.raises(IncompatibleError, match="Error bars need a model that knows"):
        model.predict(X, return_std=True)
    assert not hasattr(model, "relevance_")
