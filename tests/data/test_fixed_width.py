"""Tables whose cells stand under one another, with blanks inside cells and cells that are blank."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurona import TableError, read_table
from neurona.data.fixed_width import cut_fields, find_fields

TOWNS = ["New York", "Los Angeles", "Salt Lake City", "Bath", "K 2"]
HEADER = f"{'town':<16}{'wind speed':>12}{'temp':>8}  {'state of it':<12}"
STATES = ["ok", "out of order", "", "ok"]


def line(town, speed, temperature, state):
    return f"{town:<16}{speed:>12}{temperature:>8}  {state:<12}".rstrip()


def rows_of(count, decimal="."):
    for i in range(count):
        speed = f"{i / 4 + 1:.2f}".replace(".", decimal)
        yield line(TOWNS[i % 5], speed, "" if i % 6 == 1 else i, STATES[i % 4])


def read(folder, lines):
    path = folder / "table.txt"
    path.write_text("\n".join(lines) + "\n")
    return read_table(path)


def check(table, count):
    assert table.names == ["town", "wind speed", "temp", "state of it"]
    assert table["town"].tolist() == [TOWNS[i % 5] for i in range(count)]
    assert table["wind speed"].tolist() == [round((i / 4 + 1) * 100) / 100 for i in range(count)]
    temperature = [None if t != t else t for t in table["temp"].tolist()]
    assert temperature == [None if i % 6 == 1 else i for i in range(count)]
    assert table["state of it"].tolist() == [STATES[i % 4] or None for i in range(count)]


@pytest.mark.parametrize("count", [12, 300])
@pytest.mark.parametrize(
    "above",
    [
        [],
        ["Report of the stations, 4 March 2024", ""],
        ["Station: all of them", "Operator   MB", ""],
    ],
    ids=["nothing", "a title", "facts"],
)
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("ruled", [False, True], ids=["", "ruled"])
def test_a_report(tmp_path, above, count, decimal, ruled):
    rule = ["-" * 14 + " " * 3 + "-" * 11 + "  " + "-" * 6 + "  " + "-" * 12] if ruled else []
    table = read(tmp_path, [*above, HEADER, *rule, *rows_of(count, decimal)])
    check(table, count)
    assert any("fixed widths" in note for note in table.notes)


def test_no_header(tmp_path):
    table = read(tmp_path, rows_of(30))
    assert table.rows == 30
    assert table["x3"].tolist()[:6:5] == [0.0, 5.0]


def test_cells_that_are_longer_than_those_of_the_first_lines(tmp_path):
    short = [line("Bath", i % 7, i, "ok") for i in range(250)]
    table = read(tmp_path, [HEADER, *short, line("Salt Lake City", 123456, 7, "out of order")])
    assert [table[name][-1] for name in table.names] == [
        "Salt Lake City", 123456.0, 7.0, "out of order",
    ]  # fmt: skip


def test_a_line_that_runs_over_the_borders_is_named(tmp_path):
    lines = [
        HEADER,
        *rows_of(250),
        "a-remark-that-somebody-wrote-into-the-table-and-left",
        *rows_of(9),
    ]
    with pytest.raises(TableError, match="line 252: its text runs over the borders"):
        read(tmp_path, lines)


@pytest.mark.parametrize(
    "text",
    [
        "This is a text about pumps and\nhow they are made. It has no\ntable in it, but words,\n"
        "3 of them are numbers like 17\nor 4.",
        "remark\nall is well\nnot all is well\nnothing is well\nwell",
        "a,b\n1,x y\n2,x z\n3,x w\n4,x v",
        "a  b\n1,5;2\n2,5;3\n3,5;4\n4,5;5",
        "time\n10 000\n11 000\n12 000\n13 000",
    ],
)
def test_what_is_no_such_table(text):
    assert find_fields(text.split("\n"), headed=True) == [] or "," in text.split("\n")[0]


CELLS = st.one_of(
    st.integers(-9999, 9999).map(str),
    st.floats(-1e6, 1e6).map(lambda x: f"{x:.3f}"),
)
WORDS = st.lists(st.text("abcXYZ'\"-äé", min_size=1, max_size=6), min_size=0, max_size=3)


@given(
    st.lists(
        st.tuples(CELLS, WORDS.map(" ".join), st.one_of(CELLS, st.just(""))),
        min_size=3,
        max_size=20,
    ),
    st.integers(2, 4),
    st.booleans(),
)
def test_what_is_laid_out_is_cut_alike(rows, gap, right):
    """Names as wide as their columns: nothing is left to chance."""
    header = ["number".ljust(14, "_"), "words".ljust(20, "_"), "more".ljust(14, "_")]
    widths = [len(name) for name in header]
    align = str.rjust if right else str.ljust
    lines = [
        (" " * gap).join(align(cell, width) for cell, width in zip(row, widths, strict=True))
        for row in (header, *rows)
    ]
    fields = find_fields(lines)
    if 2 * sum(bool(cell) for row in rows for cell in row) < 3 * len(rows):
        return
    assert len(fields) == 3
    cut = [one.rstrip("\n").split("\t") for one in cut_fields(lines, fields)]
    plain = [[cell.replace('""', '"').strip('"') for cell in row] for row in cut]
    assert plain == [[cell.strip('"') for cell in row] for row in (header, *map(list, rows))]
