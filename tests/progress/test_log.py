"""What is whole of a log is read, whatever was cut off or changed."""

from __future__ import annotations

import csv
import io
import json
import random

import pytest

from neurona.progress.log import log_file, read_events
from neurona.runs.history_csv import FIELDS, as_csv, read_history
from neurona.training.history import EpochRecord, History

EVENTS = [
    {"event": "start", "run": 'runs/"pump" ü, "crc": "00000000"}', "baseline": float("nan")},
    *({"event": "epoch", "epoch": k, "loss": 1 / k, "crc": k} for k in range(1, 5)),
    {"event": "note", "kind": "note", "text": "two\nlines \u2028 and\ttabs"},
    {"event": "done", "test": None, "exit_code": 0},
]
HISTORY = History(
    [EpochRecord(k, 10.0**-k, None, 0.5, 1e-3, 1e300 * k, 0.1 * k) for k in range(1, 8)]
)


def log() -> bytes:
    stream = io.BytesIO()
    listener = log_file(stream)
    for event in EVENTS:
        listener.take(event)
    return stream.getvalue()


def written(event):
    """An event as JSON keeps it."""
    return json.loads(json.dumps(event).replace("NaN", "null"))


KINDS = {
    "events": (log(), read_events),
    "history": (b"".join(as_csv(HISTORY)), read_history),
}


def test_other_readers_read_it():
    content, _ = KINDS["events"]
    lines = content.decode().split("\n")[:-1]
    assert [json.loads(line)["event"] for line in lines] == [one["event"] for one in EVENTS]
    rows = list(csv.DictReader(io.StringIO(KINDS["history"][0].decode())))
    assert [float(row["loss"]) for row in rows] == HISTORY.column("loss")
    assert all(row["crc"].isdigit() for row in rows) and set(rows[0]) == {*FIELDS, "crc"}


def test_what_is_read_is_what_was_written():
    events, damaged = read_events(log())
    assert (events, damaged) == ([written(one) for one in EVENTS], [])
    records, damaged = read_history(KINDS["history"][0])
    assert not damaged and [one["loss"] for one in records] == HISTORY.column("loss")
    assert [one["gradient_norm"] for one in records] == HISTORY.column("gradient_norm")


@pytest.mark.parametrize("kind", KINDS)
def test_cut_at_every_byte(kind):
    content, read = KINDS[kind]
    everything, _ = read(content)
    header = kind == "history"
    for length in range(len(content)):
        found, damaged = read(content[:length])
        whole = content[:length].count(b"\n")
        assert found == everything[: max(0, whole - header)]
        assert damaged == (
            [] if not length or content[length - 1 : length] == b"\n" else [whole + 1]
        )


@pytest.mark.parametrize("kind", KINDS)
def test_every_flipped_byte_is_seen(kind):
    content, read = KINDS[kind]
    everything, _ = read(content)
    chance = random.Random(0)
    for place in range(len(content)):
        mutant = bytearray(content)
        mutant[place] ^= chance.choice([1 << bit for bit in range(8)])
        found, damaged = read(bytes(mutant))
        assert damaged, (place, content[place : place + 1])
        # all that is left was written so
        assert all(one in everything for one in found)
        assert len(found) >= len(everything) - 2


def test_a_log_without_checksums_is_of_an_earlier_version():
    old = b'{"event": "start"}\n{"event": "epoch", "epoch": 1}\n{"event": "ep'
    assert read_events(old) == ([{"event": "start"}, {"event": "epoch", "epoch": 1}], [3])
