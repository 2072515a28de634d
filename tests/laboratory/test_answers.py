"""What is looked at closely is what the training does; what is exported leads here again."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neurona
from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.protocol import answer
from neurona.laboratory.session.answers import ANSWERS
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.exporting import fitted, hash_of
from neurona.laboratory.session.spec import DataSpec, MethodSpec, NetSpec, State
from neurona.laboratory.session.starting import ANSWERING
from neurona.laboratory.session.trainer import Later, Trainer
from neurona.surfaces import race
from tests.laboratory.test_course import watcher_of

assert ANSWERING


def trainer_of(state: State, epochs: int = 10) -> Trainer:
    course = Course(state)
    course.go_to(epochs)
    return watcher_of(course)[0]


def asked(trainer: Trainer, command: c.Command) -> Any:
    value = ANSWERS[type(command)](trainer, command)
    value = value.work() if isinstance(value, Later) else value
    return json.loads(answer(1, value))["value"]


PLAIN = State(DataSpec(rows=60), NetSpec((3,), ("tanh",)), MethodSpec(solver="sgd", rate=0.1))


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    return trainer_of(PLAIN)


def test_a_unit_has_its_numbers(trainer: Trainer) -> None:
    found = asked(trainer, c.NeuronZoom(layer=0, unit=1, row=5))
    total = sum(found["products"]) + found["bias"]
    assert found["sum"] == pytest.approx(total)
    assert found["value"] == pytest.approx(np.tanh(total))
    assert found["slope"] == pytest.approx(1 - np.tanh(total) ** 2)
    world = trainer.course.world
    x, y = (np.array(one) for one in zip(*found["line"], strict=True))
    on_line = world.prepared({"x": x, "y": y}) @ found["weights"] + found["bias"]
    assert np.abs(on_line).max() < 1e-9
    with pytest.raises(Refused):
        asked(trainer, c.NeuronZoom(layer=0, unit=3))


def test_a_trace_is_the_next_step(trainer: Trainer) -> None:
    rows = tuple(int(one) for one in trainer.course.world.material.train[:4])
    found = asked(trainer, c.TraceStep(rows=rows))
    assert found["schema"] == "neurona.trace" and len(found["rows"]["inputs"]) == 4
    old = np.array(found["update"][0]["weights"]["old"])
    network = trainer.course.training.network
    assert np.array_equal(old, network.views(trainer.course.training.weights)[0][0])
    held = int(trainer.course.world.material.held[0])
    assert asked(trainer, c.TraceStep(rows=(held,)))["sizes"] == [2, 3, 1]


def test_homework_is_judged(trainer: Trainer) -> None:
    row = int(trainer.course.world.material.train[0])
    found = asked(trainer, c.TraceStep(rows=(row,)))
    hidden = found["backward"][0]
    right, arriving = hidden["errors"][0][1], hidden["arriving"][0][1]

    def said(quantity: str, value: float, layer: int = 0, source: Any = "bias") -> dict[str, Any]:
        command = c.TraceAnswer(layer, 1, quantity, value, source, row)
        return dict(asked(trainer, command))

    assert said("delta", right)["right"]
    assert "sign" in said("delta", -right)["text"]
    assert "g'(z)" in said("delta", arriving)["text"]
    assert not said("delta", right + 1)["right"]
    change = found["update"][0]["weights"]
    new, old, gradient = (change[name][0][1] for name in ("new", "old", "gradient"))
    assert said("weight", new, source=0)["right"]
    assert "uphill" in said("weight", 2 * old - new, source=0)["text"]
    assert "rate" in said("weight", old - gradient, source=0)["text"]


def test_races_are_those_of_the_library(trainer: Trainer) -> None:
    methods = (c.Racer("sgd", 0.1), c.Racer("adam"), c.Racer("lm"))
    found = asked(trainer, c.SurfaceRace("rosenbrock", methods, start=(-1.0, 1.0), steps=30))
    own = race(
        "rosenbrock", ["sgd", "adam", "lm"], [-1.0, 1.0], 30, learning_rate=[0.1, None, None]
    )
    for path, other in zip(found["paths"], own, strict=True):
        assert path["points"][0] == [-1.0, 1.0]
        finite = np.isfinite(other.values)
        assert np.array_equal(np.array(path["values"], float)[finite], other.values[finite])
    field = asked(trainer, c.SurfaceField("quadratic", {"condition": 10.0}, 16))
    assert field["largest_rate"] == pytest.approx(0.2) and len(field["values"]) == 16
    for wrong in (c.SurfaceField("bowl"), c.SurfaceField("quadratic", {"dimension": 3})):
        with pytest.raises(Refused):
            asked(trainer, wrong)


def test_the_plane_of_the_way_holds_most_of_it(trainer: Trainer) -> None:
    found = asked(trainer, c.SurfaceSlice(kind="path", grid=9))
    assert 0.5 < found["share"] <= 1 and len(found["path"]) == len(found["epochs"]) == 11
    assert np.abs(found["path"][-1]).max() < 1e-9 and found["distance"][-1] < 1e-9
    two = asked(trainer, c.SurfaceSlice(kind="weights", places=(0, 4), grid=5))
    assert len(two["values"]) == 5 and two["share"] < 1
    assert asked(trainer, c.SurfaceSlice(kind="directions", grid=5))["values"]
    with pytest.raises(Refused):
        asked(trainer, c.SurfaceSlice(kind="weights", places=(0, 999)))


def test_methods_race_on_the_own_network(trainer: Trainer) -> None:
    before = hash_of(trainer.course)
    found = asked(trainer, c.RaceNet((c.Racer("sgd"), c.Racer("sgd"), c.Racer("lm")), steps=5))
    first, same, other = (one["curve"] for one in found["curves"])
    assert first == same != other and len(first) == 5
    assert hash_of(trainer.course) == before


@pytest.mark.parametrize("what", ["command", "settings", "link", "edits", "model", "workbook"])
def test_everything_can_be_taken_out(trainer: Trainer, what: str) -> None:
    found = asked(trainer, c.Export(what))
    assert found["name"] and (found.get("text") or found.get("base64"))


def test_a_model_is_what_was_trained(trainer: Trainer) -> None:
    model = fitted(trainer.course)
    assert isinstance(model, neurona.TableClassifier)
    assert model.network_.n_iter_ == trainer.course.epoch
    found = trainer.course.world.material
    probabilities = model.predict_proba(found.table)
    network = trainer.course.training.network
    flat = network.pack(model.network_.coefs_, model.network_.intercepts_)
    assert np.array_equal(flat, trainer.course.training.weights)
    assert probabilities.shape == (60, 2)


@pytest.mark.parametrize("edits", [[], [c.MethodSet(rate=0.02)]])
def test_a_script_comes_to_the_same_bits(edits: list[c.Command], tmp_path: Path) -> None:
    trainer = trainer_of(PLAIN, 6)
    for edit in edits:
        trainer.course.edit(edit)
        trainer.course.go_to(8)
    script = tmp_path / "train.py"
    script.write_text(asked(trainer, c.Export("script"))["text"], encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert hash_of(trainer.course) in done.stdout, done.stderr


def test_a_command_is_one_that_there_is(trainer: Trainer) -> None:
    from click.testing import CliRunner

    from neurona.cli.main import cli

    words = shlex.split(asked(trainer, c.Export("command"))["text"])
    assert words[:2] == ["neurona", "train"]
    done = CliRunner().invoke(cli, [*words[1:], "--print-config"])
    assert done.exit_code == 0, done.output
