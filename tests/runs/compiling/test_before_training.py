"""A first training on a machine says what it waits for, counted, before its time begins."""

from __future__ import annotations

import numpy as np
import pytest

from neurona import MLPRegressor
from neurona.compiled import announcements, kernel, members
from neurona.compiled.announcements import is_compiled
from neurona.numerics.activations import ACTIVATIONS
from neurona.numerics.losses import LOSSES
from neurona.optimizers import find
from neurona.runs import Run, Settings
from neurona.runs.compiling import before_training
from neurona.runs.compiling.parts import parts_of_training

pytestmark = pytest.mark.skipif(kernel.PLAIN, reason="nothing is compiled")


class Heard:
    def __init__(self):
        self.events = []

    def take(self, event):
        self.events.append(event)

    def close(self):
        pass


def run(folder, **settings) -> list:
    heard = Heard()
    said = {"data.source": "iris", "model.hidden": [4], "run.out": f"{folder}/run", **settings}
    with Run(Settings.of(said), [heard]) as one:
        one.train()
    return heard.events


@pytest.mark.parametrize("solver", ["adam", "lm", "scg"])
def test_parts_are_counted_and_told_before_the_start(tmp_path, monkeypatch, solver):
    short = {"training.solver": solver, "training.epochs": 3}
    run(tmp_path / "first", **short)  # what is cold in truth would be told twice
    monkeypatch.setattr(before_training, "is_compiled", lambda make: False)
    events = run(tmp_path, **short)
    told = [event["text"] for event in events if event.get("kind") == "compiling"]
    assert [event.get("kind") for event in events[: len(told)]] == ["compiling"] * len(told)
    assert events[len(told)]["event"] == "start"
    for number, text in enumerate(told, 1):
        assert text.startswith(f"compiling {number} of {len(told)}: ")
    assert any("once on this machine" in text for text in told)


def test_nothing_is_told_where_all_is_there(tmp_path):
    run(tmp_path / "first", **{"training.epochs": 2, "training.solver": "adam"})
    events = run(tmp_path / "second", **{"training.epochs": 2, "training.solver": "adam"})
    assert events[0]["event"] == "start"
    assert all(event.get("kind") != "compiling" for event in events)


def test_a_fit_that_would_compile_is_begun_again(tmp_path, monkeypatch):
    """What a fit needs and is not there ends it before it begins; afterwards it is the same fit."""
    straight = run(tmp_path / "a", **{"training.epochs": 4, "training.solver": "adam"})
    asked = []

    def announce_once(*arguments):
        if not asked:
            asked.append(arguments)
            announcements.announce("train", slow=True)

    from neurona.estimators.mlp import fitting

    fit = fitting.fit

    def cold_fit(*arguments):
        announce_once()
        return fit(*arguments)

    monkeypatch.setattr(fitting, "fit", cold_fit)
    again = run(tmp_path / "b", **{"training.epochs": 4, "training.solver": "adam"})
    assert asked
    losses = [[e["loss"] for e in events if e["event"] == "epoch"] for events in (straight, again)]
    assert losses[0] == losses[1] and losses[0]
    assert [e["event"] for e in again].count("start") == 1


@pytest.mark.parametrize("curved", [False, True])
def test_all_that_a_training_uses_is_a_part(curved):
    optimizer = None if curved else find("adam")
    used = [ACTIVATIONS.find("tanh"), ACTIVATIONS.find("identity")]
    parts = parts_of_training(used, LOSSES.find("squared_error"), optimizer, curved)
    for part in parts:
        part.make()
    assert all(is_compiled(part.make) for part in parts)
    names = [part.name for part in parts]
    assert len(names) == len(set(names))
    assert ("second-order steps" in names) == curved and ("shuffling" in names) == (not curved)


@pytest.mark.parametrize(
    ("hidden", "activation", "wanted"),
    [((), "relu", {"identity"}), ((5,), "relu", {"relu", "identity"}),
     ((5, 4), ["tanh", "relu"], {"tanh", "relu", "identity"})],
)  # fmt: skip
@pytest.mark.parametrize("solver", ["adam", "lm"])
def test_the_activations_of_a_network_are_compiled_and_no_others(
    monkeypatch, hidden, activation, wanted, solver
):
    network = MLPRegressor(hidden_layer_sizes=hidden, activation=activation, solver=solver)
    asked = set()
    address = members.address

    def recorded(function, kind, dtype):
        asked.add((getattr(function, "__qualname__", "").partition(".")[0], np.dtype(dtype).name))
        return address(function, kind, dtype)

    monkeypatch.setattr(members, "address", recorded)
    loss = LOSSES.find("squared_error")
    for part in before_training._parts_of(network, loss, ACTIVATIONS.find("identity")):
        part.make()
    dtype = "float32" if solver == "adam" else "float64"
    names = {type(ACTIVATIONS.find(name)).__name__ for name in ACTIVATIONS}
    found = {name.lower() for name, kind in asked if name in names and kind == dtype}
    assert found == wanted
