"""A training in steps: however it is cut, left, gone back in or changed, the bits are right."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import Autoencoder, MLPClassifier, MLPRegressor, TableRegressor
from neurona.engine.choice import current_engine
from neurona.errors import StopReason
from neurona.estimators.begin import begin, finish
from neurona.numerics.schedules import Cosine
from neurona.optimizers import OPTIMIZERS, SOLVERS, Adam
from neurona.optimizers.solver import Tolerances, find_solver
from neurona.training.history import History
from neurona.training.objective import NetworkObjective
from neurona.training.solving import Solving
from tests.training import bits

CONFIGURATIONS = {
    "plain": {},
    "dropout and L2": {"dropout": 0.2, "alpha": 0.1},
    "cosine and early stopping": {"schedule": "cosine", "early_stopping": True},
    "clipping": {"solver": "sgd", "clip_norm": 0.1},
    "adaptive": {"solver": "sgd", "learning_rate": "adaptive", "tol": 0.05, "n_iter_no_change": 2},
    "lm": {"solver": "lm"},
    "lbfgs": {"solver": "lbfgs"},
    "bayesian-lm": {"solver": "bayesian-lm"},
    "scg": {"solver": "scg"},
}


def model_of(**words):
    given = {"hidden_layer_sizes": (5, 4), "activation": "tanh", "max_iter": 30, "batch_size": 8}
    if words.get("solver", "adam") in SOLVERS:
        given["batch_size"] = "auto"
    return MLPRegressor(random_state=3, **{**given, **words})


def begun(dtype="float64", **words):
    X, y, _ = bits.rows(dtype)
    model = model_of(**words)
    return model, begin(model, X, y)


def records_of(training):
    """The history without the times."""
    return [record._replace(seconds=0.0) for record in training.history]


def fitted(**words):
    X, y, _ = bits.rows("float64")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model_of(**words).fit(X, y)


def finished(model, training):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return finish(model, training)


@pytest.mark.parametrize("steps", [None, 1, 3])
@pytest.mark.parametrize("words", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_training_in_pieces_has_the_bits_of_fit(words, steps):
    model, training = begun(**words)
    moments = list(training.advance(steps))
    records = [moment for moment in moments if moment is not None]
    assert records == list(training.history)
    if steps == 1 and training.solving is None:
        assert len(moments) == len(records) * -(-training.order.size // 8)
    assert bits.of_network(finished(model, training)) == bits.of_network(fitted(**words))


@pytest.mark.parametrize("name", [*OPTIMIZERS, *SOLVERS])
@pytest.mark.parametrize("dtype", bits.DTYPES)
def test_every_method_may_be_looked_at_in_every_step(name, dtype):
    """A page that copies weights, takes states and scores grids between two pieces."""
    words = {"solver": name, "max_iter": 6, "batch_size": "auto"}
    _, plain = begun(dtype, **words)
    plain.run()
    _, watched = begun(dtype, **words)
    seen = []
    for record in watched.advance(1):
        seen.append(watched.weights.copy())
        watched.problem.evaluate(watched.problem.table, len(watched.order))
        if record is not None:
            watched.state()
    assert len(seen) == 6
    np.testing.assert_array_equal(watched.weights, plain.weights)
    assert records_of(watched) == records_of(plain)


@pytest.mark.parametrize("words", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
@pytest.mark.parametrize("taken", [0, 1, 4])
def test_back_to_any_epoch_and_on_again(words, taken):
    _, straight = begun(**words)
    straight.run()
    _, training = begun(**words)
    state = training.state() if taken == 0 else None
    keyframe = None
    turns = 2
    for _ in training.advance():
        if state is None and training.epochs_done == taken:
            state, keyframe = training.state(), training.keyframe()
        if training.epochs_done == taken + 5 and turns:
            training.restore(keyframe if turns == 1 and keyframe is not None else state)
            assert training.epochs_done == len(training.history) == taken
            turns -= 1
    np.testing.assert_array_equal(training.weights, straight.weights)
    assert records_of(training) == records_of(straight)
    assert training.reason == straight.reason


@pytest.mark.parametrize("words", CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_a_state_is_taken_up_by_another_training(words):
    _, straight = begun(**words)
    states = []
    for _ in straight.advance():
        states.append(straight.state())
    for state in states[::7]:
        _, training = begun(**words)
        training.restore(state)
        training.run()
        np.testing.assert_array_equal(training.weights, straight.weights)
        assert records_of(training) == records_of(straight)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_way_back_and_forth_comes_to_the_same(data):
    words = CONFIGURATIONS[data.draw(st.sampled_from(sorted(CONFIGURATIONS)))]
    _, straight = begun(**words)
    straight.run()
    _, training = begun(**words)
    kept, jumps = [], 6
    for record in training.advance(data.draw(st.integers(1, 9))):
        if record is None or not jumps:
            continue
        if data.draw(st.booleans()):
            kept.append(training.state())
        elif kept and data.draw(st.booleans()):
            training.restore(data.draw(st.sampled_from(kept)))
            jumps -= 1
    np.testing.assert_array_equal(training.weights, straight.weights)
    assert records_of(training) == records_of(straight)


def test_inside_an_epoch_nothing_is_restored_taken_or_adopted():
    _, training = begun()
    state = training.state()
    steps = training.advance(1)
    assert next(steps) is None
    for change in (
        lambda: training.restore(state), training.state, training.keyframe,
        lambda: training.adopt(training.problem),
    ):  # fmt: skip
        with pytest.raises(RuntimeError, match="This epoch is not over"):
            change()
    steps.close()
    assert (training.ended, training.reason) == (True, StopReason.INTERRUPTED)
    with pytest.raises(RuntimeError, match="has ended"):
        training.restore(state)
    with pytest.raises(RuntimeError, match="has ended; begin another"):
        next(training.advance())


def test_a_stop_between_two_steps_is_heard_after_the_epoch():
    _, training = begun()
    for record in training.advance(2):
        if record is None and training.epochs_done == 3:
            training.stop("enough")
    assert (training.reason, training.epochs_done) == ("enough", 4)


def test_who_leaves_keeps_the_best_weights():
    model, training = begun(early_stopping=True)
    epochs = training.advance()
    for record in epochs:
        if record.epoch == 9:
            break
    assert not training.ended
    best = training.best_weights.copy()
    training.set_weights(np.zeros_like(best))
    epochs.close()
    assert (training.ended, training.reason) == (True, StopReason.INTERRUPTED)
    np.testing.assert_array_equal(training.weights, best)
    with pytest.warns(UserWarning, match="interrupted by user"):
        finish(model, training)
    assert model.stop_reason_ == StopReason.INTERRUPTED


def test_weights_set_inside_an_epoch_survive_a_divergence():
    _, training = begun(solver="sgd", learning_rate_init=1e200)
    network = training.network
    set_to = network.from_parameters(np.full(network.n_parameters, 0.25))
    steps = training.advance(1)
    try:
        for count, _ in enumerate(steps):
            if count == 0:
                training.problem.set_weights(set_to)
    finally:
        assert training.diverged
    assert np.isfinite(training.weights).all()


# -- changes while it runs


@pytest.mark.parametrize("solver", ["lm", "lbfgs", "scg", "bfgs", "cg", "newton", "bayesian-lm"])
def test_weights_set_by_hand_are_where_a_solver_goes_on(solver):
    _, training = begun(solver=solver)
    start = training.weights.copy()
    epochs = iter(training.advance())
    first = next(epochs)
    for _ in range(4):
        next(epochs)
    training.set_weights(start)
    np.testing.assert_array_equal(training.weights, start)
    again = next(epochs)
    assert again.loss == pytest.approx(first.loss, rel=1e-9)


def test_weights_set_by_hand_leave_an_optimizers_state():
    _, training = begun()
    epochs = iter(training.advance())
    next(epochs)
    before = training.problem.optimizer_state().copy()
    training.set_weights(0.5 * training.weights)
    after = training.problem.optimizer_state()
    np.testing.assert_array_equal(after.state, before.state)
    assert after.steps == before.steps


def test_an_equal_problem_changes_nothing():
    _, straight = begun(dropout=0.1)
    straight.run()
    _, training = begun(dropout=0.1)
    for record in training.advance():
        if record.epoch % 4 == 0:
            training.adopt(training.problem.changed())
    np.testing.assert_array_equal(training.weights, straight.weights)
    assert records_of(training) == records_of(straight)


def test_another_optimizer_keeps_what_has_the_same_name():
    _, training = begun()
    epochs = iter(training.advance())
    next(epochs)
    network, before = training.network, training.problem
    kept = before.optimizer_state().named(before.optimizer, network)
    training.adopt(before.changed(optimizer=OPTIMIZERS.find("adamw")))
    state = training.problem.optimizer_state()
    found = state.named(training.problem.optimizer, network)
    assert set(found) == set(kept)
    for name, numbers in kept.items():
        np.testing.assert_array_equal(found[name], numbers)
        assert numbers.any()
    assert state.steps == before.steps
    training.adopt(training.problem.changed(optimizer=OPTIMIZERS.find("momentum")))
    assert training.problem.steps == 0
    training.adopt(training.problem.changed(optimizer=Adam()))
    next(epochs)
    assert training.problem.steps == -(-training.order.size // 8)


def test_another_batch_penalty_and_rate():
    _, training = begun()
    epochs = iter(training.advance(1))
    while next(epochs) is None:
        pass
    rules = training.problem.regularisation
    changed = training.problem.changed(batch=20, regularisation=type(rules)(l2=5.0))
    training.adopt(changed)
    training.learning_rate = 0.5
    moments = [next(epochs) for _ in range(3)]
    assert moments[:2] == [None, None]
    assert moments[2].learning_rate == 0.5


def test_from_mini_batches_to_a_solver_and_back():
    _, training = begun(max_iter=12, schedule=Cosine())
    for record in training.advance():
        if record.epoch == 4:
            rows = len(training.problem.table.targets)
            full = training.problem.changed(optimizer=None, batch=rows, second_order=True)
            solver = find_solver("lm")
            training.adopt(full, Solving(NetworkObjective(full), solver, Tolerances(0.0, 0.0)))
        if record.epoch == 8:
            training.adopt(training.problem.changed(optimizer=Adam(), batch=8))
    losses = training.history.column("loss")
    damping = training.history.column("damping")
    assert [value is not None for value in damping] == [False] * 4 + [True] * 4 + [False] * 4
    assert losses[7] < losses[4] < losses[3]


def test_what_cannot_be_adopted_is_a_sentence():
    _, training = begun()
    _, other = begun()
    with pytest.raises(ValueError, match="same network and rows"):
        training.adopt(other.problem)
    with pytest.raises(ValueError, match="needs a solver"):
        training.adopt(training.problem.changed(optimizer=None))


def test_a_limited_history_bounds_what_a_long_training_keeps():
    _, training = begun(max_iter=200, tol=0.0, n_iter_no_change=1000)
    training.history = History(limit=50)
    for record in training.advance():
        if record.epoch == 120:
            keyframe = training.keyframe()
        if record.epoch == 150 and keyframe:
            training.restore(keyframe)
            keyframe = None
    assert len(training.history) <= 50
    assert training.history.appended == training.epochs_done == 200
    assert training.history[-1].epoch == 200


# -- threads


@pytest.mark.skipif(
    current_engine().name != "compiled", reason="only the compiled engine has threads"
)
def test_a_team_works_again_after_its_end():
    X, y = np.random.RandomState(0).normal(size=(300, 40)), np.zeros(300)
    model = MLPRegressor(
        hidden_layer_sizes=(200, 90), random_state=0, n_threads=2, solver="lbfgs", max_iter=3
    )
    training = begin(model, X, y)
    assert training.problem.threads == 2
    training.run()
    order = np.arange(300)
    value, gradient = training.problem.value_and_gradient(order)
    assert np.isfinite(value)
    first = gradient.copy()
    training.problem.close()
    again = training.problem.value_and_gradient(order)
    assert again[0] == value
    np.testing.assert_array_equal(again[1], first)
    training.problem.close()


@pytest.mark.parametrize(
    ("model", "target"),
    [
        (MLPRegressor(hidden_layer_sizes=(4,), random_state=0, max_iter=8), 1),
        (MLPClassifier((4,), random_state=0, max_iter=8, early_stopping=True), 2),
        (Autoencoder(2, (4,), random_state=0, max_iter=8), 0),
        (TableRegressor(hidden_layer_sizes=(4,), solver="adam", epochs=8, random_state=0), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_every_estimator_can_be_held(model, target):
    data = bits.rows("float64")
    y = None if target == 0 else data[target]
    training = begin(model, data[0], y)
    for _ in training.advance(1):
        pass
    finished(model, training)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        again = type(model)(**model.get_params()).fit(data[0], y)
    network = getattr(model, "network_", model)
    assert bits.of_network(network) == bits.of_network(getattr(again, "network_", again))
