"""Lines without quotes as columns of numbers and of texts, read at once by NumPy's `loadtxt`.

It is exact and fast, and refuses what is no number; lines that it does not take are for a reader
that can say why.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from neurona.data.cells import NumberFormat
from neurona.data.table import Column

_BAD_COLUMN = re.compile(r"could not convert string .* at row \d+, column (\d+)", re.DOTALL)


def load_columns(
    lines: Sequence[str],
    width: int,
    delimiter: str,
    form: NumberFormat,
    as_text: set[int],
    empty: bool = True,
) -> list[Column | Sequence[str]] | None:
    """Return lines as columns, nan for an empty cell; None if one is blank, or has not so many
    cells.

    `as_text` are the places of columns of texts; one in which a cell is no number joins them. An
    empty cell is none unless it may be `empty`.
    """
    nothing = f"{delimiter} \t\r\n"
    if form.thousands or not all(line.strip(nothing) for line in lines):
        return None
    if form.decimal != ".":
        # a point must not become a decimal mark by luck
        if as_text or any("." in line for line in lines):
            return None
        lines = [line.replace(form.decimal, ".") for line in lines]
    filled = _filled(lines, delimiter) if empty and not as_text else lines
    while True:
        kinds = [(f"f{k}", object if k in as_text else float) for k in range(width)]
        try:
            found = np.loadtxt(filled, kinds, comments=None, delimiter=delimiter, ndmin=1)
        except ValueError as error:
            bad = _BAD_COLUMN.search(str(error))
            if bad is None:
                return None
            as_text.add(int(bad[1]) - 1)
        else:
            numbers = {k: found[name] for k, (name, kind) in enumerate(kinds) if kind is float}
            allowed = np.isfinite if filled is lines else lambda cells: ~np.isinf(cells)
            words = {k for k, cells in numbers.items() if not allowed(cells).all()}
            if not words:
                return [numbers[k].copy() if k in numbers else found[f"f{k}"].tolist()
                        for k in range(width)]  # fmt: skip
            as_text |= words
        if form.decimal != ".":
            return None
        filled = lines


def _filled(lines: Sequence[str], delimiter: str) -> Sequence[str]:
    """Return lines with nan in the place of empty cells; the same lines if there are none, or some
    have that word.
    """
    hole, ends = delimiter * 2, (f"{delimiter}\n", f"{delimiter}\r\n", delimiter)
    holed = {k for k, line in enumerate(lines)
             if hole in line or line.startswith(delimiter) or line.endswith(ends)}  # fmt: skip
    if not holed or any("nan" in line.lower() for line in lines):
        return lines
    found = list(lines)
    for k in holed:
        found[k] = delimiter.join(
            cell or "nan" for cell in lines[k].rstrip("\r\n").split(delimiter)
        )
    return found
