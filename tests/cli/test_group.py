"""All commands: --debug, and commands that other packages bring."""

from __future__ import annotations

import subprocess
import sys

import pytest

from neurona.cli.group import COMMANDS
from tests.cli.models import run

FAILING = {
    "train": ["train", "nowhere.csv"],
    "predict": ["predict", "nowhere.neurona", "t.csv"],
    "evaluate": ["evaluate", "nowhere.neurona", "t.csv"],
    "inspect": ["inspect", "nowhere.csv"],
    "diagnose": ["diagnose", "nowhere"],
    "plot": ["plot", "nowhere"],
    "report": ["report", "nowhere"],
    "lab": ["lab", "nowhere.csv"],
    "compare": ["compare", "nowhere", "neither"],
    "search": ["search", "nowhere.csv", "--trials", "1"],
    "datasets": ["datasets", "iris", "--rows", "3"],
    "export": ["export", "nowhere.neurona", "--to", "c"],
    "import": ["import", "nowhere.m"],
    "warm": ["warm"],
}


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("name", COMMANDS)
def test_debug_shows_where_a_command_failed(name, capsys, monkeypatch):
    if name == "warm":
        monkeypatch.setattr("neurona.compiled.kernel.PLAIN", True)
    words = FAILING[name]
    code, _, err = run(capsys, *words)
    assert code == 3 and err.startswith("error   ") and "Traceback" not in err
    sentence = err.removeprefix("error   ").strip()
    code, _, err = run(capsys, *words, "--debug")
    assert code == 3 and err.startswith("Traceback (most recent call last):")
    assert sentence in err and "error   " not in err
    # it is of one call, and a word of another flag is none
    assert "Traceback" not in run(capsys, *words)[2]


def test_a_defect_says_how_to_see_where_it_is(capsys, monkeypatch):
    def defect(**_):
        raise RuntimeError("oh")

    monkeypatch.setattr("neurona.runs.datasets.dataset_entries", lambda: defect())
    code, _, err = run(capsys, "datasets")
    assert code == 1
    assert "please report it: RuntimeError: oh (--debug shows where)" in err
    code, _, err = run(capsys, "datasets", "--debug")
    assert code == 1 and "in defect" in err


def test_a_value_is_not_the_flag(capsys):
    code, _, err = run(capsys, "train", "t.csv", "--out", "--debug")
    assert code == 3 and "Traceback" not in err


def test_every_command_has_the_flag_once(capsys):
    for name in COMMANDS:
        for _ in range(2):
            assert run(capsys, name, "--help")[1].count("--debug") == 1


# -- commands of other packages

PLUGIN = '''
import click

@click.command(short_help="Heat, and cool slowly.")
@click.argument("name")
def command(name):
    """Anneal NAME."""
    if name == "fail":
        raise ValueError("it is too hot.")
    click.echo(f"annealed {name}")

no_command = 3
'''
POINTS = """
[console_scripts]
other = other:main

[neurona.commands]
anneal = annealing:command
broken = not_there_at_all:command
odd = annealing:no_command
train = annealing:command
"""


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """Put a distribution with commands on the path."""
    site = tmp_path / "site"
    info = site / "annealing-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "annealing.py").write_text(PLUGIN)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: annealing\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS)
    monkeypatch.syspath_prepend(str(site))
    yield site
    sys.modules.pop("annealing", None)


def test_a_command_from_outside(distribution, capsys):
    assert run(capsys, "anneal", "iron") == (0, "annealed iron\n", "")
    code, out, _ = run(capsys, "anneal", "--help")
    assert code == 0 and "Anneal NAME." in out and "--debug" in out
    assert run(capsys, "anneal", "fail") == (3, "", "error   it is too hot.\n")
    assert "Traceback" in run(capsys, "anneal", "fail", "--debug")[2]
    code, _, err = run(capsys, "aneal")
    assert code == 2 and "Did you mean 'anneal'?" in err


def test_help_lists_it_after_ours(distribution, capsys):
    code, out, _ = run(capsys, "--help")
    assert code == 0
    listed = [
        line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line[2:3].strip()
    ]
    assert listed == [*COMMANDS, "anneal", "broken", "odd"]
    assert "Heat, and cool slowly." in out and "cannot be loaded" in " ".join(out.split())


def test_a_command_from_outside_that_is_none(distribution, capsys):
    code, _, err = run(capsys, "broken")
    assert code == 3
    assert "The command 'broken', of the package 'annealing', cannot be loaded" in err
    code, _, err = run(capsys, "odd")
    assert code == 3 and "is no click command but a int" in err


def test_ours_stay_ours(distribution, capsys):
    assert "Train a network on SOURCE" in run(capsys, "train", "--help")[1]
    assert "annealing" not in sys.modules


def test_without_such_packages_nothing_is_looked_up(capsys, monkeypatch):
    monkeypatch.setattr(sys, "path", [one for one in sys.path if "site-packages" not in one])

    def never(group):
        raise AssertionError("entry points were read")

    monkeypatch.setattr("importlib.metadata.entry_points", never)
    assert run(capsys, "--help")[0] == 0


def test_our_commands_read_no_entry_points():
    code = (
        "import sys\nfrom neurona.cli.main import main\n"
        "assert main(['train', '--help']) == 0\n"
        "assert main(['--help']) == 0\n"
        "assert 'importlib.metadata' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
