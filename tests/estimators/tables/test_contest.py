"""Several ways to learn a table, judged by rows they did not see, and stacked."""

from types import SimpleNamespace

import numpy as np
import pytest

import neurona
from neurona import TableClassifier, TableRegressor
from neurona.estimators.tables.contest import candidates
from neurona.estimators.tables.contest import meeting as rules
from neurona.estimators.tables.contest.holding import rarer_of
from neurona.estimators.tables.contest.judging import Judge
from neurona.inference.members import mean_outputs


def steps_and_words(rows, seed):
    random = np.random.RandomState(seed)
    table = {"x": random.uniform(-2, 2, rows), "size": random.uniform(0, 1, rows)}
    table["kind"] = random.choice(["a", "b"], rows)
    table["x"][::17] = np.nan
    level = np.where(np.nan_to_num(table["x"]) > 0.5, 30.0, -10.0) + 10 * (table["kind"] == "a")
    table["y"] = level + 20 * table["size"] + 3 * random.randn(rows)
    table["state"] = np.where(table["y"] > 5, "high", "low")
    return table


INPUTS = "x", "size", "kind"
TABLE, NEW = steps_and_words(160, 0), steps_and_words(400, 1)


def inputs(table):
    return {name: table[name] for name in INPUTS}


@pytest.fixture(scope="module")
def quantity():
    return TableRegressor(random_state=0, n_threads=2).fit(inputs(TABLE), TABLE["y"])


@pytest.fixture(scope="module")
def classes():
    return TableClassifier(random_state=0, n_threads=2).fit(inputs(TABLE), TABLE["state"])


@pytest.mark.parametrize("name", ["quantity", "classes"])
def test_the_candidates_and_what_each_counts_are_told(name, request):
    model = request.getfixturevalue(name)
    found = {one.name: one for one in model.candidates_}
    assert {"constant", "linear", "silu 128-128"} <= set(found)
    assert any(one.startswith("bayesian-lm") for one in found)
    assert sum(one.weight for one in model.candidates_) == pytest.approx(1)
    assert all(one.loss > 0 and one.weight >= 0 for one in model.candidates_)
    assert model.comparison_.held_out and model.comparison_.rows == 160
    assert any("5 folds" in note for note in model.notes_)


def test_it_is_better_than_its_simple_candidates_on_new_rows(quantity, classes):
    def off(said):
        return np.sqrt(np.mean((said - NEW["y"]) ** 2))

    line = TableRegressor(hidden_layer_sizes=(), solver="bayesian-lm").fit(
        inputs(TABLE), TABLE["y"]
    )
    assert off(quantity.predict(inputs(NEW))) < 0.6 * off(line.predict(inputs(NEW)))
    assert classes.score(inputs(NEW), NEW["state"]) > 0.85


def test_what_was_said_of_rows_not_seen_is_no_better_than_what_is_said_of_new_ones(quantity):
    out_of_fold = quantity.comparison_.model[0]
    new = np.sqrt(np.mean((quantity.predict(inputs(NEW)) - NEW["y"]) ** 2))
    assert 0.6 * new < out_of_fold < 1.4 * new


def test_the_members_predict_together(quantity):
    learned = quantity.network_.learned()
    rows = quantity.preparation_.transform(neurona.data.frames.as_table(inputs(NEW)), np.float64)
    shares = np.array([one.share for one in learned.members])
    each = [mean_outputs([one], rows.astype(one.network.dtype))[:, 0] for one in learned.members]
    mixed = (shares / shares.sum()) @ np.array(each)
    said = quantity.targets_.back(mixed[:, None])[:, 0]
    assert said == pytest.approx(quantity.predict(inputs(NEW)), rel=1e-5, abs=1e-4)


@pytest.mark.parametrize("name", ["quantity", "classes"])
def test_a_file_holds_all_of_it(name, request, tmp_path):
    model = request.getfixturevalue(name)
    neurona.save(model, tmp_path / "m.neurona")
    again = neurona.load(tmp_path / "m.neurona")
    # whose numbers would be another network's
    assert model.network_.standing().optimizer is None
    assert again.candidates_ == model.candidates_
    assert (again.predict(inputs(NEW)) == model.predict(inputs(NEW))).all()
    if name == "quantity":
        for ends in zip(
            again.predict_interval(inputs(NEW)), model.predict_interval(inputs(NEW)), strict=True
        ):
            assert (ends[0] == ends[1]).all()
    else:
        assert (again.predict_set(inputs(NEW)) == model.predict_set(inputs(NEW))).all()


