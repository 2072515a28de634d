"""The form between a model and a language answers what the model answers."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neurona
from neurona.errors import IncompatibleError
from neurona.export.code import activations
from neurona.export.code.evaluate import evaluate
from neurona.export.code.form import Name, Program
from neurona.export.code.printer import number_text
from neurona.export.code.program import RESERVED, check_name, identifier, program_of
from neurona.export.code.vectors import difference, vectors_of
from neurona.numerics.activations import ACTIVATIONS, Activation
from tests.export.code import zoo
from tests.naive import ACTIVATIONS as NAIVE

SUMS = np.array([-1e4, -745, -700, -100, -40, -3, -0.5, -1e-9, 0, 1e-9, 0.5, 3, 40, 100, 700])
ELEMENTWISE = [name for name in ACTIVATIONS if name != "softmax"]


@pytest.mark.parametrize("name", [*zoo.CASES, *zoo.NAMES])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_program_answers_what_the_model_does(name, dtype):
    model = zoo.case(name)
    program = program_of(model, "pump", dtype)
    far = difference(model, program, vectors_of(program))
    assert far.rows >= 30
    # exp of sums of hundreds magnifies the rounding of the sum
    scale = 300 if name == "exp" else 1
    assert far.largest <= (1e-13 if dtype == "float64" else 2e-6) * scale


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sums_at_once_have_the_bits_of_sums_statement_by_statement(dtype, monkeypatch):
    program = program_of(zoo.case("table"), "pump", dtype)
    rows = vectors_of(program).rows
    at_once = evaluate(program, rows)
    monkeypatch.setattr("neurona.export.code.evaluate._Run._summed", lambda *_: False)
    for left, right in zip(at_once, evaluate(program, rows), strict=True):
        assert left.tobytes() == right.tobytes()


@pytest.mark.parametrize("name", [*zoo.NAMES, "averaged", "three classes", "table of two"])
def test_sums_of_two_terms_are_nearer(name):
    model = zoo.case(name)
    one, two = (program_of(model, "pump", "float32", pairs=pairs) for pairs in (False, True))
    assert (len(two.tables) > len(one.tables)) == (name not in ("three classes", "softmax"))
    near, far = (difference(model, each, vectors_of(each)) for each in (two, one))
    # of exp the argument's rounding is magnified
    assert near.largest <= max(2e-7, far.largest / 2 if name == "exp" else 0)


def test_weights_that_cancel_lose_nothing_in_two_terms():
    random = np.random.default_rng(3)
    network = zoo.network(neurona.numerics.activations.ACTIVATIONS.find("tanh"), random)
    first, last = network.layers
    weights = np.column_stack([first.weights[:, 0]] * 3)
    weights[0, 1] += 0.02
    cancel = np.array([[200.0], [-200.0], [0.5]])
    layers = (
        first._replace(weights=weights, biases=np.full(3, 0.1)),
        last._replace(weights=cancel),
    )
    model = zoo.of_networks([type(network)(layers)])
    rows = random.normal(size=(3000, 3)).astype(np.float32).astype(float)
    must = model.predict(rows)
    found = [
        np.abs(evaluate(program_of(model, "pump", "float32", pairs=pairs), rows)[0][:, 0] - must)
        for pairs in (False, True)
    ]
    assert found[0].max() > 1e-5
    assert found[1].max() < 2e-6


def activation_of(name, single, z):
    """An activation's statements, interpreted; and its slope."""
    found = []
    for slope in (False, True):
        program = Program("p", "", single, (), ())
        routine = activations.routine(ACTIVATIONS.find(name), single, {}, slope)
        program.need(routine)
        from neurona.export.code.form import Input, Output, place

        program.inputs, program.outputs = (Input("z", "number"),), (Output("a", "quantity"),)
        program.put("y", 0, program.call(routine, place("x", 0)))
        found.append(evaluate(program, z[:, None])[0][:, 0])
    return found


def exact(name, z):
    """Value in 50 digits."""
    with mpmath.workdps(50):
        z = mpmath.mpf(float(z))
        logistic = 1 / (1 + mpmath.exp(-z)) if z > -1e5 else mpmath.mpf(0)
        special = {
            "gelu": lambda: z * mpmath.ncdf(z),
            "silu": lambda: z * logistic,
            "softplus": lambda: mpmath.log1p(mpmath.exp(z)),
            "mish": lambda: z * mpmath.tanh(mpmath.log1p(mpmath.exp(z))),
            "logistic": lambda: logistic,
            "bounded": lambda: logistic,
            "tanh": lambda: mpmath.tanh(z),
            "exp": lambda: mpmath.exp(z),
            "elu": lambda: z if z > 0 else mpmath.expm1(z),
            "selu": lambda: (
                activations.SELU_SCALE * (z if z > 0 else activations.SELU_ALPHA * mpmath.expm1(z))
            ),
        }
        if name not in special:
            return float(NAIVE[name](np.array([float(z)]))[0])
        return float(special[name]())


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_activations_are_those_of_mpmath(name):
    dense = np.concatenate([SUMS, np.random.default_rng(0).normal(size=80) * 6])
    value, _ = activation_of(name, False, dense)
    must = np.array([exact(name, z) for z in dense])
    np.testing.assert_allclose(value, must, rtol=4e-15, atol=1e-16)
    value, _ = activation_of(name, True, dense[np.abs(dense) < 80].astype(np.float32))
    must = np.array([exact(name, z) for z in dense[np.abs(dense) < 80].astype(np.float32)])
    np.testing.assert_allclose(value, must, rtol=4e-6, atol=1e-7)


def test_reserved_and_hostile_names_are_refused_with_one_that_would_do():
    for name in ("for", "1st", "a b", "größe", "x" * 41, "", "a__b", "END", "predict", "a_"):
        with pytest.raises(ValueError, match="would do"):
            check_name(name)
        check_name(identifier(name))
    assert identifier("pump", ("PUMP",)) == "pump_2"
    assert "while" in RESERVED


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_to_the_same_bits(value):
    assert float(number_text(value, False)).hex() == value.hex()


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_a_short_number_reads_back_to_the_same_bits(value):
    text = number_text(value, True)
    assert np.float32(float(text)).tobytes() == np.float32(value).tobytes()


def test_what_has_no_code_is_said_in_a_sentence():
    class Odd(Activation):
        name = "odd"

    with pytest.raises(IncompatibleError, match="'odd' has no code here"):
        activations.said(Odd(), False)
    gate = neurona.neuron.gate("AND")
    with pytest.raises(ValueError, match="dtype must be one of float64, float32"):
        program_of(neurona.export.exportable(gate), "a", "float16")
    with pytest.raises(IncompatibleError, match="python computes in float64"):
        neurona.export.python(gate, "nowhere", dtype="float32")
    assert Name("z") == activations.z


def test_the_best_of_averaged_networks_is_the_smaller_program():
    model = zoo.case("averaged")
    assert len(model.networks) == 3
    assert 0 <= model.best < 3
