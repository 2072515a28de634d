from __future__ import annotations

import csv
import io
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurona import TableError, read_table
from neurona.data.read import read_blocks
from tests.data.corpus import CORPUS, Case


def cells_of(column):
    if column.dtype.kind == "O":
        return column.tolist()
    return [None if cell != cell else cell for cell in column.tolist()]


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_corpus(case: Case, tmp_path):
    if case.file.endswith((".xlsx", ".parquet")):
        pytest.importorskip("openpyxl" if case.file.endswith(".xlsx") else "pyarrow")
    path = tmp_path / case.file
    path.write_bytes(case.content)
    if isinstance(case.expected, dict):
        table = read_table(path, **case.how)
        assert {name: cells_of(column) for name, column in table.columns.items()} == case.expected
        return
    with pytest.raises(TableError) as error:
        read_table(path, **case.how)
    for part in case.expected:
        assert part in str(error.value)


def test_corpus_is_about_sixty_files_or_more():
    assert len(CORPUS) >= 60
    assert len({case.name for case in CORPUS}) == len(CORPUS)


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(TableError, match="no file"):
        read_table(tmp_path / "none.csv")
    with pytest.raises(TableError, match="folder"):
        read_table(tmp_path)


def test_bad_cells_are_counted_in_notes(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n#REF!\n3\n4x\n")
    notes = read_table(path, bad_cells="missing").notes
    assert any("column 'a': 2 cells" in note and "#REF!" in note for note in notes)


def test_one_bad_cell_in_row_10000_is_named(tmp_path):
    rows = [f"{i},{i * 0.5}" for i in range(1, 20_001)]
    rows[9999] = "10000,oops"
    path = tmp_path / "pump.csv"
    path.write_text("speed,flow\n" + "\n".join(rows))
    with pytest.raises(TableError) as error:
        read_table(path)
    for part in ("pump.csv", "row 10000 ", "(line 10001)", "'flow'", "'oops'"):
        assert part in str(error.value)


def test_column_that_turns_to_text_late_keeps_its_texts(tmp_path):
    rows = [f"{i:05}" for i in range(300_000)] + [f"A/{i}" for i in range(60_000)]
    path = tmp_path / "t.csv"
    path.write_text("ticket\n" + "\n".join(rows))
    table = read_table(path)
    assert table["ticket"].tolist() == rows
    assert any("read as text" in note for note in table.notes)


def test_many_blocks_with_quotes_late(tmp_path):
    rows = [f"{i},{i / 7!r}" for i in range(150_000)]
    rows.append('"150000","1"')
    rows += [f"{i},{i / 7!r}" for i in range(150_001, 200_000)]
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "\n".join(rows))
    table = read_table(path)
    assert (table["a"] == np.arange(200_000)).all()
    assert table["b"][199_999] == 199_999 / 7
    assert table.line_offset == 1


@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_blocks_are_the_table(tmp_path, rows):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{i},w{i % 3}\n" for i in range(50)))
    blocks = list(read_blocks(path, rows))
    whole = read_table(path)
    assert np.concatenate([block["a"] for block in blocks]).tolist() == whole["a"].tolist()
    assert np.concatenate([block["b"] for block in blocks]).tolist() == whole["b"].tolist()
    assert blocks[-1].where(0) == whole.where(50 - blocks[-1].rows)


def test_bad_cell_in_a_later_block_is_named_by_its_row(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a\n" + "1\n" * 25 + "oops\n")
    with pytest.raises(TableError, match=r"row 26 \(line 27\)"):
        list(read_blocks(path, 10))


def test_blocks_of_a_file_without_rows(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n")
    (block,) = read_blocks(path)
    assert block.names == ["a", "b"]
    assert block.rows == 0


def test_parquet(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    columns = {"a": [1, None, 3], "b": ["x", None, "z"], "c": [True, False, True]}
    parquet.write_table(arrow.table(columns), tmp_path / "t.parquet")
    table = read_table(tmp_path / "t.parquet")
    assert cells_of(table["a"]) == [1.0, None, 3.0]
    assert table["b"].tolist() == ["x", None, "z"]
    assert table["c"].tolist() == [True, False, True]
    blocks = list(read_blocks(tmp_path / "t.parquet", 2))
    assert [block.rows for block in blocks] == [2, 1]
    assert "row 3" in blocks[1].where(0)


def test_excel(tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [(None, None), ("a", "b"), (1, "x"), (2.5, None), (None, 7), (4, "y")]:
        sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    table = read_table(tmp_path / "t.xlsx")
    assert cells_of(table["a"]) == [1.0, 2.5, None, 4.0]
    assert table["b"].tolist() == ["x", None, "7", "y"]
    with pytest.raises(TableError, match="no sheet 'other'"):
        read_table(tmp_path / "t.xlsx", sheet="other")
    sheet["A4"] = "#DIV/0!"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(TableError, match=r"t.xlsx, row 2 \(line 4\), column 'a'.*#DIV/0!"):
        read_table(tmp_path / "t.xlsx")


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("neurona.data.text.MAX_LINE_BYTES", 2**20)
    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n1,2\n" + b"1," * 2**20)
    with pytest.raises(TableError, match="line of more than 1 MB"):
        read_table(path)


def test_too_many_columns_are_refused(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(",".join(f"c{i}" for i in range(100_001)))
    with pytest.raises(TableError, match="100,001 columns"):
        read_table(path)


NUMBER = st.floats(allow_nan=False, allow_infinity=False)
WORD = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12).map(
    lambda text: "w" + text.strip() + "w"
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(NUMBER, WORD), min_size=1, max_size=30),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_csv_writes_comes_back(tmp_path_factory, rows, delimiter, encoding, end):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end)
    writer.writerows([("number", "word"), *rows])
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    table = read_table(path, delimiter=delimiter, decimal=".")
    assert table["number"].tolist() == [number for number, _ in rows]
    assert table["word"].tolist() == [word for _, word in rows]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_a_table_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "t.csv"
    path.write_bytes(content)
    try:
        table = read_table(path)
    except TableError as error:
        assert "t.csv" in str(error)
    else:
        assert len({len(column) for column in table.columns.values()}) <= 1


def test_columns_a_model_does_not_need_are_read_as_they_stand(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,remark\n1,2\n3,#DIV/0!\n")
    (block,) = read_blocks(path, types={"a": "number"}, other_types="text")
    assert block["a"].tolist() == [1.0, 3.0]
    assert block["remark"].tolist() == ["2", "#DIV/0!"]


def test_reading_imports_neither_networks_nor_scikit_learn():
    code = (
        "import sys, neurona; neurona.read_table; "
        "names = 'sklearn', 'numba', 'scipy', 'pandas', 'narwhals'; "
        "print([name for name in names if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
