"""One network of a model that averages several: to look into, to write out, to step through."""

from __future__ import annotations

import copy
from typing import Any

from neurona.errors import IncompatibleError
from neurona.estimators.mlp.outcome import adopt_members
from neurona.spelling import parameter


def refuse_several(model: Any, what: str) -> None:
    """IncompatibleError if an MLP predicts by the mean of several networks: `what` shows one."""
    if model._averages():
        count = len(model._members)
        raise IncompatibleError(
            f"The predictions of this model are the mean of {count} networks, and {what} shows "
            f"one: give one of them, model.member(0) to model.member({count - 1}), or fit with "
            f"{parameter('combine', 'best')}."
        )


def one_network(model: Any, index: int) -> Any:
    """Return a copy of a fitted MLP that predicts by its network number `index` alone."""
    members = vars(model).get("_members", [])
    count = max(1, len(members))
    if not -count <= index < count:
        raise IndexError(f"The model has {count} networks, from 0. Got {index}.")
    one = copy.copy(model)
    one.__dict__.pop("_optimizer", None)
    if members:
        member = members[index]
        hidden = tuple(member.network.sizes[1:-1])
        one.hidden_layer_sizes, one.n_starts = hidden, 1
        one._adopt(member.network, member.weights.copy())
        one.n_layers_ = len(member.network.sizes)
        adopt_members(one, [member])
    return one
