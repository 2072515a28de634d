"""Values with options on the command line: trained, written into the config, and refused."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import neurona
from neurona.cli.main import main
from neurona.numerics.activations import LeakyRelu
from neurona.numerics.losses import Quantile
from neurona.numerics.schedules import StepDecay
from neurona.optimizers import Adam, LevenbergMarquardt
from tests.cli.models import run
from tests.cli.tables import write_classes, write_regression

QUICK = ["--hidden", "3", "--epochs", "4", "-q"]


@pytest.fixture(autouse=True)
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return str(write_regression(tmp_path / "pump.csv"))


def train(*words: str) -> int:
    return main(["train", *words])


WORDS = [
    *("--solver", "adam(beta1=0.8)", "--activation", "leaky_relu(negative_slope=0.1)"),
    *("--loss", "quantile(0.9)", "--set", "training.schedule=step(every=2)"),
]


def test_the_model_has_the_values(table):
    assert train(table, *QUICK, *WORDS, "--out", "run") == 0
    model = neurona.load("run/model.neurona")
    assert model.solver == Adam(beta1=0.8) and model.activation == LeakyRelu(0.1)
    assert type(model.schedule.every) is float
    assert model.loss == Quantile(0.9) and model.schedule == StepDecay(every=2)
    config = tomllib.loads(Path("run/config.toml").read_text())
    assert config["training"]["solver"] == "adam(beta1=0.8)"
    assert config["training"]["schedule"] == "step(every=2)"
    assert config["model"]["loss"] == "quantile(quantile=0.9)"


def test_the_config_trains_the_same_again(table):
    assert train(table, *QUICK, *WORDS, "--out", "one") == 0
    text = Path("one/config.toml").read_text().replace('out = "one"', 'out = "two"')
    Path("again.toml").write_text(text)
    assert train("--config", "again.toml", "-q") == 0
    one, two = (Path(run, "history.csv").read_bytes() for run in ("one", "two"))
    assert one == two and len(one.splitlines()) == 5


def test_an_option_makes_a_difference(table):
    for name, solver in (("a", "lm"), ("b", "lm()"), ("c", "lm(damping=100)")):
        assert train(table, *QUICK, "--solver", solver, "--out", name) == 0
    a, b, c = (Path(run, "history.csv").read_bytes() for run in "abc")
    assert a == b != c
    assert neurona.load("c/model.neurona").solver == LevenbergMarquardt(damping=100)


def test_a_solver_with_options_is_resumed_to_the_byte(table):
    words = [table, "--hidden", "3", "-q", "--solver", "lm(damping=10)", "--checkpoint-every", "2"]
    assert train(*words, "--epochs", "9", "--out", "straight") == 0
    assert train(*words, "--epochs", "4", "--out", "cut") == 0
    assert train("--resume", "cut", "--epochs", "9", "-q") == 0
    assert Path("cut/history.csv").read_bytes() == Path("straight/history.csv").read_bytes()


def test_inspect_says_it_as_it_is_given(table, capsys):
    assert train(table, *QUICK, *WORDS, "--out", "run") == 0
    assert "adam(beta1=0.8), 4 epochs" in run(capsys, "inspect", "run")[1]


def test_print_config(capsys):
    code, out, _ = run(capsys, "train", "x.csv", *WORDS, "--print-config")
    assert code == 0 and tomllib.loads(out)["training"]["solver"] == "adam(beta1=0.8)"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--solver", "lm(dampin=1)"], "--solver: lm has no option 'dampin'; did you mean"),
        (["--solver", "lm(damping=-1)"], "--solver: The 'damping' parameter of LevenbergMarquardt"),
        (["--activation", "tanh(1)"], "--activation: tanh has no options, not 1."),
        (["--loss", "huber(delta=0)"], "must be a float in the range (0, inf). Got 0.0 instead."),
        (["--set", "training.schedule=stepp"], "did you mean 'step'?"),
        (["--solver", "lm(damping=1"], "a name with options like adam(beta1=0.8)"),
        (["--solver", "lm(damping=open('x'))"], "a name with options like adam(beta1=0.8)"),
    ],
)
def test_what_is_wrong(table, words, said, capsys):
    code, _, err = run(capsys, "train", table, *words)
    assert code == 2 and said in err and not Path("runs").exists()


def test_what_is_wrong_in_a_config_file(table, capsys):
    Path("c.toml").write_text('[training]\nsolver = "lm(damping=-1)"\n')
    code, _, err = run(capsys, "train", table, "--config", "c.toml")
    assert code == 3 and "config c.toml: training.solver: The 'damping' parameter" in err


def test_a_loss_is_for_a_regression(tmp_path, capsys):
    path = write_classes(tmp_path / "classes.csv")
    code, _, err = run(capsys, "train", path, "--loss", "huber(delta=2)")
    assert code == 3 and "--loss is for a regression; this is a classification (" in err
