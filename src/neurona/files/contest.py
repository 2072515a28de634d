"""The end of a contest as a document and arrays: its candidates, and errors on rows not seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.files import plain
from neurona.files.fields import Array, Arrays, entry
from neurona.inference.held_out import MOST, HeldOutErrors
from neurona.inference.learned import Judged

MOST_CANDIDATES = 100


def encode_contest(
    judged: Sequence[Judged], errors: HeldOutErrors | None, arrays: dict[str, Array], prefix: str
) -> dict[str, Any]:
    """Return the entries of a table model's document that tell of its contest; none without one."""
    if not judged:
        return {}
    found: dict[str, Any] = {
        "candidates": plain.encode([tuple(one) for one in judged], "The candidates")
    }
    if errors is not None:
        found["held_out_rows"] = int(errors.rows)
        arrays[f"{prefix}held_out.spread"] = errors.spread
        arrays[f"{prefix}held_out.sizes"] = errors.sizes
    return found


def decode_contest(
    document: dict[str, Any], arrays: Arrays, prefix: str, outputs: int
) -> tuple[list[Judged], HeldOutErrors | None]:
    """Return candidates and errors of a table model's document."""
    if "candidates" not in document:
        return [], None
    given = plain.decode(document["candidates"])
    kinds = (str, float, float, float, int)
    if not isinstance(given, list) or len(given) > MOST_CANDIDATES:
        raise FormatError("the candidates are not as they should be")
    for one in given:
        sound = isinstance(one, tuple) and len(one) == len(kinds)
        if not sound or not all(map(isinstance, one, kinds)):
            raise FormatError("a candidate is not as it should be")
    judged = [Judged(*one) for one in given]
    if "held_out_rows" not in document:
        return judged, None
    rows = entry(document, "held_out_rows", int)
    spread = arrays.take(f"{prefix}held_out.spread", np.float64, (outputs,))
    sizes = arrays.take(f"{prefix}held_out.sizes", np.float64, (None, outputs))
    finite = np.isfinite(spread).all() and np.isfinite(sizes).all() and (sizes >= 0).all()
    if not (finite and (np.diff(sizes, axis=0) >= 0).all()):
        raise FormatError("the held-out errors are not as they should be")
    if not (0 < len(sizes) <= MOST and rows >= len(sizes)):
        raise FormatError("the held-out errors are not as many as they should be")
    return judged, HeldOutErrors(rows, spread, sizes)
