"""Course: a training that is steered: it goes on, is changed, goes back, and can be done again.

There is no thread and no page here, so that what a page did is done again by the same code.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from typing import Any

from neurona.laboratory.commands import Command
from neurona.laboratory.fields import Refused
from neurona.laboratory.protocol import command_of, fields_of
from neurona.laboratory.session import (
    method,
    table_changes,  # noqa: F401 - brings more changes
    unit_line,  # noqa: F401 - brings more changes
)
from neurona.laboratory.session.changes import CHANGES
from neurona.laboratory.session.edits import Edit, to_take_back
from neurona.laboratory.session.material import Material, material
from neurona.laboratory.session.shelf import Shelf
from neurona.laboratory.session.spec import DataSpec, MethodSpec, State
from neurona.laboratory.session.timeline import BUDGET, Branch, Keyframe, Timeline
from neurona.laboratory.session.world import World
from neurona.network import Vector
from neurona.training.history import EpochRecord
from neurona.training.loop import Training
from neurona.training.state import TrainingState

KEYFRAME_SECONDS = 0.1


class Course:
    """A training, its lines of time, and the edits that made it what it is.

    Attributes
    ----------
    first : State
        What it began with; the edits since then lead to where it is.
    world, method, training, branch
        What is trained at present, and on which line of time.
    edits : list of Edit
        All changes, in the order in which they were made.
    """

    def __init__(self, state: State, budget: int = BUDGET, shelf: Shelf | None = None) -> None:
        self.first = state
        self.shelf = shelf or Shelf()
        self.timeline = Timeline(budget)
        self.edits: list[Edit] = []
        self.method = state.method
        self._materials: dict[DataSpec, Material] = {}
        self._steps: Generator[EpochRecord | None] | None = None
        self._keyframe_at = 0.0
        self.world = self.world_of(state)
        self.training: Training = self.world.begin(state.method)
        self.branch: Branch = self._new_branch(None, 0)

    # -- where it stands

    @property
    def epoch(self) -> int:
        """Epochs done."""
        return self.training.epochs_done

    @property
    def step(self) -> int:
        """Steps done of the epoch under way."""
        return self.training.problem.steps_inside if self.training.inside_epoch else 0

    @property
    def ended(self) -> bool:
        """Whether the training is over, and can only be gone back in."""
        return self.training.ended

    @property
    def state(self) -> State:
        """What is trained now, and how."""
        return State(self.world.material.spec, self.world.net, self.method)

    # -- going on

    def log(self) -> dict[str, Any]:
        """Return what leads here: the first state, and the changes since."""
        return {
            "first": self.first.document(),
            "edits": [one.plain() for one in self.edits],
            "epoch": self.epoch,
            "step": self.step,
        }

    def go_on(self, steps_at_once: int | None = None) -> EpochRecord | None:
        """Train a piece; returns the record if that ended an epoch.

        Nothing happens once the training is over.
        """
        if self.ended:
            return None
        if self._steps is None:
            self._steps = self.training.advance()
        self.training.problem.steps_at_once = steps_at_once
        done = self.training.epochs_done
        try:
            record = next(self._steps)
        except StopIteration:
            record = None
        if self.training.epochs_done > done:
            latest = self.training.history[-1]
            self._kept(latest)
            return latest
        return record

    def finish_epoch(self) -> None:
        """Train to the end of the epoch under way."""
        while self.training.inside_epoch and not self.ended:
            self.go_on()

    def go_to(self, epoch: int, step: int = 0) -> None:
        """Train to a moment that lies ahead."""
        while not self.ended and self.epoch < epoch:
            self.go_on()
        while not self.ended and self.epoch == epoch and self.step < step:
            self.go_on(step - self.step)

    def _kept(self, record: EpochRecord) -> None:
        branch, training = self.branch, self.training
        branch.end = record.epoch
        branch.curve.append(record)
        self.timeline.keep_weights(branch, record.epoch, training.weights)
        now = time.perf_counter()
        if not training.ended and now - self._keyframe_at > KEYFRAME_SECONDS:
            self._keyframe_at = now
            self._keep_keyframe()

    def _keep_keyframe(self, state: TrainingState | None = None) -> None:
        state = self.training.keyframe() if state is None else state
        self.timeline.keep(self.branch, Keyframe(state, self.method, len(self.edits)))

    # -- changing

    def edit(self, command: Command) -> Any:
        """Make a change, number it, and return what it answers; Refused changes nothing."""
        place = self.branch.number, self.epoch, self.step
        answer = self._change(command)
        self.edits.append(Edit(len(self.edits) + 1, *place, fields_of(command)))
        return answer

    def _change(self, command: Command) -> Any:
        change = CHANGES.get(type(command))
        if change is None:
            raise Refused(f"{command.do} is not a change.", "do")
        return change(self, command)

    def set_method(self, how: MethodSpec) -> None:
        """Go on with another method, between two epochs."""
        self.finish_epoch()
        if self.ended:
            self._revive()
        method.change(self.training, self.method, how)
        self.method = how

    def set_weights(self, weights: Vector) -> None:
        """Set all weights by hand, at once."""
        if self.ended:
            self._revive()
        self.training.set_weights(weights)

    def begin_anew(self, state: State) -> None:
        """Begin at epoch 0 with another state, on a line of its own; Refused changes nothing."""
        same = (state.data, state.net) == (self.state.data, self.state.net)
        world = self.world if same else self.world_of(state)
        training = world.begin(state.method)
        self._leave()
        self.world, self.method, self.training = world, state.method, training
        self.branch = self._new_branch(None, 0)

    def carry_over(
        self, world: World, moved: Callable[[Training, TrainingState], TrainingState]
    ) -> None:
        """Go on in another world from where this training stands, on a line of its own.

        `moved` makes of the state here one of the other world's training.
        """
        self.finish_epoch()
        if self.ended:
            self._revive()
        state = replace(self.training.keyframe(), records=list(self.training.history))
        training = world.begin(self.method)
        training.restore(moved(training, state))
        parent, epoch = self.branch, self.epoch
        self._leave()
        self.world, self.training = world, training
        self.branch = self._new_branch(parent, epoch)

    def world_of(self, state: State) -> World:
        """Return rows and network of a state; rows that were read once are taken again."""
        if state.data not in self._materials:
            self._materials = {**dict(list(self._materials.items())[-3:])}
            self._materials[state.data] = material(state.data, self.shelf)
        return World(self._materials[state.data], state.net, self.shelf)

    # -- going back

    def fork(self, number: int, epoch: int) -> None:
        """Go back to the end of an epoch, before what was changed there, and on from it on a line
        of its own.
        """
        branch = self.timeline[number].holding(epoch)
        if not branch.start <= epoch <= branch.end:
            raise Refused(f"Branch {branch.number} has come to epoch {branch.end}.", "epoch")
        self._go_back(branch, epoch, [one for one in self.edits if one.place < (epoch, 0)])

    def undo(self) -> None:
        """Go back to the epoch of the last change, without it; a drag is one change."""
        last = to_take_back(self.edits)
        if last is None:
            raise Refused("There is nothing to take back.")
        if last.branch not in self.timeline.branches:
            raise Refused("The branch of the last change was dropped.")
        branch = self.timeline[last.branch]
        earlier = [one for one in self.edits if one.n < last.n and one.place <= (last.epoch, 0)]
        self._go_back(branch, last.epoch, earlier)

    def _go_back(self, branch: Branch, epoch: int, edits: Iterable[Edit]) -> None:
        """Be at the end of an epoch of a branch, with those of its edits done that are given."""
        found = branch.keyframes.before(epoch)
        if found is None:
            raise Refused(f"Nothing is kept of branch {branch.number} to go back to.", "epoch")
        keyframe: Keyframe = found[1]
        training = branch.world.begin(keyframe.method)
        self._leave()
        training.history = branch.history.copy()
        training.restore(keyframe.state)
        self.world, self.method, self.training = branch.world, keyframe.method, training
        kept, self.branch = self.branch, _aside(branch)
        for one in edits:
            if one.branch == branch.number and one.n > keyframe.edits:
                self.go_to(one.epoch, one.step)
                self._change(command_of(*_parted(one)))
        self.go_to(epoch)
        self.branch = kept
        self._new_branch(branch, epoch)

    def _revive(self) -> None:
        """Let a training that is over go on: one like it, from where that one stands."""
        over = self.training
        training = self.world.begin(self.method)
        state = replace(over.keyframe(), solver_reason=None, judged=True, flat_epochs=0)
        training.history = over.history
        if over.diverged:  # what the optimizer knows is spoiled, too
            state = replace(training.keyframe(), weights=state.weights, records=state.records,
                            epochs_done=state.epochs_done)  # fmt: skip
        training.restore(state)
        self._steps = None
        self.training = training

    def _leave(self) -> None:
        """Leave the training that is under way."""
        self.branch.history, self.branch.method = self.training.history, self.method
        if self._steps is not None:
            self._steps.close()
            self._steps = None
        else:
            self.training.problem.close()

    def _new_branch(self, parent: Branch | None, start: int) -> Branch:
        branch = self.timeline.branch(self.world, parent, start, len(self.edits) + 1)
        self.branch = branch
        self.timeline.keep_weights(branch, self.epoch, self.training.weights)
        self._keep_keyframe()
        return branch


def _aside(branch: Branch) -> Branch:
    """Return a line like another that nobody sees, to train again on what was."""
    return Branch(branch.number, branch.world, branch.parent, branch.start)


def _parted(edit: Edit) -> tuple[str, dict[str, Any]]:
    fields = dict(edit.command)
    return str(fields.pop("do")), fields


def replayed(
    state: State, edits: Iterable[Edit], budget: int = BUDGET, shelf: Shelf | None = None
) -> Course:
    """Return a course on which the edits were made again, without a page."""
    course = Course(state, budget, shelf)
    again(course, edits)
    return course


def again(course: Course, edits: Iterable[Edit]) -> None:
    """Make edits again, each where it was made."""
    for edit in edits:
        course.go_to(edit.epoch, edit.step)
        course.edit(command_of(*_parted(edit)))
