"""Beside every export stand a few lines; units are said where they were given."""

from __future__ import annotations

import zipfile

import pytest

import neurona
from neurona.export.exporters import FOLDERS
from tests.export.code import zoo


@pytest.mark.parametrize("language", FOLDERS)
def test_every_export_has_a_readme_with_units(language, tmp_path):
    if language == "onnx":
        pytest.importorskip("onnx", reason="onnx is not installed")
    found = neurona.export.write(
        zoo.case("table"), tmp_path, language, name="pump", units={"load": "kN", "y": "m/s"}
    )
    assert found.paths[-1].name == "pump-README.txt"
    text = found.paths[-1].read_text()
    for said in ("load [kN]: number", "y [m/s]", "Checksum of the model", "pump-test-vectors.csv",
                 "of the target's spread", "gear: code of a word"):  # fmt: skip
        assert said in text
    assert 10 < len(text.splitlines()) < 40
    if language in ("c", "python", "matlab", "st", "javascript"):
        assert "load [kN]" in found.paths[0].read_text()


def test_integers_say_units_too(tmp_path):
    found = neurona.export.c(
        zoo.case("table"), tmp_path, name="pump", dtype="int16", units={"load": "kN", "y": "m/s"}
    )
    for path in (found.paths[0], found.paths[-1]):
        assert "load [kN]: number by 2^-" in path.read_text()
        assert "y [m/s]: number by 2^-" in path.read_text()


@pytest.mark.parametrize("fmi", ["2.0", "3.0"])
def test_a_unit_defines_its_units(fmi, tmp_path):
    fmpy = pytest.importorskip("fmpy", reason="FMPy is not installed")
    neurona.export.fmu(zoo.case("table"), tmp_path, name="pump", fmi=fmi, units={"load": "k<N"})
    with zipfile.ZipFile(tmp_path / "pump.fmu") as archive:
        archive.extractall(tmp_path / "unit")
    description = fmpy.read_model_description(str(tmp_path / "unit"), validate=True)
    assert description.modelVariables[0].unit == "k<N"
    assert [one.name for one in description.unitDefinitions] == ["k<N"]


def test_a_unit_of_nothing_is_refused_with_what_is_meant():
    with pytest.raises(ValueError, match="no column or target 'laod'; did you mean 'load'"):
        neurona.export.c(zoo.case("table"), "nowhere", units={"laod": "kN"})
