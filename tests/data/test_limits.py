"""No file fills the memory: what is too large is said, at once, and can be allowed."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
import zipfile

import pytest

from neurona import TableError, read_table
from neurona.data.limits import MAX_CELLS

TABLE = b"a,b\n" + b"1,2\n" * 50


def workbook():
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [("a", "b"), *[(1, 2)] * 50]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet():
    arrow = pytest.importorskip("pyarrow")
    out = io.BytesIO()
    table = arrow.table({"a": [1] * 50, "b": [2] * 50})
    pytest.importorskip("pyarrow.parquet").write_table(table, out)
    return out.getvalue()


FILES = {
    "t.csv": lambda: TABLE,
    "t.csv.gz": lambda: gzip.compress(TABLE),
    "t.parquet": parquet,
    "t.xlsx": workbook,
}


@pytest.mark.parametrize("name", FILES)
def test_a_limit_on_cells_is_said_and_can_be_moved(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(FILES[name]())
    with pytest.raises(TableError, match=rf"{name}.* max_cells="):
        read_table(path, max_cells=99)
    # in a workbook a cell counts for ten, and what it unpacks to counts, too
    assert read_table(path, max_cells=20_000 if name == "t.xlsx" else 102).rows == 50


@pytest.mark.parametrize("name", ["t.csv.gz", "t.xlsx"])
def test_a_limit_on_unpacked_bytes(tmp_path, name):
    path = tmp_path / name
    if name == "t.xlsx":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", " " * 4000)
    else:
        path.write_bytes(gzip.compress(b"a,b\n" + b" " * 4000 + b"1,2\n"))
    with pytest.raises(TableError, match=r"unpacks to more than .* max_cells="):
        read_table(path, max_cells=100)


def bomb_of_gzip(path):
    member = gzip.compress(b"1,2\n" * 250_000)
    path.write_bytes(gzip.compress(b"a,b\n") + member * 1500)  # 1.5 GB


def bomb_of_blank_lines(path):
    path.write_bytes(gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"\n" * 10_000_000) * 150)


def bomb_of_parquet(path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    nothing = arrow.nulls(150_000_000)
    parquet.write_table(arrow.table({"a": nothing, "b": nothing}), path)


def bomb_of_zip(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "")
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as stream:
            for _ in range(700):
                stream.write(bytes(2**20))


def commas(path):
    path.write_bytes(b"a,b\n1,2\n" + b"," * 10_000_000 + b"\n")


def commas_in_the_header(path):
    path.write_bytes(b"," * 10_000_000 + b"\n1,2\n")


def open_quote(path):
    path.write_bytes(b'a,b\n1,2\n"x,2\n' + b"3,4\n" * 10_000_000)


def equal_names(path):
    path.write_bytes(b",".join([b"a"] * 200_000) + b"\n" + b",".join([b"1"] * 200_000) + b"\n")


BOMBS = [
    ("t.csv.gz", bomb_of_gzip, "far more than"),
    ("t.csv.gz", bomb_of_blank_lines, "blank lines"),
    ("t.parquet", bomb_of_parquet, "300,000,000 cells"),
    ("t.xlsx", bomb_of_zip, "unpacks to more than"),
    ("t.csv", commas, "line 3, has 10,000,001 columns"),
    ("t.csv", commas_in_the_header, "line 1, has 10,000,001 columns"),
    ("t.csv", open_quote, "close the quote"),
    ("t.csv", equal_names, "has 200,000 columns"),
]
READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
from neurona import TableError, read_table
try:
    read_table(sys.argv[1])
except TableError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("name", "make", "said"), BOMBS, ids=[make.__name__ for _, make, _ in BOMBS]
)
def test_bombs_are_refused_before_they_fill_the_memory(tmp_path, name, make, said):
    pytest.importorskip("resource")
    make(tmp_path / name)
    child = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / name)],
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    assert said in child.stdout and child.stdout.count("\n") == 1


def test_many_equal_names_are_told_apart_and_said_once(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(f"{','.join(['a'] * 50_000)}\n{','.join(['1'] * 50_000)}\n")
    table = read_table(path)
    assert len(set(table.names)) == 50_000 and len(table.notes) < 20


@pytest.mark.parametrize("name", ["t.csv", "t.csv.gz"])
def test_a_table_of_many_cells_is_read(tmp_path, name):
    rows = b"a,b\n" + b"1,2\n" * 700_000
    (tmp_path / name).write_bytes(gzip.compress(rows, 1) if name.endswith("gz") else rows)
    assert read_table(tmp_path / name, max_cells=1_400_000).rows == 700_000


def test_the_limit_is_stated():
    assert f"{MAX_CELLS:_}" in (read_table.__doc__ or "")
