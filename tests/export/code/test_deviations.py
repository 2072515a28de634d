"""Error bars on the device are those of `predict_uncertainty`, in every language."""

from __future__ import annotations

import shutil
from dataclasses import replace
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
from neurona.inference.held_out import HeldOutErrors
from neurona.inference.members import Member
from neurona.inference.noise_scale import NoiseScale
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS
from tests.export import test_transforms
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


@cache
def stack():
    """Networks that count differently, and their errors on rows that none of them saw."""
    found = zoo.case("averaged")
    shares = (0.6, 0.3, 0.1)
    networks = [replace(one, share=s) for one, s in zip(found.networks, shares, strict=True)]
    off = np.random.default_rng(0).normal(size=(50, 1)) * 0.05
    return replace(found, networks=tuple(networks), errors=HeldOutErrors.of(off))


def by_inputs(found):
    """The same with errors whose size depends on some features and on what is said."""
    inputs, targets = len(found.features) + found.outputs, found.outputs
    random = np.random.default_rng(3)
    first = random.normal(size=(inputs, 4)) * (np.arange(inputs) % 2 == (inputs - 1) % 2)[:, None]
    kinds = [ACTIVATIONS.find("relu"), ACTIVATIONS.find("exp")]
    network = Network([inputs, 4, targets], kinds, np.float64)
    last = random.normal(size=(4, targets)) / 4
    weights = network.pack([first, last], [random.normal(size=4), np.zeros(targets)])
    errors = HeldOutErrors.of(random.normal(size=(60, targets)) * 0.05)
    return replace(found, noise_scale=NoiseScale(Member(network, weights), errors))


