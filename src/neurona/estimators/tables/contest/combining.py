"""What a contest ends with: the networks that predict, each with its share, and the candidates'
table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from neurona.data.table import Column
from neurona.estimators.mlp.starts import Outcome
from neurona.estimators.tables.contest.candidates import BAYESIAN, CONSTANT, Candidate
from neurona.estimators.tables.contest.entries import Entries
from neurona.estimators.tables.contest.judging import Beside, Judge
from neurona.inference.learned import Judged
from neurona.inference.members import Member


class Winners(NamedTuple):
    """The end of a contest.

    `alone` tells that the Bayesian networks on all rows of `outcome` are the model; otherwise
    `members` are, on all columns, and `answers` (`rows` x outputs) what they said of rows they did
    not see; None if nothing came to its end. `model` is the estimator of the training of `outcome`,
    `line` what all are together beside the straight line, None where the constant is the model.
    """

    outcome: Outcome
    alone: bool
    members: list[Member]
    answers: Column | None
    rows: Column
    judged: list[Judged]
    model: Any
    line: Beside | None = None


def networks_of(
    entries: Entries,
    judge: Judge,
    candidates: Sequence[Candidate],
    trained: Sequence[Sequence[Member]],
    weights: Mapping[str, float],
    on_all: Sequence[Member],
) -> list[Member]:
    """Return the networks that predict, all on all columns and in one dtype.

    `trained` has each candidate's networks, `weights` what the constant and the candidates count,
    by name; `on_all` are Bayesian networks on all rows, which stand for those of the folds.
    """
    double = any(weights.get(one.name, 0) > 0 for one in candidates if is_bayesian(one.name))
    dtype = np.dtype(np.float64 if double else np.float32)
    found, bayesian = [], 0.0
    if weights[CONSTANT] > 0:
        middle = judge.middle(entries.judged)
        found.append(entries.constant(middle, dtype, weights[CONSTANT]))
    for candidate, members in zip(candidates, trained, strict=True):
        weight = weights.get(candidate.name, 0.0)
        if weight <= 0:
            continue
        if on_all and is_bayesian(candidate.name):
            bayesian += weight
            continue
        own = [entries.on_all_columns(one, candidate.pieces, dtype) for one in members]
        found += [one._replace(share=weight / len(own)) for one in own]
    if bayesian > 0:
        share = bayesian / sum(one.share for one in on_all)
        found += [
            entries.on_all_columns(one, False, dtype)._replace(
                share=share * one.share, posterior=None
            )
            for one in on_all
        ]
    return found


def summary_of(
    judge: Judge,
    candidates: Sequence[Candidate],
    seconds: Sequence[Sequence[float]],
    weights: Mapping[str, float],
) -> list[Judged]:
    """Return what became of each candidate, in the order in which they were tried.

    `seconds` has those of each candidate's trainings; without `weights` Bayesian networks are all.
    """
    found = [Judged(CONSTANT, judge.loss(-1), weights.get(CONSTANT, 0.0), 0.0, 1)]
    for number, (one, own) in enumerate(zip(candidates, seconds, strict=True)):
        weight = weights.get(one.name, 0.0)
        found.append(Judged(one.name, judge.loss(number), weight, sum(own), len(own)))
    if not weights:
        count = sum(is_bayesian(one.name) for one in found)
        found = [one._replace(weight=1 / count if is_bayesian(one.name) else 0.0) for one in found]
    return found


def is_bayesian(name: str) -> bool:
    """Whether a candidate of this name is a Bayesian network."""
    return name.startswith(BAYESIAN)
