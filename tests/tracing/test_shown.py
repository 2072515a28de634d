"""A trace as text, JSON and picture: all numbers there, nothing too wide, nothing on top of each
other.
"""

from __future__ import annotations

import dataclasses
import json
import re
import xml.etree.ElementTree as ElementTree
from typing import Any, ClassVar

import numpy as np
import pytest

import neurona
from neurona.optimizers import OPTIMIZERS
from neurona.tracing.step import trace_step
from neurona.training.problem import Regularisation
from tests.tracing.steps import step_of

RULES = Regularisation(l2=0.3, clip_norm=1.0, dropout=(0.4, 0.2, 0.0), seed=5)


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_the_table_fits_a_terminal(optimizer):
    text = str(trace_step(step_of(optimizer=optimizer, rules=RULES), 0.01))
    assert max(map(len, text.splitlines())) <= 79
    assert text.isascii()


def test_the_table_has_the_numbers():
    trace = trace_step(step_of(), 0.01)
    text = trace.table(units=9, rows=9)
    for layer in trace.forward:
        for number in layer.sums.ravel():
            assert f"{number:.6g}" in text
    for layer in trace.update:
        for number in layer.weights.new.ravel()[:9]:
            assert f"{number:.6g}" in text


def test_large_layers_and_many_rows_are_abbreviated():
    model = neurona.MLPRegressor(hidden_layer_sizes=(300, 200), random_state=0)
    trace = neurona.trace(model, np.ones((50, 80)), np.ones(50))
    text = str(trace)
    assert len(text.splitlines()) < 250
    assert "... and 294 more units" in text
    assert "... and 48 more rows" in text
    assert len(trace.svg()) < 100_000
    assert "300 units" in trace.svg()


def test_json_is_strict_and_gives_the_numbers_back_bit_for_bit():
    trace = trace_step(step_of(optimizer="adam"), 0.01)

    def refuse(name):
        raise AssertionError(name)

    found = json.loads(trace.to_json(), parse_constant=refuse)
    assert (found["schema"], found["version"]) == ("neurona.trace", 1)
    assert found["units"][0] == ["a", "b", "c"]
    assert found["optimizer"]["name"] == "adam"
    for k, layer in enumerate(trace.forward):
        assert found["forward"][k]["sums"] == layer.sums.tolist()
        assert found["backward"][k]["errors"] == trace.backward[k].errors.tolist()
        weights = found["update"][k]["weights"]
        assert weights["new"] == trace.update[k].weights.new.tolist()
        assert weights["after"]["mean"] == trace.update[k].weights.after["mean"].tolist()


def test_json_of_a_network_that_left_the_numbers_is_still_json():
    model = neurona.MLPRegressor(hidden_layer_sizes=(2,), random_state=0)
    model.partial_fit([[1.0]], [1.0])
    model.coefs_ = [np.full((1, 2), 1e200), np.full((2, 1), 1e200)]
    trace = neurona.trace(model, [1.0], 1.0)
    assert json.loads(trace.to_json())["forward"][1]["values"] == [["inf"]]
    ElementTree.fromstring(trace.svg())
    assert "inf" in str(trace)


def test_an_option_that_is_a_function_is_told_by_its_name():
    @dataclasses.dataclass(frozen=True)
    class Own:
        function: Any
        limit: float = 2.0
        name: ClassVar[str] = "own"

    loss = Own(abs)
    trace = dataclasses.replace(trace_step(step_of(), 0.01), loss_function=loss)
    found = json.loads(trace.to_json())["loss_function"]
    assert found == {"name": "own", "options": {"function": "abs", "limit": 2.0}}
    assert "own(function=abs)" in str(trace)


def texts_of(svg):
    root = ElementTree.fromstring(svg)
    return [e for e in root.iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("phase", ["forward", "backward", "update"])
@pytest.mark.parametrize("hidden", [(3,), (5, 4), (12, 5)])
def test_no_number_lies_on_another(phase, hidden):
    model = neurona.MLPRegressor(hidden_layer_sizes=hidden, random_state=0)
    trace = neurona.trace(model, [[1.0, -2e-5, 3.25]], [[0.1, 0.2]])
    boxes = []
    for e in texts_of(trace.svg(phase)):
        size, x, y = (float(e.get(key)) for key in ("font-size", "x", "y"))
        width = 0.6 * size * len(e.text)
        left = x if e.get("text-anchor") == "start" else x - width / 2
        boxes.append((left, left + width, y - 0.75 * size, y, e.text))
    for n, (a, b, c, d, one) in enumerate(boxes):
        for e, f, g, h, other in boxes[:n]:
            assert not (a < f and e < b and c < h and g < d), (one, other)


def test_the_picture_has_the_numbers_and_is_safe():
    model = neurona.MLPClassifier((2,), "tanh", random_state=0)
    trace = neurona.trace(model, [0.5], "<b>&", classes=["<b>&", "ok", "x"])
    svg = trace._repr_svg_()
    words = [e.text for e in texts_of(svg)]
    assert "<b>&" in words
    assert "<b>" not in re.sub("&lt;b&gt;", "", svg)
    assert words.count("0.5") == 3
    assert f"{trace.forward[0].values[0, 0]:.3g}" in words
    assert f"{trace.backward[0].errors[0, 1]:.3g}" in words
    weight = trace.update[0].weights
    assert f"{weight.old[0, 0]:.4g} \u2192 {weight.new[0, 0]:.4g}" in words
    with pytest.raises(ValueError, match="phase must be"):
        trace.svg("sideways")
    with pytest.raises(ValueError, match="row must be from 0 to 0"):
        trace.svg(row=1)