SIZED = {
    "stack": lambda: by_inputs(stack()),
    "posterior": lambda: by_inputs(model("targets")),
    "posteriors of a table": lambda: by_inputs(model("averaged")),
    "turned": lambda: by_inputs(neurona.export.exportable(test_transforms.fitted("log"))),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", list(SIZED))
def test_sizes_by_the_inputs_are_those_of_the_model(name, dtype, tmp_path):
    found = SIZED[name]()
    program = program_of(found, "pump", dtype, std=True, interval=0.8)
    vectors = vectors_of(program)
    assert difference(found, program, vectors).largest <= (1e-12 if dtype == "float64" else 1e-4)
    # and they are not what they would be without
    alike = replace(found, noise_scale=None)
    assert difference(alike, program, vectors).largest > 1e-2
    if dtype == "float64":
        pytest.importorskip("onnx", reason="onnx is not installed")
        made = neurona.export.onnx(found, tmp_path, name="pump", std=True, interval=0.8)
        assert made.difference.largest <= 1e-11


@pytest.mark.parametrize("language", ["c", "python", "javascript", "matlab"])
def test_sizes_by_the_inputs_have_the_same_bits(language, tmp_path):
    tool = {"c": "gcc", "python": "python3", "javascript": "node", "matlab": "octave"}[language]
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    words = {"name": "pump", "std": True, "interval": 0.9, "check": True}
    found = write_code(SIZED["stack"](), tmp_path, language=language, **words)
    assert "same bits" in found.checked and not found.left_out


def test_integers_say_that_theirs_are_of_one_size(tmp_path):
    words = {"language": "c", "name": "pump", "dtype": "int32", "std": True}
    found = write_code(SIZED["stack"](), tmp_path / "a", **words)
    alike = write_code(stack(), tmp_path / "b", **words)
    assert "its error bars are of one size for all rows" in str(found)
    assert "one size" not in str(alike)
    assert found.paths[1].read_text() == alike.paths[1].read_text()
    assert not write_code(stack(), tmp_path, **words | {"std": False}).left_out.count("one size")


def test_what_numpy_says_of_sizes_is_what_the_estimator_says():
    words = {"n_starts": 2, "combine": "average", "dtype": "float64"}
    made = m.of_table(neurona.TableRegressor, m.AMOUNT, **words)
    made.held_out_errors_ = HeldOutErrors.of(np.random.default_rng(0).normal(size=(50, 1)) * 0.05)
    made.noise_scale_ = by_inputs(neurona.export.exportable(made)).noise_scale
    found = neurona.export.exportable(made).predict_uncertainty(m.TABLE)
    known = made.predict_uncertainty(m.TABLE)
    np.testing.assert_allclose(found.std[:, 0], known.std, rtol=1e-9)
    ends = np.array(found.interval(0.9))[:, :, 0]
    np.testing.assert_allclose(ends, known.interval(0.9), rtol=1e-9)
    assert np.ptp(ends[1] - ends[0]) > 0.1 * np.mean(ends[1] - ends[0])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("which", [stack, lambda: stack().alone(), lambda: model("targets")])
def test_intervals_are_those_of_the_model(dtype, which, tmp_path):
    found = which()
    if not found.has_error_bars:
        # what is known of the mean is not known of one
        with pytest.raises(IncompatibleError, match="leave --interval out"):
            program_of(found, "pump", dtype, interval=0.8)
        return
    program = program_of(found, "pump", dtype, std=True, interval=0.8)
    kinds = [one.kind for one in program.outputs]
    assert kinds == sorted(kinds, key=["quantity", "deviation", "lower", "upper"].index)
    far = difference(found, program, vectors_of(program))
    assert far.largest <= (1e-12 if dtype == "float64" else 1e-4)
    assert far.rows >= 30


def test_a_stack_answers_as_the_estimator():
    words = {"n_starts": 2, "combine": "average", "dtype": "float64"}
    made = m.of_table(neurona.TableRegressor, m.AMOUNT, **words)
    made.held_out_errors_ = HeldOutErrors.of(np.random.default_rng(0).normal(size=(50, 1)) * 0.05)
    found = neurona.export.exportable(made).predict_uncertainty(m.TABLE)
    known = made.predict_uncertainty(m.TABLE)
    np.testing.assert_allclose(found.std[:, 0], known.std, rtol=1e-9)
    ends = np.array(found.interval(0.9))[:, :, 0]
    np.testing.assert_allclose(ends, known.interval(0.9), rtol=1e-9)


@pytest.mark.parametrize("language", ["c", "python", "onnx"])
def test_a_stack_is_written_with_its_intervals(language, tmp_path):
    if language == "onnx":
        pytest.importorskip("onnx", reason="onnx is not installed")
    found = neurona.export.write(
        stack(), tmp_path, language, name="pump", interval=0.9, std=True, check=True,
        units={"y": "kN"},
    )  # fmt: skip
    assert found.difference.largest <= 1e-12
    assert not found.left_out
    assert "lower end of the 90 % interval" in (tmp_path / "pump-README.txt").read_text()
    assert "y upper [kN]" in (tmp_path / "pump-README.txt").read_text()


def test_error_bars_of_a_mean_are_none_of_its_best(tmp_path):
    with pytest.raises(IncompatibleError, match="leave --best-start out"):
        neurona.export.c(stack(), tmp_path, best_start=True, interval=0.9)
    with pytest.raises(ValueError, match=r"interval must be in the range \(0, 1\)"):
        neurona.export.c(stack(), tmp_path, interval=1.5)
    assert not neurona.export.c(stack(), tmp_path, best_start=True).left_out


def test_error_bars_through_softmax(tmp_path):
    words = {"hidden_layer_sizes": (3,), "activation": "softmax", "max_iter": 20}
    fit = lambda: neurona.MLPRegressor(solver="bayesian-lm", random_state=0, **words).fit(m.X, m.Y)  # noqa: E731
    found = neurona.export.exportable(m.quiet(fit))
    program = program_of(found, "pump", std=True)
    assert difference(found, program, vectors_of(program)).largest <= 1e-12
    pytest.importorskip("onnx", reason="onnx is not installed")
    assert neurona.export.onnx(found, tmp_path, std=True).difference.largest <= 1e-12
