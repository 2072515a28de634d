"""Exporters have names, and another distribution can bring its own."""

from __future__ import annotations

import sys

import openpyxl
import pytest

import neurona
from neurona.errors import UnknownNameError
from neurona.export import EXPORTERS, exporters
from tests.distribution import distribution
from tests.export import models

SOURCE = '''
from pathlib import Path

def write(model, path, digits=3):
    """Write the weights of a model, a line each."""
    layers = [layer for network in model.networks for layer in network.layers]
    lines = [f"{w:.{digits}f}" for layer in layers for w in layer.weights.ravel()]
    Path(path).write_text("\\n".join([*model.names, *lines]))
'''


@pytest.mark.filterwarnings("ignore::neurona.TableWarning")
def test_a_workbook_is_written_by_name(tmp_path):
    neurona.export.write(neurona.neuron.gate("AND"), tmp_path / "and.xlsx", "xlsx")
    assert (tmp_path / "and.xlsx").exists()
    model = models.of_table(neurona.TableRegressor, models.AMOUNT)
    neurona.export.write(model, tmp_path / "table.xlsx", "xlsx", rows=models.odd_rows())
    neurona.export.xlsx(model, tmp_path / "same.xlsx", models.odd_rows())
    one, other = (openpyxl.load_workbook(tmp_path / f"{n}.xlsx") for n in ("table", "same"))
    assert list(one["Predict"].values) == list(other["Predict"].values)
    assert "xlsx" in EXPORTERS
    with pytest.raises(UnknownNameError, match=r"Unknown exporter 'xslx'; did you mean 'xlsx'\?"):
        neurona.export.write(neurona.neuron.gate("AND"), tmp_path / "and.xlsx", "xslx")


def test_another_distribution_brings_an_exporter(tmp_path, monkeypatch):
    points = {exporters.GROUP: {"weights": "weights_exporter:write", "xlsx": "odd:write"}}
    place = tmp_path / "installed"
    place.mkdir()
    assert "weights" not in EXPORTERS
    monkeypatch.syspath_prepend(distribution(place, "weights_exporter", SOURCE, points))
    assert {"weights", "xlsx"} <= set(EXPORTERS)
    assert "weights_exporter" not in sys.modules
    neurona.export.write(neurona.neuron.gate("OR"), tmp_path / "or.txt", "weights", digits=1)
    assert (tmp_path / "or.txt").read_text().split() == ["a1", "a2", "1.0", "1.0"]
    # a name of ours is not taken over
    assert EXPORTERS.find("xlsx").__module__ == "neurona.export.excel.workbook"
    monkeypatch.delitem(sys.modules, "weights_exporter")
