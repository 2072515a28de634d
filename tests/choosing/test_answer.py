"""The default stays unless something is better by more than chance explains."""

import numpy as np
import pytest

from neurona.choosing.answer import is_better, is_worth_choosing, taken
from neurona.choosing.rounds import Candidate


def candidate(number, origin, folds):
    return Candidate(number, origin, {}, {0: float(np.mean(folds))}, list(folds))


def ended(*candidates):
    return sorted(candidates, key=lambda one: one.losses[0])


def test_the_best_of_many_equal_ones_is_seldom_taken():
    """Thirty ways as good as the default, which luck alone tells apart: the best nearly always is
    another, and is taken in less than a quarter of all cases.
    """
    random, left = np.random.default_rng(0), {True: 0, False: 0}
    for _ in range(200):
        noise = random.normal(size=(31, 5))
        usual = candidate(0, "default", 5 + noise[0])
        others = [candidate(k, "round 1", 5 + 0.3 * noise[k]) for k in range(1, 31)]
        left[taken(ended(usual, *others), 30) is not usual] += 1
    always = sum(left.values())
    assert always == 200 and left[True] < 0.25 * always


@pytest.mark.parametrize("folds", [1, 2, 5])
def test_what_is_clearly_better_is_taken(folds):
    usual = candidate(0, "default", np.linspace(5, 6, folds))
    better = candidate(1, "round 1", np.linspace(4, 5, folds))
    worse = candidate(2, "linear", np.linspace(7, 8, folds))
    assert taken(ended(usual, better, worse), 30) is better
    assert taken(ended(usual, worse)) is usual


def test_one_fold_in_which_the_default_fails_is_no_proof():
    usual = candidate(0, "default", [1, 1, 1, 1, 30])
    other = candidate(1, "round 1", [1.1, 1.1, 1.1, 1.1, 3])
    assert other.losses[0] < usual.losses[0]
    assert taken(ended(usual, other)) is usual


def test_without_the_default_the_best_is_taken_and_of_none_none():
    other, linear = candidate(1, "round 1", [2, 3]), candidate(2, "linear", [3, 4])
    assert taken(ended(other, linear)) is other and taken([]) is None


def test_by_hand():
    # gains 1, 2, 3: mean 2, deviation 1, error sqrt(1/3 + 1/2) = 0.913
    assert is_better([0, 0, 0], [1, 2, 3])
    # gains 0, 2, 4: mean 2, deviation 2, error 1.826; gains -1, 2, 5: error 2.739
    assert is_better([0, 0, 0], [0, 2, 4]) and not is_better([0, 0, 0], [-1, 2, 5])


def test_a_single_fold_is_as_sure_as_its_parts():
    usual, other = candidate(0, "default", [2.0]), candidate(1, "round 1", [1.0])
    usual.parts, other.parts = [1.0] * 9 + [11.0], [1.0] * 10  # one part makes all of it
    assert taken(ended(usual, other)) is usual
    usual.parts, other.parts = [2.0, 2.1] * 5, [1.0, 1.2] * 5
    assert taken(ended(usual, other)) is other


def test_errors_with_heavy_tails_must_be_smaller_by_their_logarithms_too():
    """Thirty ways that are worse by noise of their own: where few rows make up the squares, luck
    takes one for better half as often as without the logarithms, and all the same a way that does
    without that noise is found.
    """
    random, left = np.random.default_rng(0), {"worse": [0, 0], "better": [0, 0]}

    def judged(number, origin, errors):
        folds = np.array_split(errors, 3)
        one = candidate(number, origin, [np.mean(fold**2) for fold in folds])
        one.logs = [float(np.log(fold**2).mean()) for fold in folds]
        return one

    for _ in range(60):
        errors = random.normal(size=1500) * np.where(random.random(1500) < 0.02, 30, 1)
        noise = 0.3 * random.normal(size=(30, 1500))
        usual = judged(0, "default", errors)
        worse = [judged(k + 1, "round 1", errors + one) for k, one in enumerate(noise)]
        noisy, better = judged(0, "default", errors + 3 * noise[0]), judged(1, "near 0", errors)
        for what, first, others in (("worse", usual, worse), ("better", noisy, [better])):
            left[what][0] += taken(ended(first, *others), 30) is not first
            for one in others:
                one.logs = []
            left[what][1] += taken(ended(first, *others), 30) is not first
    assert left["worse"][0] < left["worse"][1] / 2
    assert left["better"][0] == left["better"][1] > 20


def test_what_was_named_beforehand_needs_no_error_to_be_taken():
    usual, more = candidate(0, "default", [1.0, 1.2]), candidate(2, "leaves", [1.1, 1.0])
    other = candidate(3, "round 1", [0.8, 1.1])
    assert taken(ended(usual, more)) is more
    assert taken(ended(usual, more, other)) is more


def test_a_list_is_taken_if_choosing_pays_on_folds_that_did_not_choose():
    """By hand: each fold has a favourite of its own, so what the others choose gains nothing."""
    usual = candidate(0, "default", [1.0, 1.0, 1.0])
    lucky = [candidate(k + 1, "round 1", [1.0 + 0.02 * (j != k) - 0.5 * (j == k) for j in range(3)])
             for k in range(3)]  # fmt: skip
    assert not is_worth_choosing(ended(usual, *lucky), usual)
    assert taken(ended(usual, *lucky), joins=True) is usual
    steady = candidate(4, "near 1", [0.81, 0.8, 0.82])
    # it is the best of any two folds: gains .19, .2, .18
    assert is_worth_choosing(ended(usual, *lucky[:0], steady), usual)
    assert taken(ended(usual, steady), joins=True) is steady


def test_of_many_lists_that_are_alike_luck_is_seldom_taken():
    """Lists that change the default by noise of their own, fold by fold: the luckiest of a hundred
    passes one standard error nearly always, and is seldom taken; a list that is better is found.
    """
    random, left = np.random.default_rng(1), {"luck": 0, "one error": 0, "better": 0}
    for _ in range(100):
        common = 5 + random.normal(size=5)
        usual = candidate(0, "default", common)
        noise = random.normal(size=(100, 5))
        alike = [candidate(k + 1, "round 1", common + 0.1 * one) for k, one in enumerate(noise)]
        left["one error"] += is_better(ended(*alike)[0].folds, usual.folds)
        left["luck"] += taken(ended(usual, *alike), 100, joins=True) is not usual
        better = candidate(200, "near 3", common - 0.3 + 0.1 * noise[0])
        left["better"] += taken(ended(usual, *alike, better), 101, joins=True) is better
    assert left["one error"] > 90 and left["luck"] < 30 and left["better"] > 90


def test_of_one_fold_the_parts_of_its_rows_choose():
    def parted(number, origin, parts):
        one = candidate(number, origin, [float(np.mean(parts))])
        one.parts = list(parts)
        return one

    usual = parted(0, "default", [2.0, 2.1] * 5)
    lucky = [
        parted(k + 1, "round 1", [2.05 - 1.5 * (j == k) for j in range(10)]) for k in range(10)
    ]
    assert taken(ended(usual, *lucky), joins=True) is usual
    better = parted(20, "round 1", [1.5, 1.55] * 5)
    assert taken(ended(usual, better), joins=True) is better
