"""Several networks in one call: each is the training that it would be alone."""

from __future__ import annotations

import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from neurona import MLPClassifier, MLPRegressor
from neurona.errors import IncompatibleError
from neurona.numerics.noise import Gaussian
from neurona.training.engine import EngineTask
from tests.engine.problems import GivenOrders, make_network, make_problem, random_weights

pytest.importorskip("jax", reason="the engine needs JAX: pip install 'neurona[jax]'")
pytestmark = pytest.mark.usefixtures("compiled_quickly")

RANDOM = np.random.RandomState(5)
X = RANDOM.uniform(-1, 1, (90, 3))
Y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.3 * RANDOM.normal(size=90)


def fitted(engine, cls=MLPRegressor, y=Y, **words):
    given = {"hidden_layer_sizes": (5,), "activation": "tanh", "max_iter": 30, "n_starts": 5}
    given |= {"learning_rate_init": 0.01, "batch_size": 20, **words}
    if engine == "jax":
        given["device"] = "cpu"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cls(random_state=2, engine=engine, **given).fit(X, y)


def assert_same_starts(theirs, ours):
    for one, other in zip(theirs.starts_, ours.starts_, strict=True):
        assert (one.epochs, one.reason) == (other.epochs, other.reason)
        np.testing.assert_allclose(other.result, one.result, rtol=1e-9)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(
    "words",
    [
        {},
        # each stops at an epoch of its own, by rows held out
        {"early_stopping": True, "n_iter_no_change": 3, "max_iter": 60},
        # two shapes: two calls side by side
        {"hidden_layer_sizes": [(5,), (3, 3)], "alpha": 0.1},
        {"dropout": 0.2, "solver": "nadam"},
        {"solver": "sgd", "learning_rate": "invscaling", "momentum": 0.9},
        # a solver's starts go their own ways
        {"solver": "lbfgs"},
    ],
)
def test_starts_are_those_of_the_compiled_engine(words):
    assert_same_starts(fitted("compiled", **words), fitted("jax", **words))


def test_classes_and_more_starts_than_places(monkeypatch):
    from neurona.jax_engine import engine

    monkeypatch.setattr(engine, "MOST_MEMBERS", 2)
    classes = np.digitize(Y, [-0.4, 0.4])
    words = {"cls": MLPClassifier, "y": classes, "max_iter": 12}
    theirs, ours = fitted("compiled", **words), fitted("jax", **words)
    assert [one.epochs for one in ours.starts_] == [12] * 5
    np.testing.assert_allclose(
        [one.loss for one in ours.starts_], [one.loss for one in theirs.starts_], rtol=1e-9
    )


@pytest.mark.parametrize("places", [1, 2])
def test_what_a_device_cannot_hold_at_once_waits(places, monkeypatch):
    from neurona.jax_engine import engine

    monkeypatch.setattr(engine, "members_that_fit", lambda *_: places)
    theirs, ours = fitted("compiled", max_iter=12), fitted("jax", max_iter=12)
    assert_same_starts(theirs, ours)


def side_by_side(count, rows=40, memory=None, **care):
    from neurona.engine.choice import using_engine
    from neurona.jax_engine.engine import JaxEngine

    network = make_network((3, 4, 2), ["tanh", "identity"])
    together = JaxEngine("cpu", memory).together(count)
    with using_engine(together):
        first, _, _ = make_problem(network, "squared_error", "adam", rows, 8, **care)
        others = [first.changed(n_threads=1) for _ in range(count - 1)]
    return network, [first, *others]


def test_members_whose_inputs_are_spoiled_have_rows_of_their_own():
    _, problems = side_by_side(2, noise=Gaussian(0.1))
    assert [one.session._members.count for one in problems] == [1, 1]


def test_a_member_that_was_closed_goes_on_alone():
    network, (first, second) = side_by_side(2)
    second.close()
    order, rates = np.arange(40), np.full(5, 0.01)
    first.set_weights(random_weights(network, 3))
    first.train_epoch(order, rates)
    kept, state = first.weights.copy(), first.optimizer_state().state.copy()
    first.close()
    np.testing.assert_array_equal(first.weights, kept)
    np.testing.assert_array_equal(first.optimizer_state().state, state)
    first.train_epoch(order, rates)
    second.set_weights(random_weights(network, 3))
    for _ in range(2):
        second.train_epoch(order, rates)
    np.testing.assert_allclose(first.weights, second.weights, rtol=1e-12)
    assert np.abs(first.weights - kept).max() > 1e-3


