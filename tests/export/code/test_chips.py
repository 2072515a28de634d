"""On emulated chips: the bits of the computer; no required rule of MISRA is broken; it is small."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace

import numpy as np
import pytest

import neurona
from neurona.export.code.writing import write_code
from tests.export.code import chip, zoo
from tests.export.code.test_languages import needs


def run(command, folder):
    done = subprocess.run(
        command.split(), cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


def on_this_computer(folder, rows):
    (folder / "host.c").write_text(chip.HOST)
    run("gcc -std=c99 -O2 main.c host.c pump.c -o host", folder)
    return run("./host", folder).strip()


def prepare(folder, dtype, rows):
    # on a chip sums of two terms are seen as well
    write_code(zoo.every(), folder, language="c", name="pump", dtype=dtype, sums="two")
    real = "float" if dtype == "float32" else "double"
    (folder / "main.c").write_text(chip.HASH.format(real=real, rows=rows))


@needs("gcc")
@needs("arm-none-eabi-gcc")
@needs("qemu-system-arm")
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_cortex_m4_has_the_same_bits(dtype, tmp_path):
    prepare(tmp_path, dtype, 1000)
    (tmp_path / "start.c").write_text(chip.START)
    (tmp_path / "chip.ld").write_text(chip.SCRIPT)
    run(
        f"arm-none-eabi-gcc {chip.ARM_FLAGS} -nostartfiles -nostdlib -T chip.ld start.c main.c "
        "pump.c -lgcc -o pump.elf", tmp_path,
    )  # fmt: skip
    said = run("qemu-system-arm -M mps2-an386 -nographic -semihosting -kernel pump.elf", tmp_path)
    assert said.strip() == on_this_computer(tmp_path, 1000)
    assert re.fullmatch("[0-9a-f]{8}", said.strip())


@needs("gcc")
@needs("avr-gcc")
@needs("simavr")
def test_an_avr_has_the_same_bits_in_32(tmp_path):
    prepare(tmp_path, "float32", 40)
    (tmp_path / "say.c").write_text(chip.AVR)
    run("avr-gcc -mmcu=atmega2560 -std=c99 -Os main.c say.c pump.c -o pump.elf", tmp_path)
    said = run("simavr -m atmega2560 -f 16000000 pump.elf", tmp_path)
    found = re.search(r"[0-9a-f]{8}(?=\.)", said)
    assert found is not None
    assert found[0] == on_this_computer(tmp_path, 40)


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
    run("avr-gcc -mmcu=atmega328p -std=c99 -Os -Wall main.c say.c pump.c -o pump.elf", tmp_path)
    said = run("simavr -m atmega328p -f 16000000 pump.elf", tmp_path)
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
    found = replace(found, networks=(found.networks[found.best],))
    write_code(found, tmp_path, language="c", name="pump", dtype="float32", sums="one")
    (tmp_path / "main.c").write_text(
        '#include "pump.h"\nfloat x[6], y[2];\nvoid reset(void);\n'
        "void reset(void) { (void)pump_predict(x, y); for (;;) { } }\n"
    )
    (tmp_path / "chip.ld").write_text(chip.SCRIPT)
    flags = chip.ARM_FLAGS.replace("-O2", "-Os -ffunction-sections -fdata-sections")
    run(
        f"arm-none-eabi-gcc {flags} -nostartfiles -nostdlib -Wl,--gc-sections -Wl,-e,reset "
        "-T chip.ld main.c pump.c -lgcc -fstack-usage -o pump.elf", tmp_path,
    )  # fmt: skip
    sizes = run("arm-none-eabi-size pump.elf", tmp_path).splitlines()[1].split()
    text, data, bss = map(int, sizes[:3])
    assert text <= 1_600
    assert data == 0
    assert bss == 32  # main's own x and y
    usage = "".join(path.read_text() for path in tmp_path.glob("*pump.su"))
    stack = {line.split(":")[3].split()[0]: int(line.split("\t")[1]) for line in usage.splitlines()}
    assert stack["pump_predict"] + stack.get("pump_tanh", 0) + stack.get("pump_expm1", 0) <= 200


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
    run(f"arm-none-eabi-gcc {flags} -c pump.c -o pump.o", tmp_path)
    lines = (tmp_path / "pump.su").read_text().splitlines()
    stack = {line.split(":")[3].split()[0]: int(line.split("\t")[1]) for line in lines}
    assert found.figures.work_bytes <= stack["pump_predict"] <= found.figures.work_bytes + 160
    said = f"work arrays {found.figures.work_bytes:,} bytes on the stack"
    assert said in (tmp_path / "pump.h").read_text()


@needs("cppcheck")
@pytest.mark.parametrize("dtype", ["float64", "float32", "int16", "int32"])
def test_no_required_rule_of_misra_is_broken(dtype, tmp_path):
    name = "averaged classes" if dtype == "int16" else "in pieces"
    write_code(zoo.case(name), tmp_path, language="c", name="pump", dtype=dtype)
    done = subprocess.run(
        ["cppcheck", "--addon=misra", "--quiet", "--std=c99", "pump.c"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    rules = set(re.findall(r"misra-c2012-(\d+\.\d+)", done.stderr))
    # advisory: a type and macros that nothing uses here, what is used elsewhere, brackets
    assert rules <= {"2.3", "2.5", "8.7", "12.1"}, done.stderr[:3000]
