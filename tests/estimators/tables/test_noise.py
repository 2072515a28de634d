"""Error bars by the inputs: learned where noise depends on them, and only there."""

import copy
from types import SimpleNamespace

import numpy as np
import pytest

import neurona
from neurona import TableRegressor
from neurona.data.frames import as_table
from neurona.estimators.tables.contest import noise
from neurona.estimators.tables.contest.noise import noise_of
from neurona.files.predictors import load_predictor


def off_by(errors, columns, seed=0, folds=5, held=None):
    """Return what is found of a contest whose answers were off by so much."""
    random = np.random.default_rng(seed)
    errors = errors.reshape(len(errors), -1)
    answers = random.normal(size=errors.shape)
    order = random.permutation(len(errors))
    encoders = [
        SimpleNamespace(name=f"x{k}", features=lambda k=k: [f"x{k}"])
        for k in range(columns.shape[1])
    ]
    narrow = SimpleNamespace(encoders=encoders, width=columns.shape[1])
    entries = SimpleNamespace(
        matrix=columns, outputs=answers - errors, narrow=narrow, wide=narrow,
        folds=[SimpleNamespace(held=order[k::folds]) for k in range(held or folds)],
    )  # fmt: skip
    rows = np.sort(np.concatenate([one.held for one in entries.folds]))
    said = answers[rows]
    return said, noise_of(entries, SimpleNamespace(answers=said, rows=rows, alone=True))


def made(rows, seed, columns=4):
    random = np.random.default_rng([seed, 1])
    return random, random.uniform(-1.7, 1.7, (rows, columns))


@pytest.mark.parametrize("rows", [100, 400])
def test_where_noise_is_the_same_everywhere_it_is_hardly_ever_found(rows):
    found = 0
    for seed in range(40):
        random, columns = made(rows, seed)
        errors = random.normal(size=rows) if seed % 2 else random.standard_t(3, rows)
        found += off_by(errors, columns, seed)[1] is not None
    assert found <= 2


SHAPES = {
    "line": lambda x: np.exp(0.6 * x),
    "both sides": lambda x: 0.3 + np.abs(x),
    "two kinds": lambda x: np.where(x > 0, 1.0, 0.3),
}


@pytest.mark.parametrize("shape", list(SHAPES))
@pytest.mark.parametrize("tails", [3, 100])
def test_it_is_found_where_it_is_there(shape, tails):
    random, columns = made(500, 3)
    sizes = SHAPES[shape](columns[:, 2])
    said, found = off_by(sizes * random.standard_t(tails, 500), columns)
    assert found.by == ["'x2'"]
    low, high = found.spans[0]
    assert low < 0.7 < 1.2 < high
    told = found.scale.sizes(columns, said)[:, 0]
    assert np.corrcoef(np.log(told), np.log(sizes))[0, 1] > 0.8
    sentence = found.in_words(["wear"])[0]
    assert sentence.startswith("How far 'wear' may be off depends on the row, most on 'x2'")


def test_it_may_depend_on_what_is_said():
    random, columns = made(600, 1, columns=1)
    said = np.random.default_rng(0).normal(size=600)  # as `off_by` draws it
    said, found = off_by(np.exp(said) * random.normal(size=600) / 20, columns)
    assert found.by == ["the prediction"]
    assert np.corrcoef(np.log(found.scale.sizes(columns, said)), said, rowvar=False)[0, 1] > 0.9


def test_each_target_has_its_own():
    random, columns = made(400, 5)
    sizes = np.column_stack([np.ones(400), np.exp(columns[:, 0]), np.exp(-columns[:, 1])])
    said, found = off_by(sizes * random.normal(size=(400, 3)) * [1, 2, 3], columns)
    assert found.by == ["", "'x0'", "'x1'"]
    told = found.scale.sizes(columns, said)
    assert (told[:, 0] == 1).all()
    assert np.corrcoef(np.log(told[:, 1]), columns[:, 0])[0, 1] > 0.98
    assert np.corrcoef(np.log(told[:, 2]), columns[:, 1])[0, 1] < -0.98
    assert len(found.in_words(["a", "b", "c"])) == 2


