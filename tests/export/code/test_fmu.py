"""Source units: compiled here and simulated by FMPy, they answer what the model does."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
import zipfile

import numpy as np
import pytest

import neurona
from neurona.export.code.program import program_of
from neurona.export.code.vectors import vectors_of
from tests.export.code import zoo


def unpacked(name, folder):
    neurona.export.fmu(zoo.case(name), folder, name="pump")
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
