"""The literal assignments of a MATLAB file: read, never executed.

Only lines `name = number` or `name = [rows]` count, and texts in single quotes; everything else is
skipped, whatever it is.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from neurona.errors import FormatError

MOST_BYTES = 64 << 20
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?"
_ASSIGNMENT = re.compile(r"\s*([A-Za-z]\w*(?:\.\w+)?)\s*=\s*(.+?)\s*;?\s*", re.DOTALL)
_ROWS = re.compile(rf"\[\s*(?:{_NUMBER}|[\s,;])*\]")
_TEXT = re.compile(r"'[^'\n]*'")


def statements(text: str) -> list[str]:
    """Return the statements of a file without comments; brackets and `...` go on over lines."""
    found: list[str] = []
    pending = ""
    for line in text.splitlines():
        part = _without_comment(line)
        if part.rstrip().endswith("..."):
            pending += part.rstrip()[:-3] + " "
            continue
        pending += part
        if pending.count("[") > pending.count("]"):
            pending += ";"
            continue
        if pending.strip():
            found.append(pending.strip())
        pending = ""
    return found


def _without_comment(line: str) -> str:
    """Return a line without what follows a percent sign outside of a text."""
    quoted = False
    for k, letter in enumerate(line):
        if letter == "'":
            quoted = not quoted
        if letter == "%" and not quoted:
            return line[:k]
    return line


def literals(text: str) -> dict[str, Any]:
    """Return names with their values: matrices of float64, and texts."""
    found: dict[str, Any] = {}
    for statement in statements(text):
        match = _ASSIGNMENT.fullmatch(statement)
        if match is None:
            continue
        value = _value(match[2])
        if value is not None:
            found[match[1]] = value
    return found


def _value(text: str) -> Any:
    if re.fullmatch(_NUMBER, text):
        return np.array([[_number(text)]])
    if _TEXT.fullmatch(text):
        return text[1:-1]
    if not _ROWS.fullmatch(text):
        return None
    rows = [re.findall(_NUMBER, row) for row in text[1:-1].split(";")]
    rows = [row for row in rows if row]
    if len({len(row) for row in rows}) > 1:
        raise FormatError("a matrix has rows of different lengths")
    return np.array([[_number(one) for one in row] for row in rows]).reshape(len(rows), -1)


def _number(text: str) -> float:
    return float(text.lower().replace("d", "e"))
