"""The commands that lay lines of time, runs and other seeds over each other."""

from __future__ import annotations

from dataclasses import dataclass

from neurona.laboratory.commands.base import BRANCH, Command, command
from neurona.laboratory.commands.keeping import RUN_NAME
from neurona.laboratory.fields import Many, Whole, of

MOST_COMPARED = 7
"""As many as there are colors that are told apart."""


@command("compare")
@dataclass(frozen=True)
class Compare(Command):
    """Answers the curves of branches and runs, the settings that differ, and what they came to."""

    branches: tuple[int, ...] = of(Many(BRANCH, MOST_COMPARED), ())
    runs: tuple[str, ...] = of(Many(RUN_NAME, MOST_COMPARED), ())


@command("compare.seed")
@dataclass(frozen=True)
class CompareSeed(Command):
    """Answers the curve of a branch's rows, network and method from epoch 0 with another seed."""

    branch: int = of(BRANCH)
    seed: int = of(Whole(0, 2**32 - 1))
    epochs: int = of(Whole(1, 2_000))
