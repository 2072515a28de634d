"""Lines of nothing but numbers, read at once.

SciPy reads them: to its reader of Matrix Market files a number per line is a matrix. It is exact
(but for the sign of a zero) and several times as fast as NumPy, but overlooks what follows a number
in its line. So the form of every cell is checked first: what is no plain number is for a reader
that can say so.
"""

from __future__ import annotations

import io
import re
from typing import Any, NamedTuple

import numpy as np

Matrix = np.ndarray[Any, np.dtype[np.float64]]

# what a byte is; digits are nothing, and a sign after an exponent's letter becomes a POWER
DIGIT, END, SIGN, POINT, LETTER, POWER, OTHER = range(7)
_KINDS = bytearray([OTHER] * 256)
for _marks, _kind in (
    (b"0123456789", DIGIT), (b"\n", END), (b"-", SIGN), (b".", POINT), (b"eE", LETTER),
    (b"+", POWER),
):  # fmt: skip
    for _mark in _marks:
        _KINDS[_mark] = _kind
_EITHER, _SOME, _NONE = (0, 1), (1,), (0,)
_FOLLOWS = np.zeros((7, 2, 7), bool)
"""Whether a byte may follow another, with no digits (0) or some (1) between the two."""
for _before, _digits, _after in (
    (END, _EITHER, END), (END, _NONE, SIGN), (END, _EITHER, POINT), (END, _SOME, LETTER),
    (SIGN, _SOME, END), (SIGN, _EITHER, POINT), (SIGN, _SOME, LETTER),
    (POINT, _EITHER, END), (POINT, _EITHER, LETTER),
    (LETTER, _SOME, END), (LETTER, _NONE, POWER),
    (POWER, _SOME, END),
):  # fmt: skip
    _FOLLOWS[_before, list(_digits), _after] = True


class Cells(NamedTuple):
    """A number or nothing in each line, and which of them (rows x columns) are nothing."""

    text: bytes
    empty: np.ndarray[Any, np.dtype[np.bool_]]


def plain_numbers(text: str, rows: int, columns: int, delimiter: str) -> Matrix | None:
    """Return `rows` lines as a matrix (rows x columns), nan where a cell is empty.

    None if anything is not a plain number: a text, a mark for a missing cell, an infinity, a line
    of another length, or one without any number.
    """
    cells = _cells(text, rows, columns, delimiter)
    if cells is None:
        return None
    # not at the top: a small file has no use for SciPy
    from scipy.io import mmread

    body = cells.text
    if cells.empty.any():
        for _ in range(2):  # neighbors are found by turns
            body = body.replace(b"\n\n", b"\nnan\n")
        body = b"nan" + body if body.startswith(b"\n") else body
    head = f"%%MatrixMarket matrix array real general\n{rows * columns} 1\n".encode()
    try:
        read: Any = mmread(io.BytesIO(head + body))
    except (ValueError, OverflowError):  # a point or a sign alone
        return None
    found: Matrix = read.reshape(rows, columns)
    return None if np.isinf(found).any() else found


def _cells(text: str, rows: int, columns: int, delimiter: str) -> Cells | None:
    """Return the cells of lines, None if one of them has not the form of a number."""
    if not text.isascii():
        return None
    content, mark = text.encode(), delimiter.encode()
    if not content.endswith(b"\n"):
        content += b"\n"
    if b" " in content and mark != b" ":
        content = re.sub(rb" *([\n%s]) *" % re.escape(mark), rb"\1", content.lstrip(b" "))
    lines = np.frombuffer(content, np.uint8)
    content = content.replace(mark, b"\n")
    kinds = np.frombuffer(content.translate(_KINDS), np.uint8)
    places = np.flatnonzero(kinds != DIGIT)
    after = kinds[places]
    digits = np.diff(places, prepend=-1) > 1
    before = np.empty_like(after)
    before[0], before[1:] = END, after[:-1]
    after[(after == SIGN) & (before == LETTER)] = POWER
    before[1:] = after[:-1]
    ends = after == END
    if not _FOLLOWS.take((before * 2 + digits) * 7 + after).all() or ends.sum() != rows * columns:
        return None
    empty = ((before == END) & ~digits)[ends].reshape(rows, columns)
    breaks = (lines[places[ends]] == ord("\n")).reshape(rows, columns)
    even = breaks[:, -1].all() and not breaks[:, :-1].any()
    return Cells(content, empty) if even and not empty.all(axis=1).any() else None
