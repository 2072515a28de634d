"""Where a model comes from (`inference.provenance`), as a document and an array.

Files of before there was any have neither.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.files import plain
from neurona.files.fields import Array, Arrays, count, entry
from neurona.inference.provenance import MOST_FINGERPRINTS, PartScore, Provenance, SeenRows

PARTS = ("test", "validation", "training")
MOST_MEMBERS = 1000


def encode_provenance(known: Provenance, arrays: dict[str, Array], prefix: str) -> dict[str, Any]:
    """Return the document, and add the fingerprints to the arrays, in halves of 32 bits."""
    seen = None
    if known.seen is not None:
        arrays[f"{prefix}seen"] = known.seen.prints.astype("<u8").view("<u4")
        seen = {"salt": f"{known.seen.salt:016x}", "rows": known.seen.rows}
    scores = [[one.part, one.rows, one.model, one.baseline] for one in known.scores]
    return {
        "source": known.source,
        "test": known.test,
        "validation": known.validation,
        "scores": plain.encode(scores, "A score"),
        "members": plain.encode(list(known.members), "A member's score"),
        "seen": seen,
    }


def decode_provenance(document: Any, arrays: Arrays, prefix: str) -> Provenance:
    """Return what `encode_provenance` described, every value checked."""
    scores = plain.decode(entry(document, "scores", list))
    members = plain.decode(entry(document, "members", list))
    if len(scores) > len(PARTS) or len(members) > MOST_MEMBERS:
        raise FormatError("the scores are not as they should be")
    seen = None
    if document.get("seen") is not None:
        seen = _seen(entry(document, "seen", dict), arrays, prefix)
    return Provenance(
        source=entry(document, "source", str),
        test=entry(document, "test", str),
        validation=entry(document, "validation", str),
        scores=[_part(one) for one in scores],
        members=[_scores(one) for one in members],
        seen=seen,
    )


def _seen(document: dict[str, Any], arrays: Arrays, prefix: str) -> SeenRows:
    halves = arrays.take(f"{prefix}seen", np.uint32, (None,))
    salt, rows = entry(document, "salt", str), count(document, "rows")
    if len(halves) % 2 or len(halves) // 2 > min(rows, MOST_FINGERPRINTS):
        raise FormatError("the fingerprints of rows are not as they should be")
    prints = np.ascontiguousarray(halves).view("<u8").astype(np.uint64)
    if not (prints[1:] >= prints[:-1]).all():
        raise FormatError("the fingerprints of rows are not in order")
    try:
        return SeenRows(int(salt, 16) % 2**64, rows, prints)
    except ValueError:
        raise FormatError("the salt of the fingerprints is not as it should be") from None


def _part(given: Any) -> PartScore:
    if not isinstance(given, list) or len(given) != len(PartScore._fields):
        raise FormatError("a score is not as it should be")
    part, rows, model, baseline = given
    if part not in PARTS or type(rows) is not int or rows < 0:
        raise FormatError("a score is not as it should be")
    return PartScore(part, rows, _scores(model), _scores(baseline))


def _scores(given: Any) -> dict[str, Any]:
    """Return scores by name: each a number, None, or a list of them."""
    if not isinstance(given, dict) or not all(isinstance(name, str) for name in given):
        raise FormatError("scores are not as they should be")
    for value in given.values():
        for number in value if isinstance(value, list) else [value]:
            if number is not None and type(number) not in (int, float):
                raise FormatError("a score is no number")
    return given
