"""The scores are scikit-learn's and SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
import sklearn.metrics as sklearn_metrics
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import accuracy_score, r2_score

from neurona import metrics
from neurona.metrics import accuracy, r2

RANDOM = np.random.default_rng(0)
WEIGHTS = [None, RANDOM.uniform(size=30)]


@pytest.mark.parametrize("weights", WEIGHTS, ids=["alike", "weighted"])
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("constant", [False, True])
def test_r2(outputs, weights, constant):
    targets = RANDOM.normal(size=(30, outputs))
    targets[:, 0] = 2.0 if constant else targets[:, 0]
    for guess in (targets + RANDOM.normal(size=targets.shape), targets.copy()):
        assert r2(targets, guess, weights=weights) == pytest.approx(
            r2_score(targets, guess, sample_weight=weights)
        )


@pytest.mark.parametrize("weights", WEIGHTS, ids=["alike", "weighted"])
def test_accuracy(weights):
    outputs = RANDOM.uniform(size=(30, 3))
    labels = RANDOM.integers(0, 2, (30, 3)).astype(float)
    labels[:20] = outputs[:20] > 0.5
    assert accuracy(labels, outputs, False, weights=weights) == pytest.approx(
        accuracy_score(labels, outputs > 0.5, sample_weight=weights)
    )
    classes = RANDOM.integers(0, 3, 30)
    assert accuracy(np.eye(3)[classes], outputs, True, weights=weights) == pytest.approx(
        accuracy_score(classes, outputs.argmax(axis=1), sample_weight=weights)
    )


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_outputs_that_are_not_finite_have_no_score(wrong):
    outputs = np.array([[0.5], [wrong]])
    assert np.isnan(r2(np.ones((2, 1)), outputs))
    assert np.isnan(metrics.explained_share(np.ones((2, 1)), outputs))
    assert np.isnan(accuracy(np.ones((2, 1)), outputs, False))


numbers = st.floats(-1e6, 1e6).map(lambda x: round(x, 3))
shares = st.floats(0.0, 1.0)
weights = st.one_of(st.none(), st.lists(st.floats(0.01, 10), min_size=40, max_size=40))


def rows_of(width, cell):
    row = st.tuples(*[cell] * width)
    return st.lists(st.tuples(row, row), min_size=2, max_size=40)


def apart(pairs, given_weights):
    first, second = (np.array(side, float) for side in zip(*pairs, strict=True))
    return first, second, None if given_weights is None else np.array(given_weights[: len(first)])


def tolerance(targets, outputs):
    """How well R^2 is determined, where the spread is small beside the numbers."""
    spread = (targets - targets.mean(axis=0)) ** 2
    size = 1e-14 * (np.abs(targets).max() + np.abs(outputs).max()) ** 2 * len(targets)
    return size / max(spread.sum(axis=0).min(), 1e-300)


@given(rows_of(2, numbers), weights)
def test_r2_of_anything(pairs, by):
    targets, outputs, by = apart(pairs, by)
    # where rounding alone decides whether a target is constant, any score may stand
    constant = (targets == targets[0]).all(axis=0)
    near = metrics.squares(targets, outputs, weights=by).total == 0
    if (constant != near).any() or (not constant.all() and tolerance(targets, outputs) > 1e-3):
        return
    expected = r2_score(targets, outputs, sample_weight=by)
    assert r2(targets, outputs, weights=by) == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(rows_of(1, numbers))
def test_r2_of_a_vector_and_of_a_column_have_the_same_bits(pairs):
    """What stops a training and what `evaluate` shows is one number."""
    targets, outputs, _ = apart(pairs, None)
    wide = np.column_stack([targets, targets])
    expected = r2(targets, outputs)
    assert r2(targets[:, 0], outputs[:, 0]) == expected
    assert r2(wide[:, 0], outputs[:, 0]) == expected
    squares = metrics.squares(targets, outputs)
    truth, said = targets[:, 0], outputs[:, 0]
    assert float(squares.total[0]) == float(((truth - truth.mean()) ** 2).sum())
    assert float(squares.unexplained[0]) == float(((truth - said) ** 2).sum())


@given(rows_of(3, numbers), weights)
def test_explained_share_is_the_r2_of_all_variance(pairs, by):
    targets, outputs, by = apart(pairs, by)
    if np.ptp(targets, axis=0).min() < 1:
        return
    expected = r2_score(targets, outputs, sample_weight=by, multioutput="variance_weighted")
    found = metrics.explained_share(targets, outputs, weights=by)
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-6)


def test_explained_share_at_its_ends():
    same = np.full((4, 2), 3.0)
    assert metrics.explained_share(same, same) == 1
    assert metrics.explained_share(same, same + 1) == 0
    assert np.isnan(metrics.explained_share(same, same, weights=np.zeros(4)))


@given(rows_of(2, numbers))
def test_errors_in_the_targets_unit(pairs):
    targets, outputs, _ = apart(pairs, None)
    np.testing.assert_allclose(
        metrics.rmse(targets - outputs),
        sklearn_metrics.root_mean_squared_error(targets, outputs, multioutput="raw_values"),
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        metrics.mae(targets - outputs),
        sklearn_metrics.mean_absolute_error(targets, outputs, multioutput="raw_values"),
        rtol=1e-12,
    )


@given(st.lists(st.tuples(numbers, st.floats(0.01, 1e3)), min_size=1, max_size=30))
def test_error_bars(pairs):
    errors, std = np.array(pairs).T
    expected = stats.norm.logpdf(errors, 0, std).mean()
    assert metrics.log_likelihood(errors, std) == pytest.approx(expected, rel=1e-9)
    inside = np.abs(stats.norm.cdf(errors / std) - 0.5) <= 0.475
    assert metrics.coverage_95(errors, std) == pytest.approx(inside.mean(), abs=1e-12)


def test_error_bars_of_no_width_have_no_density():
    assert metrics.log_likelihood(np.array([0.0, 1.0]), np.array([1.0, 0.0])) is None
    assert metrics.coverage_95(np.array([0.0, 1.0]), np.array([0.0, 0.0])) == 0.5


@given(rows_of(3, shares), weights)
def test_accuracy_of_anything(pairs, by):
    targets, outputs, by = apart(pairs, by)
    labels = targets > 0.5
    assert accuracy(targets, outputs, False, weights=by) == pytest.approx(
        accuracy_score(labels, outputs > 0.5, sample_weight=by)
    )
    one = np.eye(3)[targets.argmax(axis=1)]
    assert accuracy(one, outputs, True, weights=by) == pytest.approx(
        accuracy_score(targets.argmax(axis=1), outputs.argmax(axis=1), sample_weight=by)
    )


codes = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


@pytest.mark.filterwarnings("ignore:.*y_pred contains classes not in y_true")
@pytest.mark.filterwarnings("ignore:.*single label")
@given(codes)
def test_counts_of_classes(pairs):
    truth, said = np.array(pairs).T
    assert metrics.balanced_accuracy(truth, said) == pytest.approx(
        sklearn_metrics.balanced_accuracy_score(truth, said)
    )
    expected = sklearn_metrics.confusion_matrix(truth, said, labels=range(4))
    assert metrics.confusion(truth, said, 4) == expected.tolist()


rows_of_shares = st.lists(
    st.tuples(st.integers(0, 2), st.tuples(*[st.floats(0.001, 1)] * 3)), min_size=1, max_size=30
)


@given(rows_of_shares, weights)
def test_log_loss(rows, by):
    truth = np.array([code for code, _ in rows])
    chances = np.array([row for _, row in rows])
    chances /= chances.sum(axis=1, keepdims=True)
    by = None if by is None else np.array(by[: len(rows)])
    expected = sklearn_metrics.log_loss(truth, chances, labels=[0, 1, 2], sample_weight=by)
    given_to_truth = metrics.surprise(chances[np.arange(len(rows)), truth])
    assert np.average(given_to_truth, weights=by) == pytest.approx(expected, rel=1e-9, abs=2e-7)
    on = np.eye(3)[truth].astype(bool)
    np.testing.assert_array_equal(metrics.log_losses(on, chances, False), given_to_truth)
    several = [
        sklearn_metrics.log_loss(on[:, k], chances[:, k], labels=[0, 1], sample_weight=by)
        for k in range(3)
    ]
    found = np.average(metrics.log_losses(on, chances, True), weights=by)
    assert found == pytest.approx(sum(several), rel=1e-9, abs=1e-6)
    np.testing.assert_allclose(metrics.frequencies(on, weights=by).sum(), 1)


def test_a_chance_of_nothing_is_a_large_loss_and_certainty_none():
    assert metrics.surprise(np.array([0.0]))[0] == pytest.approx(-np.log(1e-7))
    assert metrics.surprise(np.array([1.0]), None)[0] == 0
    assert np.isnan(metrics.surprise(np.array([np.nan]))[0])


@given(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=20))
def test_losses_of_single_precision_are_computed_in_double(chances):
    single = np.array(chances, np.float32)
    assert metrics.surprise(single).dtype == np.float64
    np.testing.assert_array_equal(metrics.surprise(single), metrics.surprise(single.astype(float)))


@given(rows_of(2, numbers))
def test_the_mean_explains_nothing(pairs):
    targets, _, _ = apart(pairs, None)
    if np.ptp(targets, axis=0).min() < 1:
        return
    mean = np.broadcast_to(targets.mean(axis=0), targets.shape)
    assert r2(targets, mean) == pytest.approx(0, abs=1e-9)
