"""The folder of a run: its own, whatever runs beside it."""

from __future__ import annotations

import json
import os

import pytest

from neurona.runs.failures import Failure
from neurona.runs.run_folder import EVENTS, RunFolder


def test_runs_side_by_side_do_not_meet(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(32) as pool:
        made = list(pool.map(lambda _: RunFolder.create("pump", parent=tmp_path), range(96)))
    assert sorted(one.path.name for one in made) == [f"pump-{i:04d}" for i in range(1, 97)]
    for one in made:
        one.close()


def test_a_folder_that_is_named(tmp_path):
    RunFolder.create("pump", str(tmp_path / "deep" / "er")).close()
    with pytest.raises(Failure, match="is not empty"):
        RunFolder.create("pump", str(tmp_path / "deep" / "er"))
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match="is a file; name a folder"):
        RunFolder.create("pump", str(tmp_path / "file"))


def test_events_of_epochs_to_come_are_left_out(tmp_path):
    folder = RunFolder.create("pump", str(tmp_path / "run"))
    for epoch in (1, 2, 3):
        folder.events.write(json.dumps({"event": "epoch", "epoch": epoch}).encode() + b"\n")
    folder.events.write(b'{"event": "epo')
    folder.close()
    again = RunFolder.reopen(tmp_path / "run", 2)
    lines = again.file(EVENTS).read_text().splitlines()
    assert [json.loads(line)["epoch"] for line in lines] == [1, 2]
    again.close()


@pytest.mark.skipif(os.name == "nt", reason="no locks there")
def test_one_process_at_a_time(tmp_path):
    folder = RunFolder.create("pump", str(tmp_path / "run"))
    with pytest.raises(Failure, match="is being trained by another process"):
        RunFolder.reopen(tmp_path / "run", 0)
    folder.close()
    RunFolder.reopen(tmp_path / "run", 0).close()
