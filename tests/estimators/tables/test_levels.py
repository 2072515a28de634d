"""Categories as trees see them: one column each, ordered by the targets."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

import neurona
from neurona import TableClassifier, TableRegressor
from neurona.data.frames import as_table
from neurona.data.preparation import Preparation
from neurona.estimators.tables.contest.boosting import Boosting, boosted
from neurona.estimators.tables.contest.leaves import every_leaf, leaves_of
from neurona.estimators.tables.contest.levels import columns_of, groups_of, seen_of
from neurona.inference.members import Member, outputs_of
from neurona.network import Network
from neurona.numerics.activations import Identity

RANDOM = np.random.RandomState(0)
ROWS, LEVELS = 600, 24
TOWN, SIZE = RANDOM.randint(LEVELS, size=ROWS), RANDOM.randn(ROWS, 2)
HIGH = RANDOM.permutation(LEVELS)[: LEVELS // 2]
"""Every second town, in no order that a name would have."""
Y = 2.0 * np.isin(TOWN, HIGH) + (SIZE[:, 0] > 0.3) + 0.1 * RANDOM.randn(ROWS)
GROUPS = [np.arange(1, 1 + LEVELS)]


def rows_of(town, size):
    """Return rows as networks see them: a number, a column a town, a number."""
    return np.column_stack([size[:, :1], town[:, None] == np.arange(LEVELS), size[:, 1:]])


def network_of(lens):
    """Return the network that the leaves are, untrained, on rows as they are."""
    last = Network(list(lens.added.shape), [Identity()], np.float32)
    return lens.member(Member(last, last.pack([lens.added], [lens.base])))


def towns_by_mean(y):
    """Return each town's distance from the mean, ten rows of which are mixed in."""
    return np.array(
        [(y[k == TOWN] - y.mean()).sum() / ((k == TOWN).sum() + 10) for k in range(LEVELS)]
    )


def test_a_network_on_a_column_a_level_says_what_trees_on_one_ordered_column_say():
    at = towns_by_mean(Y)
    own = np.column_stack([SIZE, at[TOWN]]).astype(np.float32)
    theirs = HistGradientBoostingRegressor(
        max_iter=20, learning_rate=0.3, max_leaf_nodes=6, max_features=0.5, random_state=0
    ).fit(own, Y)
    rows = rows_of(TOWN, SIZE)
    seen = seen_of(rows, Y[:, None], None, GROUPS)
    X = seen.through(rows)
    assert pytest.approx(own, abs=1e-6) == X and X.shape == (ROWS, 3)
    grown = boosted(X, Y[:, None], None, 0, Boosting(20, 0.3, 6), "identity", None, X)
    network = network_of(every_leaf(grown, X, seen))
    assert network.network.sizes[0] == rows.shape[1]
    new = RANDOM.randint(LEVELS + 1, size=400), SIZE[RANDOM.permutation(ROWS)[:400]]
    assert (new[0] == LEVELS).any()  # a town that nobody saw lies where the mean is
    truth = theirs.predict(np.column_stack([new[1], np.append(at, 0)[new[0]]]).astype(np.float32))
    said = outputs_of(network, rows_of(*new).astype(np.float32))[:, 0]
    assert truth - said == pytest.approx(np.full(400, Y.mean()), abs=1e-4)


def test_one_threshold_divides_many_levels():
    rows = rows_of(TOWN, SIZE)
    y = 1.0 * np.isin(TOWN, HIGH)[:, None]
    one = Boosting(1, 1.0, 2, columns=1.0)
    lens = leaves_of(rows, y, None, 0, one, "identity", None, GROUPS)
    told = lens.through(rows) @ lens.added + lens.base
    assert len(lens.values) == 1
    assert told == pytest.approx(y, abs=0.02)
    apart = leaves_of(rows, y, None, 0, one, "identity")
    assert (apart.through(rows) @ apart.added + apart.base).var() < 0.2 * y.var()


def test_of_several_classes_levels_lie_along_what_differs_most():
    classes = np.where(np.isin(TOWN, HIGH), 0, 1 + RANDOM.randint(2, size=ROWS))
    rows = rows_of(TOWN, SIZE)
    seen = seen_of(rows, np.eye(3)[classes], None, GROUPS)
    at = seen.through(np.eye(LEVELS + 2)[1:-1])[:, 2]
    high = np.isin(np.arange(LEVELS), HIGH)
    assert at[high].min() > at[~high].max() or at[high].max() < at[~high].min()
    lens = leaves_of(rows, np.eye(3)[classes], None, 0, Boosting(30), "softmax", None, GROUPS)
    said = outputs_of(network_of(lens), rows.astype(np.float32))
    assert ((said.argmax(axis=1) == 0) == (classes == 0)).mean() > 0.99


def test_rows_without_weight_order_nothing():
    rows, weights = rows_of(TOWN, SIZE), np.repeat([1.0, 0.0], ROWS // 2)
    turned = np.where(weights > 0, Y, -Y)[:, None]
    half = seen_of(rows[: ROWS // 2], Y[: ROWS // 2, None], None, GROUPS)
    whole = seen_of(rows, turned, weights, GROUPS)
    assert whole.effects[0] == pytest.approx(half.effects[0], abs=1e-6)


def test_a_level_that_has_no_rows_lies_where_the_mean_is():
    rows = rows_of(np.where(TOWN == 3, 4, TOWN), SIZE)
    seen = seen_of(rows, Y[:, None], None, GROUPS)
    assert seen.effects[0][3] == 0 and (seen.effects[0] != 0).sum() == LEVELS - 1


def frame(town, size):
    return {"town": np.array([f"town {k}" for k in town], object), "a": size[:, 0], "b": size[:, 1]}


def test_categories_are_counted_once():
    table = as_table(frame(TOWN, SIZE))
    preparation = Preparation.fit(table)
    assert preparation.width == LEVELS + 2 and columns_of(preparation) == 3
    (group,) = groups_of(preparation)
    assert [preparation.features[k][:4] for k in group] == ["town"] * LEVELS


def test_a_model_of_words_has_such_leaves_and_is_kept_by_files(short, tmp_path):
    table, way = frame(TOWN, SIZE), "leaves(trees=40, rate=0.2)"
    model = TableRegressor(random_state=0, also=[way]).fit(table, Y)
    loss = {one.name: one.loss for one in model.candidates_}
    assert loss[way] < 0.1 < 0.5 * loss["constant"]
    neurona.save(model, tmp_path / "model.neurona")
    new = frame(RANDOM.randint(LEVELS + 2, size=50), RANDOM.randn(50, 2))
    with pytest.warns(UserWarning, match="town"):
        said = model.predict(new)
    with pytest.warns(UserWarning, match="town"):
        again = neurona.load(tmp_path / "model.neurona").predict(new)
    assert (said == again).all() and np.isfinite(said).all()


def test_classes_by_words_are_told_as_boosting_with_categories_tells_them(short):
    on, half = np.where(Y + RANDOM.randn(ROWS) > 1.5, "yes", "no"), ROWS // 2
    way = "leaves(trees=60, rate=0.1)"
    table = frame(TOWN[:half], SIZE[:half])
    model = TableClassifier(random_state=0, also=[way]).fit(table, on[:half])
    said = model.predict(frame(TOWN[half:], SIZE[half:]))
    theirs = HistGradientBoostingClassifier(max_iter=60, categorical_features=[0], random_state=0)
    own = np.column_stack([TOWN, SIZE])
    theirs.fit(own[:half], on[:half])
    right = (said == on[half:]).mean()
    assert right > (theirs.predict(own[half:]) == on[half:]).mean() - 0.03
