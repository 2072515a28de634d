"""One network of a model that averages several: to look into, to write out, to step through."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from neurona.errors import IncompatibleError
from neurona.estimators.mlp.outcome import adopt_members
from neurona.inference.learned_weights import LearnedWeights
from neurona.spelling import parameter


def refuse_several(model: Any, what: str) -> None:
    """IncompatibleError if an MLP predicts by the mean of several networks: `what` shows one."""
    if not hasattr(model, "coefs_"):
        return
    learned = model.learned()
    if learned.is_average:
        count = len(learned.members)
        raise IncompatibleError(
            f"The predictions of this model are the mean of {count} networks, and {what} shows "
            f"one: give one of them, model.member(0) to model.member({count - 1}), or fit with "
            f"{parameter('combine', 'best')}."
        )


def one_network(model: Any, index: int) -> Any:
    """Return a copy of a fitted MLP that predicts by its network number `index` alone."""
    learned = model.learned()
    member = learned.member(index)
    one = copy.copy(model)
    standing = replace(model.standing(), optimizer=None)
    if learned.members:
        hidden = tuple(member.network.sizes[1:-1])
        one.hidden_layer_sizes, one.n_starts = hidden, 1
        one.adopt(LearnedWeights(member.network, member.weights.copy()), standing)
        one.n_layers_ = len(member.network.sizes)
        adopt_members(one, [member])
    else:
        one.adopt(LearnedWeights(learned.network, learned.weights.copy()), standing)
    return one
