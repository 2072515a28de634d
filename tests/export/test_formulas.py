"""Activations and slopes as formulas, computed by a formula engine, beside SciPy's."""

from __future__ import annotations

import itertools

import numpy as np
import openpyxl
import pytest

from neurona.errors import IncompatibleError
from neurona.export.excel.formulas import (
    LOSS_SLOPES,
    SLOPES,
    VALUES,
    Said,
    Unit,
    activation_slope,
    activation_value,
    literal,
    output_slope,
)
from neurona.numerics.activations import ACTIVATIONS, Bounded, Elu
from neurona.numerics.losses import LOSSES, BinaryCrossEntropy
from tests.export.engine import Recalculated
from tests.naive import ACTIVATIONS as NAIVE
from tests.naive import LOSSES as NAIVE_LOSSES

SUMS = [-1e4, -745.0, -40.0, -3.0, -0.5, -1e-9, 0.0, 1e-9, 0.5, 3.0, 40.0, 700.0]
PLAIN = [name for name in ACTIVATIONS if name != "softmax"]


def computed(cells, path):
    """Formulas by their cell, computed."""
    book = openpyxl.Workbook()
    book.active.title = "Predict"
    for place, value in cells.items():
        book.active[place] = value
    book.save(path)
    found = Recalculated(path)
    sheet = book.active
    return {place: found.value("Predict", sheet[place]) for place in cells}


def test_every_activation_has_a_formula_and_a_slope():
    assert set(VALUES) == set(ACTIVATIONS)
    assert set(SLOPES) == set(ACTIVATIONS) - {"softmax"}


def test_activations_from_the_far_left_to_the_far_right(tmp_path):
    cells = {f"A{row}": z for row, z in enumerate(SUMS, 1)}
    columns = [*PLAIN, "softmax"]
    for column, name in zip("BCDEFGHIJKLMNOP", columns, strict=True):
        for row in range(1, len(SUMS) + 1):
            unit = Unit(f"A{row}", "", f"A1:A{len(SUMS)}")
            cells[f"{column}{row}"] = f"={activation_value(ACTIVATIONS.find(name), unit)}"
    found = computed(cells, tmp_path / "a.xlsx")
    sums = np.array(SUMS)
    for column, name in zip("BCDEFGHIJKLMNOP", columns, strict=True):
        ours = [float(found[f"{column}{row}"]) for row in range(1, len(SUMS) + 1)]
        theirs = NAIVE[name](sums if name != "softmax" else sums[None])
        np.testing.assert_allclose(ours, np.ravel(theirs), rtol=1e-12, atol=1e-15, err_msg=name)


def test_slopes_are_those_of_the_values(tmp_path):
    sums = [-3.0, 0.4]
    given = [*(ACTIVATIONS.find(n) for n in PLAIN), Bounded(-2.0, 3.0), Elu(0.5)]
    cells = {f"A{row}": z for row, z in enumerate(sums, 1)}
    step = 1e-5
    for k, activation in enumerate(given):
        value, slope, ahead, back = (
            openpyxl.utils.get_column_letter(c) for c in range(2 + 4 * k, 6 + 4 * k)
        )
        for row in range(1, len(sums) + 1):
            z, a = f"A{row}", f"{value}{row}"
            cells[a] = f"={activation_value(activation, Unit(z, a, ''))}"
            cells[f"{slope}{row}"] = f"={activation_slope(activation, Unit(z, a, ''))}"
            for letters, shift in ((ahead, step), (back, -step)):
                moved = f"({z}+{literal(shift)})"
                formula = activation_value(activation, Unit(moved, "", ""))
                cells[f"{letters}{row}"] = f"={formula}"
    found = computed(cells, tmp_path / "a.xlsx")
    for k, activation in enumerate(given):
        _, slope, ahead, back = (
            openpyxl.utils.get_column_letter(c) for c in range(2 + 4 * k, 6 + 4 * k)
        )
        for row in range(1, len(sums) + 1):
            numerical = (float(found[f"{ahead}{row}"]) - float(found[f"{back}{row}"])) / (2 * step)
            ours = float(found[f"{slope}{row}"])
            assert ours == pytest.approx(numerical, rel=1e-6, abs=1e-8), (activation, sums[row - 1])


def test_slopes_of_losses(tmp_path):
    pairs = list(itertools.product([0.2, 0.7], [0.1, 0.5, 0.9, 2.5]))
    cells = {f"A{r}": t for r, (t, _) in enumerate(pairs, 1)}
    cells |= {f"B{r}": p for r, (_, p) in enumerate(pairs, 1)}
    identity = ACTIVATIONS.find("identity")
    for column, name in zip("CDEFGHIJ", LOSS_SLOPES, strict=False):
        for row in range(1, len(pairs) + 1):
            said = Said(f"A{row}", f"B{row}", 1)
            formula, joined = output_slope(LOSSES.find(name), identity, said)
            assert not joined
            cells[f"{column}{row}"] = f"={formula}"
    found = computed(cells, tmp_path / "a.xlsx")
    step = 1e-6
    for column, name in zip("CDEFGHIJ", LOSS_SLOPES, strict=False):
        for row, (t, p) in enumerate(pairs, 1):
            if name == "binary_cross_entropy" and p > 1:
                continue
            ends = [float(NAIVE_LOSSES[name](t, p + shift)) for shift in (step, -step)]
            slope = (ends[0] - ends[1]) / (2 * step)
            assert float(found[f"{column}{row}"]) == pytest.approx(slope, rel=1e-6, abs=1e-8), name


def test_joined_losses_and_smoothing():
    said = Said("A1", "B1", 1)
    logistic = ACTIVATIONS.find("logistic")
    assert output_slope(LOSSES.find("binary_cross_entropy"), logistic, said) == ("B1-A1", True)
    smoothed, _ = output_slope(BinaryCrossEntropy(0.2), logistic, said)
    assert smoothed == "B1-(A1*0.8+0.1)"


def test_what_has_no_formula_is_refused():
    class Odd:
        name = "odd"

    with pytest.raises(IncompatibleError, match="'odd' has no spreadsheet formula"):
        activation_value(Odd(), Unit("A1", "B1", "A1:A2"))
    with pytest.raises(IncompatibleError, match="cannot hold the number nan"):
        literal(float("nan"))
    assert literal(-0.5) == "(-0.5)"
    assert literal(1e-7) == "1E-07"
