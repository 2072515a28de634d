"""The name that somebody means who wrote another: by its letters, its beginning, or another tool.

Every sentence about an unknown name asks here, whatever it is a name of.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

LEAST_BEGINNING = 3
"""Letters that a beginning must have to stand for a name."""
ALIKE = 0.6
SLIP = 0.8
"""Words so much alike differ by a slip."""


def folded(word: object) -> str:
    """Return a word without case, spaces and marks: "L-BFGS" and "lbfgs" are the same."""
    text = str(word).casefold()
    return "".join(letter for letter in text if letter.isalnum()) or text


def nearest(
    word: object,
    names: Iterable[object],
    elsewhere: Mapping[str, str] | None = None,
    alike: float = ALIKE,
) -> str | None:
    """Return the name that a word most likely means, None if none is near.

    Parameters
    ----------
    word : str
        What was written.
    names : iterable of str
        What there is.
    elsewhere : mapping of str to str, default=None
        Words of other tools, and our names for them.
    alike : float, default=0.6
        How alike letters must be, from 0 to 1.

    >>> nearest("Tanh", ["relu", "tanh"]), nearest("than", ["relu", "tanh"])
    ('tanh', 'tanh')
    >>> nearest("tansig", ["relu", "tanh"], {"tansig": "tanh"})
    'tanh'
    >>> nearest("power", ["power [kW]", "speed"]), nearest("huber_loss", ["huber", "log_loss"])
    ('power [kW]', 'huber')
    """
    known = sorted({str(name) for name in names})
    said: dict[str, str] = {}
    for other, name in (elsewhere or {}).items():
        if name in known:
            said[folded(other)] = name
    said |= {folded(name): name for name in reversed(known)}
    meant = folded(word)
    if not meant:
        return None
    if meant in said:
        return said[meant]
    if len(meant) >= LEAST_BEGINNING:
        begun = {name for text, name in said.items() if text.startswith(meant)}
        if len(begun) == 1:
            return begun.pop()
    near = difflib.get_close_matches(meant, said, 1, alike)
    if near and difflib.SequenceMatcher(None, near[0], meant).ratio() >= SLIP:
        return said[near[0]]
    begins = [t for t in said if len(t) >= LEAST_BEGINNING and meant.startswith(t)]
    if begins:
        return said[max(begins, key=len)]
    return said[near[0]] if near else None


def same_elsewhere(
    word: object, names: Iterable[object], elsewhere: Mapping[str, str]
) -> str | None:
    """Return the name of what another tool calls by a word, or that differs in case and marks only;
    None if none does.

    >>> same_elsewhere("Sigmoid", ["logistic"], {"sigmoid": "logistic"})
    'logistic'
    """
    said = {folded(other): name for other, name in elsewhere.items()}
    said |= {folded(name): str(name) for name in names}
    return said.get(folded(word))


def did_you_mean(
    word: object,
    names: Iterable[object],
    elsewhere: Mapping[str, str] | None = None,
    alike: float = ALIKE,
) -> str:
    """Return "did you mean 'NAME'? ", or nothing if no name is near."""
    near = nearest(word, names, elsewhere, alike)
    return "" if near is None else f"did you mean {near!r}? "


def unknown(
    concept: str,
    word: object,
    names: Iterable[object],
    elsewhere: Mapping[str, str] | None = None,
    alike: float = ALIKE,
) -> str:
    """Return the sentence for a name that is not known: the nearest, and all that are.

    >>> unknown("gate", "xorr", ["XOR", "AND"])
    "Unknown gate 'xorr'; did you mean 'XOR'? known are AND, XOR."
    """
    known = sorted({str(name) for name in names})
    hint = did_you_mean(word, known, elsewhere, alike)
    return f"Unknown {concept} {word!r}; {hint}known are {', '.join(known)}."
