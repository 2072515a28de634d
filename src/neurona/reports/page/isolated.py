"""Words that are written from right to left, kept apart from the sentence that they stand in.

Without that a number between two such words, or a comma, is written from right to left, too, and
stands beside the wrong one (Unicode Standard Annex 9).
"""

from __future__ import annotations

import re

FIRST, LAST = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_LETTER = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
_WORDS = re.compile(f"[{_LETTER}](?:[{_LETTER} _'-]*[{_LETTER}])?")


def isolated(text: str, first: str = FIRST, last: str = LAST) -> str:
    """Return a text with marks about its words that are written from right to left.

    >>> isolated("mean of \u05d7\u05d5\u05dd 1.5", "<", ">")
    'mean of <\u05d7\u05d5\u05dd> 1.5'
    """
    return _WORDS.sub(lambda found: f"{first}{found[0]}{last}", text)
