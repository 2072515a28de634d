"""Sums of whole numbers: exact where weights cancel, small on a chip, the same bits everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import neurona
from neurona.errors import IncompatibleError
from neurona.export.code.program import program_of
from neurona.export.code.vectors import difference, vectors_of
from neurona.export.code.whole import tanh
from neurona.export.code.writing import write_code
from neurona.export.source import Layer, Layers
from neurona.numerics.activations import ACTIVATIONS
from tests.export.code import chip, zoo
from tests.export.code.chip import run
from tests.export.code.test_integers import MAIN
from tests.export.code.test_languages import WARNINGS, needs


def cancelling(model, hidden=("tanh", "logistic"), width=6, size=40.0):
    """The model with other networks, whose outputs' weights cancel."""
    random = np.random.default_rng(7)
    widths = [len(model.features), *[width] * len(hidden), model.outputs]
    layers = []
    for k, name in enumerate((*hidden, "identity")):
        weights = random.normal(size=(widths[k], widths[k + 1])) / np.sqrt(widths[k])
        layers.append(Layer(weights, random.normal(size=widths[k + 1]), ACTIVATIONS.find(name)))
    # pairs of units that are nearly the same, with opposite weights
    first, last = layers[-2], layers[-1]
    twins = first.weights.copy()
    twins[:, 1::2] = twins[:, ::2] * 1.01
    biases = np.repeat(first.biases[::2], 2)
    signs = np.where(np.arange(width) % 2, -size, size)[:, None]
    layers[-2] = Layer(twins, biases, first.activation)
    layers[-1] = Layer(signs + last.weights, last.biases, last.activation)
    return replace(model, networks=(Layers(tuple(layers)),))


@pytest.mark.parametrize("shift", [0, 5, 24])
def test_tanh_of_whole_numbers_is_near(shift):
    z = np.concatenate([np.linspace(-12, 12, 20_001), [0.0, 1e-9, 100.0, -100.0]])
    found = tanh(np.round(z * 2.0 ** (28 + shift)).astype(np.int64), shift) * 2.0**-29
    assert np.abs(found - np.tanh(z)).max() <= 2.0**-27


@pytest.mark.parametrize("name", ["table", "in pieces", "table of classes"])
def test_they_are_near_where_weights_cancel(name):
    model = cancelling(zoo.case(name))
    far = {}
    for how in ("one", "whole"):
        program = program_of(model, "pump", "float32", whole=how == "whole")
        far[how] = difference(model, program, vectors_of(program)).largest
    assert far["whole"] <= 1e-6
    assert far["whole"] < far["one"] / 4


def test_sums_that_are_too_large_for_source_text_are_not_taken(monkeypatch, tmp_path):
    model = cancelling(zoo.case("averaged"))
    constants = {
        pairs: sum(map(len, program_of(model, "pump", "float32", pairs=pairs).tables.values()))
        for pairs in (False, True)
    }
    words = {"language": "st", "name": "pump", "dtype": "float32"}
    assert "two terms" in str(write_code(model, tmp_path, **words))
    monkeypatch.setattr("neurona.export.code.program.MOST_CONSTANTS", constants[False])
    assert constants[False] < constants[True]
    assert "two terms" not in str(write_code(model, tmp_path, **words))


@needs("gcc")
@pytest.mark.parametrize("name", ["table", "table of classes"])
def test_compilers_agree_and_nothing_overflows(name, tmp_path):
    model = cancelling(zoo.case(name))
    found = write_code(
        model, tmp_path, language="c", name="pump", dtype="float32", sums="whole", check=True
    )
    assert "same bits in 64 rows" in found.checked
    for standard in ("gcc -std=c99", "gcc -std=c11", "g++ -x c++ -std=c++11"):
        run(f"{standard} -O1 {WARNINGS} -c pump.c -o pump.o", tmp_path)
    main = MAIN.replace("int32_t x[PUMP_INPUTS], y", "float x[PUMP_INPUTS], y")
    main = main.replace("x[i] = (int32_t)", "x[i] = 1e-3F * (float)(int32_t)")
    (tmp_path / "main.c").write_text(main)
    run("gcc -std=c99 -O1 -fwrapv -DROWS=200000 -c main.c -o main.o", tmp_path)
    options = "-fsanitize=undefined,address,float-cast-overflow -fno-sanitize-recover=all"
    run(f"gcc -O1 {options} main.o pump.c -o run", tmp_path)
    run("./run", tmp_path)


def write_whole(folder):
    model = cancelling(zoo.case("table"))
    write_code(model, folder, language="c", name="pump", dtype="float32", sums="whole")


@needs("cppcheck")
def test_no_required_rule_of_misra_is_broken(tmp_path):
    write_whole(tmp_path)
    assert chip.broken_rules(tmp_path) == set()


@needs("gcc")
@needs("arm-none-eabi-gcc")
@needs("qemu-system-arm")
def test_a_cortex_m4_has_the_same_bits(tmp_path):
    write_whole(tmp_path)
    chip.prepare(tmp_path, "float", 500)
    assert chip.on_cortex(tmp_path) == chip.on_this_computer(tmp_path)


@needs("gcc")
@needs("avr-gcc")
@needs("simavr")
def test_an_avr_has_the_same_answers(tmp_path):
    write_whole(tmp_path)
    chip.prepare(tmp_path, "float", 20)
    assert chip.on_avr(tmp_path) == chip.on_this_computer(tmp_path)


@needs("arm-none-eabi-gcc")
def test_small_and_near_at_once(tmp_path):
    random = np.random.default_rng(0)
    rows = {f"x{k}": random.normal(size=200) for k in range(6)}
    made = lambda: neurona.TableRegressor((20,), activation="tanh", steps=20, random_state=0).fit(  # noqa: E731
        rows, {"a": rows["x0"], "b": rows["x1"]}
    )
    model = cancelling(neurona.export.exportable(zoo.m.quiet(made)).alone(), ("tanh",), 20, 7.0)
    found = write_code(model, tmp_path, language="c", name="pump", dtype="float32")
    assert "sums are whole numbers of 64 bits, as weights cancel" in str(found)
    assert found.difference.largest <= 1e-6
    text, data, own, stack = chip.size_on_cortex(tmp_path)
    assert text <= 1_600
    assert (data, own) == (0, 0)
    assert stack <= 200


def test_what_has_no_whole_sums_is_said(tmp_path):
    words = {"name": "pump", "dtype": "float32", "sums": "whole"}
    for case in ("several targets", "averaged"):
        with pytest.raises(IncompatibleError, match="say --sums two"):
            write_code(zoo.case(case), tmp_path, language="c", **words)
    with pytest.raises(IncompatibleError, match="are for C"):
        write_code(cancelling(zoo.case("table")), tmp_path, language="st", **words)
