"""What is taken out of the Lab: texts that lead here again, and the model."""

from __future__ import annotations

import base64
import hashlib
import json
import shlex
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from neurona import value_text
from neurona.data.task import Task
from neurona.estimators.begin import finish
from neurona.laboratory import commands as c
from neurona.laboratory.commands.looking import FILES
from neurona.laboratory.fields import Refused
from neurona.laboratory.session import method
from neurona.laboratory.session.answers import answers
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.links import link_of
from neurona.laboratory.session.material import AUTOENCODER
from neurona.laboratory.session.picture import picture_of
from neurona.laboratory.session.spec import State
from neurona.laboratory.session.trainer import Later, Trainer
from neurona.laboratory.session.world import World
from neurona.runs.toml_text import toml_value


def hash_of(course: Course) -> str:
    """Return the hash of the weights, as a replay prints it."""
    parameters = course.training.network.parameters(course.training.weights)
    return hashlib.sha256(parameters.tobytes()).hexdigest()


@answers(c.Export)
def export(trainer: Trainer, command: c.Export) -> Any:
    """Return a text, or a file as base64, and the hash of the weights that it leads to."""
    course = trainer.course
    made: dict[str, Any] = {"what": command.what, "hash": hash_of(course)}
    if command.what in FILES:
        model = fitted(course)
        rows = _rows(course)
        return Later(lambda: {**made, **_packed(model, command.what, rows)})
    texts: dict[str, Callable[[], tuple[str, ...]]] = {
        "edits": lambda: ("edits.json", json.dumps(course.log(), indent=1)),
        "link": lambda: ("link.txt", *link_of(course)),
        "command": lambda: ("command.txt", _command(course.state, course.epoch)),
        "settings": lambda: ("config.toml", _settings(course.state, course.epoch)),
        "script": lambda: ("train.py", _script(course)),
        "picture": lambda: ("training.svg", picture_of(course)),
    }
    name, text, *note = texts[command.what]()
    return {**made, "name": name, "text": text, "note": "".join(note)}


def _packed(model: Any, what: str, rows: str) -> dict[str, Any]:
    from neurona.laboratory.session.parcels import parcel  # with all that can be exported

    plain = what in ("model", "workbook")
    name, data = _file(model, what) if plain else parcel(model, what, rows)
    return {"name": name, "base64": base64.b64encode(data).decode()}


def _rows(course: Course) -> str:
    """Return the file, or the set, that is trained on."""
    data = course.state.data
    return str(course.shelf.find(data.source, data.sha256)) if data.sha256 else data.source


def _file(model: Any, what: str) -> tuple[str, bytes]:
    from neurona.export.exporters import write  # with every form there is
    from neurona.files import save

    with tempfile.TemporaryDirectory() as folder:
        if what == "model":
            path = Path(folder) / "model.neurona"
            save(model, path)
        else:
            path = Path(folder) / "model.xlsx"
            write(model, path, "xlsx")
        return path.name, path.read_bytes()


def fitted(course: Course) -> Any:
    """Return a fitted model of the weights at present."""
    model, training = course.world.begun(course.method)
    training.history = course.training.history.copy()
    training.set_weights(course.training.weights)
    training.epochs_done = course.epoch
    training.samples_seen = course.training.samples_seen
    training.stop("taken out of the Lab")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        training.run()
        finish(model, training)
    return _named(model, course.world)


def _named(model: Any, world: World) -> Any:
    """Give a model the targets' names, which it was not told; what was found is no parameter."""
    model.set_params(kinds=None)
    names = [str(one) for one in world.material.targets]
    if len(names) == len(model.target_names_):
        model.target_names_ = names
        if hasattr(model, "targets_"):
            model.targets_ = model.targets_._replace(names=tuple(names))
    return model


def _solver(state: State) -> str:
    return value_text.write(method.value_of(state.method))


def _flags(state: State, epochs: int) -> list[tuple[str, Any]]:
    """Return the settings of `neurona train` that are nearest to a state."""
    data, net, how = state.data, state.net, state.method
    if data.task == AUTOENCODER:
        raise Refused("neurona train has no word for an autoencoder; take the script.", "what")
    full = method.is_full_batch(how)
    said: list[tuple[str, Any]] = [
        ("data.source", data.source),
        ("data.target", list(data.targets)),
        ("data.ignore", list(data.ignored)),
        ("model.hidden", list(net.hidden)),
        ("model.activation", net.activation[0] if net.activation else "tanh"),
        ("training.solver", _solver(state)),
        ("training.epochs", max(1, epochs)),
        ("training.seed", net.seed),
        ("training.starts", 1),
        ("training.alpha", how.l2),
        ("model.dropout", how.dropout),
    ]
    if net.loss:
        said.append(("model.loss", net.loss))
    if not full:
        said += [("training.rate", how.rate), ("training.batch", how.batch)]
        said.append(("training.schedule", how.schedule))
    return [(key, value) for key, value in said if value not in ([], "")]


