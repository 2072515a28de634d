"""Boolean functions written as a person writes them: expressions as text, functions of Python."""

from __future__ import annotations

import itertools
import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona import UnknownNameError
from neurona.neuron import ThresholdUnit, TwoLayerNetwork, boolean_function, gate, realise
from neurona.neuron.expression import expression

NAMES = ["a", "b", "c", "x1"]
leaves = st.sampled_from([*NAMES, "0", "1", "True"])
expressions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or", "^", "==", "!=", "&", "|"]), inner).map(
            lambda parts: "({} {} {})".format(*parts)
        ),
        inner.map("(not {})".format),
        st.tuples(inner, inner, inner).map(lambda parts: "({} if {} else {})".format(*parts)),
    ),
    max_leaves=12,
)


def by_python(text: str, names: tuple[str, ...]) -> tuple[int, ...]:
    """What Python's own reading of an expression says to every row."""
    rows = itertools.product((False, True), repeat=len(names))
    return tuple(int(eval(text, {}, dict(zip(names, row, strict=True)))) for row in rows)


@given(expressions)
def test_expressions_mean_what_they_mean_to_python(text):
    found = expression(text)
    assert found.names == tuple(sorted(found.names))
    rows = list(itertools.product((0, 1), repeat=len(found.names)))
    assert found.outputs(rows) == by_python(text, found.names)


@given(st.lists(st.sampled_from(["and", "or", "^", "==", "!="]), min_size=1, max_size=4), st.data())
def test_operators_bind_as_in_python(operators, data):
    def some() -> str:
        return data.draw(st.sampled_from(["", "not "])) + data.draw(st.sampled_from(NAMES))

    text = data.draw(st.sampled_from(NAMES))
    for one in operators:
        text += f" {one} {some() if one in ('and', 'or') else data.draw(st.sampled_from(NAMES))}"
    assert boolean_function(text).outputs == by_python(text, boolean_function(text).names)


WRITTEN = [
    ("a and not b or c", "a and not b or c"),
    ("a AND NOT b OR c", "a and not b or c"),
    ("A and not B or C", "A and not B or C"),
    ("a && !b || c", "a and not b or c"),
    ("a & ~b | c", "a & (not b) | c"),
    ("a ∧ ¬b ∨ c", "a and not b or c"),  # noqa: RUF001
    ("a xor b", "a ^ b"),
    ("a XOR b XOR c", "a ^ b ^ c"),
    ("a ⊕ b", "a ^ b"),
    ("a xnor b", "a == b"),
    ("a = b", "a == b"),
    ("a <> b", "a != b"),
    ("a <-> b", "a == b"),
    ("!(a&&b)", "not (a and b)"),
    ("a!=b", "a != b"),
    (" (a or b)\n", "a or b"),
    ("x10 and not x2", "x10 and not x2"),
    ("sun and not (rain or wind)", "sun and not (rain or wind)"),
    ("not a", "not a"),
    ("a1", "a1"),
    ("b", "b"),
    ("größe and b", "größe and b"),
]


@pytest.mark.parametrize(("text", "python"), WRITTEN, ids=[text for text, _ in WRITTEN])
def test_operators_can_be_written_as_elsewhere(text, python):
    found = boolean_function(text)
    assert found.outputs == by_python(python, found.names)
    whole = realise(text)
    assert whole.verify()
    units = [whole.unit] if whole.unit else whole.network.hidden
    assert {unit.names for unit in units} == {found.names}


def test_inputs_are_sorted_and_numbers_in_them_count():
    assert boolean_function("x10 and x2 or x1").names == ("x1", "x2", "x10")
    assert "x1  x2  x10 | y" in str(boolean_function("x10 and x2 or x1"))
    assert boolean_function("b and not a") == boolean_function("y and not x")


NO_EXPRESSIONS = [
    ("a and", "no Boolean expression"),
    ("a b", "no Boolean expression"),
    ("(a or b", "no Boolean expression"),
    ("a + b", r"'a \+ b' in 'a \+ b' is not Boolean; use names, 0 and 1, and, or"),
    ("a > b", "'a > b' in"),
    ("2 and a", "'2' in '2 and a' is not Boolean"),
    ("a and 1.0", "'1.0' in"),
    ("a and 'x'", "is not Boolean"),
    ("f(a) and b", r"'f\(a\)' in"),
    ("__import__('os').system('true')", "is not Boolean"),
    ("a.b or c", "'a.b' in"),
    ("(a := b) and c", "no Boolean expression"),
    ("lambda a: a", "is not Boolean"),
    ("[a for a in b]", "is not Boolean"),
    ("a and b; c", "no Boolean expression"),
    ("(" * 300 + "a" + ")" * 300, "no Boolean expression"),
    ("a and " * 400 + "a", "may have 2,000 characters. Got 2,401"),
    ("a\0b or c", "no Boolean expression"),
    ("1 or 0 and 1 or not 0", "'inputs' of a Boolean function must be 1 to 16. Got 0"),
    (" or ".join(f"x{k}" for k in range(17)), "must be 1 to 16. Got 17"),
    ("a or b or c or d or e", "up to 4 inputs. Got 5"),
]


