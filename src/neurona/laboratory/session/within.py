"""Limits of a state that a page or a link brings: those that the commands have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neurona.laboratory.commands import MethodSet, NetworkSet, TablePaint, TableSplit, TableUse
from neurona.laboratory.fields import Refused, filled
from neurona.laboratory.session.spec import State


def state_within_limits(document: Mapping[str, Any]) -> State:
    """Return the state of a document; Refused if a command could not have led to it."""
    try:
        state = State.of(document)
        data, net, how = state.data, state.net, state.method
        usual = {"set": data.source, "seed": data.seed, "noise": data.noise}
        filled(TableUse, usual if data.rows is None else {**usual, "rows": data.rows})
        filled(TableSplit, {"share": data.share, "seed": data.split_seed})
        for at in range(0, len(data.painted), 500):
            filled(TablePaint, {"points": data.painted[at : at + 500]})
        filled(
            NetworkSet,
            {"hidden": net.hidden, "activation": net.activation, "loss": net.loss, "seed": net.seed,
             "initializer": net.initializer},
        )  # fmt: skip
        said = {
            name: getattr(how, name)
            for name in ("solver", "rate", "schedule", "batch", "l2", "l1", "dropout", "clip_norm")
        }
        if None in said.values():
            raise Refused("A method has a number for each of its numbers.", "method")
        filled(MethodSet, {**said, "epochs": how.epochs, "patience": how.patience})
        for told in (data.model, data.prepared, net.model):
            if told and (len(told) != 2 or not all(isinstance(one, str) for one in told)):
                raise Refused("A model is called by name and hash.", "model")
    except (TypeError, AttributeError, ValueError, KeyError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused(f"This is no state: {error}.", "state") from None
    return state
