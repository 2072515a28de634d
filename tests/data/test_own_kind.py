"""A kind of column from outside: one registered class, and everything knows it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import neurona
from neurona import Preparation, TableError
from neurona.data.columns import find_column, find_columns
from neurona.data.encoders import KINDS, LIMIT, Encoder, Kind, Marked, Scaled, Seen, spread
from neurona.data.frames import as_table
from neurona.data.table import Column, Table, is_missing
from neurona.errors import FormatError, IncompatibleError
from tests.cli.models import run, write_csv

FORM = re.compile(r"(\d+):([0-5]\d)")


def minutes(column: Column) -> Column:
    if column.dtype.kind != "O":
        return np.full(len(column), np.nan)
    found = [None if cell is None else FORM.fullmatch(cell) for cell in column]
    return np.array([60 * int(m[1]) + int(m[2]) if m else np.nan for m in found])


def duration_class() -> type[Encoder]:
    @KINDS.register("duration", before="id-like")
    @dataclass(frozen=True, slots=True)
    class Duration(Scaled):
        name: str
        center: float
        scale: float
        limit: float
        indicator: bool

        @classmethod
        def recognize(cls, seen: Seen) -> str | None:
            texts = seen.column.dtype.kind == "O"
            all_fit = texts and all(FORM.fullmatch(value) for value in seen.values)
            return "its values are hours:minutes" if all_fit else None

        @classmethod
        def fit(cls, table: Table, name: str, missing: bool, max_levels: int) -> Duration:
            return cls(name, *spread(minutes(table[name])), LIMIT, missing)

        def encode(self, table: Table, out: Column) -> int:
            return self.scaled(minutes(table[self.name]), out)

        def decode(self, numbers: Column) -> Column:
            found = np.round(self.unscaled(numbers)).astype(int)
            cells = np.array([f"{m // 60}:{m % 60:02}" for m in found.tolist()], object)
            cells[self.marked(numbers)] = None
            return cells

    return Duration


@pytest.fixture
def kinds(monkeypatch):
    """The kinds, so that one more is forgotten after the test."""
    monkeypatch.setattr(KINDS, "_classes", dict(KINDS._classes))
    monkeypatch.setattr(KINDS, "_asked", list(KINDS._asked))
    return KINDS


@pytest.fixture
def duration(kinds):
    return duration_class()


RANDOM = np.random.default_rng(0)
TOOK = RANDOM.integers(5, 300, 60).tolist()
COLUMNS = {
    "took": [f"{m // 60}:{m % 60:02}" for m in TOOK],
    "load": RANDOM.normal(size=60).tolist(),
    "wear": [0.01 * m for m in TOOK],
}


def test_it_is_recognized_encoded_and_comes_back(duration):
    column = [*COLUMNS["took"][:30], None]
    table = as_table({"took": column})
    report = find_column(table, "took")
    assert (report.kind, report.reason) == ("duration", "its values are hours:minutes")
    preparation = Preparation.fit(table)
    assert type(preparation.encoders[0]) is duration
    matrix = preparation.transform(table)
    assert preparation.features == ["took", "took is missing"] and np.isfinite(matrix).all()
    assert preparation.restore(matrix)["took"].tolist() == column
    again = Preparation.from_state(json.loads(json.dumps(preparation.to_state())))
    assert again == preparation
    assert preparation.notes == (
        "Column 'took': 1 of 31 cells is missing; the median stands in, and a column marks them.",
    )


def test_without_it_the_column_is_what_it_was():
    assert find_column(as_table({"took": COLUMNS["took"]}), "took").kind == "time"
    with pytest.raises(TableError, match="must be one of 'numeric', 'boolean', 'category', 'date'"):
        find_columns(as_table({"took": COLUMNS["took"]}), {"took": "duration"})


def test_train_save_load_inspect_and_predict(duration, tmp_path, capsys):
    table = as_table(COLUMNS)
    model = neurona.TableRegressor((4,), steps=400, random_state=0).fit(table, "wear")
    assert [report.kind for report in model.columns_] == ["duration", "numeric"]
    path = tmp_path / "wear.neurona"
    neurona.save(model, path)
    loaded = neurona.load(path)
    assert loaded.columns_ == model.columns_ and loaded.preparation_ == model.preparation_
    np.testing.assert_array_equal(loaded.predict(table), model.predict(table))

    code, out, _ = run(capsys, "inspect", path, "--json")
    encoder = model.preparation_.encoders[0]
    assert code == 0 and json.loads(out)["inputs"][0] == {
        "name": "took",
        "kind": "duration",
        "features": 1,
        "center": encoder.center,
        "scale": encoder.scale,
    }
    code, out, _ = run(capsys, "inspect", path)
    assert code == 0 and re.search(r"took +duration +1 +\(x - ", out)

    given = write_csv(tmp_path / "new.csv", {"took": ["1:10", "", "2:30"], "load": [0.1, 0.2, 0.3]})
    code, out, err = run(capsys, "predict", path, given)
    assert code == 0 and "1 cell is missing in column 'took'" in err

    code, out, _ = run(capsys, "inspect", write_csv(tmp_path / "t.csv", COLUMNS), "--json")
    assert json.loads(out)["columns"][0]["kind"] == "duration"


def test_a_file_of_a_kind_that_nobody_registered(kinds, tmp_path, monkeypatch):
    before = dict(kinds._classes), list(kinds._asked)
    duration_class()
    model = neurona.TableRegressor((4,), steps=400, random_state=0).fit(as_table(COLUMNS), "wear")
    neurona.save(model, tmp_path / "wear.neurona")
    monkeypatch.setattr(kinds, "_classes", before[0])
    monkeypatch.setattr(kinds, "_asked", before[1])
    with pytest.raises(FormatError, match="no kind of column 'duration' is known; import"):
        neurona.load(tmp_path / "wear.neurona")


def test_a_workbook_refuses_a_kind_without_a_formula(duration, tmp_path):
    model = neurona.TableRegressor((4,), steps=400, random_state=0).fit(as_table(COLUMNS), "wear")
    with pytest.raises(IncompatibleError, match="'took' is of the kind 'duration', which has no"):
        neurona.export.xlsx(model, tmp_path / "wear.xlsx")
    assert not list(tmp_path.iterdir())


def test_what_is_no_kind_is_refused(kinds):
    anything: Any = int
    with pytest.raises(TypeError, match="<class 'int'> is no kind of column"):
        kinds.register("whole")(anything)
    with pytest.raises(ValueError, match="no kind of column 'later' to come before"):
        kinds.register("whole", before="later")
    assert "whole" not in kinds


def test_a_name_is_taken_once(kinds):
    Other = type("Other", (Kind,), {"__module__": "elsewhere"})
    with pytest.raises(ValueError, match="'numeric' is registered already"):
        kinds.register("numeric")(Other)


def test_a_column_that_no_kind_takes():
    with pytest.raises(TableError, match="Column 'c' is of no kind known"):
        find_columns(Table({"c": np.array([1 + 2j, 3j, 4.0])}))


def test_the_kinds_that_people_may_name():
    assert list(KINDS) == [
        *("numeric", "boolean", "category", "date", "time", "constant", "id-like", "piecewise")
    ]


EVERY = {
    "number": [1.0, 2.5, None, 4.0, 7.0, 2.0],
    "word": ["a", "b", None, "c", "a", "a"],
    "on": ["yes", "no", "yes", None, "yes", "no"],
    "bit": [0.0, 1.0, 1.0, 1.0, 0.0, 1.0],
    "day": ["2024-01-01", "2024-01-02", "2024-02-03", "2024-01-05", None, "2024-01-09"],
}


@pytest.mark.parametrize("name", EVERY)
def test_the_typical_cell_is_nothing_unusual(name):
    """What an exporter is offered is what the encoder takes."""
    preparation = Preparation.fit(as_table({name: EVERY[name]}))
    encoder = preparation.encoders[0]
    typical = encoder.typical()
    if name == "day":
        typical = np.datetime64(0, "us") + np.timedelta64(round(typical * 86_400e6), "us")
    row = preparation.transform(as_table({name: [typical, typical]}))
    assert encoder.decode(row).tolist()[0] == as_table({name: [typical]})[name].tolist()[0]
    for word in encoder.choices():
        assert preparation.transform(as_table({name: [word]})).max() in (0, 1)
    pair = encoder.pair()
    if pair is not None:
        both = preparation.transform(as_table({name: list(pair)}))
        np.testing.assert_array_equal(both[:, 0], [0, 1])


cells = st.one_of(st.none(), st.floats(allow_nan=False), st.text(max_size=3), st.booleans())


@given(st.dictionaries(st.sampled_from(["name", "center", "scale", "limit", "indicator"]), cells))
def test_a_damaged_number_column_is_refused_or_sound(changes):
    state = {"name": "x", "center": 0.0, "scale": 1.0, "limit": 10.0, "indicator": False} | changes
    cls = KINDS.encoder("numeric")
    assert cls is not None
    try:
        encoder: Any = cls.from_state(state)
    except ValueError:
        return
    out = np.empty((2, 2 if encoder.indicator else 1))
    encoder.encode(as_table({encoder.name: [1.0, None]}), out)
    assert np.isfinite(out).all()


@given(st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), min_size=1, max_size=20))
def test_marks_are_where_cells_are_missing(values):
    table = as_table({"x": np.array([np.nan if v is None else v for v in values])})
    cls = KINDS.encoder("numeric")
    assert cls is not None
    encoder: Any = cls.fit(table, "x", True, 32)
    assert isinstance(encoder, Marked) and encoder.newly_missing(table) == 0
    out = np.empty((len(values), 2))
    assert encoder.encode(table, out) == is_missing(table["x"]).sum()
    np.testing.assert_array_equal(np.isnan(encoder.decode(out)), is_missing(table["x"]))
