"""One budget for a whole document: small files that ask for much are refused at once."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from neurona import FormatError
from neurona.files import plain
from neurona.files.budget import check_budget
from neurona.files.container import Container, pack

MERSENNE = 2**61 - 1
TINY = {"array": "<f8", "shape": [1], "items": [1.0]}
GREEDY = {
    "wide texts": [{"array": "<U9999999", "shape": [1], "items": ["a"]}] * 200,
    "one text in each of many cells": [{"array": "<U9999", "shape": [9], "items": ["a"] * 9}]
    * 5000,
    "tiny arrays": [TINY] * 200_000,
    "nested tiny arrays": [[[TINY] * 100] * 100] * 20,
    "random states": [{"random_state": [[0] * 624, 0, 0, 0.0]}] * 3_000,
    "registered values": [{"value": "activation", "name": "tanh", "options": {}}] * 100_000,
    "tables": [{"dict": []}] * 400_000,
    "numbers": [[0.5] * 1_000] * 20_000,
}


@pytest.mark.parametrize("document", GREEDY.values(), ids=GREEDY)
def test_what_asks_for_too_much_in_all_is_refused(document):
    with pytest.raises(FormatError, match="more than"):
        check_budget({"model": document})
    with pytest.raises(FormatError):
        pack(Container("model", {"model": document}, {}))


def test_what_is_written_is_read():
    names = np.array([f"column {k}" for k in range(100_000)])
    document = plain.encode({"names": names, 2: [0.5] * 1000}, "it")
    check_budget(document)
    np.testing.assert_array_equal(plain.decode(document)["names"], names)


@pytest.mark.parametrize(
    "key",
    [
        lambda k: k * MERSENNE,
        lambda k: {"tuple": [k * MERSENNE, 1]},
        lambda k: -1 - k * MERSENNE,
    ],
)
def test_keys_with_one_hash_are_refused(key):
    with pytest.raises(FormatError):
        plain.decode({"dict": [[key(k), 0] for k in range(1, 5_000)]})


def test_usual_keys_are_not():
    table = {k: 0 for k in range(5_000)} | {str(k): 1 for k in range(5_000)} | {0.5: 1, (1, 2): 3}
    assert plain.decode(plain.encode(table, "it")) == table


def test_a_hostile_file_takes_little_memory_and_time(tmp_path):
    """In a process of its own with 1 GB, and half a minute at most."""
    pytest.importorskip("resource")
    if not os.path.exists("/proc/self/status"):
        pytest.skip("the peak of memory is read where Linux tells it")
    code = f"""
import json, resource, sys
from neurona import FormatError, load
from tests.files.forge import forge, HOSTILE
from tests.files.test_budget import GREEDY
resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
for name, document in GREEDY.items():
    if len(document) > 5000:
        continue
    text = json.dumps({{"model": document, "versions": {{}}}})
    metadata = {{"neurona_format": "1", "written_by": "0", "sha256": "0" * 64, "kind": "model",
                "document": text}}
    path = {str(tmp_path)!r} + "/it.neurona"
    open(path, "wb").write(forge(json.dumps({{"__metadata__": metadata}}, separators=(",", ":"))))
    try:
        load(path)
    except FormatError:
        continue
    raise SystemExit(f"{{name}} was loaded")
# not ru_maxrss: that of the process which started this one is counted in
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
peak = int(status["VmHWM"].split()[0])
assert peak < 1_000_000, peak
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
