"""The same bits in every language, at every level of optimization, on a computer and on a chip."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile

import numpy as np
import pytest

import neurona
from neurona.errors import IncompatibleError
from neurona.export.code import check
from neurona.export.code.evaluate import evaluate
from neurona.export.code.program import program_of
from neurona.export.code.vectors import Vectors
from neurona.export.code.writing import write_code
from tests.export.code import zoo

WARNINGS = (
    "-Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wdouble-promotion -pedantic -Werror"
)
DESCRIPTION = "modelDescription.xml"
TOOLS = {"c": "gcc", "javascript": "node", "matlab": "octave", "python": "python3"}
ROWS = np.random.default_rng(7).normal(size=(10_000, 3)) * 3


def needs(tool):
    return pytest.mark.skipif(shutil.which(tool) is None, reason=f"{tool} is not installed")


def each_tool(names):
    return [pytest.param(one, marks=needs(TOOLS[one])) for one in names]


@pytest.fixture(scope="module")
def vectors():
    """10,000 rows through every activation, as the form interpreted in NumPy answers them."""
    program = program_of(zoo.every(), "pump")
    answers, refused = evaluate(program, ROWS)
    assert np.isfinite(answers).all()
    return program, Vectors(ROWS, answers, refused)


@pytest.mark.parametrize("language", each_tool(TOOLS))
def test_every_activation_has_the_same_bits_in_every_language(language, tmp_path, vectors):
    program, known = vectors
    write_code(zoo.every(), tmp_path, language=language, name="pump")
    some = known if language != "python" else Vectors(*(one[:1000] for one in known))
    assert "same bits in" in check.run(language, program, tmp_path, some)


def test_numpy_has_the_bits_too(tmp_path, vectors):
    write_code(zoo.every(), tmp_path, language="python", name="pump")
    spec = importlib.util.spec_from_file_location("pump", tmp_path / "pump.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.predict_rows(ROWS).tobytes() == vectors[1].answers.tobytes()


@pytest.mark.parametrize(
    "compiler", [pytest.param(one, marks=needs(one)) for one in ("gcc", "clang")]
)
@pytest.mark.parametrize("dtype", ["float64", "float32", "two terms"])
def test_every_level_of_optimization_has_the_same_bits(compiler, dtype, tmp_path):
    sums, dtype = ("two", "float32") if dtype == "two terms" else ("one", dtype)
    program = program_of(zoo.every(), "pump", dtype, pairs=sums == "two")
    write_code(zoo.every(), tmp_path, language="c", name="pump", dtype=dtype, sums=sums)
    rows = ROWS[:2000].astype(dtype).astype(float)
    must = evaluate(program, rows)[0].astype(float)
    real = "float" if program.single else "double"
    main = check.C_MAIN.format(name="pump", real=real, inputs=3, outputs=1)
    (tmp_path / "main.c").write_text(main)
    given = "".join(" ".join(v.hex() for v in row) + "\n" for row in rows.tolist())
    levels = ("-O0", "-O2 -march=native", "-O3", "-Os")
    for level in levels:
        command = f"{compiler} -std=c99 {level} {WARNINGS} main.c pump.c -o run"
        subprocess.run(command.split(), cwd=tmp_path, check=True)
        found = subprocess.run(
            [tmp_path / "run"], input=given, capture_output=True, text=True, check=True
        )
        values = [float.fromhex(line) for line in found.stdout.splitlines()]
        assert np.array(values).tobytes() == must[:, 0].tobytes(), level


@needs("gcc")
@needs("clang")
@pytest.mark.parametrize("name", ["table of classes", "autoencoder of a table", "no missing"])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_no_compiler_warns(name, dtype, tmp_path):
    write_code(zoo.case(name), tmp_path, language="c", name="pump", dtype=dtype)
    for how in ("gcc -std=c99", "clang -std=c11", "g++ -std=c++11 -x c++"):
        if shutil.which(how.split()[0]):
            command = f"{how} -O1 -c {WARNINGS} pump.c -o pump.o"
            subprocess.run(command.split(), cwd=tmp_path, check=True)
    undefined = subprocess.run(
        ["nm", "-u", "pump.o"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert undefined.stdout.split() == []
    sizes = subprocess.run(
        ["size", "pump.o"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert sizes.stdout.splitlines()[1].split()[1:3] == ["0", "0"]  # data and bss


@pytest.mark.parametrize("name", zoo.CASES)
@pytest.mark.parametrize("language", each_tool(["c", "python", "javascript"]))
def test_every_kind_of_model_has_the_same_bits(name, language, tmp_path):
    found = write_code(zoo.case(name), tmp_path, language=language, name="pump", check=True)
    assert "same bits" in found.checked


@needs("octave")
@pytest.mark.parametrize("name", ["table", "autoencoder of a table", "three classes"])
def test_octave_has_the_same_bits(name, tmp_path):
    found = write_code(zoo.case(name), tmp_path, language="matlab", name="pump", check=True)
    assert "same bits" in found.checked


def test_a_wrong_answer_is_an_error(tmp_path):
    program = program_of(zoo.case("gates"), "pump")
    write_code(zoo.case("gates"), tmp_path, language="python", name="pump")
    rows = np.zeros((2, 2))
    with pytest.raises(IncompatibleError, match="gives other answers than it must in 2 of 2 rows"):
        check.run("python", program, tmp_path, Vectors(rows, np.ones((2, 1)), np.zeros(2, bool)))


@needs("gcc")
def test_a_million_rows_leave_sanitizers_silent(tmp_path):
    write_code(zoo.case("table"), tmp_path, language="c", name="pump", dtype="float32")
    main = """
