"""`begin`, a training driven by hand, and `finish`: the same as `fit`, to the bit."""

from __future__ import annotations

import copy
import pickle
import warnings

import numpy as np
import pytest

from neurona import (
    Autoencoder,
    Callback,
    DivergenceError,
    IncompatibleError,
    MLPClassifier,
    MLPRegressor,
    Perceptron,
    TableAutoencoder,
    TableClassifier,
    TableRegressor,
)
from neurona.errors import StopReason
from neurona.estimators.begin import begin, finish
from neurona.estimators.mlp.assigning import assignment_of
from neurona.training.callbacks import as_callbacks

R = np.random.default_rng(0)
X = R.normal(size=(60, 3))
Y = np.sin(X[:, 0]) + X[:, 1] * X[:, 2]
CLASSES = np.array(["a", "b", "c"])[np.digitize(Y, [-0.5, 0.5])]
LABELS = np.column_stack([Y > 0, X[:, 0] > 0.3]).astype(int)
TABLE = {"x": X[:, 0], "kind": np.where(X[:, 1] > 0, "on", "off"), "y": Y, "c": CLASSES}
INPUTS = {name: TABLE[name] for name in ("x", "kind")}
WORDS = {"hidden_layer_sizes": (6,), "max_iter": 20, "random_state": 0}
STEPS = {"hidden_layer_sizes": (6,), "steps": 40, "random_state": 0}


def weights_of(rows):
    return np.linspace(0.5, 2.0, rows)


CASES = {
    "adam": (MLPRegressor(**WORDS), (X, Y), {}),
    "float32": (MLPRegressor(**WORDS), (X.astype("f4"), Y.astype("f4")), {}),
    "rows put aside": (MLPRegressor(early_stopping=True, **WORDS), (X, Y, weights_of(60)), {}),
    "rows to validate on": (
        MLPRegressor(monitor="val_loss", **WORDS),
        (X[:40], Y[:40]),
        {"X_val": X[40:], "y_val": Y[40:], "sample_weight_val": weights_of(20)},
    ),
    "dropout, sgd": (
        MLPRegressor(solver="sgd", learning_rate="adaptive", dropout=0.2, **WORDS), (X, Y), {},
    ),
    "two threads": (MLPRegressor(n_threads=2, **WORDS), (X, Y), {}),
    "clipped batch": (MLPRegressor(batch_size=1000, **WORDS), (X, Y), {}),
    "diverging": (
        MLPRegressor(solver="sgd", learning_rate_init=30.0, batch_size=20, **WORDS), (X, Y), {},
    ),
    "lbfgs": (MLPRegressor(solver="lbfgs", **WORDS), (X, Y), {}),
    "lm, rows put aside": (MLPRegressor(solver="lm", early_stopping=True, **WORDS), (X, Y), {}),
    "bayesian-lm": (MLPRegressor(solver="bayesian-lm", **WORDS), (X, Y), {}),
    "auto": (MLPRegressor(solver="auto", **WORDS), (X, Y), {}),
    "classes": (
        MLPClassifier(class_weight="balanced", early_stopping=True, **WORDS), (X, CLASSES), {},
    ),
    "labels": (MLPClassifier(solver="scg", **WORDS), (X, LABELS), {}),
    "code": (Autoencoder(2, noise="gaussian", early_stopping=True, **WORDS), (X,), {}),
    "code, rows to validate on": (Autoencoder(1, tied=True, **WORDS), (X,), {"X_val": X[:20]}),
    "table, evidence": (TableRegressor(n_starts=1, random_state=0), (TABLE, "y"), {}),
    "table, steps": (TableRegressor(**STEPS), (TABLE, ["y"]), {}),
    "table, rows to validate on": (
        TableRegressor(**STEPS), (INPUTS, Y), {"X_val": INPUTS, "y_val": Y},
    ),
    "table of classes": (TableClassifier(**STEPS), (TABLE, "c"), {}),
    "collapsed": (TableRegressor(**STEPS), (INPUTS, R.normal(size=60)), {}),
    "table to a code": (TableAutoencoder(1, **STEPS), (TABLE,), {}),
    "few rows to a code": (
        TableAutoencoder(1, **STEPS), ({k: v[:8] for k, v in TABLE.items()},), {},
    ),
}  # fmt: skip


def fitted(model, rows, held, run):
    """Return the model, what was warned of, and the error, if fitting ends in one."""
    model = copy.deepcopy(model)
    error = None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            run(model, rows, held)
        except DivergenceError as raised:
            error = str(raised)
    said = [(w.category, str(w.message), w.filename) for w in caught]
    assert all(filename == __file__ for *_, filename in said)
    return model, said, error


