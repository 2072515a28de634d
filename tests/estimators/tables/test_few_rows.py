"""Tables of 20 to 100 rows: no worse than simple answers by more than chance, and far better where
there is something to learn.
"""

import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, RidgeCV

from neurona import TableClassifier, TableRegressor
from neurona.data.split import Split
from neurona.estimators.tables.contest.folds import folds_of
from neurona.estimators.tables.contest.judging import Judge
from neurona.estimators.tables.contest.on_all import by_evidence, is_beyond_doubt

NEW = 2000


def normal(rows, columns, seed):
    random = np.random.default_rng([rows, columns, seed])
    X, e = random.normal(size=(rows + NEW, columns)), random.normal(size=rows + NEW)
    return X, e, random


def noise(rows, columns):
    return normal(rows, columns, 5)[:2]


def line(rows, columns, explained):
    X, e, random = normal(rows, columns, 6)
    slopes = random.normal(size=columns)
    slopes /= np.linalg.norm(slopes)
    return X, np.sqrt(explained) * X @ slopes + np.sqrt(1 - explained) * e


def several(rows, columns):
    X, e, random = normal(rows, columns, 7)
    return X, np.column_stack([e, X @ random.normal(size=columns) + e])


def classes(rows, columns, count, sure):
    X, _, random = normal(rows, columns, 8)
    sums = sure * X @ random.normal(size=(columns, count)) / np.sqrt(columns)
    return X, np.argmax(sums + random.gumbel(size=sums.shape), axis=1)


TABLES = [
    noise(30, 30),
    line(30, 30, 0.2),
    line(40, 5, 0.5),
    line(24, 4, 0.95),
    several(30, 6),
    classes(40, 10, 2, 0.0),
    classes(24, 20, 2, 1.0),
    classes(40, 3, 4, 1.0),
]


def worse(X, y, effort="normal"):
    """Return by what a model is worse on new rows than the better of constant and line, and what it
    says of itself; RMSE over spread or log loss, as a logarithm.
    """
    rows = len(X) - NEW
    train, new = slice(rows), slice(rows, None)
    whole, kinds = y.dtype.kind == "i", np.arange(y.max() + 1)
    model = (TableClassifier if whole else TableRegressor)(
        random_state=0, n_threads=2, effort=effort
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X[train], y[train])
        if whole:
            simple = LogisticRegression().fit(X[train], y[train])
            shares = np.bincount(y[train], minlength=len(kinds)) / rows
            said = [np.broadcast_to(shares, (NEW, len(kinds)))]
            said += [one.predict_proba(X[new]) for one in (simple, model)]
            constant, straight, ours = (
                -np.log(np.maximum(one[np.arange(NEW), y[new]], 1e-6)).mean() for one in said
            )
        else:
            simple = RidgeCV(np.logspace(-2, 3, 16)).fit(X[train], y[train])
            said = [y[train].mean(axis=0), simple.predict(X[new]), model.predict(X[new])]
            off = [np.sqrt(np.mean((one - y[new]) ** 2, axis=0)) for one in said]
            constant, straight, ours = (np.mean(one / y[new].std(axis=0)) for one in off)
    return np.log(ours / min(constant, straight))


def test_simple_answers_are_not_lost_to_chance():
    """The better of the two is known here by looking at 2,000 new rows, which nobody has: choosing
    by chance between them costs some per cent, too. The evidence alone, `effort="quick"`, is worse
    by more than 10 % on three of these.
    """
    found = np.array([worse(*table) for table in TABLES])
    assert found.mean() < 0.03 and (found > 0.1).sum() <= 1 and found.max() < 0.2, found.round(3)


def test_a_line_on_all_rows_predicts_for_those_of_the_folds():
    X, y = line(60, 4, 0.9)
    model = TableRegressor(random_state=0, n_threads=2).fit(X[:60], y[:60])
    told = {one.name: one for one in model.candidates_}
    assert told["linear"].networks == 6 and told["linear"].weight > 0
    alone = TableRegressor(solver="bayesian-lm", hidden_layer_sizes=(), random_state=0)
    right = alone.fit(X[:60], y[:60]).predict(X[60:])
    members = model.network_.learned().members
    lines = [k for k, one in enumerate(members) if one.network.n_layers == 1]
    assert len(lines) <= 3  # at most the constant and two lines, each once
    off = [np.abs(model.member(k).predict(X[60:]) - right).max() for k in lines]
    assert min(off) < 0.01 * y.std()


