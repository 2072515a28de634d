"""scikit-learn's callbacks on every estimator: alone, in a pipeline, in a search; its own tests."""

from __future__ import annotations

import os
import pickle
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import neurona

callback = pytest.importorskip("sklearn.callback", reason="scikit-learn 1.9 brought callbacks")
pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning"),
]
ROOT = Path(__file__).parents[2]
X = np.random.default_rng(0).normal(size=(60, 3))
Y = X[:, 0] * X[:, 1]
TABLE = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": Y, "sign": np.where(Y > 0, "up", "down")}
SMALL = {"hidden_layer_sizes": (4,), "max_iter": 4, "random_state": 0}
TABLES = {"hidden_layer_sizes": (4,), "solver": "adam", "epochs": 4, "random_state": 0}
ESTIMATORS = {
    "MLPRegressor": (neurona.MLPRegressor(**SMALL), (X, Y), "r2"),
    "MLPClassifier": (neurona.MLPClassifier(**SMALL), (X, Y > 0), "accuracy"),
    "lbfgs": (neurona.MLPRegressor(solver="lbfgs", **SMALL), (X, Y), "r2"),
    "bayesian-lm": (neurona.MLPRegressor(solver="bayesian-lm", **SMALL), (X, Y), "r2"),
    "Autoencoder": (neurona.Autoencoder(2, **SMALL), (X, X), None),
    "TableRegressor": (neurona.TableRegressor(**TABLES), (TABLE, "y"), "r2"),
    "TableClassifier": (neurona.TableClassifier(**TABLES), (TABLE, "sign"), "accuracy"),
    "TableAutoencoder": (neurona.TableAutoencoder(2, **TABLES), (X, X), None),
    "Perceptron": (neurona.Perceptron(random_state=0, max_iter=4), (X, Y > 0), "accuracy"),
    "Adaline": (neurona.Adaline(random_state=0, max_iter=4), (X, Y > 0), "accuracy"),
}


def share_kept(model, X, y):
    return model.score(X)


class Recording:
    """Counts what it is called with; a search's workers have copies of it."""

    max_propagation_depth = None

    def __init__(self, stop_after=None):
        self.seen, self.stop_after = [], stop_after

    def setup(self, estimator, context):
        self.seen.append(("setup", context.task_name, type(estimator).__name__))

    def on_fit_task_begin(self, estimator, context):
        self.seen.append(("begin", context.task_name, context.task_id))

    def on_fit_task_end(self, estimator, context):
        self.seen.append(("end", context.task_name, context.task_id))
        return context.task_name == "epoch" and context.task_id + 1 == self.stop_after

    def teardown(self, estimator, context):
        self.seen.append(("teardown", context.task_name, type(estimator).__name__))


def epochs_of(name, model):
    return 0 if name in ("Perceptron", "Adaline") else model.n_iter_


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_estimator_is_followed_and_scored_as_if_it_had_ended(name, capsys):
    model, rows, scoring = ESTIMATORS[name]
    monitor = callback.ScoringMonitor(scoring=scoring or {"score": share_kept})
    recording = Recording()
    watched = clone(model).set_callbacks(callback.ProgressBar(), monitor, recording).fit(*rows)
    plain = clone(model).fit(*rows)
    epochs = epochs_of(name, watched)
    counted = Counter(what for what, *_ in recording.seen)
    assert counted == {"setup": 1, "begin": epochs + 1, "end": epochs + 1, "teardown": 1}
    assert "100%" in capsys.readouterr().out
    assert not [one for one in vars(watched) if one.startswith("_callback_fit")]
    scores = [one[scoring or "score"] for one in monitor.get_logs().data]
    # the fit's own, then those of the epochs
    X_scored = rows[0]
    y_scored = TABLE[rows[1]] if isinstance(rows[1], str) else rows[1]
    assert scores[0] == pytest.approx(plain.score(X_scored, y_scored), abs=1e-12)
    assert len(scores) == epochs + 1
    if scoring == "r2" and not name.startswith("Table"):
        shorter = clone(model).set_params(max_iter=2).fit(*rows)
        assert scores[2] == shorter.score(X_scored, y_scored)


def test_being_followed_changes_no_bit():
    followed = neurona.MLPRegressor(**SMALL).set_callbacks(callback.ScoringMonitor(scoring="r2"))
    assert followed.fit(X, Y).loss_curve_ == neurona.MLPRegressor(**SMALL).fit(X, Y).loss_curve_


