"""Commands that keep a training as a run, and look at the runs there are."""

from __future__ import annotations

from dataclasses import dataclass

from neurona.laboratory.commands.base import Command, command
from neurona.laboratory.fields import Text, of

RUN_NAME = Text(60)


@command("run.save")
@dataclass(frozen=True)
class RunSave(Command):
    """Save the present as a run in `runs/`, as `neurona train` would; answers its folder."""

    name: str = of(RUN_NAME)


@command("run.list")
@dataclass(frozen=True)
class RunList(Command):
    """Answers the names of the runs in `runs/`, the newest first."""


@command("run.open")
@dataclass(frozen=True)
class RunOpen(Command):
    """Begin with the rows, the network and the weights of a run in `runs/`."""

    run: str = of(RUN_NAME)
