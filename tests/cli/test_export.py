"""`neurona export` and `neurona import`, as a person types them."""

from __future__ import annotations

import csv
import shutil

import pytest
from click.testing import CliRunner

import neurona
from neurona.cli.group import LazyGroup
from neurona.errors import UnknownNameError
from neurona.runs.exporting import name_of
from neurona.runs.failures import Failure
from tests.export import models as m


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    path = tmp_path_factory.mktemp("saved") / "pump-0012.neurona"
    neurona.save(m.of_table(neurona.TableRegressor, m.AMOUNT), path)
    return path


def said(*words):
    return CliRunner().invoke(LazyGroup(), [*map(str, words)], catch_exceptions=False).output


def test_a_model_is_written_and_one_line_says_how_well(saved, tmp_path):
    line = said("export", saved, "--to", "python", "--out", tmp_path / "code", "--check")
    assert line.startswith("pump.py, pump-test-vectors.csv, pump-README.txt: at most ")
    assert "python gives the same bits in 64 rows" in line
    with (tmp_path / "code" / "pump-test-vectors.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 64
    assert float.fromhex(rows[0]["y0"])
    head = (tmp_path / "code" / "pump.py").read_text().splitlines()[:6]
    assert any("load: number, " in line and " in training, cut off at " in line for line in head)
    assert sorted(path.name for path in (tmp_path / "code").iterdir()) == [
        "pump-README.txt",
        "pump-test-vectors.csv",
        "pump.py",
    ]


@pytest.mark.parametrize("to", ["c", "javascript", "matlab", "st", "fmu", "xlsx", "onnx"])
def test_every_exporter_has_its_command(saved, to, tmp_path):
    if to == "onnx":
        pytest.importorskip("onnx", reason="onnx is not installed")
    line = said("export", saved, "--to", to, "--out", tmp_path, "--name", "flow")
    assert "flow" in line
    assert all(path.name.startswith("flow") for path in tmp_path.iterdir())


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_short_numbers_and_integers(saved, tmp_path):
    assert "same bits" in said(
        "export", saved, "--to", "c", "--out", tmp_path, "--dtype", "float32", "--check"
    )
    assert "same integers" in said(
        "export", saved, "--to", "c", "--out", tmp_path, "--dtype", "int16", "--check"
    )


def test_what_cannot_be_is_said(saved, tmp_path):
    for words, kind, message in (
        (("--to", "pyton"), UnknownNameError, "did you mean 'python'"),
        (("--to", "c", "--name", "for"), Failure, "'for_1' would do"),
        (("--to", "xlsx", "--check"), Failure, "does not take --check"),
        (("--to", "c", "--matrix"), Failure, "does not take --matrix"),
        (("--to", "c", "--std"), Failure, "leave --std out"),
        (("--to", "python", "--dtype", "float32"), Failure, "float64"),
    ):
        with pytest.raises(kind, match=message):
            said("export", saved, "--out", tmp_path, *words)
    assert not list(tmp_path.iterdir())


def test_names_come_of_the_folder_or_the_file(tmp_path):
    assert name_of(tmp_path / "pump-0012" / "model.neurona") == "pump"
    assert name_of(tmp_path / "my flow.neurona") == "my_flow"
    assert name_of(tmp_path / "12.neurona") == "m_12"


def test_an_import_does_not_write_over_a_file(tmp_path):
    (tmp_path / "net.m").write_text("IW1_1 = 2;\nb1 = 1;\na1 = IW1_1*xp1 + b1;\n")
    assert "MLPRegressor 1-1" in said("import", tmp_path / "net.m")
    with pytest.raises(Failure, match="is there already"):
        said("import", tmp_path / "net.m")
    with pytest.raises(Failure, match="no file"):
        said("import", tmp_path / "other.m")
