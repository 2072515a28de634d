"""On emulated chips: the bits of the computer; no required rule of MISRA is broken; it is small."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest

import neurona
from neurona.export.code.writing import write_code
from tests.export.code import chip, zoo
from tests.export.code.test_languages import needs


def prepare(folder, dtype, rows):
    # on a chip sums of two terms are seen as well
    write_code(zoo.every(), folder, language="c", name="pump", dtype=dtype, sums="two")
    chip.prepare(folder, "float" if dtype == "float32" else "double", rows)


@needs("gcc")
@needs("arm-none-eabi-gcc")
@needs("qemu-system-arm")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_cortex_m4_has_the_same_bits(dtype, tmp_path):
    prepare(tmp_path, dtype, 1000)
    assert chip.on_cortex(tmp_path) == chip.on_this_computer(tmp_path)


@needs("gcc")
@needs("avr-gcc")
@needs("simavr")
def test_an_avr_has_the_same_bits_in_32(tmp_path):
    prepare(tmp_path, "float32", 40)
    assert chip.on_avr(tmp_path) == chip.on_this_computer(tmp_path)


@needs("avr-gcc")
@needs("simavr")
@pytest.mark.parametrize("dtype", ["int16", "int32"])
def test_integers_are_right_on_an_avr(dtype, tmp_path):
    write_code(zoo.case("table"), tmp_path, language="c", name="pump", dtype=dtype)
    text = 'pump_selftest() == 0 ? "00000000\\n" : "failed\\n"'
    (tmp_path / "main.c").write_text(
        f'#include "pump.h"\nvoid say(const char *);\nint main(void) {{ say({text}); return 0; }}\n'
    )
    (tmp_path / "say.c").write_text(chip.AVR)
    chip.run(
        "avr-gcc -mmcu=atmega328p -std=c99 -Os -Wall main.c say.c pump.c -o pump.elf", tmp_path
    )
    said = chip.run("simavr -m atmega328p -f 16000000 pump.elf", tmp_path)
    assert "00000000." in said, said


@needs("avr-gcc")
def test_an_avr_refuses_64_bits_in_words(tmp_path):
    write_code(zoo.every(), tmp_path, language="c", name="pump")
    command = ["avr-gcc", "-mmcu=atmega2560", "-std=c99", "-c", "pump.c"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "pump_needs_double_of_64_bits" in done.stderr


@needs("arm-none-eabi-gcc")
def test_a_small_network_is_small_on_a_chip(tmp_path):
    random = np.random.default_rng(0)
    rows = {f"x{k}": random.normal(size=200) for k in range(6)}
    model = zoo.m.quiet(
        lambda: neurona.TableRegressor(
            (20,), activation="tanh", steps=20, random_state=0
        ).fit(rows, {"a": rows["x0"], "b": rows["x1"]})
    )  # fmt: skip
    found = neurona.export.exportable(model)
    write_code(found.alone(), tmp_path, language="c", name="pump", dtype="float32", sums="one")
    text, data, own, stack = chip.size_on_cortex(tmp_path)
    assert text <= 1_600
    assert (data, own) == (0, 0)
    assert stack <= 200


@needs("arm-none-eabi-gcc")
@pytest.mark.parametrize(
    ("dtype", "sums"), [("float64", "one"), ("float32", "one"), ("float32", "two"),
                        ("int16", "one"), ("int32", "one")],
)  # fmt: skip
def test_work_arrays_are_what_the_stack_has(dtype, sums, tmp_path):
    found = write_code(
        zoo.case("averaged"), tmp_path, language="c", name="pump", dtype=dtype, sums=sums
    )
    flags = "-mcpu=cortex-m4 -mthumb -std=c99 -Os -fstack-usage"
    chip.run(f"arm-none-eabi-gcc {flags} -c pump.c -o pump.o", tmp_path)
    lines = (tmp_path / "pump.su").read_text().splitlines()
    stack = {line.split(":")[3].split()[0]: int(line.split("\t")[1]) for line in lines}
    assert found.figures.work_bytes <= stack["pump_predict"] <= found.figures.work_bytes + 160
    said = f"work arrays {found.figures.work_bytes:,} bytes on the stack"
    assert said in (tmp_path / "pump.h").read_text()


@needs("cppcheck")
@pytest.mark.parametrize("dtype", ["float64", "float32", "int16", "int32"])
def test_no_required_rule_of_misra_is_broken(dtype, tmp_path):
    name = {"int16": "averaged labels", "int32": "autoencoder of a table"}.get(dtype, "in pieces")
    rows = None if zoo.case(name).encoders else zoo.m.X
    write_code(zoo.case(name), tmp_path, language="c", name="pump", dtype=dtype, rows=rows)
    assert chip.broken_rules(tmp_path) == set()
