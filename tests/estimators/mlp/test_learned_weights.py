"""Weights and members as one object, behind coefs_ and intercepts_ that a user may set."""

from __future__ import annotations

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from neurona import MLPRegressor
from neurona.inference.learned_weights import LearnedWeights
from neurona.inference.members import Member
from neurona.network import Network
from neurona.numerics.activations import Identity

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
R = np.random.default_rng(0)
X, Y = R.normal(size=(40, 3)), R.normal(size=40)
LINE = Network([2, 1], [Identity()], np.float64)


def line(slope, shift):
    return LINE.pack([np.array([[slope], [0.0]])], [np.array([shift])])


def model(**words):
    given = {"hidden_layer_sizes": (), "solver": "lbfgs", "random_state": 0, **words}
    return MLPRegressor(**given).fit(X, Y)


def test_the_weights_are_seen_through_the_layers():
    learned = LearnedWeights(LINE, line(2.0, 1.0))
    learned.coefs[0][0] = 3.0
    np.testing.assert_array_equal(learned.outputs(np.array([[1.0, 5.0]])), [[4.0]])
    assert learned.is_seen_through(learned.coefs, learned.intercepts)
    assert not learned.is_seen_through([learned.coefs[0].copy()], learned.intercepts)
    assert not learned.is_seen_through(learned.coefs, [])


def test_one_network_is_its_own_only_member():
    learned = LearnedWeights(LINE, line(2.0, 1.0))
    assert not learned.is_average and learned.members == []
    assert learned.member(0).weights is learned.weights
    with pytest.raises(IndexError, match=r"The model has 1 networks, from 0. Got 1."):
        learned.member(1)


def test_several_members_answer_by_their_mean():
    members = [Member(LINE, line(1.0, 0.0)), Member(LINE, line(3.0, 1.0))]
    learned = LearnedWeights(LINE, line(0.0, 9.0)).with_members(members)
    assert learned.is_average and learned.member(-1) is members[1]
    np.testing.assert_array_equal(learned.outputs(np.array([[2.0, 0.0]], "f4")), [[4.5]])


def test_an_array_set_by_hand_is_packed_again():
    one = model()
    first = one.learned()
    assert one.learned() is first and one.coefs_[0].base is not None
    one.coefs_ = [np.array([[1.0], [2.0], [3.0]])]
    one.intercepts_[0] = np.array([0.5])
    np.testing.assert_array_equal(one.predict(np.eye(3)), [1.5, 2.5, 3.5])
    assert one.learned() is not first
    one.coefs_[0][0] = 7.0  # in place: a view of what predicts
    np.testing.assert_array_equal(one.predict(np.eye(3)), [7.5, 2.5, 3.5])


def test_members_outlive_weights_set_by_hand_and_a_pickle():
    one = model(hidden_layer_sizes=(3,), n_starts=3, combine="average")
    before = one.predict(X)
    one.coefs_ = [np.zeros_like(matrix) for matrix in one.coefs_]
    for again in (one, copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert len(again.learned().members) == 3
        np.testing.assert_array_equal(again.predict(X), before)


def test_threads_that_predict_at_once_share_nothing():
    one = model(hidden_layer_sizes=(50,))
    expected = one.predict(X)
    with ThreadPoolExecutor(4) as pool:
        for answer in pool.map(one.predict, [X] * 40):
            np.testing.assert_array_equal(answer, expected)
