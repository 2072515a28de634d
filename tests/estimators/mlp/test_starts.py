"""Several starts: the same result whatever the threads, the best kept, the mean of the members."""

from __future__ import annotations

import os
import pickle
import threading

import joblib
import numpy as np
import pytest
from joblib.externals.loky.backend.reduction import dumps
from sklearn.base import clone
from sklearn.model_selection import cross_val_predict

import neurona
from neurona import IncompatibleError, MLPClassifier, MLPRegressor
from neurona.errors import StopReason
from neurona.estimators.mlp import travelling
from neurona.estimators.mlp.starts import shape_of
from neurona.inference.members import outputs_of
from neurona.training.loop import Training
from tests.estimators.tables import samples as tables

QUIET = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
SMALL = {"hidden_layer_sizes": (4,), "activation": "tanh", "max_iter": 15, "random_state": 0}
METHODS = {
    "adam": {},
    "dropout": {"dropout": 0.2},
    "lm": {"solver": "lm"},
    "bayesian": {"solver": "bayesian-lm", "combine": "average"},
    "validation": {"early_stopping": True, "tol": 0.0},
}
pytestmark = QUIET


def several(cls=MLPRegressor, **parameters):
    return cls(**{**SMALL, "n_starts": 4, **parameters})


@pytest.mark.parametrize("method", METHODS)
def test_threads_change_nothing(method):
    X, y = tables.regression()
    one, two = (several(n_threads=n, **METHODS[method]).fit(X, y) for n in (1, 2))
    assert one.starts_ == two.starts_ and one.best_start_ == two.best_start_
    assert one.predict(X).tobytes() == two.predict(X).tobytes()


def test_which_start_is_done_first_changes_nothing(monkeypatch):
    X, y = tables.regression()
    expected = several(n_threads=1).fit(X, y)
    others, done = threading.Semaphore(0), []
    run = Training.run

    def first_comes_last(training, callbacks=()):
        if training.start == 0:
            for _ in range(3):
                assert others.acquire(timeout=600)
        reason = run(training, callbacks)
        done.append(training.start)
        others.release()
        return reason

    monkeypatch.setattr(Training, "run", first_comes_last)
    model = several(n_threads=2).fit(X, y)
    assert done[-1] == 0
    assert model.starts_ == expected.starts_ and model.best_start_ == expected.best_start_
    assert model.predict(X).tobytes() == expected.predict(X).tobytes()


@pytest.mark.parametrize("method", METHODS)
def test_the_best_is_kept(method):
    X, y = tables.regression()
    model = several(**{**METHODS[method], "combine": "best"}).fit(X, y)
    results = [start.result for start in model.starts_]
    assert len(results) == 4 and len(set(results)) == 4
    assert model.best_start_ == int(np.argmin(results))
    best = model.starts_[model.best_start_]
    if method == "bayesian":
        assert best.result == -model.log_evidence_
    elif method == "validation":
        assert best.result == -max(model.validation_scores_)
    else:
        assert best.result == best.loss == model.loss_curve_[-1]
    assert best.reason == model.stop_reason_ and best.epochs == model.n_iter_


def test_the_first_start_is_that_of_one_alone():
    X, y = tables.regression()
    alone, model = several(n_starts=1).fit(X, y), several().fit(X, y)
    assert alone.starts_ == model.starts_[:1]
    assert len(alone.starts_) == 1 and alone.best_start_ == 0


@pytest.mark.parametrize("solver", ["adam", "lm", "bayesian-lm"])
def test_the_average_is_the_mean_of_the_members(solver):
    X, y = tables.two_outputs()
    model = several(solver=solver, combine="average").fit(X, y)
    each = [outputs_of(member, X) for member in model.learned().members]
    assert len(each) == 4
    np.testing.assert_allclose(model.predict(X), np.mean(each, axis=0), rtol=1e-12)
    labels = MLPClassifier(**SMALL, n_starts=3, combine="average", solver=solver)
    labels.fit(X, tables.three_classes()[1])
    proba = np.mean([outputs_of(member, X) for member in labels.learned().members], axis=0)
    np.testing.assert_allclose(labels.predict_proba(X), proba, rtol=1e-12)


