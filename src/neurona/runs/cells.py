"""Cells of the tables that we write: what a spreadsheet would take for a formula is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from neurona.data.cells import NumberFormat

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_SIGNS = re.compile(r"[+-]+ *")
"""No formula without an operand: "-" and "---" are texts to every spreadsheet."""
_QUOTED = ('"', "\n", "\r")


def harmless(cell: str, form: NumberFormat) -> str:
    """Return the cell, with an apostrophe in front if a spreadsheet would compute it."""
    if not cell.startswith(_STARTS) or _SIGNS.fullmatch(cell):
        return cell
    from neurona.data.cells import to_number

    number = cell[0] in "+-" and to_number(cell, form) is not None
    return cell if number else f"'{cell}"


def encoded(cell: str, delimiter: str) -> str:
    """Return the cell as a CSV file has it: quoted where it must be."""
    needs = delimiter in cell or any(mark in cell for mark in _QUOTED)
    if needs or cell != cell.strip():
        return '"' + cell.replace('"', '""') + '"'
    return cell


def written(cells: Iterable[str], delimiter: str, form: NumberFormat) -> list[str]:
    """Return cells ready to be joined, each made harmless and quoted."""
    cells = list(cells)
    if _are_plain(cells, delimiter, form):
        return cells
    known: dict[str, str] = {}
    out = []
    for cell in cells:
        found = known.get(cell)
        if found is None:
            found = known[cell] = encoded(harmless(cell, form), delimiter)
        out.append(found)
    return out


def _are_plain(cells: list[str], delimiter: str, form: NumberFormat) -> bool:
    """Whether cells may stand as they are for sure, all looked at together, which is fast."""
    text = "".join(cells)
    if delimiter in text or any(mark in text for mark in _QUOTED):
        return False
    ends = {cell[:1] for cell in cells} | {cell[-1:] for cell in cells}
    if any(map(str.isspace, ends)) or not ends.isdisjoint("=@"):
        return False
    if ends.isdisjoint("+-"):
        return True
    decimal = re.escape(form.decimal)
    digits = rf"(?:[0-9]{{1,99}}(?:{decimal}[0-9]*)?|{decimal}[0-9]+)"
    number = re.compile(rf"[+-]{digits}(?:[eE][+-]?[0-9]{{1,2}})?").fullmatch
    return all(number(cell) for cell in cells if cell.startswith(("+", "-")))


def number_cells(values: Any, form: NumberFormat) -> list[str]:
    """Return numbers as texts that read back as the same numbers."""
    texts = list(map(repr, values.tolist()))
    return texts if form.decimal == "." else [text.replace(".", form.decimal) for text in texts]


def value_cells(values: Any, form: NumberFormat) -> list[str]:
    """Return a column of a Table, or predictions, as texts: a missing one is empty."""
    kind = values.dtype.kind
    if kind == "f":
        from neurona.data.frames import number_text

        texts = ["" if v != v else number_text(v) for v in values.tolist()]
        if form.decimal != ".":
            texts = [text.replace(".", form.decimal) for text in texts]
        return texts
    if kind == "b":
        return ["true" if value else "false" for value in values.tolist()]
    if kind == "M":
        import numpy as np

        return ["" if np.isnat(value) else str(value) for value in values]
    return ["" if value is None else str(value) for value in values.tolist()]