@pytest.mark.parametrize(("text", "message"), NO_EXPRESSIONS, ids=lambda x: str(x)[:25])
def test_what_is_no_expression_is_refused_in_a_sentence(text, message):
    with pytest.raises(ValueError, match=message):
        realise(text)


@given(st.text(max_size=40))
def test_any_text_is_a_function_or_refused(text):
    try:
        assert realise(text).verify()
    except ValueError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("word", "name"),
    [("xorr", "XOR"), ("andd", "AND"), ("inverter", "NOT"), ("Majorty", "MAJORITY")],
)
def test_a_lone_word_is_a_name(word, name):
    with pytest.raises(UnknownNameError, match=f"did you mean '{name}'"):
        realise(word)


def test_the_number_of_inputs_is_that_of_the_names():
    assert boolean_function("a or b", 2).inputs == 2
    with pytest.raises(ValueError, match=r"has 2 inputs, a, b\. Got inputs=3"):
        boolean_function("a or b", 3)


def implies(first, second):
    return not first or second


def majority(a, b, c):
    return a + b + c >= 2


def with_option(a, b, turned=False):
    return (a and b) != turned


def any_number(*bits):
    return sum(bits) % 2


class Asked:
    def __call__(self, left, right):
        return left > right


FUNCTIONS = [
    (implies, None, (1, 1, 0, 1), ("first", "second")),
    (majority, None, (0, 0, 0, 1, 0, 1, 1, 1), ("a", "b", "c")),
    (with_option, None, (0, 0, 0, 1), ("a", "b")),
    (with_option, 3, (0, 1, 0, 1, 0, 1, 1, 0), ()),
    (any_number, None, (0, 1, 1, 0), ()),
    (any_number, 3, (0, 1, 1, 0, 1, 0, 0, 1), ()),
    (lambda a, b, c: a and (b or not c), None, (0, 0, 0, 0, 1, 0, 1, 1), ("a", "b", "c")),
    (lambda only: not only, None, (1, 0), ("only",)),
    (Asked(), None, (0, 0, 1, 0), ("left", "right")),
    (operator.xor, None, (0, 1, 1, 0), ("a", "b")),
    (operator.ne, None, (0, 1, 1, 0), ("a", "b")),
    (max, None, (0, 1, 1, 1), ()),
    (np.logical_xor, None, (0, 1, 1, 0), ("a1", "a2")),
    (np.minimum, None, (0, 0, 0, 1), ("a1", "a2")),
    (lambda a, b: np.bool_(a == b), None, (1, 0, 0, 1), ("a", "b")),
    (lambda a, b: np.array(a or b), None, (0, 1, 1, 1), ("a", "b")),
    (lambda a, b: float(a * b), None, (0, 0, 0, 1), ("a", "b")),
    (gate("AND", 3), None, (0,) * 7 + (1,), ("a1", "a2", "a3")),
    (ThresholdUnit((1, -1), 0.5, names=("on", "off")), None, (0, 0, 1, 0), ("on", "off")),
    (TwoLayerNetwork((gate("OR"), gate("NAND")), gate("AND")), None, (0, 1, 1, 0), ("a1", "a2")),
]


@pytest.mark.parametrize(("function", "inputs", "outputs", "names"), FUNCTIONS)
def test_any_function_of_python_is_asked_for_every_row(function, inputs, outputs, names):
    found = boolean_function(function, inputs)
    assert (found.outputs, found.names) == (outputs, names)
    assert realise(function, inputs).verify()


NO_FUNCTIONS = [
    (lambda a, b: a + b, None, r"said 2 to \(1, 1\), which is neither 0 nor 1; give True or False"),
    (lambda a, b: None, None, "said None .*; is there a return"),
    (lambda a, b: ~(a & b), None, "write 'not a' instead of '~a'"),
    (lambda a, b: "yes", None, "said 'yes'"),
    (lambda a, b: 0.5, None, "said 0.5"),
    (lambda a, b: [a], None, r"said \[0\]"),
    (lambda a, b: np.array([a, b]), None, r"said array\(\[0, 0\]\)"),
    (lambda bits: sum(bits) > 1, None, "asked with 1 inputs.*one after the other.*TypeError"),
    (lambda a, b: a / b, None, r"for \(0, 0\) it raised ZeroDivisionError"),
    (lambda a, b: a, 3, "asked with 3 inputs.* TypeError"),
    (lambda *, a: a, None, "TypeError"),
    (lambda a, b, c, d, e: a, None, "up to 4 inputs. Got 5"),
    ({0: 0, 1: 1}, None, "keys of a truth table are rows"),
    ({(0,): 0, (1,): None}, None, "must be 0 or 1. Got None"),
    (np.zeros((2, 2)), None, "must be 0 or 1"),
    (["0", "1"], None, "must be 0 or 1. Got '0'"),
    (np.array(1), None, "2, 4, 8"),
    (None, None, "A Boolean function is a name, an expression"),
    ("AND", True, "must be 1 to 16. Got True"),
]


@pytest.mark.parametrize(("function", "inputs", "message"), NO_FUNCTIONS)
def test_what_is_no_function_of_bits_is_refused_in_a_sentence(function, inputs, message):
    with pytest.raises(ValueError, match=message):
        realise(function, inputs)
