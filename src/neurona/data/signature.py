"""Signatures: what a file that is no table is, by its first bytes, and what to do with it."""

from __future__ import annotations

import re
from typing import IO

_MESSAGE = ", messages and no table; let the program that takes them write a CSV"
_METRICS = "metrics of Prometheus and no table; query them, and save the answer as CSV"
_STATA = "a file of Stata; export it with 'export delimited'"
_SAS = "a file of SAS; write the table with proc export, dbms=csv"
_PICKLE = "a pickle of Python; load it where you trust it, and save the table as CSV or Parquet"
_ELSE = (
    (b"%PDF", "a PDF document; copy its table to a spreadsheet, and save it as CSV"),
    (b"{\\rtf", "an RTF document; copy its table to a spreadsheet, and save it as CSV"),
    (b"SQLite format 3", "an SQLite database; export a table from it as CSV"),
    (b"\x89HDF", "an HDF5 file (or one of MATLAB 7.3); write the table to CSV or Parquet"),
    (b"MATLAB ", "a file of MATLAB; write the table with writetable(t, 'table.csv')"),
    (b"\x93NUMPY", "an array of NumPy; pass np.load's result, or save it with np.savetxt"),
    (b"UNA:+", f"EDIFACT{_MESSAGE}"),
    (b"UNB+", f"EDIFACT{_MESSAGE}"),
    (b"ISA*", f"X12{_MESSAGE}"),
    (b"SIMPLE  =", "a FITS file; save its table as CSV, e.g. with TOPCAT or Astropy"),
    (b"CDF", "a NetCDF file; write the table to CSV, e.g. with xarray"),
    (b"GRIB", "a GRIB file; write the table to CSV, e.g. with xarray"),
    *((mark, "a file of R; write the table with write.csv") for mark in (b"RDX", b"X\n\x00\x00")),
    (b"$FL", "a file of SPSS; export it as CSV"),
    (b"ASCII SPSS PORT", "a file of SPSS; export it as CSV"),
    (b"<stata_dta>", _STATA),
    *((bytes([release, order, 1]), _STATA) for release in range(0x69, 0x74) for order in (1, 2)),
    (bytes(12) + b"\xc2\xea\x81\x60", _SAS),
    (b"HEADER RECORD*******", _SAS),
    (b"\x00\x01\x00\x00Standard ", "a database of Access; export a table from it as CSV"),
    *((bytes([0x80, version]), _PICKLE) for version in range(2, 6)),
    (b"Obj\x01", "an Avro file; save it as Parquet"),
    *(
        (mark, "a picture; save what it shows as CSV")
        for mark in (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
    ),
    (b"TDSm", "a TDMS file of LabVIEW; export it as text"),
    (b"MDF     ", "a measurement file (MDF); export it as CSV"),
    (b"ARROW1", "a Feather file; save it as Parquet"),
    (b"FEA1", "a Feather file; save it as Parquet"),
    (b"ORC", "an ORC file; save it as Parquet"),
    (b"##TITLE=", "a JCAMP-DX file, whose lines hold several values of y; export it as CSV"),
    (
        b"FMT, 128,",
        "a log of ArduPilot, lines of several kinds; write one kind as CSV, e.g. with "
        "mavlogdump.py --format csv",
    ),
    (b"# HELP ", _METRICS),
    (b"# TYPE ", _METRICS),
    (b"BZh", "packed by bzip2; unpack it, or pack it by gzip"),
    (b"\xfd7zXZ", "packed by xz; unpack it, or pack it by gzip"),
    (b"\x28\xb5\x2f\xfd", "packed by zstd; unpack it, or pack it by gzip"),
    (b"7z\xbc\xaf", "a 7-zip archive; unpack it and give the CSV inside"),
    (b"Rar!", "a RAR archive; unpack it and give the CSV inside"),
)
_SQL = re.compile(
    rb"(\s|--[^\n]*\n|/\*.*?\*/;?)*(insert\s+into|create\s+table|drop\s+table)\s", re.I | re.S
)
_JSON = re.compile(rb"\s*(\[\s*)?[\[{]\s*([\"{\[\]}]|-?\d)")
_MARKUP = re.compile(rb"\s*<(!doctype|html|\?xml|table|meta|head|body)", re.IGNORECASE)


_OLE = b"\xd0\xcf\x11\xe0"


def is_old_workbook(start: bytes) -> bool:
    """Whether a file begins as a workbook of before 2007, or as any workbook with a password."""
    return start.startswith(_OLE)


def is_locked(stream: IO[bytes]) -> bool:
    """Whether an old workbook is but the wrapping of one that a password protects."""
    stream.seek(0)
    header = stream.read(512)
    sector, first = 1 << header[30], int.from_bytes(header[48:52], "little")
    stream.seek((first + 1) * sector)
    return "EncryptedPackage".encode("utf-16-le") in stream.read(max(sector, 1024))


def no_table(start: bytes) -> str | None:
    """Return what a file is by its first bytes and what to do, None if it may be a table.

    >>> no_table(b"%PDF-1.7"), no_table(b"a,b")
    ('a PDF document; copy its table to a spreadsheet, and save it as CSV', None)
    """
    for mark, said in _ELSE:
        if start.startswith(mark):
            return said
    if start[60:80] == b"RINEX VERSION / TYPE":
        return "a RINEX file, lines of several kinds and no table; write its observations as CSV"
    bare = start.removeprefix(b"\xef\xbb\xbf")
    if _SQL.match(bare):
        return "statements of SQL and no table; run them, and export the table as CSV"
    if re.match(rb"\s*\\(begin\{|documentclass)", bare):
        return "LaTeX; save the table that it was made of as CSV"
    if _JSON.match(bare):
        # an object a line
        lines = ", lines=True" if re.match(rb"\s*\{[^\n]*\}\s*\n\s*\{", bare) else ""
        return (
            "JSON; write it as CSV, e.g. with pandas: "
            f"read_json(file{lines}).to_csv('table.csv', index=False)"
        )
    if _MARKUP.match(bare):
        what = "XML" if b"<?xml" in bare.lower() and b"<html" not in bare.lower() else "HTML"
        return (
            f"{what}, whatever its name says; open it in a spreadsheet program and save it as CSV"
        )
    return None
