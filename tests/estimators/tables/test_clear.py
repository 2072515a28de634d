"""What is said of models that are no better than a simple answer, each with its numbers."""

import re

import numpy as np
import pytest

from neurona import CollapsedWarning, TableClassifier, TableRegressor
from neurona.estimators.tables.clear import (
    is_clear,
    is_clear_of_most,
    rows_in_words,
    rows_to_tell,
    what_would_tell,
)


def test_so_many_rows_would_tell_in_every_other_case():
    random = np.random.RandomState(0)

    def gains(rows):
        return 0.1 + random.standard_normal((rows, 1))

    needed = (1.64 / 0.1) ** 2
    assert rows_to_tell(gains(200_000)) == 200_001  # it is told already
    few = [rows_to_tell(gains(100)) for _ in range(400)]
    # of gains as few as these the number is rough; they are thought to be none now and then
    assert 0.4 * needed < np.median([one for one in few if one is not None]) < 2.5 * needed
    told = np.mean([is_clear(gains(round(needed)))[0] for _ in range(1000)])
    assert told == pytest.approx(0.5, abs=0.06)


def test_what_is_no_gain_needs_no_rows():
    assert rows_to_tell(np.array([[1.0], [-2.0]])) is None
    assert rows_to_tell(np.full((5, 1), 0.0)) is None
    assert rows_to_tell(np.array([[1e-6], [1.0], [-1.0]])) is None
    assert rows_in_words(1234) == "1,300 rows" and rows_in_words(87) == "87 rows"


def test_of_heavy_tails_most_rows_tell():
    random = np.random.RandomState(1)
    usual = random.standard_cauchy((300, 1)) ** 3
    usual -= np.median(usual)
    near = 0.3 * usual * random.uniform(0.5, 1.5, usual.shape)
    assert not is_clear(usual**2 - near**2)[0]
    assert "one row makes up 62%" in what_would_tell(usual**2 - near**2)
    assert is_clear_of_most(near, usual)[0]
    # who knows nothing is told from the median by none
    found = [
        is_clear_of_most(random.permutation(one), one)[0]
        for one in random.standard_cauchy((200, 300, 1))
    ]
    assert np.mean(found) < 0.1
    # and the mean, said of a skewed target, is not clear either
    skewed = np.exp(2 * random.standard_normal((300, 1)))
    assert not is_clear_of_most(skewed - skewed.mean(), skewed - np.median(skewed))[0]


def weak(rows=60):
    random = np.random.RandomState(6)
    X = random.standard_normal((rows, 1))
    return X, 0.25 * X[:, 0] + random.standard_normal(rows)


WAY = {"solver": "lm", "hidden_layer_sizes": (), "split": "last", "validation_fraction": 0.5}


def numbers_in(said):
    return [float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", said)]


def test_rows_that_do_not_suffice_are_said():
    X, y = weak()
    with pytest.warns(CollapsedWarning, match="do not suffice to tell") as caught:
        model = TableRegressor(**WAY, random_state=0).fit(X, y)
    (said,) = (str(one.message) for one in caught)
    rmse, rows, usual, needed = numbers_in(said)
    assert rmse == pytest.approx(np.sqrt(np.mean((model.predict(X[30:]) - y[30:]) ** 2)), rel=1e-3)
    assert usual == pytest.approx(np.sqrt(np.mean((y[:30].mean() - y[30:]) ** 2)), rel=1e-3)
    assert rows == 30 < needed and said in model.notes_
    assert not any("collapsed" in note for note in model.notes_)


def test_a_straight_line_that_does_as_well_is_said():
    random = np.random.RandomState(0)
    X = random.standard_normal((150, 2))
    line, step = X @ [1.0, -2.0] + random.standard_normal(150), np.where(X[:, 0] > 0, 4.0, 0.0)
    how = {"random_state": 0, "time_budget": "0.3s", "n_threads": 1}
    model = TableRegressor(**how).fit(X, line)
    (said,) = (note for note in model.notes_ if "straight line" in note)
    rows, together, alone = numbers_in(said)[:3]
    assert rows == 150
    assert alone == pytest.approx(model.candidates_[1].loss, rel=1e-3)
    assert together == pytest.approx((model.comparison_.model[0] / line.std()) ** 2, rel=1e-2)
    other = TableClassifier(**how).fit(X, step * (abs(X[:, 1]) < 1) > 2)
    assert not any("straight line" in note for note in other.notes_)


@pytest.mark.parametrize("classes", [False, True])
def test_a_wide_table_learned_by_heart_is_no_collapse(classes):
    """Fifty columns tell nothing of forty rows: the network knows these, and no other."""
    random = np.random.RandomState(0)
    X, y = random.standard_normal((60, 50)), random.standard_normal(60)
    kind = TableClassifier if classes else TableRegressor
    y = np.where(y > 0, "a", "b").astype(object) if classes else y
    how = {"hidden_layer_sizes": (32,), "solver": "lbfgs", "split": "last", "random_state": 0}
    with pytest.warns(CollapsedWarning, match="over-fits") as caught:
        model = kind(**how, validation_fraction=1 / 3).fit(X, y)
    said = next(str(one.message) for one in caught if one.category is CollapsedWarning)
    assert "collapsed" not in said and said in model.notes_
    rows, ours, usual, held, theirs, usual_held = numbers_in(said)
    assert (rows, held) == (40, 20)
    if not classes:
        own, other = y[:40], y[40:]
        assert ours == pytest.approx(np.sqrt(np.mean((model.predict(X[:40]) - own) ** 2)), rel=1e-2)
        assert usual == pytest.approx(own.std(), rel=1e-3)
        assert theirs == pytest.approx(
            np.sqrt(np.mean((model.predict(X[40:]) - other) ** 2)), rel=1e-3
        )
        assert usual_held == pytest.approx(np.sqrt(np.mean((own.mean() - other) ** 2)), rel=1e-3)
    assert ours < usual and theirs > 0.9 * usual_held
