"""What a scikit-learn that keeps its trees elsewhere changes: leaves are left out, and said."""

import numpy as np
import pytest

from neurona import TableRegressor
from neurona.errors import IncompatibleError
from neurona.estimators.tables.contest import boosting
from neurona.estimators.tables.contest.candidates import EFFORTS, leaves_of_many
from neurona.estimators.tables.plan import Task
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.runs.searching.named import named_beside

LARGE = Task(30_000, 10, 1, LOSSES.find("squared_error"), ACTIVATIONS.find("identity"))


@pytest.fixture
def elsewhere(monkeypatch):
    """A scikit-learn whose nodes have other fields."""
    monkeypatch.setattr(boosting, "FIELDS", boosting.FIELDS | {"another"})
    boosting.are_readable.cache_clear()
    yield
    boosting.are_readable.cache_clear()


def test_the_version_here_keeps_them_where_they_are_read():
    boosting.are_readable.cache_clear()
    assert boosting.are_readable()
    assert len(named_beside({})) == 2
    assert len(leaves_of_many(LARGE, EFFORTS["normal"])) == 1


def test_the_default_and_a_search_do_without(elsewhere):
    assert named_beside({}) == []
    assert leaves_of_many(LARGE, EFFORTS["normal"]) == []


def test_who_asks_for_leaves_is_told(elsewhere):
    X = np.random.default_rng(0).normal(size=(120, 2))
    model = TableRegressor(also=["leaves()"], random_state=0)
    with pytest.raises(IncompatibleError, match="leave leaves"):
        model.fit(X, X[:, 0])
