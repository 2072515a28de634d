"""Source units: compiled here and simulated by FMPy, they answer what the model does."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile

import numpy as np
import pytest

import neurona
from neurona.export.code.evaluate import evaluate
from neurona.export.code.program import program_of
from neurona.export.code.vectors import vectors_of
from tests.export.code import zoo


def unpacked(name, folder, fmi="2.0"):
    found = neurona.export.fmu(zoo.case(name), folder, name="pump", fmi=fmi, check=True)
    assert "same bits in" in found.checked or "no C compiler" in found.checked
    with zipfile.ZipFile(folder / "pump.fmu") as archive:
        archive.extractall(folder / "unit")
    return folder / "unit"


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("name", ["table", "table of classes", "several targets"])
def test_a_unit_is_compiled_and_simulated(name, tmp_path):
    fmpy = pytest.importorskip("fmpy", reason="FMPy is not installed")
    unit = unpacked(name, tmp_path)
    place = unit / "binaries" / "linux64"
    place.mkdir(parents=True)
    sources = [str(path) for path in sorted((unit / "sources").glob("*.c"))]
    how = "-std=c99 -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden"
    subprocess.run(["gcc", *how.split(), "-o", place / "pump.so", *sources], check=True)
    description = fmpy.read_model_description(str(unit), validate=True)
    inputs = [one for one in description.modelVariables if one.causality == "input"]
    outputs = [one for one in description.modelVariables if one.causality == "output"]
    program = program_of(zoo.case(name), "pump")
    vectors = vectors_of(program)
    from fmpy.fmi2 import FMU2Slave

    slave = FMU2Slave(
        guid=description.guid, unzipDirectory=str(unit),
        modelIdentifier=description.coSimulation.modelIdentifier, instanceName="one",
    )  # fmt: skip
    slave.instantiate()
    slave.setupExperiment(startTime=0.0)
    slave.enterInitializationMode()
    slave.exitInitializationMode()
    for k in range(20):
        slave.setReal([one.valueReference for one in inputs], vectors.rows[k].tolist())
        slave.doStep(currentCommunicationPoint=float(k), communicationStepSize=1.0)
        found = slave.getReal([one.valueReference for one in outputs])
        assert found == vectors.answers[k].tolist()
    slave.terminate()
    slave.freeInstance()
    assert len(inputs) == len(program.inputs)


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("fmi", ["2.0", "3.0"])
def test_fmpy_compiles_and_simulates_by_itself(fmi, tmp_path):
    fmpy = pytest.importorskip("fmpy", reason="FMPy is not installed")
    if shutil.which("cmake") is None:
        pytest.skip("cmake is not installed")
    build = pytest.importorskip("fmpy.build", reason="FMPy before 0.3.26 builds nothing")
    unit = unpacked("table of two", tmp_path, fmi)
    description = fmpy.read_model_description(str(unit), validate=True)
    assert description.fmiVersion == fmi
    (tmp_path / "build").mkdir()
    build.build_platform_binary(unit, tmp_path / "build", all_warnings=True)
    program = program_of(zoo.case("table of two"), "pump")
    vectors = vectors_of(program)
    names = [one.name for one in description.modelVariables if one.causality == "input"]
    outputs = [one.name for one in description.modelVariables if one.causality == "output"]
    rows = np.nan_to_num(vectors.rows[:8])
    signals = np.array(
        [(float(k), *row) for k, row in enumerate(rows.tolist())],
        dtype=[("time", float), *((name, float) for name in names)],
    )
    found = fmpy.simulate_fmu(
        str(unit), start_time=0.0, stop_time=7.0, output_interval=1.0, input=signals,
        output=outputs, fmi_type="CoSimulation", step_size=1.0,
    )  # fmt: skip
    must = evaluate(program, rows)[0]
    for k, name in enumerate(outputs):
        # a step answers to the inputs at its beginning
        np.testing.assert_array_equal(found[name][1:], must[:-1, k])


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
@pytest.mark.parametrize("fmi", ["2.0", "3.0"])
def test_no_compiler_warns_of_a_unit(fmi, tmp_path):
    unit = unpacked("table of classes", tmp_path, fmi)
    sources = [str(path) for path in sorted((unit / "sources").glob("*.c"))]
    how = "-std=c99 -O1 -Wall -Wextra -pedantic -Werror -fsyntax-only"
    subprocess.run(["gcc", *how.split(), *sources], check=True)


def test_the_description_names_columns_and_the_archive_is_the_same_again(tmp_path):
    unit = unpacked("table", tmp_path)
    root = ET.parse(unit / "modelDescription.xml").getroot()
    names = [one.get("name") for one in root.iter("ScalarVariable")]
    assert names[:2] == ["load", "gear"]
    assert names[-1] == "y"
    first = (tmp_path / "pump.fmu").read_bytes()
    neurona.export.fmu(zoo.case("table"), tmp_path / "again", name="pump")
    assert (tmp_path / "again" / "pump.fmu").read_bytes() == first
    assert np.isfinite(vectors_of(program_of(zoo.case("table"), "pump")).answers).all()
