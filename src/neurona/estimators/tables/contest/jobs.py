"""What a contest has to train, and what it ends with."""

from __future__ import annotations

from typing import Any, NamedTuple

from neurona.data.table import Column
from neurona.estimators.mlp.starts import Outcome
from neurona.estimators.tables.contest.judging import Beside
from neurona.inference.learned import Judged
from neurona.inference.members import Member


class Job(NamedTuple):
    """A training: of a candidate in a fold, or (candidate -1) of a Bayesian network on all rows."""

    candidate: int
    part: int


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
