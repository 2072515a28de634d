"""What a person says that columns are: "day=date", "zip=category"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurona.elsewhere import KINDS_OF_COLUMNS
from neurona.runs.failures import Failure
from neurona.runs.takers import columns, nearest

if TYPE_CHECKING:
    from neurona.data.gather import ColumnType

_READ_AS: dict[str, ColumnType] = {
    "numeric": "number",
    "piecewise": "number",
    "category": "text",
    "date": "date",
    "time": "date",
    "id-like": "text",
    "constant": "text",
}


def types(value: Any) -> list[str]:
    """Take what columns are: texts like "day=date", one or a list."""
    words = columns(value)
    for word in words:
        name, equals, kind = word.rpartition("=")
        if not (name and equals):
            raise ValueError("a column and its kind, like day=date")
        kind_named(kind)
    return words


def kind_named(word: str) -> str:
    """Return the kind that a word means; ValueError says which there are.

    >>> kind_named("text"), kind_named("date")
    ('category', 'date')
    """
    from neurona.data.encoders import KINDS

    word = KINDS_OF_COLUMNS.get(word.strip(), word.strip())
    if word not in KINDS:
        raise ValueError(f"COLUMN=KIND, with a kind of {', '.join(KINDS)}{nearest(word, KINDS)}")
    return word


def kinds_said(words: Sequence[str], present: Sequence[str], source: str) -> dict[str, str]:
    """Return kinds by the names of columns; a Failure names a column that is not there."""
    from neurona.data.table import missing_columns

    said = {}
    for word in words:
        name, _, kind = word.rpartition("=")
        if name not in present:
            raise Failure(missing_columns([name], list(present), source))
        said[name] = kind_named(kind)
    return said


def read_as(kinds: dict[str, str]) -> dict[str, ColumnType]:
    """Return how a file is to be read for these kinds."""
    return {name: _READ_AS.get(kind, "auto") for name, kind in kinds.items()}
