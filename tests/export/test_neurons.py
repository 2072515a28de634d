"""Single neurons and gates as workbooks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from neurona.numerics.activations import ACTIVATIONS
from tests.export.engine import written

STEP = ACTIVATIONS.find("step")


@dataclass(frozen=True)
class Unit:
    """A threshold unit as neurons are known."""

    weights: tuple[float, ...]
    theta: float
    names: tuple[str, ...] = ("a", "b")
    activation: Any = STEP


@dataclass(frozen=True)
class Pair:
    hidden: tuple[Unit, ...]
    output: Unit


OR, NAND, AND = Unit((1, 1), 0.5), Unit((-1, -1), -1.5), Unit((1, 1), 1.5)


@pytest.mark.parametrize(
    ("model", "says"),
    [(AND, [0, 0, 0, 1]), (OR, [0, 1, 1, 1]), (Pair((OR, NAND), AND), [0, 1, 1, 0])],
    ids=["and", "or", "xor"],
)
def test_a_gate_has_its_truth_table(model, says, tmp_path):
    found = written(model, tmp_path)
    assert found.rows("Truth table", "Inputs", 2) == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert [row[0] for row in found.answers(1, "Truth table")] == says
    assert found.book["Predict"]["B4"].value == "a"


def test_a_neuron_with_another_activation_and_rows_of_its_own(tmp_path):
    unit = Unit((2.0, -0.5), 0.25, activation=ACTIVATIONS.find("logistic"))
    rows = np.array([[0.3, 4.0], [-1.0, 2.0]])
    found = written(unit, tmp_path, rows)
    expected = 1 / (1 + np.exp(-(rows @ [2.0, -0.5] - 0.25)))
    np.testing.assert_allclose(np.array(found.answers(), float).ravel(), expected, rtol=1e-12)
    with pytest.raises(ValueError, match="rows of 2 inputs"):
        written(unit, tmp_path, [[1.0]])


def test_gates_of_the_neuron_package(tmp_path):
    neuron = pytest.importorskip("neurona.neuron")
    found = written(neuron.gate("NAND"), tmp_path)
    assert [row[0] for row in found.answers(1, "Truth table")] == [1, 1, 1, 0]
    xor = neuron.TwoLayerNetwork((neuron.gate("OR"), neuron.gate("NAND")), neuron.gate("AND"))
    found = written(xor, tmp_path)
    assert [row[0] for row in found.answers(1, "Truth table")] == list(xor.truth_table().outputs)
