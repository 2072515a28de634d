"""Further ways that compete: leaves of boosted trees as layers, and what a person may name."""

import warnings

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingRegressor

import neurona
from neurona import TableClassifier, TableRegressor
from neurona.errors import IncompatibleError, UnknownNameError
from neurona.estimators.tables.contest.boosting import Boosting, boosted
from neurona.estimators.tables.contest.leaves import every_leaf, leaves_of
from neurona.estimators.tables.contest.levels import Seen
from neurona.estimators.tables.contest.pruning import chosen
from neurona.estimators.tables.contest.ways import ways_of
from neurona.inference.members import Member, outputs_of
from neurona.network import Network
from neurona.numerics.activations import Identity

RANDOM = np.random.RandomState(0)
ROWS = RANDOM.randn(400, 5)
JUMPS = 2.0 * (ROWS[:, 0] > 0.3) - 1.0 * (ROWS[:, 1] > ROWS[:, 2]) + 0.1 * RANDOM.randn(400)


def network_of(lens):
    """Return the network that the leaves are, untrained, on rows as they are."""
    last = Network([lens.added.shape[0], lens.added.shape[1]], [Identity()], np.float32)
    return lens.member(Member(last, last.pack([lens.added], [lens.base])))


def all_leaves(y, how, output="identity"):
    """Return all leaves of boosted trees, and what the trees say of the rows."""
    X = ROWS.astype(np.float32)
    grown = boosted(X, y, None, 0, how, output, None, X)
    return every_leaf(grown, X, Seen(5)), grown.sums


def test_leaves_are_boxes_that_add_up_to_what_the_trees_say():
    every, sums = all_leaves(JUMPS[:, None], Boosting(20, 0.3, 6))
    inside = every.through(ROWS)
    assert (inside.sum(axis=1) == 20).all() and inside.shape[1] == 120
    assert inside.sum(axis=0).min() >= 20
    theirs = HistGradientBoostingRegressor(
        max_iter=20, learning_rate=0.3, max_leaf_nodes=6, max_features=0.5, random_state=0
    ).fit(ROWS.astype(np.float32), JUMPS)
    assert sums[:, 0] == pytest.approx(theirs.predict(ROWS.astype(np.float32)))
    off = sums - outputs_of(network_of(every), ROWS.astype(np.float32))
    assert off == pytest.approx(np.full((400, 1), JUMPS.mean()), abs=1e-4)


def test_each_tree_has_one_leaf_for_a_row_that_was_never_seen():
    every, _ = all_leaves(JUMPS[:, None], Boosting(20))
    strange = np.vstack([RANDOM.randn(50, 5), 1e5 * RANDOM.randn(50, 5)])
    assert (every.through(strange).sum(axis=1) == 20).all()


def test_labels_have_trees_of_their_own_unless_they_are_always_the_same():
    on = np.column_stack([JUMPS > 0, np.ones(400), ROWS[:, 3] > 0]).astype(float)
    lens = leaves_of(ROWS, on, None, 0, Boosting(100), "logistic")
    sums = lens.through(ROWS) @ lens.added + lens.base
    assert (((sums > 0) == on).mean(axis=0) > 0.95).all() and (sums[:, 1] > 5).all()


def test_classes_are_told_as_boosting_tells_them():
    classes = np.digitize(JUMPS, [-0.4, 0.9])
    on, new = np.eye(3)[classes], RANDOM.randn(1000, 5)
    truth = 2.0 * (new[:, 0] > 0.3) - 1.0 * (new[:, 1] > new[:, 2])
    lens = leaves_of(ROWS, on, None, 0, Boosting(60), "softmax")
    sums = outputs_of(network_of(lens), new.astype(np.float32))
    theirs = GradientBoostingClassifier(n_estimators=60, max_leaf_nodes=8, random_state=0)
    theirs.fit(ROWS, classes)
    right = np.digitize(truth, [-0.4, 0.9])
    own = (sums.argmax(axis=1) == right).mean()
    assert own > 0.9 and own > (theirs.predict(new) == right).mean() - 0.03


def test_rows_held_out_say_how_many_trees_are_enough():
    noise = RANDOM.randn(400, 1)
    held = ROWS[200:], noise[200:]
    few = leaves_of(ROWS[:200], noise[:200], None, 0, Boosting(100), "identity", held)
    many = leaves_of(ROWS[:200], noise[:200], None, 0, Boosting(100), "identity")
    assert few.added.shape[0] < many.added.shape[0] / 4


