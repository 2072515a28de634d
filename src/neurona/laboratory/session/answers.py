"""What commands that change no training do: look, run, pause, go through time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from neurona.laboratory import commands as c
from neurona.laboratory.fields import Refused
from neurona.laboratory.session.trainer import Answers, Trainer
from neurona.laboratory.session.within import state_within_limits

ANSWERS: Answers = {}
Made = TypeVar("Made", bound=Callable[[Trainer, Any], Any])


def answers(form: type[c.Command]) -> Callable[[Made], Made]:
    """Decorator: this is what a command does."""

    def add(function: Made) -> Made:
        ANSWERS[form] = function
        return function

    return add


@answers(c.Hello)
def hello(_: Trainer, command: c.Hello) -> None:
    """Refused: one hello opens a session."""
    raise Refused("This session is open already.", "do")


@answers(c.Look)
def look(trainer: Trainer, command: c.Look) -> None:
    """Paint these views from now on."""
    trainer.painter.look(command.views)
    trainer.show_whole_curve()


@answers(c.StateGet)
def get_state(trainer: Trainer, _: c.StateGet) -> dict[str, Any]:
    """Return the state that leads here: what it began with, and the edits since."""
    course = trainer.course
    return {**course.log(), "now": course.state.document()}


@answers(c.StatePut)
def put_state(trainer: Trainer, command: c.StatePut) -> None:
    """Begin with another state."""
    state = state_within_limits(command.state)
    named = {trainer.course.first.data.source, *map(str, trainer.course.shelf.known)}
    if state.data.file and not state.data.sha256 and state.data.source not in named:
        raise Refused("A file is named when neurona lab is started, not by a page.", "state")
    trainer.running = False
    trainer.past = None
    trainer.restart(state)


@answers(c.TrainRun)
def run(trainer: Trainer, command: c.TrainRun) -> None:
    """Train on."""
    trainer.run(command.speed)
    trainer.tell_status()
    trainer.touch()


@answers(c.TrainPause)
def pause(trainer: Trainer, _: c.TrainPause) -> None:
    """Pause."""
    trainer.pause()
    trainer.tell_status()


@answers(c.TrainStep)
def step(trainer: Trainer, command: c.TrainStep) -> None:
    """Do some steps."""
    trainer.do_steps(command.unit, command.count)


@answers(c.TimeSeek)
def seek(trainer: Trainer, command: c.TimeSeek) -> dict[str, int]:
    """Show a moment of the past; answers the nearest that is kept."""
    branch = trainer.course.timeline[command.branch].holding(command.epoch)
    found = branch.weights.nearest(command.epoch)
    if found is None:
        raise Refused("Nothing is kept of that moment.", "epoch")
    trainer.past = branch.number, found[0]
    trainer.tell_status()
    trainer.touch()
    return {"branch": branch.number, "epoch": found[0]}


@answers(c.TimeLive)
def live(trainer: Trainer, _: c.TimeLive) -> None:
    """Show the present."""
    trainer.past = None
    trainer.tell_status()
    trainer.touch()


@answers(c.BranchName)
def name_branch(trainer: Trainer, command: c.BranchName) -> None:
    """Name a branch."""
    trainer.course.timeline[command.branch].name = command.text
    trainer.tell_changes()


@answers(c.BranchDrop)
def drop_branch(trainer: Trainer, command: c.BranchDrop) -> None:
    """Forget a branch."""
    trainer.course.timeline.drop(command.branch, trainer.course.branch)
    if trainer.past is not None and trainer.past[0] == command.branch:
        trainer.past = None
    trainer.tell_changes()