def settings_of(state: State, epochs: int) -> dict[str, Any]:
    """Return the settings of `neurona train` that are nearest to a state."""
    return dict(_flags(state, epochs))


def _settings(state: State, epochs: int) -> str:
    sections: dict[str, list[str]] = {}
    for key, value in _flags(state, epochs):
        section, name = key.split(".")
        sections.setdefault(section, []).append(f"{name} = {toml_value(value)}")
    return "\n\n".join(f"[{name}]\n" + "\n".join(lines) for name, lines in sections.items()) + "\n"


def _command(state: State, epochs: int) -> str:
    from neurona.runs.setting import SETTINGS

    words = ["neurona", "train", state.data.source]
    for key, value in _flags(state, epochs):
        if key == "data.source":
            continue
        text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
        option = SETTINGS[key].option
        words += [option + text] if option.endswith("=") else [*option.split(), text]
        if option.startswith("--set "):
            words[-2:] = [f"{words[-2]}={words[-1]}"]
    return " ".join(shlex.quote(word) for word in words)


_REPLAY = '''\
"""Does again what was done in the Lab, without it; prints the hash of the weights."""

import json

from neurona.laboratory.replay import replay_log

log = json.loads(r"""
{log}
""")
print(json.dumps(replay_log(log)))
'''

_PLAIN = '''\
"""Trains what was trained in the Lab, from its first epoch."""

import hashlib

import numpy as np

import neurona
from neurona.data.split import Wanted, choose_split, with_all_classes
from neurona.optimizers import OPTIMIZERS
from neurona.value_text import parse

data = neurona.datasets.load({source})
X, y = dict(zip(data.input_names, data.X.T)), data.y
rows = np.arange(len(y))
held = rows[:0]
if {share} and len(y) >= 10:
    wanted = Wanted(len(y), {share}, np.random.RandomState({split_seed}), None, {classes})
    held = np.sort(with_all_classes(choose_split("auto", wanted), "auto", wanted, None).held)
train = np.setdiff1d(rows, held)


def part(rows):
    return {{name: column[rows] for name, column in X.items()}}


model = neurona.{estimator}(
    solver=parse({solver!r}, OPTIMIZERS),
{parameters}
)
validation = dict(X_val=part(held), y_val=y[held]) if len(held) else {{}}
training = neurona.begin(model, part(train), y[train], **validation)
training.plan.restore_best = False  # the last weights, not the best
training.plan.stop_when_flat = False
training.run()
neurona.finish(model, training)
parameters = training.network.parameters(training.weights)
print(hashlib.sha256(parameters.tobytes()).hexdigest())
'''


def _script(course: Course) -> str:
    state = course.state
    data, net, how = state.data, state.net, state.method
    plain = (
        not course.edits
        and not data.file
        and data.task != AUTOENCODER
        and course.step == 0
        and course.epoch > 0
    )
    words = (
        net.initializer,
        net.loss,
        how.l1,
        how.clip_norm,
        how.patience,
        data.painted,
        net.model,
        data.prepared,
        not data.scaled,
    )
    if not plain or any(words) or data.ignored or how.dropout or method.is_full_batch(how):
        return _REPLAY.format(log=json.dumps(course.log(), indent=1))
    found = {"rows": data.rows, "noise": data.noise}
    more = "".join(f", {key}={value!r}" for key, value in found.items() if value is not None)
    regression = course.world.material.task is Task.REGRESSION
    parameters = {
        "hidden_layer_sizes": net.hidden,
        "activation": list(net.activation),
        "learning_rate_init": how.rate,
        "batch_size": how.batch,
        "alpha": how.l2,
        "schedule": how.schedule,
        "epochs": course.epoch,
        "n_starts": 1,
        "split": "none",
        "dtype": "float64",
        "random_state": net.seed,
    }
    lines = [f"    {name}={value!r}," for name, value in parameters.items()]
    return _PLAIN.format(
        source=f"{data.source!r}, seed={data.seed}{more}",
        share=data.share,
        split_seed=data.split_seed,
        solver=_solver(state),
        classes="y" if course.world.material.classes else "None",
        estimator="TableRegressor" if regression else "TableClassifier",
        parameters="\n".join(lines),
    )
