"""What the first layer of a contest's networks is begun with: relevance of columns, thresholds."""

import numpy as np
import pytest
from scipy import stats
from sklearn.ensemble import HistGradientBoostingRegressor

from neurona import TableRegressor
from neurona.data.frames import as_table
from neurona.estimators.tables.contest.relevance import LEAST, Relevance, f_minus_one, factors_of
from neurona.estimators.tables.contest.thresholds import MOST, thresholds_of
from neurona.inference.members import Member, outputs_of
from neurona.network import Network
from neurona.numerics.activations import Identity, Relu


def some_network(inputs, seed=0):
    random = np.random.RandomState(seed)
    network = Network([inputs, 7, 2], [Relu(), Identity()], np.float32)
    weights = [random.randn(inputs, 7), random.randn(7, 2)]
    return Member(network, network.pack(weights, [random.randn(7), random.randn(2)]))


def test_f_is_that_of_an_analysis_of_variance_of_eight_groups():
    random = np.random.RandomState(0)
    column = random.permutation(160).astype(float)
    target = np.sin(column / 20) + random.randn(160)
    groups = [target[column // 20 == k] for k in range(8)]
    found = f_minus_one(column[:, None], target[:, None], None)
    assert found[0] == pytest.approx(stats.f_oneway(*groups).statistic - 1, rel=0.1)


def test_columns_that_tell_are_shown_larger_whatever_kind_they_are_of():
    random = np.random.RandomState(1)
    table = {f"noise {k}": random.randn(300) for k in range(10)}
    table |= {"load": random.randn(300), "tool": random.choice(["a", "b", "c"], 300)}
    y = np.abs(table["load"]) + (table["tool"] == "b")
    model = TableRegressor(steps=300, random_state=0).fit(table, y)
    rows = model.preparation_.transform(as_table(table), float)
    prepared = model.preparation_
    factors = factors_of(f_minus_one(rows, y[:, None], None), prepared, prepared)
    assert len(factors) == prepared.width
    names = [one.name for one in prepared.encoders for _ in one.features()]
    by_name = dict(zip(names, factors, strict=True))
    noise = [by_name[f"noise {k}"] for k in range(10)]
    assert min(by_name["load"], by_name["tool"]) > 4 * max(noise) and min(noise) >= LEAST


def test_factors_where_nothing_tells_are_one():
    rows = np.zeros((50, 2))
    assert (f_minus_one(rows, np.arange(50.0)[:, None], None) == 0).all()
    tells = f_minus_one(np.random.RandomState(0).randn(50, 2), np.ones((50, 1)), None)
    assert (tells == 0).all()


@pytest.mark.parametrize("kind", ["relevance", "thresholds"])
def test_a_lens_becomes_a_part_of_the_network(kind):
    random = np.random.RandomState(2)
    rows = random.randn(200, 5).astype(np.float32)
    y = 1.0 * (rows[:, [1]] > 0.3) + (rows[:, [4]] > rows[:, [0]])
    lens = (
        Relevance(np.array([0.05, 1, 2, 0.5, 4]))
        if kind == "relevance"
        else thresholds_of(rows, y, None, 0)
    )
    shown = lens.through(rows)
    assert shown.dtype == np.float32 and len(shown) == 200
    trained = some_network(shown.shape[1])
    whole = lens.member(trained)
    assert whole.network.sizes[0] == 5
    assert outputs_of(whole, rows) == pytest.approx(outputs_of(trained, shown), abs=1e-4)


def test_thresholds_lie_where_the_target_jumps_and_between_values_of_training():
    random = np.random.RandomState(3)
    rows = random.randint(0, 12, (400, 6)).astype(float)
    y = np.where(rows[:, 2] > 7, 3.0, 0.0) + np.where(rows[:, 5] > 2, 1.0, 0.0)
    found = thresholds_of(rows, (y + 0.1 * random.randn(400))[:, None], None, 0, most=2)
    assert sorted(zip(found.columns, np.floor(found.values), strict=True)) == [(2, 7), (5, 2)]
    many = thresholds_of(rows, random.randn(400, 1), None, 0)
    assert len(many.columns) <= MOST
    assert len({*zip(many.columns, np.floor(many.values), strict=True)}) == len(many.columns)
    assert not np.isin(many.values * 2, np.arange(24)).any()  # no halves, where values may lie


def test_rows_without_weight_make_no_thresholds():
    random = np.random.RandomState(4)
    rows = random.randn(300, 3)
    y = 1.0 * (rows[:, 0] > 0)
    y[150:] = 9.0 * (rows[150:, 1] > 1)
    weights = np.repeat([1.0, 0.0], 150)
    found = thresholds_of(rows, y[:, None], weights, 0, most=1)
    assert found.columns.tolist() == [0]


def test_constant_columns_make_a_unit_that_is_off():
    found = thresholds_of(np.ones((60, 2)), np.random.RandomState(0).randn(60, 1), None, 0)
    assert (found.through(np.ones((60, 2))) == 0).all()


def test_steps_among_noise_are_learned_by_thresholds():
    random = np.random.RandomState(5)
    X = random.uniform(size=(1300, 20))
    level = np.where(X[:, 0] > 0.37, 2.0, 0.0) * (X[:, 1] < 0.61) + np.where(X[:, 2] > 0.8, 1.5, 0)
    y = level + 0.2 * random.randn(1300)
    model = TableRegressor(random_state=0).fit(X[:300], y[:300])
    weights = {one.name: one.weight for one in model.candidates_}
    assert max(weights, key=weights.get) == "thresholds 128-128-128"
    trees = HistGradientBoostingRegressor(random_state=0).fit(X[:300], y[:300])
    own, theirs = (
        np.sqrt(np.mean((one.predict(X[300:]) - level[300:]) ** 2)) for one in (model, trees)
    )
    assert own < 1.1 * theirs