def test_callbacks_see_all_starts_one_at_a_time_and_begin_and_end_once():
    X, y = tables.regression()
    seen, calls = [], []

    class Watch(neurona.Callback):
        def on_start(self, training):
            calls.append("start")

        def on_epoch(self, training, record):
            seen.append((training.start, training.starts, record.epoch))

        def on_end(self, training, reason):
            calls.append(reason)

    model = several(callbacks=Watch()).fit(X, y)
    assert sorted(seen) == [(k, 4, e) for k in range(4) for e in range(1, 16)]
    assert calls == ["start", model.stop_reason_]


def test_a_callback_stops_all():
    X, y = tables.regression()

    def enough(training, record):
        return "enough" if record.epoch == 3 else None

    model = several(callbacks=enough, n_threads=2).fit(X, y)
    assert all(start.reason == "enough" and start.epochs <= 3 for start in model.starts_)
    assert model.stop_reason_ == "enough" and len(model.starts_) < 4


def test_an_error_in_a_callback_comes_out():
    X, y = tables.regression()

    def fails(training, record):
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        several(callbacks=fails).fit(X, y)


@pytest.mark.filterwarnings("ignore:Training interrupted")
def test_an_interrupt_keeps_the_best_so_far():
    X, y = tables.regression()

    def interrupt(training, record):
        if training.start == 1 and record.epoch == 5:
            raise KeyboardInterrupt

    model = several(callbacks=interrupt, n_threads=1).fit(X, y)
    assert StopReason.INTERRUPTED in [start.reason for start in model.starts_]
    assert np.isfinite(model.predict(X)).all()


def test_a_start_that_diverges_is_left_out():
    X, y = tables.regression()
    drawn = []

    def initializer(random, n, m, activation):
        drawn.append(None)
        # two layers a start: the second start's are out of all bounds
        size = 1e200 if len(drawn) in (3, 4) else 0.5
        return size * random.uniform(-1, 1, (n, m)), np.zeros(m)

    model = several(
        initializer=initializer, n_starts=3, combine="average", n_threads=1, solver="sgd"
    ).fit(X, y)
    assert model.starts_[1].reason == StopReason.DIVERGED and model.starts_[1].result == np.inf
    assert len(model.learned().members) == 2 and model.best_start_ != 1
    assert np.isfinite(model.predict(X)).all()


def test_wrong_numbers_are_refused(tmp_path):
    X, y = tables.regression()
    with pytest.raises(IncompatibleError, match="Checkpoint follows one training, but n_starts=4"):
        several(callbacks=neurona.Checkpoint(tmp_path / "c")).fit(X, y)
    with pytest.raises(ValueError, match=r"gives 3 shapes .* n_starts must be 3 or more\. Got 2"):
        several(hidden_layer_sizes=[(2,), (3,), (2, 2)], n_starts=2).fit(X, y)


def test_shapes_take_turns_and_a_straight_line_comes_once():
    assert [shape_of(k, 5, [True, True, False]) for k in range(5)] == [0, 1, 0, 1, 2]
    assert [shape_of(k, 3, [True, False]) for k in range(3)] == [0, 0, 1]
    assert [shape_of(k, 2, [False]) for k in range(2)] == [0, 0]
    X, y = tables.regression()
    model = several(hidden_layer_sizes=[(2,), (3, 2)], combine="average").fit(X, y)
    shapes = [member.network.sizes[1:-1] for member in model.learned().members]
    assert shapes == [(2,), (3, 2), (2,), (3, 2)]


def test_networks_with_less_evidence_than_a_straight_line_do_not_predict():
    X = tables.inputs(160, 8)
    noise = np.random.default_rng(0).normal(size=160)
    shapes = {"hidden_layer_sizes": [(6,), ()], "solver": "bayesian-lm", "combine": "average"}
    model = several(**shapes, max_iter=200).fit(X, X[:, 0] + noise)
    straight = -model.starts_[3].result
    better = [k for k in range(3) if -model.starts_[k].result > straight]
    # of the three at least one fits the noise
    assert len(better) < 3 and len(model.learned().members) == max(1, len(better))
    assert all(m.posterior.log_evidence >= straight for m in model.learned().members)
    curved = several(**shapes, max_iter=100).fit(X, np.sin(3 * X[:, 0]) + 0.01 * noise)
    assert all(member.network.sizes == (8, 6, 1) for member in curved.learned().members)


