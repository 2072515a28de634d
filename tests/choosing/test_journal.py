"""The journal: whatever was written whole is read back, whatever was cut or changed is not."""

from __future__ import annotations

import pytest

from neurona.choosing.journal import Journal

LINES = [{"event": "search", "a": None}, {"key": '{"x": "ä\\n"}'}, {"loss": 0.1, "fold": 3}]


@pytest.fixture
def path(tmp_path):
    with Journal(tmp_path / "search.jsonl") as journal:
        for line in LINES:
            journal.append(line)
    return tmp_path / "search.jsonl"


def reread(path):
    with Journal(path) as journal:
        return journal.lines, journal.damaged


def test_a_journal_that_was_cut_at_any_byte(path):
    content = path.read_bytes()
    for cut in range(len(content) + 1):
        path.write_bytes(content[:cut])
        with Journal(path) as again:
            count = content[:cut].count(b"\n")
            assert again.lines == LINES[:count] and again.damaged <= 1
            again.append({"after": 1})
        assert reread(path)[0] == [*LINES[:count], {"after": 1}]


def test_a_journal_whose_byte_was_changed_loses_that_line_alone(path):
    content = path.read_bytes()
    ends = [place for place, byte in enumerate(content) if byte == 10]
    for place in range(len(content)):
        changed = bytearray(content)
        changed[place] ^= 0x01
        path.write_bytes(changed)
        lines, damaged = reread(path)
        line = sum(end < place for end in ends)
        # where the end of a line was changed, that after it is lost with it
        lost = {line, line + 1} if place in ends else {line}
        assert lines == [one for k, one in enumerate(LINES) if k not in lost]
        assert damaged >= 1
