"""ONNX graphs on ONNX Runtime and in the reference evaluator answer what the model does."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

import neurona
from neurona.errors import IncompatibleError
from neurona.export.code.program import program_of
from neurona.export.code.vectors import cells, vectors_of
from neurona.export.convert import exportable
from tests.export.code import zoo

pytest.importorskip("onnx", reason="onnx is not installed")
from neurona.export.tensors.model import graph_of


@pytest.mark.parametrize("name", [*zoo.CASES, *zoo.NAMES])
def test_the_reference_evaluator_answers_as_predict(name, tmp_path):
    found = neurona.export.onnx(zoo.case(name), tmp_path, name="pump")
    assert found.difference.largest <= 1e-13
    assert found.difference.rows >= 30
    assert [path.name for path in found.paths] == [
        "pump.onnx",
        "pump-test-vectors.csv",
        "pump-README.txt",
    ]


def test_a_graph_may_be_larger_than_source_text(monkeypatch, tmp_path):
    monkeypatch.setattr("neurona.export.code.program.MOST_CONSTANTS", 10)
    model = zoo.case("table")
    for write in (neurona.export.c, neurona.export.fmu, partial(neurona.export.c, dtype="int16")):
        with pytest.raises(IncompatibleError, match="too many for source text; export ONNX"):
            write(model, tmp_path)
    assert neurona.export.onnx(model, tmp_path).paths[0].stat().st_size > 0


@pytest.mark.parametrize("name", ["table", "table of classes", "table of two", "averaged"])
def test_a_mixed_table_on_onnx_runtime(name):
    runtime = pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    model = zoo.case(name)
    program = program_of(model, "pump")
    rows = vectors_of(program).rows
    sure = [k for k, one in enumerate(program.inputs) if one.kind in ("date",)]
    words = [k for k, one in enumerate(program.inputs) if one.kind == "boolean" and one.words]
    keep = np.isfinite(np.nan_to_num(rows[:, sure], posinf=np.inf)).all(axis=1)
    keep &= np.isin(np.nan_to_num(rows[:, words]), (0.0, 1.0)).all(axis=1)
    rows = rows[keep]
    table = cells(model, program, rows)
    feed = {}
    for k, one in enumerate(program.inputs):
        column = table[one.name]
        texts = bool(one.words)
        values = [["" if v is None else v] for v in column] if texts else rows[:, [k]]
        feed[one.name] = np.array(values, object if texts else np.float64)
    made = graph_of(model).SerializeToString()
    for level in ("ORT_DISABLE_ALL", "ORT_ENABLE_BASIC", "ORT_ENABLE_ALL"):
        options = runtime.SessionOptions()
        options.graph_optimization_level = getattr(runtime.GraphOptimizationLevel, level)
        session = runtime.InferenceSession(made, options, providers=["CPUExecutionProvider"])
        found = session.run(None, feed)
        if model.answers.classes is None:
            must = model.predict(table)
            scale = model.answers.scaling.scale[0]
            assert np.abs(found[0][:, 0] - must).max() <= 1e-13 * scale
        else:
            np.testing.assert_allclose(found[0], model.predict_proba(table), rtol=0, atol=1e-13)
            assert found[1].tolist() == [str(v) if found[1].dtype == object else int(v)
                                         for v in model.predict(table)]  # fmt: skip


@pytest.mark.parametrize("name", ["relu", "silu", "gelu", "elu", "mish", "softplus", "logistic"])
def test_activations_load_at_every_level(name):
    runtime = pytest.importorskip("onnxruntime", reason="ONNX Runtime is not installed")
    model = zoo.case(name)
    rows = np.random.default_rng(2).normal(size=(500, 3)) * 10
    for single in (False, True):
        made = graph_of(model, single, True).SerializeToString()
        session = runtime.InferenceSession(made, providers=["CPUExecutionProvider"])
        given = rows.astype(np.float32 if single else np.float64)
        found = session.run(None, {"x": given})[0][:, 0]
        must = model.predict(given.astype(float))
        np.testing.assert_allclose(
            found, must, rtol=1e-5 if single else 1e-14, atol=1e-5 if single else 1e-15
        )


def test_a_file_is_exported_without_its_estimator(tmp_path):
    neurona.save(zoo.m.of_table(neurona.TableRegressor, zoo.m.AMOUNT), tmp_path / "m.neurona")
    found = neurona.export.onnx(tmp_path / "m.neurona", tmp_path, check=True, dtype="float32")
    assert found.difference.largest < 1e-5
    assert "of a spread from predict" in found.checked or "no ONNX Runtime" in found.checked
    assert exportable(tmp_path / "m.neurona").title == "TableRegressor"
    assert "bytes" in str(found)