@pytest.mark.parametrize("name", ["quantity", "classes"])
def test_an_export_says_the_same(name, request):
    model = request.getfixturevalue(name)
    found = neurona.export.exportable(model)
    if name == "quantity":
        assert found.predict(inputs(NEW)) == pytest.approx(model.predict(inputs(NEW)), abs=1e-3)
    else:
        own = model.predict_proba(inputs(NEW))
        assert found.predict_proba(inputs(NEW)) == pytest.approx(own, abs=1e-5)


def test_intervals_hold_their_share(quantity):
    for coverage in (0.5, 0.9):
        low, high = quantity.predict_interval(inputs(NEW), coverage)
        assert np.mean((low <= NEW["y"]) & (NEW["y"] <= high)) == pytest.approx(coverage, abs=0.1)
    mean, std = quantity.predict(inputs(NEW), return_std=True)
    assert np.mean(((NEW["y"] - mean) / std) ** 2) == pytest.approx(1.2, abs=0.6)


def test_sets_of_classes_hold_their_share(classes):
    truth = NEW["state"][:, None] == classes.classes_
    sizes = []
    for coverage in (0.8, 0.95):
        sets = classes.predict_set(inputs(NEW), coverage)
        assert sets.shape == (400, 2) and sets.any(axis=1).all()
        # with two classes and a good model the likelier alone may hold more
        assert coverage - 0.07 < np.mean((sets & truth).any(axis=1))
        sizes.append(sets.sum(axis=1).mean())
    assert 1 <= sizes[0] <= sizes[1] < 2
    with pytest.raises(neurona.IncompatibleError, match="100"):
        classes.member(0).predict_set(inputs(NEW))


def test_the_bits_do_not_depend_on_the_threads(quantity):
    again = TableRegressor(random_state=0, n_threads=1).fit(inputs(TABLE), TABLE["y"])
    assert (again.predict(inputs(NEW)) == quantity.predict(inputs(NEW))).all()
    assert [one.weight for one in again.candidates_] == [one.weight for one in quantity.candidates_]


@pytest.fixture
def meeting(monkeypatch):
    """A contest in which networks meet in one fold first, and which is short."""
    monkeypatch.setattr(candidates, "FEW_EPOCHS", 1000)
    monkeypatch.setattr(candidates, "MOST_EPOCHS", 20)
    monkeypatch.setattr(candidates, "bayesian", lambda task, effort: [])
    monkeypatch.setattr(rules, "AT_ITS_END", 0.0)

    def fit(little, threads, make=TableRegressor, target="y"):
        monkeypatch.setattr(rules, "LITTLE", little)
        if little > 1:  # leaves are not trained longer
            monkeypatch.setattr(candidates, "leaves_of_many", lambda task, effort: [])
        model = make(random_state=0, n_threads=threads)
        return model.fit(inputs(TABLE), TABLE[target])

    return fit


MET = candidates.WIDE, candidates.DEEP, candidates.STEPS, candidates.LEAVES


def test_the_two_best_of_those_that_met_go_on_in_all_folds(meeting):
    told = {one.name: one for one in meeting(0.0, 1).candidates_}
    assert sorted(told[name].networks for name in MET) == [1, 1, 5, 5]
    assert all(told[name].weight == 0 for name in MET if told[name].networks == 1)
    assert not any("longer" in name for name in told)


def test_networks_of_classes_that_are_held_back_meet_those_that_are_not(meeting):
    model = meeting(0.0, 2, TableClassifier, "state")
    told = {one.name: one for one in model.candidates_}
    back = {f"{candidates.WIDE} dropout", f"{candidates.WIDE} decay", f"{candidates.STEPS} decay"}
    assert back < set(told)
    assert sorted(told[name].networks for name in {*MET, *back}) == [1, 1, 1, 1, 1, 5, 5]
    assert not back & {one.name for one in meeting(0.0, 2).candidates_}


def test_those_that_are_far_behind_leave_their_time_to_the_other(meeting):
    model = meeting(1.01, 1)
    told = {one.name: one for one in model.candidates_}
    (longer,) = [name for name in told if name.endswith("longer")]
    assert told[longer].networks == 5
    for name in MET[:3]:
        assert told[name].networks == 1 and told[name].weight == 0
    names = [one.name for one in model.candidates_]
    again = meeting(1.01, 2)
    assert [one.name for one in again.candidates_] == names
    assert (again.predict(inputs(NEW)) == model.predict(inputs(NEW))).all()


