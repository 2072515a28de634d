"""Sets of classes by what held-out rows were said to be."""

import numpy as np
import pytest

from neurona.inference.held_out import HeldOutErrors
from neurona.inference.prediction_sets import class_errors, class_sets, label_sets


def test_a_set_has_the_classes_that_are_likely_enough():
    # of 19 held-out rows 18 gave their class at least 0.3, one gave it 0.05
    errors = HeldOutErrors.of(np.array([0.95, *np.linspace(0.0, 0.7, 18)])[:, None])
    chances = np.array([[0.6, 0.35, 0.05], [0.29, 0.29, 0.42], [0.25, 0.5, 0.25]])
    sets = class_sets(errors, chances, 0.9)
    assert sets.tolist() == [[True, True, False], [False, False, True], [False, True, False]]
    # the worst of 19 is wanted, then more than there are
    assert class_sets(errors, chances, 0.95)[0].tolist() == [True, True, True]
    assert class_sets(errors, chances, 0.96).all()


def test_no_set_is_empty():
    errors = HeldOutErrors.of(np.zeros((50, 1)))
    assert class_sets(errors, np.array([[0.5, 0.3, 0.2]]), 0.5).tolist() == [[True, False, False]]
    assert label_sets(errors, np.array([[0.7]]), 0.5).tolist() == [[[False, True]]]


def test_each_label_has_its_own():
    errors = HeldOutErrors.of(np.array([[0.1, 0.6]] * 30))
    sets = label_sets(errors, np.array([[0.95, 0.95], [0.5, 0.5], [0.05, 0.3]]), 0.9)
    assert sets[:, 0].tolist() == [[False, True], [True, True], [True, False]]
    assert sets[:, 1].tolist() == [[False, True], [True, True], [True, False]]


@pytest.mark.parametrize("coverage", [0, 1, 1.5, float("nan")])
def test_a_coverage_is_a_share(coverage):
    with pytest.raises(ValueError, match="coverage"):
        class_sets(HeldOutErrors.of(np.ones((9, 1))), np.ones((1, 1)), coverage)


def test_errors_are_what_the_class_lacks_to_1():
    said, truth = np.array([[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]]), np.array([[0, 1, 0], [1, 0, 0]])
    assert class_errors(said, truth, True) == pytest.approx(np.array([[0.5], [0.9]]))
    assert class_errors(said, truth, False)[1] == pytest.approx([0.9, 0.1, 0.8])


def test_the_share_is_held_whatever_the_model_says():
    random = np.random.RandomState(0)

    def rows(count):
        """Return rows of three classes, and a model's chances that are wrong."""
        true = random.dirichlet([0.5, 1, 2], count)
        classes = (true.cumsum(axis=1) > random.uniform(size=(count, 1))).argmax(axis=1)
        said = (true + 0.1) ** 3 * random.uniform(0.5, 1, true.shape)
        return said / said.sum(axis=1, keepdims=True), classes

    inside = []
    for _ in range(300):
        (said, classes), (new, found) = rows(39), rows(200)
        errors = HeldOutErrors.of(class_errors(said, np.eye(3)[classes], True))
        inside.append(class_sets(errors, new, 0.8)[np.arange(200), found].mean())
    # of 39 rows and a new one, in any order, the set holds at least that in place 32 of 40
    assert np.mean(inside) == pytest.approx(0.8, abs=0.012)
