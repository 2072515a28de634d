"""Error bars on the device are those of `predict_uncertainty`, in every language."""

from __future__ import annotations

import shutil
from functools import cache

import numpy as np
import pytest

import neurona
from neurona.errors import IncompatibleError
from neurona.export.code.program import program_of
from neurona.export.code.vectors import difference, vectors_of
from neurona.export.code.writing import write_code
from neurona.export.tensors.graph import Graph
from neurona.export.tensors.slopes import SLOPES, slope
from neurona.numerics.activations import ACTIVATIONS
from tests.export.code import zoo
from tests.export.code.test_programs import activation_of

m = zoo.m


@cache
def model(name):
    words = {"solver": "bayesian-lm", "random_state": 0}
    if name == "targets":
        words |= {"hidden_layer_sizes": (3, 2), "activation": "silu", "max_iter": 30}
        made = lambda: neurona.MLPRegressor(**words).fit(m.X, np.c_[m.Y, m.X[:, 2] - m.Y])  # noqa: E731
    else:
        words |= {"n_starts": 3, "combine": "average", "max_levels": 4}
        made = lambda: neurona.TableRegressor((3,), **words, dtype="float64").fit(  # noqa: E731
            m.TABLE, m.AMOUNT
        )
    return neurona.export.exportable(m.quiet(made))


@pytest.mark.parametrize("name", ["targets", "averaged"])
def test_deviations_are_those_of_the_model(name):
    found = model(name)
    program = program_of(found, "pump", std=True)
    assert [one.kind for one in program.outputs][-1] == "deviation"
    far = difference(found, program, vectors_of(program))
    assert far.largest <= 1e-12
    assert far.rows >= 30


@pytest.mark.parametrize("language", ["c", "python", "javascript", "matlab"])
def test_deviations_have_the_same_bits(language, tmp_path):
    tool = {"c": "gcc", "python": "python3", "javascript": "node", "matlab": "octave"}[language]
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    found = write_code(
        model("targets"), tmp_path, language=language, name="pump", std=True, check=True
    )
    assert "same bits" in found.checked
    assert not found.left_out


@pytest.mark.parametrize("name", ["targets", "averaged"])
def test_onnx_has_them_too(name, tmp_path):
    pytest.importorskip("onnx", reason="onnx is not installed")
    found = neurona.export.onnx(model(name), tmp_path, name="pump", std=True, check=True)
    assert found.difference.largest <= 1e-11
    assert not found.left_out
    short = neurona.export.onnx(model(name), tmp_path, name="pump", std=True, dtype="float32")
    assert short.difference.largest <= 1e-4


@pytest.mark.parametrize("name", list(SLOPES))
def test_slopes_in_onnx_are_those_of_the_statements(name):
    onnx = pytest.importorskip("onnx", reason="onnx is not installed")
    from onnx.reference import ReferenceEvaluator

    g = Graph(False, ["z"])
    output = slope(g, "z", ACTIVATIONS.find(name))
    info = [
        onnx.helper.make_tensor_value_info(one, g.element, ["rows", 1]) for one in ("z", output)
    ]
    graph = onnx.helper.make_graph(g.nodes, "s", info[:1], info[1:], g.constants)
    z = np.linspace(-6, 6, 301)[:, None]
    made = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    found = ReferenceEvaluator(made).run(None, {"z": z})[0]
    np.testing.assert_allclose(
        found[:, 0], activation_of(name, False, z[:, 0])[1], rtol=1e-13, atol=1e-15
    )


def test_what_has_none_is_said(tmp_path):
    with pytest.raises(IncompatibleError, match="knows nothing of its uncertainty"):
        neurona.export.c(zoo.case("table"), tmp_path, std=True)
    found = neurona.export.c(model("targets"), tmp_path)
    assert "error bars are left out" in str(found)
