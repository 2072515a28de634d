"""Networks that are trained once more, on all rows: mini-batch networks of classes, and others."""

from types import SimpleNamespace

import numpy as np
import pytest

from neurona import TableClassifier, TableRegressor
from neurona.data.split import Split
from neurona.errors import StopReason
from neurona.estimators.mlp.starts import Start
from neurona.estimators.tables.contest import anew, contest
from neurona.estimators.tables.contest.boosting import Boosting
from neurona.estimators.tables.contest.candidates import Candidate
from neurona.estimators.tables.contest.roster import WHOLE, Ended, Job, Roster
from neurona.inference.members import Member
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.numerics.schedules import Cosine

RANDOM = np.random.RandomState(0)
ROWS = RANDOM.uniform(-1, 1, (140, 3))
STATE = np.where(np.sin(3 * ROWS[:, 0]) + ROWS[:, 1] + 0.3 * RANDOM.randn(140) > 0, "b", "a")
TRAINED = SimpleNamespace(
    epochs_done=40,
    rule=SimpleNamespace(epochs_since_best=33),
    plan=SimpleNamespace(max_epochs=200),
)


def member(weight):
    network = Network([1, 1], [ACTIVATIONS.find("identity")], np.dtype(float))
    return Member(network, np.full(2, weight))


def start(weight):
    return Start(member(weight), 0.5, 0.25, 3, "done", False)


@pytest.fixture
def roster():
    """A candidate that has been trained in two folds."""
    found = Roster(2, 0.5)
    found.add(Candidate("silu", 1.0, {"max_iter": 7}, folds=2))
    for job in (0, 1):
        found.keep(job, Ended(TRAINED, member(1.0 + job), 0.5, 0.5), lambda: None)
    return found


def weights(roster):
    return [one.weights[0] for one in roster.networks()[0]]


def test_a_network_on_all_rows_predicts_for_the_one_of_its_fold(roster):
    roster.renew(0)
    assert roster.jobs[2:] == [Job(0, WHOLE)] * 2 and roster.source == {2: 0, 3: 1}
    assert weights(roster) == [1.0, 2.0]  # until it is there
    done = SimpleNamespace(epochs_done=7, plan=SimpleNamespace(max_epochs=7))
    roster.keep_whole(3, start(7.0), done)
    assert weights(roster) == [1.0, 7.0]
    roster.keep_whole(2, start(np.nan), done)
    assert weights(roster) == [1.0, 7.0]
    cut = SimpleNamespace(epochs_done=6, plan=SimpleNamespace(max_epochs=7))
    roster.keep_whole(2, start(8.0), cut)
    assert weights(roster) == [1.0, 7.0]
    assert roster.known() == [0]


@pytest.mark.parametrize(
    ("reason", "predicts"),
    [
        (StopReason.MAX_EPOCHS, True),
        (StopReason.EVIDENCE_FLAT, True),
        (StopReason.TIME, False),
        (StopReason.INTERRUPTED, False),
        ("a callback's own words", False),
    ],
)
def test_networks_on_all_rows_that_came_to_their_end_predict_for_all_folds(
    reason, predicts, roster
):
    roster.add_whole(0, 2, 3)
    assert roster.jobs[2:] == [Job(0, WHOLE)] * 2
    assert roster.candidates[0].words["max_iter"] == 21
    for job in (3, 2):  # in whatever order they end
        roster.keep_whole(job, start(5.0 + job)._replace(reason=reason), None)
    assert weights(roster) == ([7.0, 8.0] if predicts else [1.0, 2.0])


def test_it_is_trained_as_long_as_the_other_got_better_at_the_same_rates():
    words = {"max_iter": 256, "monitor": "val_loss", "restore_best": True, "batch_size": 8}
    found = anew.words_anew(words, TRAINED)
    assert found["max_iter"] == 7 and found["batch_size"] == 8
    assert found["schedule"] == Cosine(period=200)
    assert not {"monitor", "restore_best"} & set(found)


def test_networks_that_held_out_rows_end_are_trained_once_more():
    held = Candidate("silu", 1.0, {"monitor": "val_loss"})
    assert anew.is_renewed(held)
    assert not anew.is_renewed(held._replace(lens=Boosting()))
    assert not anew.is_renewed(Candidate("linear", 1.0, {"max_iter": 5}))


@pytest.mark.parametrize(
    ("loss", "rows", "renewed"),
    [
        ("binary_cross_entropy", 80, True),
        ("binary_cross_entropy", 60, False),
        ("squared_error", 80, False),
    ],
)
def test_of_classes_where_folds_leave_most_rows(loss, rows, renewed):
    fold = Split(np.arange(rows), np.arange(rows, 100), "")
    task = SimpleNamespace(loss=LOSSES.find(loss))
    entries = SimpleNamespace(outputs=np.zeros((100, 1)), folds=[fold], again=[], task=task)
    assert anew.are_renewed(entries) is renewed


@pytest.fixture(scope="module")
def usual():
    """The default of classes, in one thread."""
    return TableClassifier(random_state=0, n_threads=1).fit(ROWS, STATE)


def trained(monkeypatch, model, targets):
    """Return a fitted model, and of each network on all rows its candidate and its epochs."""
    seen = []
    kept = contest.Roster.keep_whole

    def keep(roster, job, start, training):
        if job in roster.source:
            name = roster.candidates[roster.jobs[job].candidate].name
            seen.append((name, start.epochs))
        return kept(roster, job, start, training)

    monkeypatch.setattr(contest.Roster, "keep_whole", keep)
    return model.fit(ROWS, targets), seen


def test_the_default_of_classes_predicts_by_networks_on_all_rows(monkeypatch, usual):
    model, seen = trained(monkeypatch, TableClassifier(random_state=0, n_threads=2), STATE)
    count = {one.name: one.networks for one in model.candidates_ if one.weight > 0}
    names = {name for name, _ in seen}
    assert names and names == {name for name in count if "128" in name}
    assert len(seen) == sum(count[name] // 2 for name in names)
    assert (usual.predict_proba(ROWS) == model.predict_proba(ROWS)).all()


def test_what_is_interrupted_on_all_rows_does_not_predict(usual):
    """Two epochs on all rows would stand for dozens in a fold."""

    def fitted_until(epoch):
        def enough(training, record):
            name = training.about.get("candidate", "")
            is_renewed = name.endswith("all rows") and "128" in name
            return "enough" if is_renewed and record.epoch == epoch else None

        return TableClassifier(random_state=0, n_threads=1, callbacks=enough).fit(ROWS, STATE)

    before, cut = map(fitted_until, (1, 2))
    assert cut.stop_reason_ == "enough"
    assert (cut.predict_proba(ROWS) == before.predict_proba(ROWS)).all()
    assert (cut.predict_proba(ROWS) != usual.predict_proba(ROWS)).any()


def test_quantities_and_a_time_budget_have_none(monkeypatch):
    quick = TableClassifier(random_state=0, time_budget=3.0)
    assert trained(monkeypatch, quick, STATE)[1] == []
    assert trained(monkeypatch, TableRegressor(random_state=0), ROWS[:, 0] ** 2)[1] == []
