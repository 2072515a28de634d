"""Every command of docs/choosing.md works, in the order in which it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from neurona.cli.main import main

PAGE = Path(__file__).parents[1] / "docs" / "choosing.md"


def test_the_commands_of_the_page(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^\$ neurona (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 8
    for command in commands:
        code = main(shlex.split(command))
        assert code == 0, f"neurona {command}: {capfd.readouterr().err}"
    same = (tmp_path / "best" / "history.csv", tmp_path / "again" / "history.csv")
    assert same[0].read_bytes() == same[1].read_bytes()
