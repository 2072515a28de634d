"""Members: the networks whose mean is a model's prediction, each with what it knows of itself and
how much it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.inference.posterior import Posterior
from neurona.network import Network, Vector


class Member(NamedTuple):
    """A network, its flat weights, what is believed of them (None if nothing is known), and how
    much it counts in the mean, against the others.
    """

    network: Network
    weights: Vector
    posterior: Posterior | None = None
    share: float = 1.0


def have_error_bars(members: Sequence[Member]) -> bool:
    """Whether every member knows how sure it is of its weights."""
    return bool(members) and all(member.posterior is not None for member in members)


def outputs_of(member: Member, X: Any) -> Vector:
    """Return one member's outputs, rows x outputs."""
    # the engine is a tenth of a second to import, and what is exported needs none
    from neurona.engine.choice import current_engine
    from neurona.engine.workspace import BLOCK_ROWS

    return current_engine().answerer(member.network, member.weights, BLOCK_ROWS).predict(X)


def shares_of(members: Sequence[Member]) -> Vector | None:
    """Return what each member counts in the mean, in sum 1; None if all count the same."""
    shares = np.array([one.share for one in members])
    if (shares == shares[0]).all():
        return None
    found: Vector = shares / shares.sum()
    return found


def mean_of(members: Sequence[Member], outputs: Iterable[Vector]) -> Vector:
    """Return the mean of what members put out, in their order, rows x outputs."""
    shares, each = shares_of(members), iter(outputs)
    if shares is None:
        total = next(each).copy()
        for own in each:
            total += own
        total /= len(members)
        return total
    total = shares[0] * next(each)
    for share, own in zip(shares[1:], each, strict=True):
        total += share * own
    found: Vector = total
    return found


def mean_outputs(members: Sequence[Member], X: Any) -> Vector:
    """Return the mean of the members' outputs, rows x outputs."""
    return mean_of(members, (outputs_of(member, X) for member in members))
