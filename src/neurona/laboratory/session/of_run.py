"""The state that is nearest to a run's settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from neurona import value_text
from neurona.laboratory.fields import Refused
from neurona.laboratory.session.of_model import state_of_model
from neurona.laboratory.session.spec import DataSpec, MethodSpec, NetSpec, State
from neurona.runs.failures import Failure
from neurona.runs.run_folder import MODEL, config_of
from neurona.runs.settings import Settings, read_toml
from neurona.runs.takers import AUTO
from neurona.runs.training_table import names_data_set


def state_of_run(folder: Path) -> State:
    """Return a state with a run's table, network and method, and with the weights that it came to;
    Refused if the folder is none's.
    """
    try:
        settings = Settings.defaults()
        settings.put_table(read_toml(config_of(folder)), "config")
        state = state_of_settings(settings)
        data = state.data
        model = folder / MODEL
        if not model.is_file():
            return state
        found = state_of_model(model, data)
        return State(found.data, replace(found.net, seed=state.net.seed), state.method)
    except Failure as failure:
        raise Refused(str(failure)) from None


def state_of_settings(settings: Settings) -> State:
    """Return the state that is nearest to settings, with weights to be drawn."""
    source = settings["data.source"]
    file = not names_data_set(source)
    data = DataSpec(
        source=source,
        file=file,
        seed=0 if file else settings["training.seed"],
        targets=tuple(settings["data.target"]),
        ignored=tuple(settings["data.ignore"]),
        task=settings["data.task"],
    )
    return State(data, _net(settings), _method(settings))


def _net(settings: Settings) -> NetSpec:
    usual = NetSpec()
    hidden = settings["model.hidden"]
    hidden = usual.hidden if hidden == AUTO else tuple(hidden)
    activation = _text(settings["model.activation"], "tanh")
    loss = _text(settings["model.loss"], "squared_error")
    return NetSpec(
        hidden=hidden,
        activation=(activation,) * len(hidden),
        loss=None if loss == "squared_error" else loss,
        seed=settings["training.seed"],
    )


def _method(settings: Settings) -> MethodSpec:
    usual = MethodSpec()
    rate, batch = settings["training.rate"], settings["training.batch"]
    alpha, dropout = settings["training.alpha"], settings["model.dropout"]
    return MethodSpec(
        solver=_text(settings["training.solver"], usual.solver),
        rate=rate if isinstance(rate, float | int) else usual.rate,
        batch=usual.batch if batch == AUTO else batch,
        l2=usual.l2 if alpha == AUTO else alpha,
        dropout=usual.dropout if dropout == AUTO else dropout,
    )


def _text(value: Any, usual: str) -> str:
    if value == AUTO or value is None:
        return usual
    return value if isinstance(value, str) else value_text.write(value)
