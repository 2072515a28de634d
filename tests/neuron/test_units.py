"""The neuron in its forms, its gates, and what they print."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona import UnknownNameError
from neurona.neuron import BiasUnit, DecisionLine, McCullochPitts, ThresholdUnit, gate
from neurona.numerics.activations import ACTIVATIONS, LeakyRelu

GATES = {
    "AND": lambda bits: all(bits),
    "OR": lambda bits: any(bits),
    "NAND": lambda bits: not all(bits),
    "NOR": lambda bits: not any(bits),
}
numbers = st.fractions(-5, 5, max_denominator=7)
ROWS = {1: [(0,), (1,)], 2: [(0, 0), (0, 1), (1, 0), (1, 1)]}
ROWS[3] = [(a, *rest) for a in (0, 1) for rest in ROWS[2]]


@pytest.mark.parametrize("inputs", [2, 3])
@pytest.mark.parametrize("name", GATES)
def test_gates_say_what_they_are_in_both_forms(name, inputs):
    unit = gate(name, inputs)
    expected = tuple(int(GATES[name](row)) for row in ROWS[inputs])
    assert unit.truth_table().outputs == expected
    assert unit.with_bias().truth_table().outputs == expected
    assert set(map(abs, unit.weights)) == {1}
    np.testing.assert_array_equal(unit.outputs(ROWS[inputs]), expected)


def test_not_has_one_input():
    assert gate("NOT").truth_table().outputs == (1, 0)
    with pytest.raises(ValueError, match="NOT has one input"):
        gate("NOT", 2)


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("XOR", ValueError, r"use realise\('XOR'\)"),
        ("NANDD", UnknownNameError, "did you mean 'NAND'"),
        (3, UnknownNameError, "Unknown gate 3"),
    ],
)
def test_what_is_no_gate_is_said(name, error, message):
    with pytest.raises(error, match=message):
        gate(name)


@given(
    weights=st.lists(numbers, min_size=1, max_size=4), theta=numbers, data=st.data(),
)  # fmt: skip
def test_both_forms_are_the_same_neuron_exactly(weights, theta, data):
    unit = ThresholdUnit(tuple(weights), theta)
    row = data.draw(st.tuples(*[numbers] * len(weights)))
    other = unit.with_bias()
    total = sum((w * a for w, a in zip(weights, row, strict=True)), Fraction(0))
    assert unit.sum(*row) == total
    assert other.sum(*row) == total - theta
    assert unit.fires(*row) == other.fires(*row) == (total > theta)
    assert other.with_threshold() == unit
    assert unit.scaled(3).fires(*row) == unit.fires(*row)


def test_a_sum_equal_to_theta_does_not_fire():
    unit = ThresholdUnit((Fraction(1, 10), Fraction(2, 10)), Fraction(3, 10))
    assert not unit.fires(1, 1)
    # with rounded numbers 0.1 + 0.2 is above 0.3
    assert ThresholdUnit((0.1, 0.2), 0.3).fires(1, 1)


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("logistic", lambda z: 1 / (1 + np.exp(-z))),
        ("tanh", np.tanh),
        ("relu", lambda z: max(z, 0.0)),
        ("identity", lambda z: z),
        (LeakyRelu(0.25), lambda z: max(z, 0.25 * z)),
    ],
)
def test_any_activation_sees_the_sum_less_theta(activation, expected):
    unit = ThresholdUnit((2.0, -1.0), 0.5, activation=activation)
    for row in [(1, 0), (0, 1), (0.25, 3)]:
        assert unit(*row) == pytest.approx(expected(2 * row[0] - row[1] - 0.5), rel=1e-15)
        assert unit.with_bias()(*row) == unit(*row)
        assert unit.outputs([row])[0] == unit(*row)


def test_every_elementwise_activation_can_be_a_units():
    for name in set(ACTIVATIONS) - {"softmax"}:
        assert np.isfinite(BiasUnit((1.0,), 0.5, activation=name)(0.25))
    with pytest.raises(ValueError, match="'softmax' is of a whole layer"):
        ThresholdUnit((1, 1), activation="softmax")


@given(a=numbers, b=numbers, c=numbers, x=numbers, y=numbers)
def test_the_decision_line_has_the_firing_side(a, b, c, x, y):
    unit = ThresholdUnit((a, b), c)
    line = unit.decision_line()
    if a == b == 0:
        assert str(line).startswith("no line")
        return
    distance = line.distance(x, y)
    assert (distance > 0) == unit.fires(x, y) or abs(distance) < 1e-12
    for px, py in line.points(-2, 2):
        assert line.distance(px, py) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (DecisionLine(1, 1, 1.5), "a2 = -a1 + 1.5"),
        (DecisionLine(2, -1, 0), "a2 = 2 a1"),
        (DecisionLine(4, 0, 2), "a1 = 0.5"),
        (DecisionLine(0, 2, -1), "a2 = -0.5"),
        (DecisionLine(3, 2, 1, ("x", "y")), "y = -1.5 x + 0.5"),
    ],
)
def test_a_decision_line_reads_as_an_equation(line, text):
    assert str(line) == text


def test_mcculloch_pitts_inhibition_is_absolute():
    unit = McCullochPitts(["a", "b", "a"], ["veto"], threshold=2)
    assert unit.names == ("a", "b", "veto")
    # a counts twice; the veto outweighs everything
    assert [unit(*row) for row in ROWS[3]] == [0, 0, 0, 0, 1, 0, 1, 0]


@given(excitatory=st.integers(0, 3), inhibitory=st.integers(0, 2), threshold=st.integers(-1, 4))
def test_a_threshold_unit_can_say_the_same_as_mcculloch_and_pitts(
    excitatory, inhibitory, threshold
):
    if excitatory + inhibitory == 0:
        return
    unit = McCullochPitts(excitatory, inhibitory, threshold)
    assert unit.to_threshold_unit().truth_table().outputs == unit.truth_table().outputs


def test_bipolar_rows():
    table = ThresholdUnit((1, 1), 0).truth_table(levels=(-1, 1))
    assert table.rows[0] == (-1, -1)
    assert table.outputs == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ThresholdUnit(()), "at least one weight"),
        (lambda: ThresholdUnit((1, float("nan"))), "weight must be a finite number"),
        (lambda: ThresholdUnit((1,), "high"), "threshold must be a finite number"),
        (lambda: BiasUnit((1,), names=("a", "b")), "a name for each of its 1 inputs"),
        (lambda: gate("AND")(1), "has 2 inputs. Got 1"),
        (lambda: gate("AND")(1, "x"), "input must be a finite number"),
        (lambda: gate("AND").outputs([[1, 2, 3]]), "rows of 2 inputs"),
        (lambda: gate("AND", 3).decision_line(), "needs two inputs; this unit has 3"),
        (lambda: gate("OR", 11).truth_table(), "has 2048 rows"),
        (lambda: gate("OR").scaled(0), "must be positive"),
        (lambda: DecisionLine(0, 0, 1).points(0, 1), "no decision line"),
        (lambda: McCullochPitts(["a"], ["a"]), "excitatory and inhibitory at once"),
        (lambda: McCullochPitts("ab"), "their number or a list of names"),
        (lambda: McCullochPitts(1)(2), "each 0 or 1"),
        (lambda: McCullochPitts(1, threshold=0.5), "threshold must be an integer"),
    ],
)
def test_wrong_units_are_refused_in_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()
