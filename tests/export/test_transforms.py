"""A model that learned a function of its targets is exported with the way back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import neurona
from neurona.data.transforms import TRANSFORMS, Transform
from neurona.errors import IncompatibleError
from neurona.export.code import elementary
from neurona.export.code.evaluate import evaluate
from neurona.export.code.form import Input, Name, Output, Program, place
from neurona.export.code.program import program_of
from neurona.export.code.vectors import difference, vectors_of
from neurona.export.code.writing import write_code
from neurona.export.excel import turned as formulas
from neurona.inference.held_out import HeldOutErrors
from tests.export.engine import written
from tests.export.models import quiet
from tests.export.test_formulas import computed

RANDOM = np.random.default_rng(0)
ROWS = {"a": RANDOM.normal(size=40), "b": RANDOM.normal(size=40)}
SHAPE = 0.4 * ROWS["a"] + 0.3 * ROWS["b"] + 0.05 * RANDOM.normal(size=40)
TARGETS = np.column_stack([np.exp(1 + SHAPE), 5 + 3 * SHAPE**2 + ROWS["b"]])
ALL = [one for one in TRANSFORMS if one != "none"]
ERRORS = HeldOutErrors.of(0.3 * RANDOM.normal(size=(200, 2)))


@cache
def fitted(transform):
    model = neurona.TableRegressor(
        (3,), solver="bayesian-lm", n_starts=2, combine="average", target_transform=transform
    ).set_params(random_state=0, steps=20)
    quiet(lambda: model.fit(ROWS, TARGETS))
    model.held_out_errors_ = ERRORS
    return model


@pytest.mark.parametrize("transform", ALL)
def test_an_export_knows_what_the_model_says(transform):
    model = fitted(transform)
    found, known = neurona.export.exportable(model), model.predict_uncertainty(ROWS)
    ours = found.predict_uncertainty(ROWS)
    np.testing.assert_allclose(found.predict(ROWS), model.predict(ROWS), rtol=1e-12)
    np.testing.assert_allclose(ours.std, known.std, rtol=1e-10)
    np.testing.assert_allclose(ours.interval(0.8), known.interval(0.8), rtol=1e-10)


@pytest.mark.parametrize("transform", ALL)
def test_code_turns_answers_and_both_ends_back(transform):
    found = neurona.export.exportable(fitted(transform))
    for dtype, most in (("float64", 1e-12), ("float32", 5e-5)):
        program = program_of(found, "pump", dtype, std=True, interval=0.8)
        far = difference(found, program, vectors_of(program))
        assert far.rows >= 30
        assert far.largest <= most
    plain = program_of(found, "pump")
    rows = np.column_stack([ROWS["a"], ROWS["b"]])
    np.testing.assert_allclose(evaluate(plain, rows)[0], found.predict(ROWS), rtol=1e-12)
    by_weights = replace(found, errors=None)
    program = program_of(by_weights, "pump", std=True)
    assert difference(by_weights, program, vectors_of(program)).largest <= 1e-11


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("transform", ["log", "yeo_johnson"])
def test_c_has_the_bits_of_the_form(transform, tmp_path):
    found = write_code(
        neurona.export.exportable(fitted(transform)), tmp_path,
        language="c", name="pump", std=True, interval=0.8, check=True,
    )  # fmt: skip
    assert "same bits" in found.checked


@pytest.mark.parametrize("single", [False, True])
def test_logarithms_of_small_and_large_numbers(single):
    program = Program("p", "", single, (Input("z", "number"),), (Output("y", "quantity"),))
    program.let("z", place("x", 0))
    program.put("y", 0, program.call(elementary.log(single), Name("z")))
    numbers = np.exp2(np.linspace(-50, 70, 1201)).astype(np.float32)
    said = evaluate(program, numbers[:, None].astype(float))[0][:, 0]
    np.testing.assert_allclose(
        said, np.log(numbers.astype(float)), rtol=1e-6 if single else 4e-16, atol=1e-16
    )


@pytest.mark.parametrize("transform", ALL)
def test_onnx_turns_answers_and_both_ends_back(transform, tmp_path):
    pytest.importorskip("onnx", reason="onnx is not installed")
    found = neurona.export.onnx(fitted(transform), tmp_path, name="pump", std=True, interval=0.8)
    assert found.difference.largest <= 1e-12


def test_formulas_turn_targets_there_and_back(tmp_path):
    cells, must, values = {}, {}, np.array([0.3, 4.0, 90.0])
    for column, name in zip("ACE", ALL, strict=True):
        own = values - 20.0 if name == "yeo_johnson" else values
        turned = Transform.fit(name, ["y"], own[:, None])
        back = chr(ord(column) + 1)
        for row, value in enumerate([*own, 1e6], 1):
            put = chr(ord(column) + 6)
            cells[f"{put}{row}"] = value
            cells[f"{column}{row}"] = f"={formulas.forward(turned, 0, f'{put}{row}')}"
            cells[f"{back}{row}"] = f"={formulas.back(turned, 0, f'{column}{row}')}"
            must[f"{back}{row}"] = min(value, own.max() + np.ptp(own))
    found = computed(cells, tmp_path / "t.xlsx")
    for place_, value in must.items():
        assert float(found[place_]) == pytest.approx(value, rel=1e-9)


def test_a_workbook_turns_answers_and_both_ends_back(tmp_path):
    model = fitted("log")
    rows = {name: column[:2] for name, column in ROWS.items()}
    found = written(model, tmp_path, rows)
    heads = [cell.value for cell in found.book["Predict"][4]]
    start = heads.index("y1", 2)
    cells = np.array(found.rows("Predict", "Answer", len(heads) - start + 1), float)
    known = model.predict_uncertainty(rows)
    low, high = known.interval(0.95)
    for head, must in (
        *(("y1", known.mean[:, 0]), ("y2 deviation", known.std[:, 1])),
        *(("y2 lower (95%)", low[:, 1]), ("y1 upper (95%)", high[:, 0])),
    ):
        np.testing.assert_allclose(cells[:2, heads.index(head, start) - start], must, rtol=1e-8)
    assert found.errors() == []


def test_a_training_step_scales_what_is_learned(tmp_path):
    model = fitted("log").member(0)
    rows = {name: column[:1] for name, column in ROWS.items()}
    found = written(model, tmp_path, rows, y=TARGETS[:1], training_step=True)
    sheet = found.book["Training step"]
    place = next(c for row in sheet.iter_rows() for c in row if c.value == "target scaled")
    said = [
        found.value("Training step", sheet.cell(place.row + 1 + k, place.column)) for k in range(2)
    ]
    scaling = model.targets_
    must = (np.log(TARGETS[0]) - scaling.center) / scaling.scale
    np.testing.assert_allclose(said, must, rtol=1e-12)


def test_whole_numbers_have_no_way_back(tmp_path):
    with pytest.raises(IncompatibleError, match="export float32"):
        neurona.export.write(fitted("log"), tmp_path, "c", name="pump", dtype="int32")
