"""Lenses: what the first layer of a mini-batch network is begun with, found on a fold's own rows.

A network is trained on rows as the lens shows them; afterwards the lens is a part of the network,
so that all networks of a model see the same columns.
"""

from __future__ import annotations

from typing import Protocol

from neurona.data.preparation import Preparation
from neurona.data.table import Column
from neurona.estimators.tables.contest import leaves, levels, relevance, thresholds
from neurona.estimators.tables.contest.boosting import Boosting
from neurona.inference.members import Member
from neurona.numerics.initializers import Initializer

RELEVANCE, THRESHOLDS = "relevance", "thresholds"


class Lens(Protocol):
    """Shows rows to a network, and becomes a part of it."""

    @property
    def begin(self) -> Initializer | None:
        """What draws the first weights of the network behind it, None if they are as usual."""

    def through(self, rows: Column) -> Column:
        """Return rows as the network is shown them, in single precision."""
        ...

    def member(self, member: Member) -> Member:
        """Return the network that says the same of rows as they are."""
        ...


def lens_of(
    name: str | Boosting,
    narrow: Preparation,
    wide: Preparation,
    rows: Column,
    targets: Column,
    weights: Column | None,
    seed: int,
    held: tuple[Column, Column],
    output: str,
) -> Lens:
    """Return a lens by its name.

    Parameters
    ----------
    name : "relevance", "thresholds" or Boosting
        The first is for rows in pieces, the others for rows without.
    narrow, wide : Preparation
        How columns become numbers, without pieces and with them.
    rows, targets : ndarray (rows x columns), (rows x outputs)
        What to train on, without pieces.
    weights : ndarray (rows,) or None
    seed : int
    held : pair of ndarrays
        Rows and targets that are held out, which say how many trees are enough.
    output : str
        The activation that makes answers of sums.
    """
    if isinstance(name, Boosting):
        groups = levels.groups_of(narrow)
        return leaves.leaves_of(rows, targets, weights, seed, name, output, held, groups)
    if name == RELEVANCE:
        tells = relevance.f_minus_one(rows, targets, weights)
        return relevance.Relevance(relevance.factors_of(tells, narrow, wide))
    return thresholds.thresholds_of(rows, targets, weights, seed)