#include "pump.h"
int main(void) {
    uint32_t seed = 1U;
    float x[PUMP_INPUTS], y[PUMP_OUTPUTS], odd[6] = {0.0F, 1e38F, -1e38F, 3e38F * 10.0F, -1.0F};
    odd[5] = odd[3] - odd[3];
    for (int k = 0; k < 1000000; k++) {
        for (int i = 0; i < (int)PUMP_INPUTS; i++) {
            seed = seed * 1664525U + 1013904223U;
            x[i] = (seed >> 24) < 100U ? odd[(seed >> 16) % 6U] : (float)(seed >> 8) * 1e-5F;
        }
        (void)pump_predict(x, y);
        if (!(y[0] > -1e9F && y[0] < 1e9F)) return 3;
    }
    return pump_selftest();
}
"""
    (tmp_path / "main.c").write_text(main)
    options = "-fsanitize=undefined,address,float-cast-overflow -fno-sanitize-recover=all"
    command = f"gcc -O1 {options} main.c pump.c -o run"
    subprocess.run(command.split(), cwd=tmp_path, check=True)
    subprocess.run([tmp_path / "run"], check=True)


def test_hundreds_of_words_nest_no_brackets(tmp_path):
    random = np.random.default_rng(0)
    words = np.array([f"w{k}" for k in random.integers(0, 700, 3000)], object)
    model = zoo.m.of_table(
        neurona.TableRegressor, random.normal(size=3000), {"word": words}, kinds=None,
        max_levels=400, steps=2,
    )  # fmt: skip
    for language, tool in TOOLS.items():
        found = write_code(
            neurona.export.exportable(model), tmp_path, language=language, name="pump",
            check=shutil.which(tool) is not None and language != "matlab",
        )  # fmt: skip
        assert found.difference.largest < 1e-12


def test_hostile_names_stay_texts(tmp_path):
    evil = ['*/ int x; /*"\\', "</script>%s", "größe ??/ \n", "*) ; (*", "end", "a" * 300]
    random = np.random.default_rng(0)
    rows = {name: random.normal(size=60) for name in evil}
    rows[evil[0]] = np.array(['"; x', "??/", "\\"] * 20, object)
    model = zoo.m.of_table(neurona.TableRegressor, random.normal(size=60), rows, kinds=None)
    for language, tool in TOOLS.items():
        found = write_code(
            neurona.export.exportable(model), tmp_path, language=language, name="pump",
            check=shutil.which(tool) is not None,
        )  # fmt: skip
        assert "spread from predict" in str(found)
    found = write_code(
        neurona.export.exportable(model), tmp_path, language="c", name="pump", dtype="int16",
        check=shutil.which("gcc") is not None,
    )  # fmt: skip
    assert "spread from predict" in str(found)
    for fmi in ("2.0", "3.0"):
        neurona.export.fmu(model, tmp_path, name="pump", fmi=fmi, units={evil[1]: '"<&'})
        with zipfile.ZipFile(tmp_path / "pump.fmu") as archive:
            names = {one.get("name") for one in ET.fromstring(archive.read(DESCRIPTION)).iter()}
        assert {"</script>%s", "a" * 300, '*/ int x; /*"\\'} <= names
    text = write_code(neurona.export.exportable(model), tmp_path, language="st", name="pump")
    comment = text.paths[0].read_text().split("*)")[0]
    assert "FUNCTION" not in comment
    assert "status is 1" in comment
    if importlib.util.find_spec("onnx"):
        assert neurona.export.onnx(model, tmp_path, name="pump").difference.largest < 1e-12
