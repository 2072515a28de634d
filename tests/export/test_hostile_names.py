"""Names that are no names to a spreadsheet: of columns, targets, classes, words and the model."""

from __future__ import annotations

import re
import zipfile

import numpy as np
import openpyxl
import pytest

import neurona
from tests.export.models import quiet

NAMES = [
    "=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")', "+1", "-2+3", "@SUM(A1)", "\t=1",
    "\r=1", "a'b", 'a"b', "a''b", "[Book]Sheet!A1", "A1", "R1C1", "$B$2", "TRUE", "#REF!", "#N/A",
    "x" * 5000, "a\x00b", "bell\x07", "_x0041_", "\u202egnp.exe", "\u200b", "line\nbreak",
    "<img onerror=1>", "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") * 40,
    "&amp;", " ", "1e5", "{=1}", ";,|",
]  # fmt: skip
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def checked(path):
    """The cells of a workbook that is well formed; formulas are those that the exporter writes."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert ".." not in name and not name.startswith("/")
            if name.endswith((".xml", ".rels")):
                text = archive.read(name).decode()
                assert not FORBIDDEN.search(text), name
                # links out of the workbook
                assert "externalLink" not in text and "TargetMode" not in text, name
    book = openpyxl.load_workbook(path)
    cells = []
    for sheet in book:
        assert 0 < len(sheet.title) <= 31 and not re.search(r"[\[\]:*?/\\]", sheet.title)
        for row in sheet.iter_rows():
            cells += [cell for cell in row if cell.value is not None]
    return cells


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:24])
def test_a_name_is_text_and_no_formula(name, tmp_path):
    random = np.random.default_rng(0)
    table = {
        name: random.normal(size=40),
        "words": np.where(random.random(40) < 0.5, name, "other").astype(object),
    }
    words = {"epochs": 2, "random_state": 0, "solver": "adam"}
    y = np.where(random.random(40) < 0.5, name, "plain").astype(object)
    model = quiet(lambda: neurona.TableClassifier((2,), **words).fit(table, y))
    path = tmp_path / "model.xlsx"
    neurona.export.xlsx(model, path, {key: column[:3] for key, column in table.items()})
    cells = checked(path)
    bare = FORBIDDEN.sub("", name)
    for cell in cells:
        if cell.data_type != "f":
            continue
        formula = str(cell.value)
        # inside a formula a name is a text in quotes, or not there at all
        outside = re.sub(r'"(?:[^"]|"")*"', "", formula)
        for evil in ("cmd|", "HYPERLINK", "[Book]", "onerror"):
            assert evil not in outside, formula
        assert formula != bare
    texts = [str(cell.value) for cell in cells if cell.data_type == "s"]
    if bare.strip() and len(bare) < 200 and bare == name and not re.search(r"[\r_]", name):
        assert any(name in text for text in texts)