def bends(rows, columns, seed):
    random = np.random.default_rng([rows, columns, seed])
    X = random.uniform(-1.5, 1.5, (rows + NEW, columns))
    y = np.sin(2 * X[:, 0]) + X[:, 0] * X[:, 1] + 0.05 * random.normal(size=rows + NEW)
    return X, y


def test_few_rows_that_tell_enough_are_learned_as_a_whole():
    X, y = bends(45, 5, 2)
    model = TableRegressor(random_state=0, n_threads=2).fit(X[:45], y[:45])
    # networks of the folds, which lack nine rows, do not get there
    assert min(one.loss for one in model.candidates_) > 0.1
    assert np.sqrt(np.mean((model.predict(X[45:]) - y[45:]) ** 2)) < 0.1 * y.std()
    assert model.plan_.solver == "bayesian-lm" and model.noise_[0] < 0.1
    shares = np.array([one.share for one in model.network_.learned().members])
    assert 1 <= len(shares) <= 10 and shares.sum() == pytest.approx(1, abs=0.1)
    one = TableRegressor(random_state=0, n_threads=1).fit(X[:45], y[:45])
    assert (one.predict(X[45:]) == model.predict(X[45:])).all()


def start(log_evidence, layers):
    posterior = SimpleNamespace(log_evidence=log_evidence)
    network = SimpleNamespace(n_layers=layers)

    class Fake(SimpleNamespace):
        def _replace(self, **changed):
            return Fake(**{**vars(self), **changed})

    member = Fake(posterior=posterior, network=network, share=1.0)
    return Fake(member=member, result=-log_evidence)


def test_networks_count_by_their_evidence():
    starts = [start(10.0, 2), start(10.0, 2), start(10.0 - np.log(2), 3), start(1.0, 1)]
    found = by_evidence(starts)
    assert [one.member.share for one in found] == pytest.approx([0.4, 0.4, 0.2], abs=1e-4)
    assert not is_beyond_doubt(starts)
    assert is_beyond_doubt([start(30.0, 2), start(15.0, 1)])
    assert not is_beyond_doubt([start(30.0, 2)]) and not is_beyond_doubt([start(0.0, 1)])


def judge(rows, *said, seed=0):
    """A judge that has heard of each row what a line and others say."""
    random = np.random.default_rng(seed)
    truth = random.normal(size=(rows, 1))
    held = np.array_split(np.arange(rows), 5)
    folds = [Split(np.setdiff1d(np.arange(rows), one), one, "") for one in held]
    task = SimpleNamespace(rows=rows, loss=SimpleNamespace(has_noise=True))
    entries = SimpleNamespace(
        outputs=truth, folds=folds, again=[], weights=None, task=task, fold=folds.__getitem__
    )
    found = Judge(entries)
    for number, one in enumerate(said):
        answers = one(truth, random)
        for part, fold in enumerate(folds):
            found.hears(number, part, answers[fold.held])
    return found


def off_by(size):
    return lambda truth, random: truth + size * random.normal(size=truth.shape)


@pytest.mark.parametrize(("size", "least", "most"), [(0.1, 0.95, 1.0), (1.05, 0.0, 0.4)])
def test_networks_of_few_rows_count_by_how_clearly_they_are_better(size, least, most):
    weights = judge(40, off_by(1.0), off_by(size)).weights([0, 1], np.array([0.5, 1, 1]), [0])
    assert weights.sum() == pytest.approx(1) and least <= weights[2] <= most


def test_of_many_rows_what_is_far_behind_counts_nothing():
    known = judge(2000, off_by(0.02), off_by(0.03), off_by(0.5))
    weights = known.by_answers([0, 1, 2], np.ones(4))
    assert weights[1] > 0.5 and weights[2] > 0 and weights[3] == 0


def test_a_class_of_two_rows_is_held_out_one_by_one():
    labels = np.repeat([0, 1, 2], [20, 2, 1])
    folds = folds_of(23, 5, labels, None, np.random.RandomState(0))
    held = [set(one.held) for one in folds]
    assert sum(20 in one for one in held) == 1 and sum(21 in one for one in held) == 1
    assert not any({20, 21} <= one for one in held)  # each is trained on where the other is not
    assert not any(22 in one for one in held)
