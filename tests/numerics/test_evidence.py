"""The evidence on linear models, where everything has a closed form."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.stats

from neurona.numerics.evidence import (
    LARGEST_PRECISION,
    LEAST_PRECISION,
    Evidence,
    Hyperparameters,
    evidence,
)

ROWS, GROUPS = 40, np.array([0, 0, 0, 1, 1])


def linear(seed: int):
    random = np.random.default_rng(seed)
    inputs = random.normal(size=(ROWS, len(GROUPS)))
    return inputs, inputs @ [1.0, -2.0, 0.5, 0.02, 0.0] + 0.3 * random.normal(size=ROWS)


def seen_at_the_best(inputs, targets, given: Hyperparameters) -> tuple[np.ndarray, Evidence]:
    inverse = given.noise * inputs.T @ inputs + np.diag(given.precisions[GROUPS])
    weights = given.noise * np.linalg.solve(inverse, inputs.T @ targets)
    cost = 0.5 * float(((inputs @ weights - targets) ** 2).sum())
    seen = evidence(weights, cost, inputs.T @ inputs, GROUPS, given, ROWS, True)
    assert seen is not None
    return weights, seen


def marginal(inputs, targets, given: Hyperparameters) -> float:
    """Return log p(targets) as the density of one multivariate normal."""
    spread = (inputs / given.precisions[GROUPS]) @ inputs.T + np.eye(ROWS) / given.noise
    return float(scipy.stats.multivariate_normal(np.zeros(ROWS), spread).logpdf(targets))


@pytest.mark.parametrize("noise", [0.5, 11.0])
@pytest.mark.parametrize("precisions", [[1.0, 1.0], [0.01, 300.0]])
def test_the_log_evidence_is_the_density_of_the_targets(precisions, noise):
    inputs, targets = linear(0)
    given = Hyperparameters(np.array(precisions), noise)
    _, seen = seen_at_the_best(inputs, targets, given)
    inverse = noise * inputs.T @ inputs + np.diag(given.precisions[GROUPS])
    covariance = np.linalg.inv(inverse)
    shares = 1 - given.precisions[GROUPS] * np.diag(covariance)
    gamma = np.array([shares[:3].sum(), shares[3:].sum()])
    np.testing.assert_allclose(seen.effective, gamma, rtol=1e-10)
    np.testing.assert_allclose(seen.factor @ seen.factor.T, inverse, rtol=1e-10, atol=1e-10)
    # the widths of the hyper-parameters' own posteriors, MacKay's delta(log alpha) and (log beta)
    widths = 0.5 * np.log(4 * math.pi / np.maximum(gamma, 1)).sum()
    widths += 0.5 * math.log(4 * math.pi / (ROWS - gamma.sum()))
    assert seen.log - widths == pytest.approx(marginal(inputs, targets, given), rel=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_every_update_raises_the_evidence_up_to_a_fixed_point(seed):
    inputs, targets = linear(seed)
    given = Hyperparameters(np.ones(2), 1.0)
    before = marginal(inputs, targets, given)
    for _ in range(200):
        weights, seen = seen_at_the_best(inputs, targets, given)
        assert ((seen.effective >= 0) & (seen.effective <= [3, 2])).all()
        given = seen.improved
        after = marginal(inputs, targets, given)
        # MacKay's updates are no ascent by proof: near a group that is not needed they overshoot
        assert after >= before - 1e-3
        before = after
    # where it comes to rest no neighbour is better
    for factor in (0.9, 1.1):
        for group in range(2):
            if given.precisions[group] > 1e4:
                continue  # a group that is not needed: all large precisions are alike
            other = given.precisions.copy()
            other[group] *= factor
            assert marginal(inputs, targets, Hyperparameters(other, given.noise)) < before + 1e-4
        assert marginal(inputs, targets, given._replace(noise=given.noise * factor)) < before
    assert weights.shape == (5,)


def test_a_matrix_that_is_not_positive_definite_has_no_evidence():
    given = Hyperparameters(np.array([1.0, 1.0]), 1.0)
    assert evidence(np.ones(5), 1.0, -2 * np.eye(5), GROUPS, given, ROWS, True) is None


def test_a_likelihood_without_noise_keeps_beta_at_1():
    given = Hyperparameters(np.array([1.0, 2.0]), 1.0)
    seen = evidence(np.ones(5), 3.0, np.eye(5), GROUPS, given, ROWS, False)
    assert seen is not None and seen.improved.noise == 1.0
    # by hand: H = diag(2, 2, 2, 3, 3), gamma = 3 / 2 and 2 / 3
    np.testing.assert_allclose(seen.effective, [1.5, 2 / 3])
    np.testing.assert_allclose(seen.improved.precisions, [0.5, 1 / 3], rtol=1e-8)
    log = -3 - 0.5 * 7 - 0.5 * math.log(8 * 9) + 0.5 * math.log(4)
    log += 0.5 * math.log(4 * math.pi / 1.5) + 0.5 * math.log(4 * math.pi)
    # the logarithm of each precision is anywhere from -6 to 8, to the base of 10
    log -= 2 * math.log(14 * math.log(10))
    assert seen.log == pytest.approx(log)


def of_labels(labels, inputs) -> float:
    """Return the log evidence of a logistic model of one weight, where its precision is best."""
    given, weight = Hyperparameters(np.ones(1), 1.0), np.zeros(1)
    for _ in range(100):
        for _ in range(8):
            chance = 1 / (1 + np.exp(-inputs * weight))
            curvature = (inputs**2) @ (chance * (1 - chance))
            slope = inputs @ (chance - labels) + given.precisions[0] * weight[0]
            weight = weight - slope / (curvature + given.precisions[0])
        cost = -np.log(np.where(labels, chance, 1 - chance)).sum()
        seen = evidence(weight, cost, np.array([[curvature]]), ONE, given, len(labels), False)
        given = seen.improved
    return seen.log


def integrated(labels, inputs) -> float:
    """Return it by two sums over a grid: of the weight, and of the logarithm of its precision."""
    logs = np.linspace(math.log(LEAST_PRECISION), math.log(LARGEST_PRECISION), 140)
    units = np.linspace(-8, 8, 321)
    weights = units / np.exp(logs / 2)[:, None]
    signs = np.where(labels, 1, -1) * inputs
    likelihood = np.exp(-np.logaddexp(0, -signs * weights[..., None]).sum(axis=-1))
    density = scipy.stats.norm.pdf(units) * (units[1] - units[0])
    return math.log(np.mean(likelihood @ density))


ONE = np.zeros(1, int)


def test_over_all_labelings_the_evidence_is_at_most_1():
    inputs = np.array([-1.5, -0.8, 0.3, 0.9, 2.0])
    labelings = [np.array(one) for one in itertools.product([False, True], repeat=5)]
    whole = np.array([integrated(one, inputs) for one in labelings])
    found = np.array([of_labels(one, inputs) for one in labelings])
    assert np.exp(whole).sum() == pytest.approx(1, abs=1e-3)
    assert 0.02 < np.exp(found).sum() <= 1
    # the Gaussian about the best precision leaves out those where the weight is nothing
    assert (found < whole + 0.1).all()
    # and the labels that are like a step are the likeliest by both
    assert {found.argmax(), whole.argmax()} <= {0b00111, 0b11000}