def test_beyond_the_rows_of_training_it_stays_what_it_was():
    random, columns = made(400, 6)
    said, found = off_by(np.exp(columns[:, 0]) * random.normal(size=400), columns)
    edge, far = columns[columns[:, 0].argmax()], columns[columns[:, 0].argmax()].copy()
    far[0] = 1e6
    sizes = found.scale.sizes(np.array([edge, far]), said[:2] * 0)
    assert np.isfinite(sizes).all() and sizes[1] == pytest.approx(sizes[0], rel=1e-6)


def test_the_errors_are_in_sizes_that_other_rows_told():
    random, columns = made(300, 7)
    errors = np.exp(columns[:, 1]) * random.normal(size=300)
    said, found = off_by(errors, columns)
    inside = np.abs(errors) / found.scale.sizes(columns, said)[:, 0]
    # what was learned of a row's own error would make it smaller
    assert np.mean(inside) < 1.02 * np.mean(found.scale.errors.sizes)
    assert found.scale.errors.rows == 300


def test_one_fold_and_many_rows_tell_as_well(monkeypatch):
    monkeypatch.setattr(noise, "MOST_ROWS", 500)
    random, columns = made(3000, 8)
    _, found = off_by(np.exp(columns[:, 3]) * random.normal(size=3000), columns, held=1)
    assert found.by == ["'x3'"] and found.scale.errors.rows == 500


@pytest.mark.parametrize("errors", [np.zeros(200), np.eye(200)[0], np.full(200, 1e-300)])
def test_answers_that_are_right_have_no_size(errors):
    assert off_by(errors, made(200, 9)[1])[1] is None


def test_few_rows_do_not_tell():
    random, columns = made(99, 2)
    assert off_by(np.exp(2 * columns[:, 0]) * random.normal(size=99), columns)[1] is None


def sensor(rows, seed):
    random = np.random.default_rng(seed)
    table = {"load": random.uniform(0, 10, rows), "gauge": random.choice(["old", "new"], rows)}
    sizes = np.where(table["gauge"] == "old", 1.5, 0.2)
    return table, 0.3 * (table["load"] - 4) ** 2 + sizes * random.normal(size=rows)


@pytest.fixture(scope="module")
def model():
    table, wear = sensor(300, 0)
    return TableRegressor(random_state=0).fit({**table, "wear": wear}, "wear")


def test_intervals_hold_as_much_where_noise_is_large_as_where_it_is_small(model):
    table, wear = sensor(2000, 1)
    old = table["gauge"] == "old"

    def inside(one):
        low, high = one.predict_interval(table, coverage=0.9)
        held = (low <= wear) & (wear <= high)
        return held[old].mean(), held[~old].mean()

    alike = copy.copy(model)
    del alike.noise_scale_
    few, many = inside(alike)
    assert few < 0.8 and many == 1
    few, many = inside(model)
    assert 0.82 < few < 0.95 and 0.85 < many < 0.97
    _, std = model.predict(table, return_std=True)
    assert 3 < np.mean(std[old]) / np.mean(std[~old]) < 12
    assert any("'wear' may be off depends" in note and "'gauge'" in note for note in model.notes_)


def test_a_file_and_its_predictor_have_the_same_bits(model, tmp_path):
    table, _ = sensor(50, 2)
    neurona.save(model, tmp_path / "m.neurona")
    again = neurona.load(tmp_path / "m.neurona")
    known = model.predict_uncertainty(table)
    for one in (again, load_predictor(tmp_path / "m.neurona")):
        found = one.predict_uncertainty(as_table(table, "t"))
        assert np.array_equal(found.std.ravel(), known.std)
        assert np.array_equal(np.ravel(found.interval(0.8)), np.ravel(known.interval(0.8)))
    neurona.save(again, tmp_path / "again.neurona")
    assert (tmp_path / "again.neurona").read_bytes() == (tmp_path / "m.neurona").read_bytes()


def test_one_network_alone_has_none_of_it(model):
    assert hasattr(model, "noise_scale_")
    assert not hasattr(model.member(0), "noise_scale_")
