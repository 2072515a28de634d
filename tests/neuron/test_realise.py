"""Boolean functions: how many one unit can be, proofs that it cannot, and the smallest networks."""

from __future__ import annotations

import dataclasses
import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import linprog

from neurona import UnknownNameError
from neurona.neuron import BooleanFunction, boolean_function, realise
from neurona.neuron.hidden_units import counting, smallest_network
from neurona.neuron.network import TwoLayerNetwork
from neurona.neuron.separable_functions import separable_functions
from neurona.neuron.units import ThresholdUnit


def rows_of(inputs):
    return np.array(list(itertools.product((0, 1), repeat=inputs)))


def of_code(code, inputs):
    return tuple(code >> row & 1 for row in range(2**inputs))


@pytest.mark.parametrize(("inputs", "count"), [(1, 4), (2, 14), (3, 104), (4, 1882)])
def test_the_number_of_separable_functions(inputs, count):
    known = separable_functions(inputs)
    assert len(known.codes) == len(set(known.codes.tolist())) == count
    sums = known.weights @ rows_of(inputs).T
    outputs = sums > known.thresholds[:, None]
    np.testing.assert_array_equal(outputs @ (1 << np.arange(2**inputs)), known.codes)
    # no sum is on the threshold, so rounding cannot matter
    assert np.abs(sums - known.thresholds[:, None]).min() >= 0.5


def test_a_linear_program_agrees_on_every_function_of_three_inputs():
    extended = np.column_stack([rows_of(3), np.ones(8)])
    known = set(separable_functions(3).codes.tolist())
    for code in range(256):
        signs = 2 * np.array(of_code(code, 3)) - 1
        result = linprog(
            np.zeros(4), A_ub=-signs[:, None] * extended, b_ub=-np.ones(8), bounds=(None, None)
        )
        assert (result.status == 0) == (code in known), of_code(code, 3)


def test_no_unit_has_smaller_weights():
    # by brute force for two inputs
    known = separable_functions(2)
    for code, cost in zip(known.codes, known.costs, strict=True):
        sizes = [
            abs(w) + abs(v)
            for w, v in itertools.product(range(-3, 4), repeat=2)
            for twice in range(-13, 14, 2)
            if [int(2 * (w * a + v * b) > twice) for a, b in rows_of(2)] == list(of_code(code, 2))
        ]
        assert cost == min(sizes)


def test_every_function_of_up_to_three_inputs_is_realised():
    counts = {}
    for inputs in (1, 2, 3):
        for code in range(2 ** (2**inputs)):
            found = realise(of_code(code, inputs))
            assert found.verify()
            counts[inputs, found.hidden_units] = counts.get((inputs, found.hidden_units), 0) + 1
    assert counts == {(1, 0): 4, (2, 0): 14, (2, 2): 2, (3, 0): 104, (3, 2): 150, (3, 3): 2}


def classes_of_four_inputs():
    """One function of four inputs for each class of the same up to negations and permutations."""
    rows = rows_of(4)
    maps = []
    for order in itertools.permutations(range(4)):
        for flips in itertools.product((0, 1), repeat=4):
            moved = rows[:, order] ^ np.array(flips)
            maps.append(moved @ [8, 4, 2, 1])
    seen = np.zeros(1 << 16, bool)
    weights = 1 << np.arange(16)
    for code in range(1 << 16):
        if not seen[code]:
            bits = np.array(of_code(code, 4))
            for codes in (bits[np.array(maps)] @ weights, (1 - bits)[np.array(maps)] @ weights):
                seen[codes] = True
            yield of_code(code, 4)


def test_every_class_of_functions_of_four_inputs_is_realised():
    counts = {}
    for outputs in classes_of_four_inputs():
        function = BooleanFunction(outputs)
        known = separable_functions(4).find(sum(bit << row for row, bit in enumerate(outputs)))
        if known is None:
            network = smallest_network(function)
            assert network.realises(function)
            assert network.truth_table().outputs == outputs
        size = 0 if known is not None else len(network.hidden)
        counts[size] = counts.get(size, 0) + 1
    # 222 classes; the parity of four is the only one that needs four hidden units
    assert counts == {0: 15, 2: 128, 3: 78, 4: 1}


