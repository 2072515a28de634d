"""The Lab from the command line, and from Python: on tables, runs and models."""

import asyncio
import json
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import neurona
from neurona.cli.main import main
from neurona.laboratory.address import bind
from neurona.laboratory.rows import plan_of_model
from neurona.laboratory.server import Lab
from neurona.laboratory.session.exporting import hash_of
from neurona.laboratory.session.of_run import state_of_run
from neurona.laboratory.session.starting import first_course
from neurona.runs.settings import Settings
from tests.laboratory.running import WAIT, TestPage
from tests.signals import hear

NASTY = "<img onerror=alert(1)>"


def table(folder: Path, rows: int = 60) -> Path:
    r = np.random.default_rng(0)
    path = folder / "pump.csv"
    lines = [f"speed,kind,{NASTY},flow"]
    for _ in range(rows):
        speed, kind = r.uniform(0, 10), r.choice(["a", "b", "c"])
        lines.append(f"{speed:.3f},{kind},{r.normal():.3f},{2 * speed + (kind == 'a'):.3f}")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_table_of_ones_own(tmp_path: Path) -> None:
    plan = {"source": str(table(tmp_path)), "file": True, "targets": ["flow"]}
    course = first_course(plan)
    course.go_to(200)
    assert course.world.material.targets == ("flow",)
    assert course.world.material.numeric == ["speed", NASTY]
    assert course.training.history[-1].score > 0.5
    again = first_course(plan)
    again.go_to(200)
    assert hash_of(again) == hash_of(course)


def test_headless_does_a_log_again(tmp_path: Path) -> None:
    course = first_course({"source": "circles", "file": False})
    course.go_to(5)
    log = tmp_path / "edits.json"
    log.write_text(json.dumps(course.log()), encoding="utf-8")
    done = CliRunner().invoke(neurona_command(), ["lab", "--replay", str(log), "--headless"])
    assert json.loads(done.output)["weights"] == hash_of(course)


def neurona_command():  # type: ignore[no-untyped-def]
    from neurona.cli.main import cli

    return cli


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["mooons"], "did you mean 'moons'"),
        (["missing.csv"], "missing.csv"),
        (["--headless"], "--replay"),
        (["--host", "0.0.0.0"], "--allow-origin"),
        (["--lessons", "nowhere"], "no folder"),
        (["--replay", "nowhere.json"], "cannot be read"),
    ],
)
def test_what_cannot_be_is_said(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lab", *words]) in (2, 3)
    assert said in capsys.readouterr().err


def test_the_command_serves_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "neurona", "lab", str(table(tmp_path)), "--target", "flow"]
    with subprocess.Popen(
        [*command, "--no-browser", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, preexec_fn=hear,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert told["address"].startswith(f"http://127.0.0.1:{told['port']}/#ticket=")
        process.send_signal(signal.SIGINT)
        try:
            _, said = process.communicate(timeout=WAIT)
        finally:
            process.kill()
        assert process.returncode == 0
    assert "has ended" in said and "neurona lab" in said and "Traceback" not in said


def test_a_run_begins_as_it_was_set(tmp_path: Path) -> None:
    said = {"data.source": "iris", "model.hidden": [5], "training.rate": 0.02}
    folder = tmp_path / "run"
    folder.mkdir()
    config = Settings.of({**said, "training.solver": "adam"}).to_config()
    (folder / "config.toml").write_text(config, encoding="utf-8")
    state = state_of_run(folder)
    assert (state.data.source, state.data.file, state.net.hidden) == ("iris", False, (5,))
    assert state.method.solver.startswith("adam") and state.method.rate == 0.02
    assert first_course({"run": str(tmp_path / "run")}).training.network.sizes == (4, 5, 3)


MODELS = [
    neurona.MLPRegressor(hidden_layer_sizes=(6,), activation="relu", solver="lbfgs"),
    neurona.TableRegressor(hidden_layer_sizes=(4, 3), loss="huber"),
    neurona.MLPClassifier(random_state=3, batch_size=10),
    neurona.TableClassifier(),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda one: type(one).__name__)
def test_a_model_and_its_rows(model: object, tmp_path: Path) -> None:
    r = np.random.default_rng(1)
    X = r.normal(size=(50, 3))
    y = X[:, 0] if "Regressor" in type(model).__name__ else np.where(X[:, 0] > 0, "yes", "no")
    plan = json.loads(json.dumps(plan_of_model(model, X, y, tmp_path)))
    course = first_course(plan)
    course.go_to(2)
    found = course.world.material
    assert found.table.names == ["x1", "x2", "x3"] and found.targets == ("y",)
    assert np.array_equal(found.table["x2"], X[:, 1])
    regression = found.task is neurona.data.targets.Task.REGRESSION
    assert regression is ("Regressor" in type(model).__name__)


def test_names_of_targets_and_other_models(tmp_path: Path) -> None:
    X = {"a": [1.0, 2.0, 3.0], "b": [0.0, 1.0, 0.0], "c": [1.0, 2.0, 2.5]}
    assert plan_of_model(None, X, ["c"], tmp_path)["targets"] == ["c"]
    with pytest.raises(TypeError, match="Perceptron"):
        plan_of_model(neurona.Perceptron(), X, ["c"], tmp_path)


def test_python_opens_it() -> None:
    opened = neurona.lab(browser=False, wait=False)
    place = opened._lab.place
    page = TestPage(place)
    ticket = opened.address.rpartition("=")[2]
    assert page.hello(ticket=ticket)["ok"]
    page.until("table", name="moons")
    page.close()
    opened.close()
    assert "closed" in repr(opened)


def test_a_lab_that_is_closed_while_it_begins_closes_its_ports() -> None:
    place = bind(0)
    served = Lab(place, {"source": "circles", "file": False}, lambda _: None)
    asyncio.run(served.serve(served.stop))
    assert [one.fileno() for one in place.sockets] == [-1] * len(place.sockets)