def by_fit(model, rows, held):
    assert model.fit(*rows, **held) is model


def by_hand(model, rows, held):
    training = begin(model, *rows, **held)
    assert finish(model, training, training.run()) is model


def by_steps(model, rows, held):
    training = begin(model, *rows, **held)
    for _ in training.advance(2):
        pass
    assert finish(model, training) is model


def plain(value):
    """Return a value of a fitted attribute such that == tells equal bits."""
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes() if value.dtype != object else list(value)
    if type(value).__name__ == "History":
        return [repr(record._replace(seconds=0)) for record in value]
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if hasattr(value, "get_params"):
        return learned(value)
    if hasattr(value, "__dict__") and not isinstance(value, np.random.RandomState):
        return {name: plain(one) for name, one in vars(value).items() if name[0] != "_"}
    return repr(value)


def learned(model):
    found = {name: plain(value) for name, value in vars(model).items() if name.endswith("_")}
    inside = getattr(model, "network_", model)
    return {
        **found,
        "standing": plain(vars(inside.standing())),
        "members": [plain([one.weights, one.posterior]) for one in inside.learned().members],
    }


@pytest.mark.parametrize("drive", [by_hand, by_steps])
@pytest.mark.parametrize("name", CASES)
def test_begin_run_finish_is_fit(name, drive):
    case = CASES[name]
    straight, said, error = fitted(*case, by_fit)
    held, said_too, error_too = fitted(*case, drive)
    assert learned(held) == learned(straight)
    assert (said_too, error_too) == (said, error)
    assert pickle.dumps(held) and set(vars(held)) == set(vars(straight))


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")  # ended long before it is good
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_warm_start_goes_on():
    model = MLPRegressor(**WORDS, warm_start=True)
    straight = copy.deepcopy(model).fit(X, Y).fit(X, -Y)
    model.fit(X, Y)
    by_hand(model, (X, -Y), {})
    assert learned(model) == learned(straight)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_a_generator_is_drawn_from_as_by_fit():
    models = [
        MLPRegressor(**{**WORDS, "random_state": np.random.RandomState(3)}, dropout=0.1)
        for _ in range(2)
    ]
    by_fit(models[0], (X, Y), {})
    by_hand(models[1], (X, Y), {})
    after = [model.random_state.randint(2**31) for model in models]
    assert after[0] == after[1] and learned(models[0])["coefs_"] == learned(models[1])["coefs_"]


class Stops(Callback):
    """Raises in the third epoch."""

    def __init__(self, error):
        self.error = error

    def on_epoch(self, training, record):
        if record.epoch == 3:
            raise self.error


@pytest.mark.parametrize("name", ["adam", "lm, rows put aside", "classes", "code", "table, steps"])
def test_finish_after_an_interruption_in_the_middle(name):
    model, rows, held = CASES[name]
    callback = Stops(KeyboardInterrupt())

    def by_hand(model, rows, held):
        training = begin(model, *rows, **held)
        finish(model, training, training.run([callback]))

    straight, said, _ = fitted(
        copy.deepcopy(model).set_params(callbacks=callback), rows, held, by_fit
    )
    ours, said_too, _ = fitted(model, rows, held, by_hand)
    assert straight.stop_reason_ == StopReason.INTERRUPTED
    assert "interrupted by user" in said[0][1] and said_too == said
    without = ["callbacks", "comparison_"]
    assert {**learned(ours), **dict.fromkeys(without)} == {
        **learned(straight), **dict.fromkeys(without),
    }  # fmt: skip


@pytest.mark.parametrize("name", ["adam", "lm, rows put aside", "classes", "code", "table, steps"])
def test_finish_after_an_error_in_a_callback(name):
    model, rows, held = copy.deepcopy(CASES[name])
    callback = Stops(RuntimeError("mine"))
    straight = copy.deepcopy(model).set_params(callbacks=callback)
    with pytest.raises(RuntimeError, match="mine"):
        straight.fit(*rows, **held)
    training = begin(model, *rows, **held)
    with pytest.raises(RuntimeError, match="mine"):
        training.run([callback])
    finish(model, training, StopReason.FAILED)
    for one in (model, straight):
        inside = getattr(one, "network_", one)
        assert inside.stop_reason_ == StopReason.FAILED and inside.n_iter_ == 3
    ours, theirs = (getattr(one, "network_", one).learned() for one in (model, straight))
    assert ours.weights.tobytes() == theirs.weights.tobytes()
    assert set(vars(model)) == set(vars(straight))


