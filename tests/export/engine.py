"""A workbook computed by another's formula engine (the package `formulas`)."""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from pathlib import Path

import numpy as np
import openpyxl


class Recalculated:
    """Values of a workbook's cells, computed from its formulas alone."""

    def __init__(self, path):
        import formulas

        self.book = openpyxl.load_workbook(path)
        # the engine shows its progress, and its NumPy functions warn where branches not taken do
        with warnings.catch_warnings(), contextlib.redirect_stderr(io.StringIO()):
            warnings.simplefilter("ignore")
            solution = formulas.ExcelModel().loads(str(path)).finish().calculate()
        self._values = {}
        for key, found in solution.items():
            match = re.fullmatch(r"'\[[^]]*\]([^']*)'!([A-Z]+[0-9]+)", str(key))
            if match:
                self._values[match[1], match[2]] = found.value[0, 0]

    def value(self, sheet, cell):
        if isinstance(cell.value, str) and cell.data_type == "f":
            return self._values[sheet.upper(), cell.coordinate]
        return cell.value

    def rows(self, sheet, group, columns, first=5, head=3):
        """Cells under a group's head, row by row."""
        heads = [cell.value for cell in self.book[sheet][head]]
        start = heads.index(group)
        found = []
        for cells in self.book[sheet].iter_rows(min_row=first):
            found.append([self.value(sheet, cell) for cell in cells[start : start + columns]])
        return found

    def answers(self, columns=1, sheet="Predict"):
        return self.rows(sheet, "Answer", columns)

    def numbers(self, sheet, group, columns):
        return np.array(self.rows(sheet, group, columns), float)

    def errors(self):
        return [key for key, value in self._values.items() if str(value)[:1] == "#" != value]


def written(model, folder: Path, *arguments, **words):
    """Write a workbook and recalculate it."""
    import neurona

    path = folder / "model.xlsx"
    neurona.export.xlsx(model, path, *arguments, **words)
    return Recalculated(path)