def test_leaves_that_are_far_ahead_share_with_the_next(monkeypatch):
    monkeypatch.setattr(rules, "AT_ITS_END", 0.0)
    weights = np.array([0.9, 0.02, 0.08])
    training = SimpleNamespace(epochs_done=30, rule=SimpleNamespace(epochs_since_best=0))
    assert rules.going_on([4, 5, 6], weights, lambda number: training, [4]) == [4]
    assert rules.going_on([4, 5, 6], weights, lambda number: training, [5, 6]) == [4, 6]


def test_leaves_join_where_there_is_time_for_enough_trees(quantity, classes):
    effort = candidates.EFFORTS["normal"]
    grown = {quantity: candidates.GROWN_OF_QUANTITIES, classes: candidates.GROWN}
    for kind, how in grown.items():
        task = kind.task_of(20_000)
        (one,) = candidates.leaves_of_many(task, effort)
        assert one.lens == how
        (fewer,) = candidates.leaves_of_many(task._replace(inputs=200), effort)
        assert candidates.LEAST_TREES <= fewer.lens.trees < candidates.GROWN.trees
        assert fewer.lens == how._replace(trees=fewer.lens.trees)
        assert candidates.leaves_of_many(task._replace(inputs=1000), effort) == []


def test_leaves_follow_the_networks_where_the_rarer_class_has_rows_enough(classes):
    effort = candidates.EFFORTS["normal"]
    task = classes.task_of(800)
    assert candidates.leaves_of_few(task, effort) == []  # of what is not counted
    assert candidates.leaves_of_few(task._replace(rarer=99), effort) == []
    enough = task._replace(rarer=100)
    (one,) = candidates.leaves_of_few(enough, effort)
    assert one.lens == candidates.GROWN_OF_FEW and one.folds == candidates.FOLDS
    assert candidates.leaves_of_few(enough._replace(inputs=500_000), effort) == []  # no time
    last = candidates.in_steps(enough, 40, effort, sets=1)[1]
    assert [one.name for one in last] == [candidates.DEEP, candidates.STEPS, candidates.LEAVES]
    assert "leaves" not in [one.name for one in classes.candidates_]