def test_several_starts_are_refused():
    for model in (
        MLPRegressor(n_starts=3, **WORDS),
        TableRegressor(n_starts=2, **STEPS),
    ):
        with pytest.raises(IncompatibleError, match=r"begin holds one training, but n_starts="):
            begin(model, X, Y)


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")  # ended long before it is good
def test_only_trainings_of_ours_are_finished_once_and_when_they_are_over():
    model = MLPRegressor(**{**WORDS, "tol": 1.0}, n_iter_no_change=2)
    training = begin(model, X, Y)
    with pytest.raises(ValueError, match="not over"):
        finish(model, training, "enough")
    reason = training.run()
    other = begin(model, X, Y)
    with pytest.raises(ValueError, match="not the one that begin returned last for this MLPReg"):
        finish(model, training, reason)
    finish(model, other, other.run())
    assert model.stop_reason_ == StopReason.LOSS_FLAT
    with pytest.raises(ValueError, match="once"):
        finish(model, other, reason)


def test_a_sentence_of_ones_own_is_the_reason():
    model = MLPRegressor(**WORDS)
    training = begin(model, X, Y)
    training.run(as_callbacks(lambda training, record: "ok" if record.epoch == 2 else None))
    assert finish(model, training, "seen enough").stop_reason_ == "seen enough"
    assert model.n_iter_ == 2 and model.predict(X).shape == (60,)


@pytest.mark.parametrize("name", ["adam", "lm, rows put aside", "table, steps"])
def test_a_training_left_in_the_middle_can_be_finished(name):
    model, rows, held = copy.deepcopy(CASES[name])
    training = begin(model, *rows, **held)
    epochs = 0
    for record in training.advance():
        epochs += record is not None
        if epochs == 3:
            break
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        finish(model, training)
    assert next(str(one.message) for one in caught) == "Training interrupted by user."
    assert (model.n_iter_, model.stop_reason_) == (3, StopReason.INTERRUPTED)


def test_a_model_can_be_copied_and_pickled_while_its_training_is_held():
    for model, rows in ((MLPRegressor(**WORDS), (X, Y)), (TableRegressor(**STEPS), (TABLE, "y"))):
        training = begin(model, *rows)
        for one in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
            with pytest.raises(ValueError, match="not the one"):
                finish(one, training, "enough")


def test_other_estimators_and_rows_are_refused():
    with pytest.raises(TypeError, match="Got a Perceptron; use its fit"):
        begin(Perceptron(), X, CLASSES)
    with pytest.raises(TypeError, match="sample_weight_val"):
        begin(TableRegressor(**STEPS), X, Y, X_val=X, y_val=Y, sample_weight_val=Y)
    with pytest.raises(ValueError, match="X_val is provided, but y_val was not"):
        begin(MLPRegressor(**WORDS), X, Y, X_val=X)
    with pytest.raises(ValueError, match="The 'alpha' parameter"):
        begin(MLPRegressor(alpha=-1), X, Y)


def test_an_assignment_says_what_a_fit_is_and_does_it():
    model = MLPClassifier(**WORDS, early_stopping=True, alpha=0.5, dropout=0.25)
    fit = assignment_of(model, X, CLASSES)
    assert fit.network.sizes == (3, 6, 3) and fit.starts == 1
    assert (fit.method.name, fit.method.reason) == ("adam", "as asked for")
    assert fit.regularisations[0].l2 == 0.5 and fit.regularisations[0].dropout == (0.25, 0.0)
    assert fit.plan.max_epochs == 20 and fit.plan.restore_best and fit.rule.monitor == "score"
    assert (fit.order.size, fit.validation.rows, fit.batch) == (54, 6, 54)
    assert not hasattr(model, "coefs_")
    training = fit.training()
    training.run()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, CLASSES)
    assert training.weights.tobytes() == model.learned().weights.tobytes()


def test_an_assignment_of_several_shapes_has_a_training_for_each_start():
    model = MLPRegressor(
        hidden_layer_sizes=[(5,), (3, 3), ()],
        solver="lbfgs",
        max_iter=5,
        n_starts=4,
        random_state=0,
    )
    fit = assignment_of(model, X, Y)
    assert [one.sizes[1:-1] for one in fit.networks] == [(5,), (3, 3), (5,), ()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, Y)
    for start, record in enumerate(model.starts_):
        training = fit.training(start)
        training.run()
        assert training.history[-1].loss == record.loss
