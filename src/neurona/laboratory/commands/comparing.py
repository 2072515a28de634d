"""The command that lays lines of time, and runs, over each other."""

from __future__ import annotations

from dataclasses import dataclass

from neurona.laboratory.commands.base import BRANCH, Command, command
from neurona.laboratory.commands.keeping import RUN_NAME
from neurona.laboratory.fields import Many, of

MOST_COMPARED = 7
"""As many as there are colors that are told apart."""


@command("compare")
@dataclass(frozen=True)
class Compare(Command):
    """Answers the curves of branches and runs, the settings that differ, and what they came to."""

    branches: tuple[int, ...] = of(Many(BRANCH, MOST_COMPARED), ())
    runs: tuple[str, ...] = of(Many(RUN_NAME, MOST_COMPARED), ())
