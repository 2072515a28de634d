"""Where a model comes from, in its file: there and back, and damaged."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from neurona.errors import FormatError
from neurona.files.fields import Arrays
from neurona.files.provenance import decode_provenance, encode_provenance
from neurona.inference.provenance import PartScore, Provenance, SeenRows

KNOWN = Provenance(
    source="pump.csv",
    test="random",
    validation="",
    scores=[
        PartScore("test", 3, {"rmse": [0.5, 1.0], "r2": None}, {"rmse": [1.0, 2.0]}),
        PartScore("training", 17, {"rmse": [float("nan"), 1.0]}, {"rmse": [1.0, 2.0]}),
    ],
    members=[{"rmse": [0.5]}, {"rmse": [0.25]}],
    seen=SeenRows.of(2**64 - 3, np.array([2**63 + 5, 7, 7, 2**64 - 1], np.uint64)),
)


def encoded():
    arrays = {}
    return encode_provenance(KNOWN, arrays, "p."), arrays


def test_there_and_back():
    document, arrays = encoded()
    left = Arrays(arrays)
    found = decode_provenance(document, left, "p.")
    left.finish()
    assert repr(found.scores) == repr(KNOWN.scores) and found.members == KNOWN.members
    assert (found.source, found.test, found.validation) == ("pump.csv", "random", "")
    assert found.seen.salt == KNOWN.seen.salt and found.seen.rows == 4
    assert found.seen.prints.tolist() == [7, 7, 2**63 + 5, 2**64 - 1]
    assert found.seen.prints.dtype == np.uint64


def put(*path):
    """Return what puts a value into a document at a place."""
    *way, last, value = path

    def change(document, arrays):
        for step in way:
            document = document[step]
        document[last] = value

    return change


def array(value):
    return lambda document, arrays: arrays.update({"p.seen": np.array(value, np.uint32)})


DAMAGED = {
    "no source": lambda document, arrays: document.pop("source"),
    "a source that is a number": put("source", 3),
    "no scores": put("scores", None),
    "a score that is a text": put("scores", 0, "x"),
    "a part that there is not": put("scores", 0, 0, "other"),
    "rows below 0": put("scores", 0, 1, -1),
    "rows that are a text": put("scores", 0, 1, "3"),
    "scores without names": put("scores", 0, 2, [1.0]),
    "a score of text": put("scores", 0, 2, {"dict": [["rmse", "x"]]}),
    "scores within scores": put("scores", 0, 2, {"dict": [["rmse", {"dict": []}]]}),
    "four parts": lambda document, arrays: document.update(scores=document["scores"] * 2),
    "too many members": lambda document, arrays: document.update(members=[{"dict": []}] * 1001),
    "a member that is none": put("members", 0, 3),
    "a salt that is a number": put("seen", "salt", 3),
    "a salt that is no number": put("seen", "salt", "xyz"),
    "rows that are negative": put("seen", "rows", -1),
    "fewer rows than fingerprints": put("seen", "rows", 3),
    "half a fingerprint": array([1, 0, 2]),
    "out of order": array([2, 0, 1, 0]),
    "two dimensions": array([[1, 0]]),
    "no fingerprints": lambda document, arrays: arrays.pop("p.seen"),
    "too many fingerprints": lambda document, arrays: (
        document["seen"].update(rows=10**9),
        arrays.update({"p.seen": np.zeros(2 * 32_769, np.uint32)}),
    ),
}


@pytest.mark.parametrize("change", DAMAGED.values(), ids=DAMAGED)
def test_what_is_damaged_is_refused(change):
    document, arrays = copy.deepcopy(encoded())
    change(document, arrays)
    with pytest.raises(FormatError):
        decode_provenance(document, Arrays(arrays), "p.")