def test_two_hidden_units_are_not_enough_for_the_parity_of_three():
    # all pairs of hidden units, and all functions of their outputs
    known = separable_functions(3)
    outputs = known.weights @ rows_of(3).T > known.thresholds[:, None]
    target = np.array(boolean_function("XOR", 3).outputs, bool)
    for first in outputs:
        code = 2 * first + outputs
        mixed = (
            [(code == value) & target for value in range(4)],
            [(code == value) & ~target for value in range(4)],
        )
        clash = np.any(
            [on.any(axis=1) & off.any(axis=1) for on, off in zip(*mixed, strict=True)], axis=0
        )
        assert clash.all()
    assert realise("XOR", 3).hidden_units == 3


def test_xor_is_or_and_nand():
    found = realise("XOR")
    assert not found.separable
    assert [unit.weights for unit in found.network.hidden] == [(1, 1), (-1, -1)]
    assert found.network.output.weights == (1, 1)
    assert [found(a, b) for a, b in rows_of(2)] == [0, 1, 1, 0]
    assert [found.network.hidden_values(a, b) for a, b in rows_of(2)] == [
        (0, 1), (1, 1), (1, 1), (1, 0),
    ]  # fmt: skip


def test_a_certificate_is_checked_not_believed():
    proof = realise("XOR").certificate
    assert proof.verify()
    wrong = dataclasses.replace(
        proof, multipliers=(*proof.multipliers[:-1], proof.multipliers[-1] + Fraction(1, 10**30))
    )
    assert not wrong.verify()
    assert not dataclasses.replace(proof, positive=(True,) * 4).verify()
    # a row counted negatively proves nothing
    negative = dataclasses.replace(proof, multipliers=tuple(-m for m in proof.multipliers))
    assert not negative.verify()


def test_a_wrong_realisation_does_not_verify():
    found = realise("XOR")
    wrong = TwoLayerNetwork(found.network.hidden, ThresholdUnit((1, 1), 0.5))
    assert not dataclasses.replace(found, network=wrong).verify()


def test_counting_is_for_functions_of_the_number_of_ones():
    function = boolean_function("XOR", 5)
    assert counting(function).realises(function)
    with pytest.raises(AssertionError):
        counting(boolean_function("0010"))


@pytest.mark.parametrize(
    "given",
    [
        "XOR", "xor", "0110", [0, 1, 1, 0], np.array([0, 1, 1, 0]), (False, True, True, False),
        lambda a, b: a != b, {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0},
        BooleanFunction((0, 1, 1, 0)),
    ],
    ids=lambda given: "a function" if callable(given) else str(given),
)  # fmt: skip
def test_a_function_can_be_given_in_many_ways(given):
    assert boolean_function(given).outputs == (0, 1, 1, 0)


@pytest.mark.parametrize(
    ("given", "inputs", "error", "message"),
    [
        ("011", None, ValueError, "for each of its 2, 4, 8"),
        ([0, 1, 2, 0], None, ValueError, "must be 0 or 1. Got 2"),
        ("XORR", None, UnknownNameError, "did you mean 'XOR'"),
        ("AND", 0, ValueError, "must be 1 to 16"),
        ("NOT", 2, ValueError, "NOT has one input"),
        ({(0, 0): 1}, None, ValueError, r"Missing are \[\(0, 1\)"),
        (3.5, None, ValueError, "A Boolean function is a name"),
        ("XOR", 5, ValueError, "up to 4 inputs. Got 5"),
    ],
)
def test_what_is_no_function_is_refused_in_a_sentence(given, inputs, error, message):
    with pytest.raises(error, match=message):
        realise(given, inputs)


def test_a_function_answers_for_its_rows_only():
    with pytest.raises(ValueError, match="has 2 inputs, 0 or 1"):
        boolean_function("AND")(1, 2)