def test_leaves_follow_the_networks_of_other_small_tables_by_their_rows(quantity, classes):
    effort = candidates.EFFORTS["normal"]
    one, several = quantity.task_of(1000), classes.task_of(300)._replace(outputs=4)
    for task in (one, one._replace(rows=500, outputs=2), several):
        (found,) = candidates.leaves_of_few(task, effort)
        assert found.lens == candidates.GROWN_OF_FEW
        assert candidates.leaves_of_few(task._replace(rows=task.rows - 1), effort) == []
        last = candidates.in_steps(task, 40, effort, sets=2)[1]
        assert [each.folds // candidates.FOLDS for each in last] == [2, 2, 1]
    for task in (one, several):
        assert len(candidates.leaves_of_few(task._replace(outputs=10), effort)) == 1
        assert candidates.leaves_of_few(task._replace(outputs=11), effort) == []  # too many trees
    two = classes.task_of(300)._replace(rarer=100)
    assert {each.folds for each in candidates.in_steps(two, 40, effort, sets=2)[1]} == {10}


def test_rows_of_the_rarer_answer_are_counted(quantity, classes):
    on = np.repeat([1.0, 0.0], [30, 70])
    binary = classes.task_of(100)
    assert rarer_of(binary, on[:, None]) == rarer_of(binary, 1 - on[:, None]) == 30
    assert rarer_of(binary._replace(outputs=2), np.column_stack([on, on])) is None
    assert rarer_of(quantity.task_of(100), on[:, None]) is None


def test_leaves_share_in_a_table_of_jumps_where_classes_have_rows_enough():
    random = np.random.RandomState(3)
    rows = random.uniform(-1, 1, (320, 6))
    state = np.where(rows[:, 0] > 0.2, rows[:, 1] > -0.1, rows[:, 2] > 0.3).astype(int)
    model = TableClassifier(random_state=0, n_threads=2).fit(rows, state)
    (leaves,) = [one for one in model.candidates_ if one.name == candidates.LEAVES]
    assert leaves.weight > 0.1 and leaves.networks == 2 * candidates.FOLDS


def test_leaves_share_in_a_table_of_jumps_of_several_quantities():
    random = np.random.RandomState(4)
    rows = random.uniform(-1, 1, (500, 6))
    jumps = 1.0 * (rows[:, :2] > 0.2) * (rows[:, 2:4] > -0.3) + 0.3 * random.randn(500, 2)
    model = TableRegressor(random_state=0, n_threads=2).fit(rows, jumps)
    (leaves,) = [one for one in model.candidates_ if one.name == candidates.LEAVES]
    assert leaves.weight > 0.1 and leaves.networks == candidates.FOLDS


def test_what_is_interrupted_after_the_meeting_is_no_mere_line(meeting):
    def enough(training, record):
        return "enough" if "longer" in training.about["candidate"] else None

    model = meeting(1.01, 1)
    cut = model.set_params(callbacks=enough).fit(inputs(TABLE), TABLE["y"])
    assert cut.stop_reason_ == "enough" and cut.network_.n_layers_ > 2
    assert np.isfinite(cut.predict(inputs(NEW))).all()


def test_what_was_cut_short_says_which_one_is_the_model_and_what_was_not_judged(meeting):
    def enough(training, record):
        return "enough" if record.epoch > 5 and training.network.n_layers > 2 else None

    model = meeting(1.01, 1)
    cut = model.set_params(callbacks=enough).fit(inputs(TABLE), TABLE["y"])
    told = {one.name: one for one in cut.candidates_}
    (chosen,) = [name for name, one in told.items() if one.weight == 1]
    assert (chosen in MET) == (cut.network_.n_layers_ > 2)
    (note,) = [note for note in cut.notes_ if note.startswith("Tried on")]
    assert "not judged" in note and "inf" not in note and f"{chosen}" in note


def test_inputs_that_tell_nothing_do_no_harm():
    random = np.random.RandomState(3)
    X, y = random.randn(120, 3), random.randn(120)
    with pytest.warns(neurona.errors.CollapsedWarning):
        model = TableRegressor(random_state=0).fit(X, y)
    new = random.randn(4000, 3)
    # of the variance 1 that is there, little is added
    assert np.mean(model.predict(new) ** 2) < 0.1


NAMED = (
    {"solver": "lm"},
    {"steps": 50},
    {"hidden_layer_sizes": (3,)},
    {"effort": "quick"},
    {"split": "last", "steps": 50},
)


@pytest.mark.parametrize("asked", NAMED)
def test_who_names_a_way_gets_it_alone(asked):
    model = TableRegressor(random_state=0, **asked).fit(inputs(TABLE), TABLE["y"])
    assert not hasattr(model, "candidates_")


def test_fewer_rows_than_folds_can_judge_are_judged_by_the_evidence():
    few = {name: column[:19] for name, column in TABLE.items()}
    model = TableRegressor(random_state=0).fit(inputs(few), few["y"])
    assert not hasattr(model, "candidates_") and model.plan_.solver == "bayesian-lm"


def test_quantities_have_no_classes_to_stratify_by():
    with pytest.raises(ValueError, match="needs one column of classes"):
        TableRegressor(split="stratified").fit(inputs(TABLE), TABLE["y"])


def test_groups_are_held_out_whole():
    table = {**inputs(TABLE), "who": np.repeat(np.arange(16), 10).astype(str)}
    model = TableRegressor(random_state=0, split="group", split_column="who")
    lesson = model._lesson(table, TABLE["y"])
    groups = table["who"]
    assert len(lesson.folds) == 10  # two sets
    for fold in lesson.folds:
        assert not set(groups[fold.held]) & set(groups[fold.train])


def test_rows_of_weight_0_do_not_count():
    spoilt = np.concatenate([TABLE["y"], TABLE["y"][:40] + 15])
    both = {name: np.concatenate([TABLE[name], TABLE[name][:40]]) for name in INPUTS}
    weights = np.repeat([1.0, 0.0], [160, 40])
    model = TableRegressor(random_state=0).fit(both, spoilt, sample_weight=weights)
    assert np.sqrt(np.mean((model.predict(inputs(NEW)) - NEW["y"]) ** 2)) < 7


def test_several_targets_and_labels():
    random = np.random.RandomState(5)
    X = random.randn(150, 3)
    Y = np.column_stack([X[:, 0] > 0, X[:, 1] + X[:, 2] > 0]).astype(int)
    labels = TableClassifier(random_state=0).fit(X, Y)
    assert labels.candidates_ and (labels.predict(X) == Y).mean() > 0.9
    sets = labels.predict_set(X, 0.95)
    assert sets.shape == (150, 2, 2)
    assert (np.take_along_axis(sets, Y[:, :, None], 2)).mean(axis=(0, 2)).min() > 0.93
    both = TableRegressor(random_state=0).fit(X, np.column_stack([X[:, 0] ** 2, X @ [1, 2, 3]]))
    assert both.candidates_ and both.predict(X).shape == (150, 2)
    low, high = both.predict_interval(X)
    assert low.shape == high.shape == (150, 2) and (low < high).all()


def test_a_word_from_a_callback_keeps_what_there_is():
    seen = []

    def enough(training, record):
        seen.append(training.about["candidate"])
        return "enough" if len(seen) > 30 else None

    model = TableRegressor(random_state=0, callbacks=enough, n_threads=1)
    model.fit(inputs(TABLE), TABLE["y"])
    assert model.stop_reason_ == "enough" and seen[0] == "linear, fold 1"
    assert np.isfinite(model.predict(inputs(NEW))).all()


@pytest.fixture
def brief(monkeypatch):
    """Contests without Bayesian networks, of few epochs."""
    monkeypatch.setattr(candidates, "FEW_EPOCHS", 0)
    monkeypatch.setattr(candidates, "LEAST_EPOCHS", 2)
    monkeypatch.setattr(candidates, "MOST_EPOCHS", 2)
    monkeypatch.setattr(candidates, "bayesian", lambda task, effort: [])


@pytest.mark.usefixtures("brief")
def test_what_counts_nothing_in_its_first_fold_is_not_trained_in_the_others(monkeypatch):
    own = Judge.by_answers

    def by_answers(self, known, prior):
        weights = own(self, known, prior)
        assert np.isfinite(self.answers(known[-1])).all(axis=1).sum() == 32  # of 160 rows
        return np.where(np.arange(len(weights)) == len(weights) - 1, 0.0, weights)

    monkeypatch.setattr(Judge, "by_answers", by_answers)
    model = TableRegressor(random_state=0, n_threads=2).fit(inputs(TABLE), TABLE["y"])
    told = {one.name: one for one in model.candidates_}
    assert told[candidates.STEPS].networks == 1 and told[candidates.STEPS].weight == 0
    assert told[candidates.DEEP].networks == 10
    assert model.comparison_.rows == 160
    again = TableRegressor(random_state=0, n_threads=1).fit(inputs(TABLE), TABLE["y"])
    assert (again.predict(inputs(NEW)) == model.predict(inputs(NEW))).all()


@pytest.mark.usefixtures("brief")
def test_small_tables_have_two_sets_of_folds_and_thorough_a_third_held_back(monkeypatch):
    first, hears = [], Judge.hears

    def hear(judge, number, part, said):
        if number == 1 and part == 0:
            first.append(said)
        return hears(judge, number, part, said)

    monkeypatch.setattr(Judge, "hears", hear)
    usual = TableRegressor(random_state=0).fit(inputs(TABLE), TABLE["y"])
    more = TableRegressor(random_state=0, effort="thorough").fit(inputs(TABLE), TABLE["y"])
    told = {one.name: one for one in more.candidates_}
    assert [*told][: len(usual.candidates_)] == [one.name for one in usual.candidates_]
    for name in MET[:3]:
        assert told[name].networks == 10 and told[f"{name} decay"].networks == 5
    np.testing.assert_array_equal(*first)  # the wide network's first fold is the usual one
    assert more.split_.how == usual.split_.how


@pytest.mark.usefixtures("brief")
def test_what_is_said_out_of_two_sets_of_folds_is_their_mean(monkeypatch):
    heard, hears = {}, Judge.hears

    def hear(judge, number, part, said):
        heard[number, part] = said, judge._entries.fold(part).held
        return hears(judge, number, part, said)

    monkeypatch.setattr(Judge, "hears", hear)
    model = TableRegressor(random_state=0).fit(inputs(TABLE), TABLE["y"])
    wide = [one.name for one in model.candidates_].index(candidates.WIDE) - 1
    sets = np.full((2, 160), np.nan)
    for (number, part), (said, held) in heard.items():
        if number == wide:
            sets[part // 5, held] = said[:, 0]
    truth = (TABLE["y"] - TABLE["y"].mean()) / TABLE["y"].std()
    loss = np.mean((sets.mean(axis=0) - truth) ** 2)
    assert model.candidates_[1 + wide].loss == pytest.approx(loss, rel=1e-4)


def test_an_end_in_the_second_set_of_folds_keeps_the_first(brief):
    def enough(training, record):
        return "enough" if training.about["candidate"].endswith("fold 8") else None

    model = TableRegressor(random_state=0, callbacks=enough, n_threads=1)
    model.fit(inputs(TABLE), TABLE["y"])
    told = {one.name: one for one in model.candidates_}
    assert model.stop_reason_ == "enough" and told[candidates.WIDE].weight > 0
    assert np.isfinite(model.predict(inputs(NEW))).all()