def test_few_leaves_say_nearly_what_all_say():
    every, _ = all_leaves(JUMPS[:, None], Boosting(60, least_rows=5))
    few = leaves_of(ROWS, JUMPS[:, None], None, 0, Boosting(60, kept=40, least_rows=5), "identity")
    assert every.added.shape[0] > 400 and few.sides.shape[1] == few.added.shape[0] == 40
    assert (few.sides != 0).any(axis=1).all() and len(few.values) == len(few.sides)
    new = RANDOM.randn(1000, 5)
    ours, theirs = (one.through(new) @ one.added + one.base for one in (few, every))
    theirs += JUMPS.mean()  # what trees begin with
    assert ((ours - theirs) ** 2).mean() < 0.03 * theirs.var()


def test_a_leaf_that_others_make_up_is_not_kept():
    units = (RANDOM.rand(300, 3) < 0.5).astype(float)
    twice = np.column_stack([units, units, 1 - units[:, 0], np.ones(300)])
    sums = units @ [[3.0], [-2.0], [1.0]] + 5
    kept, added, base = chosen(twice, sums, 9)
    assert len(kept) == 3
    assert twice[:, kept] @ added + base == pytest.approx(sums, abs=0.2)


def test_rows_without_weight_count_nothing():
    y = np.where(np.arange(400) < 200, JUMPS, 50.0)[:, None]
    weights = np.repeat([1.0, 0.0], 200)
    lens = leaves_of(ROWS, y, weights, 0, Boosting(5), "identity")
    assert (lens.through(ROWS) @ lens.added + lens.base).max() < 5


def test_nothing_to_divide_by_is_the_mean():
    lens = leaves_of(np.ones((60, 2)), RANDOM.randn(60, 1) + 7, None, 0, Boosting(3), "identity")
    said = outputs_of(network_of(lens), np.ones((4, 2), np.float32))
    assert said == pytest.approx(np.full((4, 1), 7), abs=0.5)


def test_a_way_that_is_named_competes_and_is_kept_by_files(short, tmp_path):
    also = ["leaves(trees=30)", "relu(width=16, dropout=0.1)"]
    model = TableRegressor(random_state=0, also=also).fit(ROWS[:300], JUMPS[:300])
    found = {one.name: one for one in model.candidates_}
    assert set(also) <= set(found)
    assert found["leaves(trees=30)"].weight > 0.3  # two epochs tell less
    assert found["leaves(trees=30)"].loss < 0.15
    neurona.save(model, tmp_path / "model.neurona")
    again = neurona.load(tmp_path / "model.neurona")
    assert (again.predict(ROWS[300:]) == model.predict(ROWS[300:])).all()
    usual = TableRegressor(random_state=0).fit(ROWS[:300], JUMPS[:300])
    errors = [np.mean((m.predict(ROWS[300:]) - JUMPS[300:]) ** 2) for m in (model, usual)]
    assert errors[0] < errors[1]


def test_trees_in_threads_leave_the_filters_of_warnings_alone(short):
    before = list(warnings.filters)
    TableRegressor(random_state=0, also=["leaves(trees=2)"], n_threads=4).fit(ROWS, JUMPS)
    assert warnings.filters == before


def test_ways_are_texts_or_values_and_checked():
    ways = ways_of(["leaves", "silu(width=64, rate=0.5)"])
    assert [one.text for one in ways] == ["leaves()", "silu(width=64, rate=0.5)"]
    assert ways_of(ways) == ways
    for bad, said in (
        ("leaf", "leaves"),
        ("leaves(trees=0)", "whole number of 1"),
        ("relu(dropout=1)", "dropout"),
    ):
        with pytest.raises((UnknownNameError, ValueError), match=said):
            ways_of([bad])
    with pytest.raises(ValueError, match="twice"):
        ways_of(["leaves", "leaves()"])


@pytest.mark.parametrize("words", [{"solver": "adam"}, {"effort": "quick"}])
def test_where_nothing_competes_a_further_way_is_refused(words):
    with pytest.raises(IncompatibleError, match="several compete"):
        TableClassifier(also=["leaves"], **words).fit(ROWS, JUMPS > 0)


def test_files_are_read_whatever_the_heaviest_network_is(short, tmp_path):
    """A line shows itself as one network with its whole share, and may not be the heaviest way: an
    optimizer's state of another network does not belong to it.
    """
    y = ROWS[:, 0] + 0.5 * JUMPS
    model = TableRegressor(random_state=0, also=["leaves"]).fit(ROWS[:300], y[:300])
    assert model.network_.standing().optimizer is None
    neurona.save(model, tmp_path / "model.neurona")
    again = neurona.load(tmp_path / "model.neurona")
    assert (again.predict(ROWS) == model.predict(ROWS)).all()
