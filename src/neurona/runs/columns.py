"""Columns as a person names them: one by one, or several between commas."""

from __future__ import annotations

from collections.abc import Sequence


def listed(word: str) -> list[str]:
    """Return the names between commas."""
    return [part for part in map(str.strip, word.split(",")) if part]


def chosen(words: Sequence[str], present: Sequence[str]) -> list[str]:
    """Return the names that words mean where a table has the columns `present`, each once.

    A word that is a column's whole name is that column, whatever commas it has; so is one that is
    the beginning of a single column's name.

    >>> chosen(["a,b", "c"], ["a", "b", "c"])
    ['a', 'b', 'c']
    >>> chosen(["a,b", "c"], ["a", "b", "c", "a,b"])
    ['a,b', 'c']
    >>> chosen(["power", "speed"], ["power [kW]", "speed in rpm", "speed"])
    ['power [kW]', 'speed']
    """
    names: list[str] = []
    for word in words:
        names += [word] if word in present else listed(word)
    return list(dict.fromkeys(whole_name(name, present) for name in names))


def whole_name(word: str, present: Sequence[str]) -> str:
    """Return the only column that begins with a word, whatever its case; the word if none does."""
    if word in present:
        return word
    begun = [name for name in present if name.casefold().startswith(word.casefold())]
    return begun[0] if len(begun) == 1 else word