def test_a_warm_start_goes_on_from_the_best_shape():
    X, y = tables.regression()
    for shape in ([(2,), (3, 2)], (4,)):
        model = several(hidden_layer_sizes=shape, warm_start=True, solver="lm").fit(X, y)
        before = model.starts_[model.best_start_].loss
        model.fit(X, y)
        assert model.starts_[0].loss <= before and len(model.starts_) == 4


def test_partial_fit_of_auto_is_adam():
    X, y = tables.regression()
    model, adam = (MLPRegressor(**{**SMALL, "solver": s}) for s in ("auto", "adam"))
    for _ in range(2):
        model.partial_fit(X, y)
        adam.partial_fit(X, y)
    assert model.solver_ == "adam" and "step at a time" in model.solver_reason_
    assert model.predict(X).tobytes() == adam.predict(X).tobytes()
    assert model.fit(X, y).solver_ == "bayesian-lm"


@pytest.mark.parametrize("method", METHODS)
def test_clones_and_pickles(method):
    X, y = tables.regression()
    model = several(**METHODS[method]).fit(X, y)
    again = clone(model).fit(X, y)
    loaded = pickle.loads(pickle.dumps(model))
    for other in (again, loaded):
        assert other.predict(X).tobytes() == model.predict(X).tobytes()
        assert other.starts_ == model.starts_
    if method == "bayesian":
        for ours, theirs in zip(model.predict_interval(X), loaded.predict_interval(X), strict=True):
            assert ours.tobytes() == theirs.tobytes()


@pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning")
@pytest.mark.parametrize("method", METHODS)
def test_a_start_that_trained_elsewhere_has_the_same_bits(method, monkeypatch):
    """What travels is pickled; nothing else of the other process is needed to tell."""
    X, y = tables.regression()
    random = [np.random.RandomState(3) for _ in range(2)]
    home = several(**METHODS[method], random_state=random[0]).fit(X, y)
    through_pickle(monkeypatch)
    away = several(**METHODS[method], random_state=random[1])
    with joblib.parallel_config(backend="loky", n_jobs=2):
        away.fit(X, y)
    assert away.starts_ == home.starts_ and away.best_start_ == home.best_start_
    assert away.predict(X).tobytes() == home.predict(X).tobytes()
    assert away.loss_curve_ == home.loss_curve_ and away.stop_reason_ == home.stop_reason_
    assert away.validation_scores_ == home.validation_scores_
    # both generators were drawn from alike
    assert random[0].randint(2**31) == random[1].randint(2**31)
    again = away.set_params(warm_start=True).fit(X, y)
    home.set_params(warm_start=True).fit(X, y)
    assert again.predict(X).tobytes() == home.predict(X).tobytes()


def through_pickle(monkeypatch):
    """Let `Parallel` do in this process what it would hand to another one, pickled both ways."""

    def parallel(jobs):
        calls = [pickle.loads(dumps(job)) for job in jobs]
        return [pickle.loads(dumps(f(*given, **words))) for f, given, words in calls]

    monkeypatch.setattr(travelling, "Parallel", lambda: parallel)


def test_processes_of_joblib_and_what_stays_at_home():
    X, y = tables.regression()
    home, pids = several().fit(X, y), []
    with joblib.parallel_config(backend="loky", n_jobs=2):
        away = several().fit(X, y)
        several(callbacks=lambda training, record: pids.append(os.getpid())).fit(X, y)
    assert away.predict(X).tobytes() == home.predict(X).tobytes()
    assert set(pids) == {os.getpid()} and len(pids) == 4 * 15


def test_folds_in_threads_have_the_bits_of_one_after_the_other_and_no_screens(capsys):
    X, y = tables.regression()
    model = several(n_starts=2, verbose=1)
    alone = cross_val_predict(several(n_starts=2), X, y, cv=3)
    with joblib.parallel_config(backend="threading", n_jobs=2):
        together = cross_val_predict(model, X, y, cv=3)
    assert together.tobytes() == alone.tobytes() and capsys.readouterr().out == ""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("hidden", "size"), [((4,), "17"), ([(4,), (6,)], "up to 25")], ids=["one", "two"]
)
def test_the_reason_for_a_solver_counts_what_is_trained(hidden, size):
    X = np.random.RandomState(0).uniform(size=(50, 2))
    model = MLPRegressor(hidden_layer_sizes=hidden, solver="auto", max_iter=5, n_starts=2)
    assert f"({size} parameters on 50 rows)" in model.fit(X, X[:, 0]).solver_reason_
