"""Drawings: well-formed, with every name, weight and live number in them."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from neurona.neuron import BiasUnit, ThresholdUnit, gate, realise

NAMESPACE = "{http://www.w3.org/2000/svg}"


def texts(svg):
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{NAMESPACE}svg"
    return [one.text for one in root.iter(f"{NAMESPACE}text")]


def lines(svg):
    return list(ElementTree.fromstring(svg).iter(f"{NAMESPACE}line"))


def test_a_unit_shows_weights_threshold_and_live_sum():
    unit = ThresholdUnit((2, -1), 0.5, names=("left", "right"))
    found = texts(unit.svg(1, 0))
    assert {"left", "right", "2", "-1", "θ = 0.5", "step(2 - 0.5)", "1"} <= set(found)
    assert {"left", "right", "Σ", "y", "step(sum - 0.5)"} <= set(texts(unit.svg()))


def test_a_bias_is_an_input_that_is_one():
    found = texts(BiasUnit((1.0,), -2.5, activation="tanh").svg(3))
    assert {"-2.5", "tanh(0.5)", "0.4621"} <= set(found)


def test_negative_weights_are_dashed_and_large_ones_wide():
    first, second, _ = lines(ThresholdUnit((3, -1)).svg())
    assert "stroke-dasharray" not in first.attrib
    assert "stroke-dasharray" in second.attrib
    assert float(first.attrib["stroke-width"]) > float(second.attrib["stroke-width"])


def test_names_are_text_not_markup():
    unit = ThresholdUnit((1,), names=("<b>&",))
    assert "<b>&" in texts(unit.svg())
    assert "<b>&" in unit.text()


@pytest.mark.parametrize("inputs", [(), (1, 0)])
def test_a_network_draws_every_weight(inputs):
    network = realise("XOR").network
    svg = network.svg(*inputs)
    # four weights into the hidden units, two out of them, one arrow
    assert len(lines(svg)) == 7
    assert {"θ = 0.5", "θ = -1.5", "θ = 1.5"} <= set(texts(svg))
    assert realise("XOR")._repr_svg_() == network.svg()


def test_text_of_units_of_any_size():
    assert gate("NOT").text(1) == "a1 = 1 ──[ -1 ]──── sum = -1 ── step(-1 + 0.5) ──▶ 0"
    for inputs in range(2, 7):
        drawn = gate("OR", inputs).text()
        assert drawn.count("[ 1 ]") == inputs
        assert drawn.count("sum ──") == 1
        assert [line[:1] for line in drawn.splitlines()].count("a") == inputs


def test_text_of_a_network_has_the_live_values():
    drawn = realise("XOR").network.text(1, 1)
    assert "h1 = 1" in drawn and "h2 = 0" in drawn
    assert drawn.splitlines()[-2].endswith("sum = 1 ── step(1 - 1.5) ──▶ 0")