def test_weights_go_to_the_scorer():
    weights = np.arange(60.0)
    monitor = callback.ScoringMonitor(scoring="r2")
    table = neurona.TableRegressor(**TABLES).set_callbacks(monitor)
    target = np.where(np.arange(60) % 7 == 0, np.nan, Y)
    table.fit({**TABLE, "y": target}, "y", sample_weight=weights)
    from sklearn.metrics import r2_score

    known = ~np.isnan(target)
    inputs = {name: np.asarray(column)[known] for name, column in TABLE.items() if name != "y"}
    expected = r2_score(target[known], table.predict(inputs), sample_weight=weights[known])
    assert monitor.get_logs().data[0]["r2"] == pytest.approx(expected)


def test_one_that_asks_to_stop_stops():
    model = neurona.MLPRegressor(**SMALL).set_callbacks(Recording(stop_after=2)).fit(X, Y)
    assert (model.n_iter_, model.stop_reason_) == (2, "the callback Recording asked to stop")


def test_of_several_starts_it_stops_the_one():
    recording = Recording(stop_after=3)
    model = neurona.MLPRegressor(n_starts=2, **SMALL).set_callbacks(recording).fit(X, Y)
    assert [one.epochs for one in model.starts_] == [3, 3]
    begun = Counter(task for what, task, _ in recording.seen if what == "begin")
    assert begun == {"fit": 1, "start 1": 1, "start 2": 1, "epoch": 6}
    assert begun == Counter(task for what, task, _ in recording.seen if what == "end")


def test_an_epoch_that_never_was_is_ended():
    recording = Recording()
    words = {**SMALL, "max_iter": 50, "callbacks": neurona.Limit(epochs=3)}
    neurona.MLPRegressor(**words).set_callbacks(recording).fit(X, Y)
    ends = [task for what, task, _ in recording.seen if what == "end"]
    assert ends == ["epoch"] * 4 + ["fit"]  # as scikit-learn's own LogisticRegression has it


@pytest.mark.parametrize("starts", [1, 2])
def test_an_error_takes_the_callbacks_down(starts):
    def fails(training, record):
        raise RuntimeError("mine")

    recording = Recording()
    model = neurona.MLPRegressor(n_starts=starts, callbacks=fails, **SMALL)
    with pytest.raises(RuntimeError, match="mine"):
        model.set_callbacks(recording).fit(X, Y)
    assert recording.seen[-1] == ("teardown", "fit", "MLPRegressor")
    assert not any(what == "end" and task == "fit" for what, task, _ in recording.seen)


def test_in_a_pipeline_and_a_search_in_two_processes(capsys):
    monitor = callback.ScoringMonitor(scoring="r2")
    network = neurona.MLPRegressor(**SMALL).set_callbacks(monitor)
    pipeline = make_pipeline(StandardScaler(), network)
    search = GridSearchCV(pipeline, {"mlpregressor__alpha": [1e-3, 1.0]}, cv=2, n_jobs=2)
    search.set_callbacks(callback.ProgressBar(max_propagation_depth=None)).fit(X, Y)
    out = capsys.readouterr().out
    assert out.count("MLPRegressor - fit") == 5 and "GridSearchCV - fit" in out
    # four fits of the search and one at its end, with four epochs and the whole each
    assert len(monitor.get_logs().data) == 5 * 5


def test_they_are_kept_by_clone_and_pickle_and_not_by_files(tmp_path):
    model = neurona.MLPRegressor(**SMALL).set_callbacks(callback.ScoringMonitor(scoring="r2"))
    assert clone(model)._skl_callbacks == model._skl_callbacks
    model.fit(X, Y)
    assert len(pickle.loads(pickle.dumps(model))._skl_callbacks) == 1
    neurona.save(model, tmp_path / "m.neurona")
    assert not hasattr(neurona.load(tmp_path / "m.neurona"), "_skl_callbacks")
    assert not hasattr(model.set_callbacks(), "_skl_callbacks")


def test_an_older_scikit_learn_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.callback", None)
    monkeypatch.delattr(sklearn, "callback")
    model = neurona.MLPRegressor(**SMALL)
    with pytest.raises(ImportError, match=r"need scikit-learn 1\.9 or later"):
        model.set_callbacks(Recording())
    model.fit(X, Y)


def test_scikit_learns_own_tests_pass(tmp_path):
    """But for those in which a script of theirs makes an estimator of theirs."""
    ini = tmp_path / "pytest.ini"
    ini.touch()
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-p", "tests.sklearn_tasks_swap", "-c", str(ini)),
            *("--rootdir", str(tmp_path), "-p", "no:cacheprovider", "-q", "-rf", "--tb=short"),
            *("-k", "not outside_main and not fresh_process", "-W", "ignore"),
            *("--pyargs", "sklearn.callback.tests"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )
    passed = re.search(r"(\d+) passed", run.stdout)
    assert passed and int(passed[1]) > 100 and run.returncode == 0, run.stdout + run.stderr
