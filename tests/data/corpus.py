"""Small awkward files: name, bytes, what to read them with, and the table or the error expected.

A table is a dict of column name to cells: numbers (None: missing) or texts. An error is a tuple of
parts that the sentence must have.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple


class Case(NamedTuple):
    name: str
    content: bytes
    expected: dict[str, list[Any]] | tuple[str, ...]
    how: Mapping[str, Any] = MappingProxyType({})
    file: str = "t.csv"


AB = {"a": [1.0, 3.0], "b": [2.0, 4.0]}
LONG = "y" * 100_000

CORPUS = [
    Case("plain", b"a,b\n1,2\n3,4\n", AB),
    Case("no line end at the end", b"a,b\n1,2\n3,4", AB),
    Case("windows line ends", b"a,b\r\n1,2\r\n3,4\r\n", AB),
    Case("old mac line ends", b"a,b\r1,2\r3,4\r", AB),
    Case("mixed line ends", b"a,b\r\n1,2\n3,4\r\n", AB),
    Case("byte order mark", b"\xef\xbb\xbfa,b\n1,2\n3,4\n", AB),
    Case("utf-16 little", "a,b\n1,2\n3,4\n".encode("utf-16"), AB),
    Case("utf-16 big", b"\xfe\xff" + "a,b\n1,2\n3,4\n".encode("utf-16-be"), AB),
    Case("utf-16 without a mark", "a,b\n1,2\n3,4\n".encode("utf-16-le"), AB),
    Case("utf-32", "a,b\n1,2\n3,4\n".encode("utf-32"), AB),
    Case("latin header", "Größe,b\n1,2\n".encode("latin-1"), {"Größe": [1.0], "b": [2.0]}),
    Case(
        "latin cells",
        "ort,b\nKöln,2\nBonn,1\n".encode("latin-1"),
        {"ort": ["Köln", "Bonn"], "b": [2.0, 1.0]},
    ),
    Case("cp1252 euro", b"price\n\x80 per kg\n\x80 per m\n", {"price": ["€ per kg", "€ per m"]}),
    Case(
        "encoding given",
        "я,b\n1,2\n".encode("koi8-r"),
        {"я": [1.0], "b": [2.0]},
        {"encoding": "koi8-r"},
    ),
    Case(
        "encoding wrong",
        b"a\xff,b\n1,2\n",
        ("t.csv", "not utf-8", "encoding="),
        {"encoding": "utf-8"},
    ),
    Case("encoding unknown", b"a,b\n1,2\n", ("'utf-99'",), {"encoding": "utf-99"}),
    Case(
        "unicode and emoji header",
        "температура,😀\n1,2\n3,4\n".encode(),
        {"температура": [1.0, 3.0], "😀": [2.0, 4.0]},
    ),
    Case("semicolons", b"a;b\n1;2\n3;4\n", AB),
    Case(
        "semicolons and decimal commas",
        b"a;b\n1,5;2\n3,25;4\n",
        {"a": [1.5, 3.25], "b": [2.0, 4.0]},
    ),
    Case(
        "decimal commas, points for thousands",
        b"a;b\n1.234,5;2\n3,5;4\n",
        {"a": [1234.5, 3.5], "b": [2.0, 4.0]},
        {"thousands": "."},
    ),
    Case(
        "thousands not announced",
        b"a;b\n1.234,5;2\n3,5;4\n",
        {"a": [1234.5, 3.5], "b": [2.0, 4.0]},
    ),
    Case("semicolons and points", b"a;b\n1.5;2\n3.5;4\n", {"a": [1.5, 3.5], "b": [2.0, 4.0]}),
    Case("tabs", b"a\tb\n1\t2\n3\t4\n", AB, {}, "t.tsv"),
    Case(
        "tabs and commas in texts",
        b"a\tb\n1,x\t2\n3,y\t4\n",
        {"a": ["1,x", "3,y"], "b": [2.0, 4.0]},
        {},
        "t.tsv",
    ),
    Case("bars", b"a|b\n1|2\n3|4\n", AB),
    Case("delimiter given", b"a:b\n1:2\n3:4\n", AB, {"delimiter": ":"}),
    Case("one column", b"a\n1\n2\n", {"a": [1.0, 2.0]}),
    Case("gzip", gzip.compress(b"a,b\n1,2\n3,4\n"), AB, {}, "t.csv.gz"),
    Case("gzip by content", gzip.compress(b"a,b\n1,2\n3,4\n"), AB),
    Case(
        "gzip cut off",
        gzip.compress(b"a,b\n" + b"1,2\n" * 9)[:-12],
        ("t.csv.gz", "damaged gzip"),
        {},
        "t.csv.gz",
    ),
    Case("quoted newlines", b'a,b\n"x\ny",2\nz,4\n', {"a": ["x\ny", "z"], "b": [2.0, 4.0]}),
    Case(
        "quoted delimiters and quotes",
        b'a,b\n"x,""y""",2\nz,4\n',
        {"a": ['x,"y"', "z"], "b": [2.0, 4.0]},
    ),
    Case("quoted numbers", b'a,b\n"1","2"\n"3","4"\n', AB),
    Case("quoted header", b'"a","b"\n1,2\n3,4\n', AB),
    Case("newline in header", b'"a\nb",c\n1,2\n', {"a\nb": [1.0], "c": [2.0]}),
    Case(
        "quote inside a cell",
        b'size,b\n5" pipe,2\n6" pipe,4\n',
        {"size": ['5" pipe', '6" pipe'], "b": [2.0, 4.0]},
    ),
    Case(
        "unclosed quote", b'a,b\n"x,2\n' + b"z,4\n" * 50_000, ("t.csv", "line 2", "close the quote")
    ),
    Case("long cell", f"a,b\n{LONG},2\nz,4\n".encode(), {"a": [LONG, "z"], "b": [2.0, 4.0]}),
    Case("duplicate headers", b"a,a,a\n1,2,3\n", {"a": [1.0], "a_2": [2.0], "a_3": [3.0]}),
    Case("duplicate meets a suffix", b"a,a,a_2\n1,2,3\n", {"a": [1.0], "a_3": [2.0], "a_2": [3.0]}),
    Case("blank header", b"a,,c\n1,2,3\n", {"a": [1.0], "x2": [2.0], "c": [3.0]}),
    Case("blanks around headers", b" a , b \n1,2\n3,4\n", AB),
    Case("no header", b"1,2\n3,4\n", {"x1": [1.0, 3.0], "x2": [2.0, 4.0]}),
    Case(
        "no header, texts first", b"M,1\nF,2\nM,3\n", {"x1": ["M", "F", "M"], "x2": [1.0, 2.0, 3.0]}
    ),
    Case(
        "header of years",
        b"place,2019,2020\nx,1,2\ny,3,4\n",
        {"place": ["x", "y"], "2019": [1.0, 3.0], "2020": [2.0, 4.0]},
        {"header": True},
    ),
    Case("header denied", b"a,b\nc,d\n", {"x1": ["a", "c"], "x2": ["b", "d"]}, {"header": False}),
    Case("only a header", b"a,b\n", {"a": [], "b": []}),
    Case("one row", b"a,b\n1,2\n", {"a": [1.0], "b": [2.0]}),
    Case("blank lines", b"\n\na,b\n1,2\n\n3,4\n\n\n", AB),
    Case("empty", b"", ("t.csv is empty",)),
    Case("only blank lines", b"\n \n\n", ("t.csv is empty",)),
    Case("trailing delimiters", b"a,b,\n1,2,\n3,4,\n", AB),
    Case("trailing delimiters in rows only", b"a,b\n1,2,\n3,4,\n", AB),
    Case("long row", b"a,b\n1,2\n3,4,5\n", ("t.csv, line 3", "3 cells", "header has 2")),
    Case("short row", b"a,b\n1,2\n3\n4,5\n", ("t.csv, line 3", "1 cell")),
    Case("missing cells", b"a,b\n1,\n,4\n", {"a": [1.0, None], "b": [None, 4.0]}),
    Case(
        "missing marks",
        b"a,b\nNA,N/A\n1,2\nnull,?\n#N/A,nan\n",
        {"a": [None, 1.0, None, None], "b": [None, 2.0, None, None]},
    ),
    Case("missing texts", b"a,b\nx,1\n,2\nNA,3\n", {"a": ["x", None, None], "b": [1.0, 2.0, 3.0]}),
    Case("all missing", b"a,b\n,1\n,2\n", {"a": [None, None], "b": [1.0, 2.0]}),
    Case(
        "marks given",
        b"a,b\n-99,2\n3,4\n",
        {"a": [None, 3.0], "b": [2.0, 4.0]},
        {"missing_marks": frozenset({"-99"})},
    ),
    Case(
        "decimal comma in commas",
        b'a,b\n"1,5",2\n2,4\n',
        {"a": [1.5, 2.0], "b": [2.0, 4.0]},
    ),
    Case(
        "a comma in commas, beside points",
        b'a,b\n"1,5",2.5\n2,4\n',
        ("row 1 (line 2)", "column 'a'", "'1,5'", "decimal=','"),
    ),
    Case(
        "thousands in commas",
        b'a,b\n"1,500.5",2\n2,4\n',
        {"a": [1500.5, 2.0], "b": [2.0, 4.0]},
    ),
    Case(
        "thousands or decimals",
        b'a,b\n"1,500",2\n2,4\n',
        ("row 1 (line 2)", "'1,500'", "thousands=','"),
    ),
    Case(
        "thousands announced",
        b'a,b\n"1,500.5",2\n2,4\n',
        {"a": [1500.5, 2.0], "b": [2.0, 4.0]},
        {"thousands": ","},
    ),
    Case(
        "division by zero",
        b"a,b\n1,2\n#DIV/0!,4\n",
        ("row 2 (line 3)", "column 'a'", "'#DIV/0!'", "spreadsheet"),
    ),
    Case(
        "text among numbers", b"a,b\n1,2\n2,3\n4,oops\n", ("row 3 (line 4)", "column 'b'", "'oops'")
    ),
    Case("infinity", b"a,b\n1,2\ninf,4\n", ("row 2 (line 3)", "column 'a'", "'inf'", "infinite")),
    Case("too large", b"a,b\n1,2\n1e999,4\n", ("row 2", "'1e999'")),
    Case("underscore", b"a,b\n1,2\n1_000,4\n", ("row 2", "'1_000'")),
    Case("percent", b"a,b\n1,2\n5%,4\n", ("'5%'", "percentages")),
    Case(
        "bad cells counted",
        b"a,b\n1,2\n#DIV/0!,4\nx,5\n7,8\n",
        {"a": [1.0, None, None, 7.0], "b": [2.0, 4.0, 5.0, 8.0]},
        {"bad_cells": "missing"},
    ),
    Case(
        "line of a bad cell after a quoted newline",
        b'n,a\n"x\ny",2\nz,3\nw,oops\n',
        ("row 3 (line 5)", "'oops'"),
    ),
    Case(
        "line of a bad cell after a blank line",
        b"a,b\n1,2\n\n3,oops\n",
        ("row 2 (line 4)", "'oops'"),
    ),
    Case(
        "tickets: numbers and words",
        b"t\n1\n2\n3\nA/5 2\nPC 17\nSTON/O2\n4\n",
        {"t": ["1", "2", "3", "A/5 2", "PC 17", "STON/O2", "4"]},
    ),
    Case(
        "text by type",
        b"zip,b\n01234,2\n5678,4\n",
        {"zip": ["01234", "5678"], "b": [2.0, 4.0]},
        {"types": {"zip": "text"}},
    ),
    Case("number by type", b"a\nx\ny\n", ("row 1", "'x'"), {"types": {"a": "number"}}),
    Case("forms of numbers", b"a\n1e5\n+2\n-.5\n 7 \n1E-3\n", {"a": [1e5, 2.0, -0.5, 7.0, 1e-3]}),
    Case(
        "label with trailing dot",
        b"a,label\n1,<=50K.\n2,>50K.\n",
        {"a": [1.0, 2.0], "label": ["<=50K.", ">50K."]},
    ),
    Case("zero bytes", b"a,b\n1,\x00\x00\x002\n", ("t.csv", "zero bytes")),
    Case("old excel", b"\xd0\xcf\x11\xe0" + bytes(20), ("before 2007", ".xlsx")),
    Case("zip archive", b"PK\x03\x04" + bytes(20), ("zip archive",), {}, "t.zip"),
    Case("damaged excel", b"PK\x03\x04" + bytes(20), ("t.xlsx", "damaged Excel"), {}, "t.xlsx"),
    Case("damaged parquet", b"PAR1" + bytes(20), ("t.parquet", "damaged Parquet"), {}, "t.parquet"),
]
