"""Hebb's rule: what it stores and what not; Oja's form finds the principal component."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import hadamard

from neurona.neuron import HebbianMemory, oja
from neurona.neuron.hebb import hebb_unit
from neurona.neuron.separable_functions import separable_functions


def patterns(count, size, seed=0):
    return np.random.default_rng(seed).choice([-1, 1], size=(count, size))


def test_the_weights_are_the_sum_of_products():
    x, y = patterns(3, 5), patterns(3, 2, 1)
    expected = np.zeros((2, 5))
    for p in range(3):
        for i in range(2):
            for j in range(5):
                expected[i, j] += y[p, i] * x[p, j]
    np.testing.assert_array_equal(HebbianMemory(x, y).weights, expected)


def test_orthogonal_patterns_are_all_recalled_up_to_the_capacity():
    x, y = hadamard(16), patterns(16, 7)
    memory = HebbianMemory(x, y)
    assert memory.capacity.orthogonal == 16
    np.testing.assert_array_equal(memory.recall(x), y)
    assert (memory.storage().margins == memory.storage().signal).all()
    assert "All 16 pairs" in str(memory.storage())


@given(count=st.integers(1, 9), seed=st.integers(0, 999), auto=st.booleans())
def test_the_storage_says_which_pairs_are_recalled(count, seed, auto):
    x = patterns(count, 10, seed)
    y = None if auto else patterns(count, 3, seed + 1)
    memory = HebbianMemory(x, y)
    right = (memory.recall(x) == memory.targets).all(axis=1)
    stored = memory.storage().stored
    # a sum of 0 leaves what is there, or is taken for -1: right by chance
    assert right[stored].all()
    assert not right[memory.storage().margins < 0].any()


def test_too_many_random_patterns_drown_in_crosstalk():
    few, many = (HebbianMemory(patterns(count, 100)) for count in (5, 60))
    assert few.storage().stored.all()
    assert not many.storage().stored.any()
    assert few.capacity.exact > 5 and many.capacity.nearly < 60
    assert "lost in the crosstalk" in str(many.storage())


def test_a_memory_completes_a_pattern():
    x = patterns(4, 100)
    memory = HebbianMemory(x)
    damaged = x.copy()
    damaged[:, :15] *= -1
    np.testing.assert_array_equal(memory.settle(damaged), x)


def test_settling_never_raises_the_energy():
    memory = HebbianMemory(patterns(9, 30))
    states = patterns(20, 30, 5)
    before = -np.einsum("pi,ij,pj->p", states, memory.weights, states)
    rest = memory.settle(states)
    after = -np.einsum("pi,ij,pj->p", rest, memory.weights, rest)
    assert (after <= before).all()
    np.testing.assert_array_equal(memory.recall(rest), rest)


def test_hebbs_rule_learns_some_separable_functions_and_never_xor():
    learned = {}
    for inputs in (2, 3):
        learned[inputs] = 0
        for code in separable_functions(inputs).codes.tolist():
            outputs = tuple(code >> row & 1 for row in range(2**inputs))
            learned[inputs] += hebb_unit(outputs).truth_table((-1, 1)).outputs == outputs
    assert learned == {2: 14, 3: 72}
    xor = hebb_unit("XOR")
    assert xor.weights == (0, 0) and xor.bias == 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: HebbianMemory([[0, 1]]), "rows of 1 and -1"),
        (lambda: HebbianMemory([[1, -1]], [[1], [1]]), "needs a target. Got 2"),
        (lambda: HebbianMemory([[1, -1]]).recall([[1]]), "has 2 inputs. Got 1"),
        (lambda: HebbianMemory([[1]], [[1]]).settle([[1]]), "with themselves can settle"),
        (lambda: oja([[1.0, 2.0]]), "no principal component"),
        (lambda: oja([1.0, 2.0]), "must be rows"),
        (lambda: oja([[1.0], [2.0]], epochs=0), "epochs must be an integer above 0"),
        (lambda: oja([[100.0, 1.0], [-100.0, 2.0]], rate=1.0), "rate=1 is too large"),
    ],
)
def test_what_cannot_be_stored_is_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message), np.errstate(all="ignore"):
        make()


@pytest.mark.parametrize("seed", range(3))
def test_oja_finds_the_first_principal_component(seed):
    random = np.random.default_rng(seed)
    X = random.normal(size=(300, 4)) @ random.normal(size=(4, 4)) + [5, -3, 0, 1]
    values, vectors = np.linalg.eigh(np.cov(X.T))
    result = oja(X, epochs=300, seed=seed)
    direction = result.weights / np.linalg.norm(result.weights)
    assert abs(direction @ vectors[:, -1]) > 0.9995
    assert result.lengths[-1] == pytest.approx(1, abs=0.01)
    assert result.variance == pytest.approx(values[-1] / values.sum(), rel=1e-3)


def test_without_the_second_term_the_weights_grow_without_end():
    X = np.random.default_rng(0).normal(size=(100, 3))
    lengths = oja(X, normalised=False, epochs=50).lengths
    assert (np.diff(lengths) > 0).all() and lengths[-1] > 1e3


def test_one_step_of_ojas_rule_by_hand():
    X = np.array([[2.0, 0.0], [-2.0, 0.0]])
    result = oja(X, epochs=1, rate=0.1, seed=3)
    w = np.random.default_rng(3)
    start = w.normal(size=2)
    start /= np.linalg.norm(start)
    for x in X[w.permutation(2)]:
        y = start @ x
        start = start + 0.1 * y * (x - y * start)
    np.testing.assert_allclose(result.weights, start)
