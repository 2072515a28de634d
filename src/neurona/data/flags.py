"""Flags: what statistical offices and laboratories write beside a number to say something of it.

"<0,5" is below what can be measured, "21.6 b" has a break in its series, "3.2(P)" is preliminary.
Whether the number alone is what a model should see, a person must say.
"""

from __future__ import annotations

import re

_FLAGGED = re.compile(
    r"(?P<before>[<>\u2264\u2265]=?|~|\u2248)?\s*"
    r"(?P<number>[-+\u2212]?(?:\d[\d.,'\u2019\u00a0\u202f\u2009]*|[.,]\d+)(?:[eE][-+]?\d+)?(?:\s*%)?|:)\s*"
    r"(?P<after>[^\W\d_]{1,3}|\([^\W\d_]{1,3}\)|[*\u2020\u2021#!^+]{1,3}|\u00b1\s*[\d.,]+)?"
)
_FACTORS = frozenset({"k", "m", "g", "t", "mn", "bn", "tn", "mio", "mrd", "cr"})
"""Words that make another number of it, in small letters."""


def flag_of(cell: str) -> str:
    """Return what stands beside a cell's number and says something of it, "" if nothing does.

    >>> [flag_of(cell) for cell in ("<0,5", "21.6 b", "3.2(P)", "5 %", "1.2 M", "R2", ": c")]
    ['<', 'b', '(P)', '', '', '', 'c']
    """
    match = _FLAGGED.fullmatch(cell.strip())
    if match is None or (match["after"] or "").lower() in _FACTORS:
        return ""
    return " ".join(filter(None, match.group("before", "after")))


def unflagged(cell: str) -> str:
    """Return the number of a cell that has a flag, as it is written there.

    >>> unflagged("<0,5"), unflagged("1.234 (P)"), unflagged("< 10%")
    ('0,5', '1.234', '10%')
    """
    match = _FLAGGED.fullmatch(cell.strip())
    return cell if match is None else match["number"]
