"""How much is chance: the same rows, network and method from the beginning, with another seed."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.laboratory import commands as c
from neurona.laboratory.session.answers import answers
from neurona.laboratory.session.comparing import COLUMNS, state_of_branch
from neurona.laboratory.session.spec import MethodSpec
from neurona.laboratory.session.trainer import Later, Trainer
from neurona.laboratory.session.world import World

POINTS = 200


@answers(c.CompareSeed)
def seed(trainer: Trainer, command: c.CompareSeed) -> Later:
    """Return rows of epoch, loss, held-out loss and score at epochs that are any seed's."""
    course = trainer.course
    branch = course.timeline[command.branch]
    state = state_of_branch(course, branch)
    found, shelf = branch.world.material, course.shelf

    def work() -> dict[str, Any]:
        world = World(found, state.net.drawn(seed=command.seed), shelf)
        return {"seed": command.seed, "curve": _curve(world, state.method, command.epochs)}

    return Later(work)


def _curve(world: World, how: MethodSpec, epochs: int) -> list[list[float]]:
    training = world.begin(how)
    for _ in training.advance():
        if training.epochs_done >= epochs:
            break
    wanted = set(np.linspace(1, epochs, min(epochs, POINTS)).astype(int).tolist())
    rows = [one for one in training.history if one.epoch in wanted]
    nan = float("nan")
    return [[nan if (v := getattr(one, name)) is None else v for name in COLUMNS] for one in rows]
