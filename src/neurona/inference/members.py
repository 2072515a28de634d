"""Members: the networks whose mean is a model's prediction, each with what it knows of itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from neurona.engine.choice import current_engine
from neurona.engine.workspace import BLOCK_ROWS
from neurona.inference.posterior import Posterior
from neurona.network import Network, Vector


class Member(NamedTuple):
    """A network, its flat weights, and what is believed of them (None if nothing is known)."""

    network: Network
    weights: Vector
    posterior: Posterior | None = None


def have_error_bars(members: Sequence[Member]) -> bool:
    """Whether every member knows how sure it is of its weights."""
    return bool(members) and all(member.posterior is not None for member in members)


def outputs_of(member: Member, X: Any) -> Vector:
    """Return one member's outputs, rows x outputs."""
    return current_engine().answerer(member.network, member.weights, BLOCK_ROWS).predict(X)


def mean_outputs(members: Sequence[Member], X: Any) -> Vector:
    """Return the mean of the members' outputs, rows x outputs."""
    total = outputs_of(members[0], X)
    for member in members[1:]:
        total += outputs_of(member, X)
    total /= len(members)
    return total
