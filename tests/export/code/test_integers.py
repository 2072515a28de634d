"""Integers of 16 and 32 bits: near what the model answers, and no sum overflows."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

import numpy as np
import pytest

import neurona
from neurona.data.targets import NumericTargets
from neurona.errors import IncompatibleError
from neurona.export.code import evaluate as form
from neurona.export.code.program import program_of
from neurona.export.code.vectors import sample_rows
from neurona.export.code.writing import write_code
from neurona.export.integers.curves import bounds_of, curve_of
from neurona.export.integers.evaluate import bent, entries_of, evaluate, integers_of, numbers_of
from neurona.export.integers.network import fixed_network
from neurona.export.integers.width import NARROW, WIDE
from neurona.export.source import Layers
from neurona.inference.held_out import HeldOutErrors
from neurona.numerics.activations import ACTIVATIONS
from tests.export.code import test_deviations, zoo
from tests.export.code.test_languages import WARNINGS, needs

ACTIVE = [name for name in ACTIVATIONS if name != "softmax"]
KINDS = (
    "table", "in pieces", "averaged", "table of classes", "table of two", "averaged classes",
    "averaged labels", "three classes", "labels", "several targets", "perceptron of three",
    "autoencoder", "autoencoder of a table",
)  # fmt: skip
MAIN = """
#include "pump.h"
int main(void) {
    uint32_t seed = 1U;
    int32_t x[PUMP_INPUTS], y[PUMP_OUTPUTS];
    for (int k = 0; k < ROWS; k++) {
        for (uint32_t i = 0U; i < PUMP_INPUTS; i++) {
            seed = seed * 1664525U + 1013904223U;
            x[i] = (int32_t)(seed >> (seed & 31U)) * ((seed & 256U) ? 1 : -1);
        }
        (void)pump_predict(x, y);
    }
    return pump_selftest();
}
"""


def run(command, folder):
    done = subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def never_overflows(folder, rows=200_000):
    (folder / "main.c").write_text(MAIN)
    run(f"gcc -std=c99 -O1 {WARNINGS} -c pump.c -o pump.o", folder)
    # -2147483648 times -1 is the test's own, hence wrapping there
    run(f"gcc -std=c99 -O1 -fwrapv -DROWS={rows} -c main.c -o main.o", folder)
    options = "-fsanitize=undefined,address -fno-sanitize-recover=all"
    run(f"gcc -O1 {options} main.o pump.c -o run", folder)
    run("./run", folder)


@pytest.mark.parametrize("activation", [*ACTIVE, "softmax"])
def test_every_activation_has_integers(activation, tmp_path):
    model = neurona.export.exportable(
        zoo.m.of_table(neurona.TableRegressor, zoo.m.AMOUNT, activation=activation)
    )
    for dtype, most in (("int16", 1e-3), ("int32", 1e-5)):
        found = write_code(model, tmp_path, language="c", name="pump", dtype=dtype)
        assert found.difference.largest <= most


@needs("gcc")
@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("dtype", ["int16", "int32"])
def test_every_kind_of_model_has_the_same_integers(name, dtype, tmp_path):
    model = zoo.case(name)
    rows = None if model.encoders else zoo.m.X
    found = write_code(
        model, tmp_path, language="c", name="pump", dtype=dtype, check=True, rows=rows
    )
    assert "same integers in" in found.checked
    if model.answers.classes is None:
        assert found.difference.largest <= 1e-3
    else:
        # what lies on the border may fall on either side of it
        assert found.difference.rms**2 <= 5e-3
    if name in ("in pieces", "averaged classes", "several targets", "autoencoder of a table"):
        never_overflows(tmp_path, 1_000_000 if name == "in pieces" else 200_000)


@needs("gcc")
def test_softmax_between_layers_never_overflows(tmp_path):
    words = {"activation": ["softmax", "tanh", "softmax"], "steps": 30, "random_state": 0}
    made = zoo.m.quiet(
        lambda: neurona.TableClassifier((5, 4, 3), **words).fit(zoo.m.TABLE, zoo.HIGH)
    )
    found = neurona.export.c(made, tmp_path, name="pump", dtype="int16", check=True)
    said = "another answer than predict in 0.00% of 4000 rows"
    assert said in str(found)
    assert f"predict: {said}." in (tmp_path / "pump-README.txt").read_text()
    assert "same integers in" in found.checked
    never_overflows(tmp_path)


def test_small_sums_have_all_entries_of_their_cubic(tmp_path):
    rows = np.random.default_rng(0).uniform(-1, 1, (2000, 3))
    first, last = zoo.network(ACTIVATIONS.find("tanh"), np.random.default_rng(0), 1).layers
    # sums reach into the last but one part of the table, just below a power of two
    layers = (
        first._replace(weights=np.array([[0.0953], [0.0], [0.0]]), biases=np.zeros(1)),
        last._replace(weights=np.array([[500.0]])),
    )
    model = zoo.of_networks([Layers(layers)])
    found = write_code(model, tmp_path, language="c", name="pump", dtype="int32", rows=rows)
    assert found.difference.largest <= 1e-6


@pytest.mark.parametrize("name", [one for one in ACTIVE if one not in ("exp", "step")])
@pytest.mark.parametrize("width", [NARROW, WIDE], ids=lambda one: one.name)
def test_a_table_is_near_its_function_between_entries(name, width):
    activation = ACTIVATIONS.find(name)
    z = np.random.default_rng(0).uniform(-9, 9, 2000)
    curve = curve_of(activation, -9.0, 9.0, width)
    if curve.table is None:
        return
    digits = width.value - 4
    u = np.abs(z) if curve.kind in ("odd", "even") else -z if curve.kind == "below" else z
    found = bent(
        entries_of(curve, digits, width),
        np.round((u - curve.start) * 2.0**width.argument).astype(np.int64),
        width,
    ) * 2.0**-digits  # fmt: skip
    must = activation.expression(z)
    whole = {
        "odd": curve.middle + np.sign(z) * found,
        "even": curve.above * np.maximum(z, 0) + found,
        "below": np.where(z < 0, found, curve.above * z),
        "all": np.where(z > curve.start + curve.length, z, found),
    }[curve.kind]
    assert np.abs(whole - must).max() <= 2.0**-digits + (1e-7 if width is WIDE else 8e-6)
    low, high = bounds_of(activation, np.array([-9.0]), np.array([9.0]))
    assert (must >= low - 1e-4).all()
    assert (must <= high).all()


def test_more_bits_are_taken_where_16_are_off_and_that_is_said(tmp_path):
    random = np.random.default_rng(0)
    rows = random.uniform(-2, 2, (400, 3))
    network = zoo.network(ACTIVATIONS.find("tanh"), random)
    first, last = network.layers
    # two units that nearly cancel, by weights of hundreds
    weights = np.column_stack([first.weights[:, 0]] * 3)
    weights[0, 1] += 0.01
    layers = (
        first._replace(weights=weights, biases=first.biases * 0),
        last._replace(weights=np.array([[400.0], [-400.0], [0.5]])),
    )
    model = zoo.of_networks([type(network)(layers)])
    found = write_code(model, tmp_path, language="c", name="pump", dtype="int16", rows=rows)
    text = (tmp_path / "pump.h").read_text()
    assert re.search(r"have 32 bits, sums 64 \(16 bits are off by \d", text)
    assert found.difference.largest <= 1e-4
    assert "numbers have 32 bits, as 16 bits are off by" in str(found)


def test_a_single_class_is_told_in_integers(tmp_path):
    rows = {"a": zoo.m.X[:, 0], "b": zoo.m.X[:, 1]}
    model = zoo.m.quiet(
        lambda: neurona.TableClassifier((2,), steps=9, random_state=0).fit(rows, ["x"] * 40)
    )
    found = neurona.export.c(model, tmp_path, name="pump", dtype="int16")
    assert found.difference.largest == 0


def test_an_autoencoder_gives_back_cells_and_tells_missing_ones(tmp_path):
    model = zoo.case("autoencoder of a table")
    program = program_of(model, "pump")
    fixed = fixed_network(model, WIDE)
    rows = sample_rows(program)[:32]
    found = numbers_of(fixed, evaluate(fixed, integers_of(fixed, rows)))
    must = form.evaluate(program, rows)[0]
    assert (np.isnan(found) == np.isnan(must)).all()
    coded = [k for k, one in enumerate(program.outputs) if one.words]
    assert (found[:, coded] == must[:, coded]).all()
    spreads = np.array([one.spread for one in program.outputs])
    assert np.nanmax(np.abs(found - must) / np.maximum(np.abs(must), spreads)) <= 1e-4
    assert fixed.bits[-1] == 16


@needs("gcc")
@pytest.mark.parametrize("dtype", ["int16", "int32"])
@pytest.mark.parametrize("name", ["table", "averaged"])
def test_errors_on_rows_held_out_are_error_bars_in_integers(name, dtype, tmp_path):
    # the networks differ more than the errors in some rows, and less in others
    errors = HeldOutErrors.of(np.random.default_rng(0).normal(size=(300, 1)) / 20)
    model = replace(zoo.case(name), errors=errors)
    found = neurona.export.c(
        model, tmp_path, name="pump", dtype=dtype, std=True, interval=0.9, check=True
    )
    assert found.difference.largest <= 1e-3
    assert "left out" not in str(found)
    table = np.genfromtxt(tmp_path / "pump-test-vectors.csv", delimiter=",", skip_header=1)
    mean, std, low, high = table[:, -4:].T
    assert (low + high == 2 * mean).all()
    assert (len(set(std.tolist())) > 1) == (name == "averaged")
    if dtype == "int16":
        never_overflows(tmp_path)


def test_what_integers_cannot_hold_is_said(tmp_path):
    with pytest.raises(IncompatibleError, match="give rows of training"):
        write_code(zoo.case("several targets"), tmp_path, language="c", name="pump", dtype="int16")
    words = {"dtype": "int16", "std": True}
    with pytest.raises(IncompatibleError, match="knows nothing of its uncertainty"):
        neurona.export.c(zoo.case("table"), tmp_path, **words)
    with pytest.raises(IncompatibleError, match=r"bayesian-lm.* say --no-std .* export float32"):
        neurona.export.c(test_deviations.model("averaged"), tmp_path, **words)


def test_what_32_bits_miss_is_refused(tmp_path):
    rows = np.random.default_rng(0).uniform(-2, 2, (500, 3))
    first, last = zoo.network(ACTIVATIONS.find("exp"), np.random.default_rng(0), 1).layers
    # in most rows 1, in the farthest e to the 24
    layers = (
        first._replace(weights=np.array([[4.0], [4.0], [4.0]]), biases=np.zeros(1)),
        last._replace(weights=np.array([[1.0]])),
    )
    model = zoo.of_networks([Layers(layers)])
    scaling = NumericTargets(("y",), (0.0,), (1e-4,))
    model = replace(model, answers=replace(model.answers, scaling=scaling))
    with pytest.raises(IncompatibleError, match=r"off by .* range is wide; export float32"):
        write_code(model, tmp_path, language="c", name="pump", dtype="int16", rows=rows)
