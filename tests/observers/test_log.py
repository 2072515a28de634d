"""Log: what a function is called with, and when; real MLflow takes it."""

from __future__ import annotations

import functools
import json
import pickle

import numpy as np
import pytest

import neurona
from neurona.training.history import EpochRecord

pytestmark = [
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
    pytest.mark.filterwarnings("ignore::neurona.CollapsedWarning"),
]
X = np.linspace(-1, 1, 40).reshape(-1, 1)
Y = X[:, 0] ** 2


def model(callbacks, **words):
    usual = {"hidden_layer_sizes": (4,), "max_iter": 6, "random_state": 0, "callbacks": callbacks}
    return neurona.MLPRegressor(**{**usual, **words})


class Calls:
    """Functions of every form that a tracker may have, and what they were called with."""

    def __init__(self):
        self.seen = []

    def with_step(self, metrics, step=None, synchronous=True):
        self.seen.append((metrics, step))

    def with_any(self, metrics, **words):
        self.seen.append((metrics, words["step"]))

    def with_two(self, metrics, epoch):
        self.seen.append((metrics, epoch))

    def with_one(self, metrics):
        self.seen.append((metrics, metrics["epoch"]))


@pytest.mark.parametrize("form", ["with_step", "with_any", "with_two", "with_one"])
@pytest.mark.parametrize("solver", ["adam", "lm", "lbfgs"])
def test_a_function_of_any_form_gets_every_record_without_what_is_none(form, solver):
    calls = Calls()
    fitted = model(neurona.Log(getattr(calls, form)), solver=solver).fit(X, Y)
    assert len(calls.seen) == fitted.n_iter_
    for (metrics, step), record in zip(calls.seen, fitted.history_, strict=True):
        assert step == record.epoch
        assert metrics == {k: v for k, v in record._asdict().items() if v is not None}


def test_builtins_and_partials(capsys):
    records = []
    model([neurona.Log(records.append), neurona.Log(print, every=6)]).fit(X, Y)
    assert [one["epoch"] for one in records] == [1, 2, 3, 4, 5, 6]
    assert capsys.readouterr().out == f"{records[-1]}\n"
    steps = []
    model(neurona.Log(functools.partial(lambda log, m, step: log.append(step), steps))).fit(X, Y)
    assert steps == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("every", "epochs"), [(1, [1, 2, 3, 4, 5, 6]), (4, [4, 6]), (3, [3, 6]), (9, [6])]
)
def test_every_so_many_and_the_last(every, epochs):
    calls = Calls()
    model(neurona.Log(calls.with_step, every=every)).fit(X, Y)
    assert [step for _, step in calls.seen] == epochs


def test_names_have_the_prefix():
    records = []
    model(neurona.Log(records.append, prefix="first/")).fit(X, Y)
    names = set(EpochRecord._fields) - {"val_loss", "score", "damping"}
    assert set(records[0]) == {f"first/{name}" for name in names}


@pytest.mark.parametrize("every", [1, 4])
def test_several_starts_say_which(every):
    records = []
    fitted = model(neurona.Log(records.append, every=every), n_starts=3, max_iter=6).fit(X, Y)
    for start in (1, 2, 3):
        last = [one for one in records if one["start"] == start][-1]
        assert last["epoch"] == 6 and last["loss"] == fitted.starts_[start - 1].loss


def test_a_fit_that_goes_on_counts_on():
    calls = Calls()
    going_on = model(neurona.Log(calls.with_step), warm_start=True, max_iter=2)
    going_on.fit(X, Y).fit(X, Y)
    assert [step for _, step in calls.seen] == [1, 2, 3, 4]


def test_parameters_are_plain_and_said_once():
    said = []
    log = neurona.Log([].append, params=said.append)
    model(log, solver="adam", n_starts=2, alpha=0.5, early_stopping=True).fit(X, Y)
    (found,) = said
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    expected = {
        "layers": "1-4-1", "activations": "relu, identity", "parameters": 13, "dtype": "float64",
        "loss": "squared_error", "solver": "adam(epsilon_hat=true)", "learning_rate": 0.001,
        "batch": 36, "epochs": 6, "monitor": "score", "rows": 36, "validation_rows": 4, "starts": 2,
        "alpha": 0.5, "task": "regression", "seed": 0, "neurona": neurona.__version__,
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected


def test_options_are_said():
    from neurona.optimizers.solve.levenberg_marquardt import LevenbergMarquardt

    said = []
    log = neurona.Log([].append, params=said.append)
    model(log, solver=LevenbergMarquardt(damping=0.5), random_state=None).fit(X, Y)
    assert said[0]["solver"] == "lm(damping=0.5)"
    assert "seed" not in said[0] and "learning_rate" not in said[0]


def test_a_table_model_says_its_own_name_and_seed():
    said, records = [], []
    log = neurona.Log(records.append, params=said.append)
    table = neurona.TableRegressor(
        hidden_layer_sizes=(4,), solver="adam", epochs=3, random_state=7, callbacks=log
    )
    table.fit({"x": X[:, 0], "y": Y}, "y")
    assert said[0]["estimator"] == "TableRegressor" and said[0]["seed"] == 7
    assert len(records) == table.n_iter_ and table.network_.callbacks is log


def test_one_that_raises_keeps_what_was_learned():
    def full(metrics, step):
        if step == 3:
            raise OSError("the disk is full")

    one = model(neurona.Log(full))
    with pytest.raises(OSError, match="the disk is full"):
        one.fit(X, Y)
    assert one.n_iter_ == 3
    np.testing.assert_array_equal(one.predict(X), model(None, max_iter=3).fit(X, Y).predict(X))


RECORDS: list[dict[str, float]] = []


def keep(metrics, step):
    RECORDS.append(metrics)


def test_it_can_be_pickled():
    log = pickle.loads(pickle.dumps(neurona.Log(keep, every=2)))
    model(log).fit(X, Y)
    assert [one["epoch"] for one in RECORDS] == [2, 4, 6]


@pytest.mark.parametrize(
    ("words", "error"),
    [({"function": 3}, TypeError), ({"function": print, "params": 3}, TypeError),
     ({"function": print, "every": 0}, ValueError)],
)  # fmt: skip
def test_what_cannot_be_called_is_refused(words, error):
    with pytest.raises(error, match="of Log must be"):
        neurona.Log(**words)


@pytest.mark.filterwarnings("ignore")
def test_mlflow(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")  # a database would need SQLAlchemy
    mlflow = pytest.importorskip("mlflow", reason="mlflow-skinny is not installed")
    mlflow.set_tracking_uri(f"file://{tmp_path}/runs")
    mlflow.set_experiment("neurona")
    with mlflow.start_run() as run:
        log = neurona.Log(mlflow.log_metrics, params=mlflow.log_params)
        fitted = model(log).fit(X, Y)
    client = mlflow.tracking.MlflowClient()
    kept = client.get_metric_history(run.info.run_id, "loss")
    assert [(one.step, one.value) for one in kept] == [(r.epoch, r.loss) for r in fitted.history_]
    assert client.get_run(run.info.run_id).data.params["layers"] == "1-4-1"
