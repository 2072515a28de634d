"""Values come back as they were, types included."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona import FormatError
from neurona.files import strict_json
from neurona.files.plain import REGISTRIES, decode, encode

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**500), 2**500) | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text() | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


def through_json(value):
    return decode(strict_json.loads(strict_json.dumps(encode(value, "It"))))


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return a.hex() == b.hex()
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    return a == b


@given(PLAIN)
def test_plain_values_come_back(value):
    assert same(value, through_json(value))


@pytest.mark.parametrize(
    "value",
    [cls() for registry in REGISTRIES.values() for cls in registry.classes()],
    ids=lambda value: value.name,
)
def test_every_registered_value_comes_back(value):
    assert through_json(value) == value


@pytest.mark.parametrize(
    "array",
    [np.arange(4), np.array([[0.1, math.inf]], np.float32), np.array(["a", "bc"]), np.array([]),
     np.array(["a", 1, 2.5], object), np.array([True]), np.zeros((2, 0), np.uint8), np.array("x")],
)  # fmt: skip
def test_arrays_come_back(array):
    found = through_json(array)
    assert found.dtype == array.dtype and found.shape == array.shape
    assert found.tolist() == array.tolist()


@pytest.mark.parametrize(
    ("scalar", "plain"),
    [(np.float32(0.1), float(np.float32(0.1))), (np.int8(3), 3), (np.bool_(True), True),
     (np.str_("a"), "a")],
)  # fmt: skip
def test_numpys_scalars_become_pythons(scalar, plain):
    assert same(through_json(scalar), plain)


@pytest.mark.parametrize("value", [print, object(), 1j, b"x", {1}, np.array([None]), int, 1 << 600])
def test_other_things_are_refused_in_a_sentence(value):
    with pytest.raises(TypeError, match=r"^It (is|has) .*\.$"):
        encode(value, "It")


@pytest.mark.parametrize(
    "json",
    [
        {}, {"float": "1"}, {"float": 1}, {"tuple": 1}, {"dict": [[1]]}, {"dict": [[[], 1]]},
        {"value": "activation", "name": "tanh", "options": 1},
        {"value": "activation", "name": "leaky_relu", "options": {"slope": "steep"}},
        {"value": "activation", "name": "tanh", "options": {"__class__": 1}},
        {"value": "module", "name": "os", "options": {}}, {"value": [], "name": "", "options": {}},
        {"array": "<M8", "shape": [0], "items": []},
        {"array": "<i4,<f8", "shape": [], "items": [1]},
        {"array": "<U9999999", "shape": [99], "items": ["a"] * 99}, {"array": "O", "shape": [1]},
        {"array": "O", "shape": [1], "items": [None]},
        {"array": "<i8", "shape": [1], "items": ["a"]},
        {"array": "|u1", "shape": [1], "items": [256]}, {"array": "<f8", "shape": [2], "items": []},
        {"random_state": []}, {"random_state": [[1 << 40] * 624, 0, 0, 0.0]},
        {"random_state": [[0] * 624, 625, 0, 0.0]}, 1 << 600,
    ],
)  # fmt: skip
def test_what_encode_would_not_write_is_refused(json):
    with pytest.raises(FormatError):
        decode(json)


@pytest.mark.parametrize(
    ("name", "option", "given"),
    [
        ("bfgs", "search", 5),
        ("bfgs", "search", {"value": "solver", "name": "scg", "options": {}}),
        ("lm", "scaled", "yes"),
        ("lm", "damping", "0.1"),
        ("lbfgs", "memory", 2.5),
    ],
)
def test_a_solvers_option_of_another_kind_is_refused(name, option, given):
    with pytest.raises(FormatError):
        decode({"value": "solver", "name": name, "options": {option: given}})
