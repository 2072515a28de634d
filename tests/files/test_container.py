"""The container takes what it wrote and names what is wrong with anything else."""

from __future__ import annotations

import json
import os
import struct
import sys
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neurona import FormatError
from neurona.files import container
from neurona.files.container import Container, pack, read, unpack
from tests.files.forge import forge, put_together, take_apart

START = '{"__metadata__":{"neurona_format":"1","written_by":"0.1.0","sha256":"' + "0" * 64 + '"'
WHOLE = START + ',"kind":"model","document":"{}"}'
DTYPES: Any = list(container.DTYPES.values())
ARRAY = {"dtype": "F64", "shape": [2], "data_offsets": [0, 16]}


def packed(arrays, document=None):
    return b"".join(pack(Container("model", document or {}, arrays)))


@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z0-9_.-]{1,20}", fullmatch=True),
        hnp.arrays(
            st.sampled_from(DTYPES),
            hnp.array_shapes(min_dims=0, min_side=0, max_side=4),
        ),
        max_size=5,
    )
)
def test_arrays_come_back_bit_by_bit(arrays):
    found = unpack(packed(arrays, {"a": [1, "ü\ud800"]}))
    assert found.document == {"a": [1, "ü\ud800"]}
    assert set(found.arrays) == set(arrays)
    for name, array in arrays.items():
        assert found.arrays[name].shape == array.shape
        assert found.arrays[name].tobytes() == array.tobytes()


def test_the_layout_is_that_of_safetensors():
    content = packed({"b": np.arange(3.0), "a": np.array([[1, 2]], np.uint8)})
    (size,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + size])
    assert all(isinstance(value, str) for value in header.pop("__metadata__").values())
    assert header["b"] == {"dtype": "F64", "shape": [3], "data_offsets": [0, 24]}
    assert header["a"] == {"dtype": "U8", "shape": [1, 2], "data_offsets": [24, 26]}
    assert (8 + size) % 64 == 0 and len(content) == 8 + size + 26
    assert content[8 + size :][:24] == np.arange(3.0).tobytes()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "too short"),
        (b"PK\x03\x04" + bytes(100), "not a neurona file"),
        (b"\x00" * 8, "not a neurona file"),
        (b"\xff" * 8 + b"{", "cut off"),
        (forge("{}"), "not a neurona file"),
        (forge('{"__metadata__":{"format":"pt"}}'), "not a neurona file"),
        (packed({"a": np.zeros(3)})[:-1], "checksum"),
        (packed({"a": np.zeros(3)}) + b"\x00", "checksum"),
        (forge(WHOLE + "}", b"12345678"), "8 bytes too many"),
        (forge(START + ',"kind":"model"}}'), "no document"),
        (forge(WHOLE + ',"a":1,"a":1}'), "a key twice"),
        (forge(WHOLE + ',"a":NaN}'), "NaN"),
        (forge(WHOLE + ',"a":-Infinity}'), "Infinity"),
        (forge(WHOLE + ',"a":1e999}'), "too large"),
        (forge(WHOLE + ',"a":' + "9" * 5000 + "}"), "not JSON"),
        (forge(WHOLE + ',"a":' + "[" * 100_000), "deep"),
        (forge(WHOLE + ',"a":[' + "{}," * 2_100_000 + "{}]}"), "2,000,000 values"),
        (forge(WHOLE + ',"a":"' + '\\"' * 1_000_000), "not JSON"),
        (forge((WHOLE + ',"ü":1}').encode()), "ASCII"),
        (forge(WHOLE + ',"../a":{}}'), "odd name"),
        (forge(WHOLE + ',"a":{"dtype":"F64"}}'), "entry of the array a"),
        (forge(WHOLE + ',"__metadata__":{}}'), "a key twice"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_once(content, message):
    """However long it is: few functions are called, and little is made of it before."""
    calls = []
    tracemalloc.start()
    sys.setprofile(lambda frame, event, _: calls.append(event))
    try:
        with pytest.raises(FormatError, match=message):
            unpack(content)
    finally:
        sys.setprofile(None)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert len(calls) < 1_000
    assert peak < 40 * len(content) + 100_000


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [3]}, {"shape": [1 << 40, 1 << 40]}, {"shape": [-2]}, {"shape": [2.0]},
        {"shape": [True, 2]}, {"shape": [1] * 9 + [2]}, {"shape": [1 << 32, 1 << 32, 0]},
        {"data_offsets": [0, 1 << 47]}, {"data_offsets": [8, 24]}, {"data_offsets": [16, 0]},
        {"data_offsets": [0, 16, 16]}, {"dtype": "BF16"}, {"dtype": ["F64"]}, {"dtype": "object"},
        {"dtype": "F32"}, {"extra": 1},
    ],
)  # fmt: skip
def test_shapes_and_places_must_fit(change):
    entry = json.dumps({**ARRAY, **change})
    with pytest.raises(FormatError):
        unpack(forge(WHOLE + f',"a":{entry}' + "}", bytes(16)))
    unpack(forge(WHOLE + f',"a":{json.dumps(ARRAY)}' + "}", bytes(16)))


def test_overlaps_and_gaps_are_refused():
    second = {**ARRAY, "data_offsets": [8, 24]}
    text = WHOLE + f',"a":{json.dumps(ARRAY)},"b":{json.dumps(second)}' + "}"
    with pytest.raises(FormatError, match="does not fit its place"):
        unpack(forge(text, bytes(32)))


def test_a_newer_file_says_who_wrote_it(tmp_path):
    header, document, data = take_apart(packed({}))
    header["__metadata__"].update(neurona_format="2", written_by="9.8.7")
    path = tmp_path / "new"
    path.write_bytes(put_together(header, document, data))
    with pytest.raises(FormatError, match=r"written by neurona 9\.8\.7.*upgrade"):
        read(path)


def test_size_is_limited_before_anything_is_read(tmp_path):
    path = tmp_path / "sparse"
    with path.open("wb") as file:
        file.truncate(1 << 42)
    with pytest.raises(FormatError, match="max_bytes"):
        read(path)


def test_pipes_and_directories_are_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FormatError, match="not a regular file"):
        read(tmp_path / "pipe")
    with pytest.raises(FormatError, match="it is a folder; name a file in it"):
        read(tmp_path)