def test_a_member_goes_back_to_its_own_mark():
    _, (first, second) = side_by_side(2)
    second.close()
    order, rates = np.arange(40), np.full(5, 0.01)
    first.train_epoch(order, rates)
    marked = first.weights.copy()
    first.session.mark()
    first.train_epoch(order, rates)
    assert np.abs(first.weights - marked).max() > 1e-3
    # what is set after a mark is not what was marked
    first.session.mark()
    after = first.weights.copy()
    first.set_weights(np.zeros_like(marked))
    first.session.back()
    np.testing.assert_array_equal(first.weights, after)


def test_as_many_as_a_device_holds_are_trained_at_a_time():
    from neurona.jax_engine.devices import bytes_of, members_that_fit, refuse_too_large

    _, (first, *_) = side_by_side(1)
    plan = first.session._members.plan
    three = bytes_of(plan, 40, 3, plan.batch)
    assert members_that_fit(plan, 40, 10, three / 0.9 + 1) == 3
    assert members_that_fit(plan, 40, 2, three) == 2 and members_that_fit(plan, 40, 5, 0.0) == 1
    with pytest.raises(IncompatibleError, match="4 members need"):
        refuse_too_large(plan, 40, 4, three / 0.9)


def test_epochs_done_together_are_those_one_after_the_other():
    network, (first, second, third, fourth) = side_by_side(4, clip_norm=1.0)
    for one in (third, fourth):
        one.close()
    orders = np.array([np.random.RandomState(k).permutation(40) for k in range(3)])
    rates, table = np.linspace(0.1, 0.01, 15), make_problem(network, rows=30)[0].table
    totals = [np.zeros((3, 4)), np.zeros((2, 4))]
    for k, one in enumerate((first, second)):
        one.set_weights(random_weights(network, k))

    def train(one, totals):
        count = len(totals)
        given = GivenOrders(orders[:count])
        assert one.session.train_epochs(given, rates, 2, totals) == count
        return one.session.evaluate_epochs(table, 30)

    with ThreadPoolExecutor(2) as pool:
        scored = list(pool.map(train, (first, second), totals))
    for k, (together, alone) in enumerate(((first, third), (second, fourth))):
        alone.set_weights(random_weights(network, k))
        for epoch, found in enumerate(zip(*scored[k], strict=True)):
            own = np.zeros(4)
            alone.session.train(orders[epoch], rates[5 * epoch :], 2 + 5 * epoch, own)
            after = together.session.weights_after(epoch)
            np.testing.assert_allclose(after, alone.weights, rtol=1e-12)
            np.testing.assert_allclose(totals[k][epoch], own, rtol=1e-12)
            outputs, loss = alone.session.evaluate(table, 30)
            np.testing.assert_allclose(found[0], outputs, rtol=1e-12)
            np.testing.assert_allclose(found[1], loss, rtol=1e-12)
        assert len(scored[k][0]) == len(totals[k])
        np.testing.assert_array_equal(together.weights, after)


def test_a_wrong_table_is_its_askers_only():
    _, (first, second) = side_by_side(2)
    right, wrong = first.table, make_problem(make_network((4, 2), ["identity"]), rows=9)[0].table
    with ThreadPoolExecutor(2) as pool:
        asked = [
            pool.submit(one.evaluate, table, len(table.targets))
            for one, table in ((first, right), (second, wrong))
        ]
        assert asked[0].result()[0].shape == (40, 2)
        with pytest.raises(ValueError, match="shape"):
            asked[1].result()


def test_more_than_were_spoken_of_go_alone():
    _, problems = side_by_side(2)
    third = problems[0].changed(n_threads=1)  # the first has left its place
    fourth = problems[1].engine.bind(
        EngineTask(
            third.network, third.loss, third.optimizer, third.table, 8, third.regularisation,
            None, False,
        )
    )  # fmt: skip
    assert third.session._members is problems[1].session._members
    assert fourth._members is not third.session._members
