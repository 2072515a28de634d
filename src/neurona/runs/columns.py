"""Columns as a person names them: one by one, or several between commas."""

from __future__ import annotations

from collections.abc import Sequence


def listed(word: str) -> list[str]:
    """Return the names between commas."""
    return [part for part in map(str.strip, word.split(",")) if part]


def chosen(words: Sequence[str], present: Sequence[str]) -> list[str]:
    """Return the names that words mean where a table has the columns `present`, each once.

    A word that is a column's whole name is that column, whatever commas it has.

    >>> chosen(["a,b", "c"], ["a", "b", "c"])
    ['a', 'b', 'c']
    >>> chosen(["a,b", "c"], ["a", "b", "c", "a,b"])
    ['a,b', 'c']
    """
    names: list[str] = []
    for word in words:
        names += [word] if word in present else listed(word)
    return list(dict.fromkeys(names))
