"""Fits side by side whose rows are their own: each is the fit that it would be alone."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from neurona import Callback, MLPClassifier, MLPRegressor
from neurona.runs.side_by_side import engine_together, side_by_side

pytest.importorskip("jax", reason="the engine needs JAX: pip install 'neurona[jax]'")
pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.usefixtures("compiled_quickly"),
]

RANDOM = np.random.RandomState(7)
X = RANDOM.uniform(-1, 1, (130, 3))
Y = np.sin(2 * X[:, 0]) + X[:, 1] * X[:, 2] + 0.3 * RANDOM.normal(size=130)
ROWS = 100, 104, 97, 104
"""How many rows each fit has: the members' tables differ."""


def fit(engine, k, cls=MLPRegressor, y=Y, callbacks=None, **words):
    given = {"hidden_layer_sizes": (5,), "activation": "tanh", "max_iter": 30, "batch_size": 20}
    given |= {"learning_rate_init": 0.01, **words}
    if engine == "jax":
        given["device"] = "cpu"
    taken = np.random.RandomState(k).permutation(len(X))[: ROWS[k]]
    model = cls(random_state=k, engine=engine, callbacks=callbacks, **given)
    return model.fit(X[taken], y[taken])


def fitted_together(fits=range(4), starts=1, **words):
    together = engine_together("jax", "cpu", len(ROWS), starts)
    works = [partial(fit, "jax", k, **words) for k in fits]
    with side_by_side(works, 1, together) as futures:
        return [one.result(600) for one in futures], together


def assert_same(ours, theirs):
    for one, other in zip(ours, theirs, strict=True):
        assert (one.n_iter_, one.stop_reason_) == (other.n_iter_, other.stop_reason_)
        np.testing.assert_allclose(one.predict(X), other.predict(X), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(
    "words",
    [
        {},
        # each validates on rows of its own, and stops at an epoch of its own
        {"early_stopping": True, "n_iter_no_change": 3, "max_iter": 60},
        {"early_stopping": True, "n_starts": 3, "dropout": 0.2, "alpha": 0.1},
        {"learning_rate_init": "find", "solver": "sgd"},
    ],
)
def test_fits_together_are_those_of_the_compiled_engine(words):
    ours, together = fitted_together(starts=words.get("n_starts", 1), **words)
    assert_same(ours, [fit("compiled", k, **words) for k in range(4)])
    assert "find" in words.values() or [len(one) for one in together._known.values()] == [1]


def test_classes_with_weights():
    classes = np.digitize(Y, [-0.4, 0.4])
    words = {"cls": MLPClassifier, "y": classes, "class_weight": "balanced", "max_iter": 12}
    ours, _ = fitted_together(**words)
    for k, one in enumerate(ours):
        other = fit("compiled", k, **words)
        np.testing.assert_allclose(one.predict_proba(X), other.predict_proba(X), rtol=1e-7)


def test_shapes_that_differ_are_called_apart():
    hidden = [(5,), (4, 3), (5,), (4, 3)]
    together = engine_together("jax", "cpu", 4, 1)
    works = [partial(fit, "jax", k, hidden_layer_sizes=one) for k, one in enumerate(hidden)]
    with side_by_side(works, 1, together) as futures:
        ours = [one.result(600) for one in futures]
    assert_same(ours, [fit("compiled", k, hidden_layer_sizes=one) for k, one in enumerate(hidden)])
    assert [len(one) for one in together._known.values()] == [1, 1]


def test_few_places_and_tables_that_are_too_long(monkeypatch):
    """Two members at a time; a fit of many more rows than the first has members of its own."""
    from neurona.jax_engine import engine

    monkeypatch.setattr(engine, "members_that_fit", lambda *_: 2)
    monkeypatch.setitem(globals(), "ROWS", (60, 100, 62, 101))
    ours, together = fitted_together(n_starts=2)
    assert_same(ours, [fit("compiled", k, n_starts=2) for k in range(4)])
    assert [len(one) for one in together._known.values()] == [2]


def test_an_error_in_one_leaves_the_others_alone():
    class Fails(Callback):
        def on_epoch(self, training, record):
            if record.epoch == 4 and len(training.problem.table.targets) == ROWS[2]:
                raise ArithmeticError("mine")

    together = engine_together("jax", "cpu", 4, 2)
    works = [partial(fit, "jax", k, n_starts=2, callbacks=Fails()) for k in range(4)]
    with side_by_side(works, 1, together) as futures:
        errors = [one.exception(600) for one in futures]
    assert [type(one) for one in errors] == [type(None), type(None), ArithmeticError, type(None)]
    theirs = [fit("compiled", k, n_starts=2) for k in (0, 1, 3)]
    assert_same([futures[k].result() for k in (0, 1, 3)], theirs)


def test_a_fit_is_the_same_whoever_is_beside_it():
    """Bits: with the same number of members what a member comes to is its own."""
    all_four, _ = fitted_together(early_stopping=True)
    one, _ = fitted_together(fits=[2], early_stopping=True)
    np.testing.assert_array_equal(one[0].predict(X), all_four[2].predict(X))
