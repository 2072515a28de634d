"""Parquet rows that are written beside predictions: nothing is lost, and nothing is a formula."""

from __future__ import annotations

import csv
import datetime
import io
import math

import pyarrow as pa
import pytest
from pyarrow import parquet

import neurona
from neurona.cli.main import main
from neurona.data.cells import NumberFormat
from neurona.runs.arrow_cells import lines, texts
from neurona.runs.cells import encoded, harmless, written

FRAME = pa.table(
    {
        "float": [0.1, -3.0, 1e-300, math.nan, None, 1e22],
        "single": pa.array([0.1, 1 / 3, None, 2.0, -5.5, 1e-30], pa.float32()),
        "whole": pa.array([2**62 + 1, -1, None, 0, 7, 8], pa.int64()),
        "flag": [True, False, None, True, True, False],
        "text": ["a,b", '"q"', "=1+1", None, " lead", "00037"],
        "level": pa.array(["-x", "b", None, "b", "-x", "-5"]).dictionary_encode(),
        "day": [datetime.date(2020, 1, 2), None, *[datetime.date(1999, 12, 31)] * 4],
        "time": [datetime.datetime(2020, 1, 2, 3, 4), None, *[datetime.datetime(2020, 1, 2)] * 4],
        "sum": pa.array([None, 1, 2, 3, 4, 5], pa.decimal128(9, 2)),
        "none": pa.nulls(6),
    }
)


def rows_of(delimiter):
    text = "\n".join(lines(FRAME, FRAME.column_names, delimiter))
    return list(csv.reader(io.StringIO(text), delimiter=delimiter))


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_lines_read_back_as_what_stands_in_the_columns(delimiter):
    columns = dict(zip(FRAME.column_names, zip(*rows_of(delimiter), strict=True), strict=True))
    missing = {"": None}
    for name in ("float", "single"):
        found = [missing.get(cell, cell) for cell in columns[name]]
        kind = FRAME.schema.field(name).type
        assert [None if one is None else float(one) for one in found] == [
            None if one is None or math.isnan(one) else pytest.approx(one, rel=1e-7)
            for one in pa.array(FRAME.column(name).to_pylist(), kind).to_pylist()
        ]
    assert float(columns["float"][0]) == 0.1 and columns["float"][1] == "-3"
    assert columns["whole"] == (str(2**62 + 1), "-1", "", "0", "7", "8")
    assert columns["flag"] == ("true", "false", "", "true", "true", "false")
    assert columns["text"] == ("a,b", '"q"', "'=1+1", "", " lead", "00037")
    assert columns["level"] == ("'-x", "b", "", "b", "'-x", "-5")
    assert columns["day"][:3] == ("2020-01-02", "", "1999-12-31")
    assert columns["time"][:3] == ("2020-01-02 03:04:00", "", "2020-01-02")
    assert columns["sum"][:2] == ("", "1.00") and set(columns["none"]) == {""}


def test_cells_of_a_column_are_as_they_stand():
    assert texts(FRAME.column("text")) == ["a,b", '"q"', "=1+1", "", " lead", "00037"]


def test_a_parquet_file_keeps_its_types_beside_predictions(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    parquet.write_table(FRAME, "t.parquet")
    x = [0.1 * k for k in range(30)]
    model = neurona.TableRegressor(solver="lbfgs", random_state=0).fit({"single": x, "y": x}, "y")
    neurona.save(model, "m.neurona")
    assert main(["predict", "m.neurona", "t.parquet", "-o", "o.parquet", "-q"]) == 0
    found = parquet.read_table("o.parquet")
    kept = found.select(FRAME.column_names)
    # nan is no other value than itself
    assert kept.schema.types == FRAME.schema.types
    assert kept.drop(["float"]).equals(FRAME.drop(["float"]))
    assert found.column_names[-1] == "y_predicted"


ODD = ["=1", "@x", "+a", "-b", "--", "-", "a,b", 'q"', " a", "a ", "x\ny", "\tz", "-1.5.2"]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_cell_among_plain_ones_is_written_as_it_is_alone(odd):
    """A column is looked at as a whole; where that does not do, cell by cell."""
    form, plain = NumberFormat(), ["", "a", "0.5", "-0.5", "+3", "-1e-5", "-.5", "é", "a-b", "1="]
    column = [*plain[:5], odd, *plain[5:]]
    expected = [encoded(harmless(cell, form), ",") for cell in column]
    assert written(column, ",", form) == expected
    assert written(plain, ",", form) == plain
