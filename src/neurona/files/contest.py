"""The end of a contest as a document and arrays: its candidates, errors on rows not seen, and how
large these are by the inputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neurona.errors import FormatError
from neurona.files import plain
from neurona.files.fields import Array, Arrays, entry
from neurona.files.members import decode_members, encode_members
from neurona.inference.held_out import MOST, HeldOutErrors
from neurona.inference.learned import Judged
from neurona.inference.noise_scale import NoiseScale
from neurona.network import Network
from neurona.numerics.activations import ACTIVATIONS

MOST_CANDIDATES = 100
HELD_OUT, NOISE = "held_out", "noise_scale"


def encode_contest(
    judged: Sequence[Judged],
    errors: HeldOutErrors | None,
    scale: NoiseScale | None,
    arrays: dict[str, Array],
    prefix: str,
) -> dict[str, Any]:
    """Return the entries of a table model's document that tell of its contest; none without one."""
    if not judged:
        return {}
    found: dict[str, Any] = {
        "candidates": plain.encode([tuple(one) for one in judged], "The candidates")
    }
    if errors is not None:
        found[f"{HELD_OUT}_rows"] = _put_errors(errors, arrays, prefix + HELD_OUT)
    if scale is not None:
        place = prefix + NOISE
        found[NOISE] = encode_members([scale.member], arrays, f"{place}.")
        found[f"{NOISE}_rows"] = _put_errors(scale.errors, arrays, place)
    return found


def _put_errors(errors: HeldOutErrors, arrays: dict[str, Array], place: str) -> int:
    """Add what is kept of errors; returns of how many rows they are."""
    arrays[f"{place}.spread"], arrays[f"{place}.sizes"] = errors.spread, errors.sizes
    return int(errors.rows)


def decode_contest(
    document: dict[str, Any], arrays: Arrays, prefix: str, outputs: int
) -> tuple[list[Judged], HeldOutErrors | None]:
    """Return candidates and errors of a table model's document; `outputs` are those of errors."""
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
    if f"{HELD_OUT}_rows" not in document:
        return judged, None
    return judged, _taken(document, HELD_OUT, arrays, prefix, outputs)


def decode_noise(
    document: dict[str, Any], arrays: Arrays, prefix: str, network: Network
) -> NoiseScale | None:
    """Return how large errors are by the inputs, of the document of a regression; `network` is the
    model's own. None where that is one for all rows, as in files of before it was known.
    """
    if NOISE not in document:
        return None
    inputs, outputs = network.sizes[0], network.sizes[-1]
    exp = ACTIVATIONS.find("exp")
    like = Network([inputs + outputs, outputs], [exp], np.float64)
    members = decode_members(document[NOISE], arrays, f"{prefix}{NOISE}.", like)
    if len(members) != 1 or members[0].network.activations[-1] != exp:
        raise FormatError("the noise is not as it should be")
    return NoiseScale(members[0], _taken(document, NOISE, arrays, prefix, outputs))


def _taken(
    document: dict[str, Any], name: str, arrays: Arrays, prefix: str, outputs: int
) -> HeldOutErrors:
    rows = entry(document, f"{name}_rows", int)
    spread = arrays.take(f"{prefix}{name}.spread", np.float64, (outputs,))
    sizes = arrays.take(f"{prefix}{name}.sizes", np.float64, (None, outputs))
    finite = np.isfinite(spread).all() and np.isfinite(sizes).all() and (sizes >= 0).all()
    if not (finite and (np.diff(sizes, axis=0) >= 0).all()):
        raise FormatError("the held-out errors are not as they should be")
    if not (0 < len(sizes) <= MOST and rows >= len(sizes)):
        raise FormatError("the held-out errors are not as many as they should be")
    return HeldOutErrors(rows, spread, sizes)
