"""Files that are no tables are refused by what they are, packed or not."""

import gzip
import io
import os
import zipfile

import pandas as pd
import pytest

from neurona import TableError, read_table

FRAME = pd.DataFrame({"a": [1.5, 2.0], "b": ["x", "y"]})


def written(write):
    stream = io.BytesIO()
    write(stream)
    return stream.getvalue()


STARTS = {
    "Stata 114": (written(lambda s: FRAME.to_stata(s, version=114)), "of Stata"),
    "Stata 118": (written(lambda s: FRAME.to_stata(s, version=118)), "of Stata"),
    "SAS transport": (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!" + b"0" * 32, "of SAS"),
    "SAS": (bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c"), "of SAS"),
    "SPSS": (b"$FL2@(#) SPSS DATA FILE" + bytes(100), "of SPSS"),
    "SPSS, portable": (b"ASCII SPSS PORT FILE" + b" " * 100, "of SPSS"),
    "R": (b"RDX3\nX\n" + bytes(40), "of R"),
    "R, one object": (b"X\n\x00\x00\x00\x03" + bytes(40), "of R"),
    "MATLAB": (b"MATLAB 5.0 MAT-file" + bytes(100), "writetable"),
    "MATLAB 7.3": (b"MATLAB 7.3 MAT-file" + b" " * 493 + b"\x89HDF", "writetable"),
    "pickle": (written(FRAME.to_pickle), "pickle"),
    "Feather": (written(FRAME.to_feather), "Feather"),
    "ORC": (b"ORC" + bytes(40), "ORC"),
    "Avro": (b"Obj\x01" + bytes(40), "Avro"),
    "Access": (b"\x00\x01\x00\x00Standard Jet DB\x00", "Access"),
    "HDF5": (b"\x89HDF\r\n\x1a\n" + bytes(40), "HDF5"),
    "picture": (b"\x89PNG\r\n\x1a\n" + bytes(40), "picture"),
    "JSON": (FRAME.to_json(orient="records").encode(), "read_json"),
    "JSON by lines": (FRAME.to_json(orient="records", lines=True).encode(), "lines=True"),
    "XML": (b"<?xml version='1.0'?>\n<data><row/></data>", "XML"),
    "SQL": (b"-- MySQL dump\n\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n", "SQL"),
    "SQL, rows": (b"INSERT INTO t VALUES (1,'a',2.5);\nINSERT INTO t VALUES (2,'b',3.5);\n", "SQL"),
    "LaTeX": (b"\\begin{tabular}{lr}\na & 1 \\\\\n\\end{tabular}\n", "LaTeX"),
}


@pytest.mark.parametrize("name", STARTS)
@pytest.mark.parametrize("packed", [False, True])
def test_what_is_no_table_is_called_by_its_name(tmp_path, name, packed):
    content, said = STARTS[name]
    path = tmp_path / "t.csv"
    path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(TableError, match=said) as error:
        read_table(path)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("inside", ["word/document.xml", "ppt/presentation.xml"])
def test_documents_are_no_workbooks(tmp_path, inside):
    path = tmp_path / "t.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr(inside, "<x/>")
    with pytest.raises(TableError, match="a document, no workbook; copy its table"):
        read_table(path)


def test_a_packed_parquet_file_is_to_be_unpacked(tmp_path):
    path = tmp_path / "t.parquet.gz"
    path.write_bytes(gzip.compress(written(FRAME.to_parquet)))
    with pytest.raises(TableError, match="packed by gzip, and not text; unpack it"):
        read_table(path)


def test_a_pipe_with_a_name_is_not_taken_for_an_empty_file():
    reading, writing = os.pipe()
    with open(reading, "rb") as pipe:
        os.write(writing, b"a,b\n1,2\n")
        os.close(writing)
        with pytest.raises(TableError, match="is a pipe, which can be read but once"):
            read_table(f"/dev/fd/{pipe.fileno()}")
