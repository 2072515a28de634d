"""The trainer: the one thread in which a course goes on and is changed."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from neurona.laboratory import commands as c
from neurona.laboratory.commands import Command
from neurona.laboratory.events import Event, Said, Status
from neurona.laboratory.fields import Refused
from neurona.laboratory.frames import ENDED, PAST, PAUSED
from neurona.laboratory.session import telling
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.curve import SENT
from neurona.laboratory.session.mailbox import Letter, Mailbox, superseded
from neurona.laboratory.session.painter import Painter
from neurona.laboratory.session.snapshot import Snapshot
from neurona.laboratory.session.spec import State
from neurona.training.history import EpochRecord

STATUS_SECONDS = 0.25
Answers = dict[type[Command], Callable[["Trainer", Any], Any]]


@dataclass(frozen=True)
class Later:
    """An answer that takes a while; `work` touches nothing that is trained."""

    work: Callable[[], Any]


class Trainer:
    """Takes letters, trains, and feeds the painter.

    Parameters
    ----------
    course : Course
    mailbox : Mailbox
    painter : Painter
    tell : function of an event
    answer : function of a number and a value, or a Refused
    answers : dict
        What commands that change no training answer, by their form.
    came : function of this trainer
        Called when a page has come, before it is told what is trained.
    """

    def __init__(
        self,
        course: Course,
        mailbox: Mailbox,
        painter: Painter,
        tell: Callable[[Event], None],
        answer: Callable[[int, Any], None],
        answers: Answers,
        came: Callable[[Trainer], None] = lambda _: None,
    ) -> None:
        self.course, self.mailbox, self.painter = course, mailbox, painter
        self.tell, self._answer, self._answers, self._came = tell, answer, answers, came
        self.running, self.speed = False, 0.0
        self.past: tuple[int, int] | None = None
        self.changed: Callable[[], None] = lambda: None
        self.teaching: Any = None
        self.watch: Callable[[Trainer, EpochRecord | None], None] = lambda *_: None
        self.heard: Callable[[Trainer, Command, Any], None] = lambda *_: None
        self._worker = ThreadPoolExecutor(2, "looker")  # a long one keeps no other waiting
        self._left: tuple[str, int] | None = None
        self._version, self._painted = 0, -1
        self._told: dict[str, Any] = {}
        self._curve_of, self._curve_until, self._curve_sent = -1, 0, SENT + 1
        self._next_epoch = 0.0
        self._status_at, self._status_epoch, self._rate = 0.0, 0, 0.0

    # -- the loop

    def loop(self) -> None:
        """Train and take letters until the mailbox is closed."""
        while not self.mailbox.closed:
            self._take()
            now = time.perf_counter()
            busy = self.running and now >= self._next_epoch
            if busy:
                self._piece(now)
            self._feed(now)
            if self.running and now - self._status_at > STATUS_SECONDS:
                self.tell_status()
            if not busy:
                self.mailbox.wait(self._patience(now))
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _patience(self, now: float) -> float | None:
        """Return for how long nothing is to be done."""
        waits = [self._next_epoch - now] if self.running else []
        if self._version != self._painted and not self.painter.waits_for_page:
            waits.append(self.painter.seconds_left(now) + 0.001)
        return max(0.0, min(waits)) if waits else None

    def _piece(self, now: float) -> None:
        batch = self._left is not None and self._left[0] == "batch"
        record = self.course.go_on(1 if batch else None)
        self._version += 1
        if record is not None or self.course.ended:
            self.watch(self, record)
        if self.course.ended:
            self.pause()
            self.tell_status()
            self.tell(Said(str(self.course.training.reason)))
            return
        self._count(record, batch)
        if record is not None and self.speed:
            self._next_epoch = max(self._next_epoch + 1 / self.speed, now)

    def _count(self, record: EpochRecord | None, batch: bool) -> None:
        if self._left is not None and (batch or record is not None):
            unit, left = self._left
            self._left = (unit, left - 1)
            if left <= 1:
                self.pause()
                self.tell_status()

    def run(self, speed: float) -> None:
        """Go on; `speed` is epochs a second, 0 as fast as it goes."""
        self._check_can_go_on()
        self.running, self.speed, self._left = True, speed, None
        self._next_epoch = time.perf_counter()

    def do_steps(self, unit: str, count: int) -> None:
        """Do some batches or epochs, after those that are still to be done, then pause."""
        self._check_can_go_on()
        if self.running and self._left is not None and self._left[0] == unit:
            count += self._left[1]
        self.running, self.speed, self._left = True, 0.0, (unit, count)
        self._next_epoch = 0.0

    def train_to_pause(self) -> None:
        """Train, in this thread, until nothing more was asked for."""
        while self.running and not self.course.ended:
            self._piece(0.0)

    def _check_can_go_on(self) -> None:
        if self.past is not None:
            raise Refused("The past is shown: go back to the present, or continue from here.")
        if self.course.ended:
            raise Refused(
                f"This training has ended: {self.course.training.reason}. Change something, go "
                "back, or begin again."
            )

    def pause(self) -> None:
        """Stop after this piece."""
        self.running, self._left = False, None
        self.touch()

    def restart(self, state: State) -> None:
        """Begin with another state, and forget what was."""
        self.put(Course(state, self.course.timeline.budget, self.course.shelf))

    def put(self, course: Course) -> None:
        """Go on with another course, and forget what was."""
        self.course = course
        self._curve_of = -1
        self._told = {}
        self.tell_changes()
        self._tell_edits()
        self.show_whole_curve()
        self.changed()

    def _tell_edits(self) -> None:
        for edit in self.course.edits[-200:]:
            self.tell(telling.edit_shown(edit))

    def touch(self) -> None:
        """What is shown has changed: paint as soon as may be."""
        self._version += 1
        self.painter.hurry()

    def show_whole_curve(self) -> None:
        """Send the curve anew with the next frame."""
        self._curve_sent = SENT + 1
        self.touch()

    # -- letters

    def _take(self) -> None:
        letters = self.mailbox.take()
        for place, letter in enumerate(letters):
            following = letters[place + 1] if place + 1 < len(letters) else None
            if letter.command is None:
                self._page_came()
            elif superseded(letter, following):
                self._answer(letter.number, None)
            else:
                self._do(letter, letter.command)

    def _do(self, letter: Letter, command: Command) -> None:
        try:
            value = self.edit(command) if command.edits else self._looked_up(command)
            self.heard(self, command, value)
        except Refused as refused:
            self._answer(letter.number, refused)
        except Exception as error:  # whatever it is, the engine goes on
            traceback.print_exc(file=sys.stderr)
            self._answer(letter.number, Refused(f"This went wrong: {error}"))
        else:
            if isinstance(value, Later):
                self._worker.submit(self._answer_later, letter.number, value)
            else:
                self._answer(letter.number, value)

    def _answer_later(self, number: int, later: Later) -> None:
        """Be the thread that works out what takes a while, while training goes on."""
        try:
            value = later.work()
        except Refused as refused:
            value = refused
        except Exception as error:
            traceback.print_exc(file=sys.stderr)
            value = Refused(f"This went wrong: {error}")
        self._answer(number, value)

    def _looked_up(self, command: Command) -> Any:
        handler = self._answers.get(type(command))
        if handler is None:
            raise Refused(f"{command.do} is not there yet.", "do")
        return handler(self, command)

    def edit(self, command: Command) -> Any:
        """Make a change and tell of it."""
        if self.past is not None and not isinstance(
            command,
            c.TimeFork | c.EditUndo | c.TrainReset | c.TableUse | c.TableFile | c.NetworkSet,
        ):
            raise Refused("The past is shown: continue from here, or go back to the present.")
        value = self.course.edit(command)
        if self.past is not None:
            self.past = None
        if self.course.ended:
            self.running = False
        self.tell(telling.edit_shown(self.course.edits[-1]))
        self.tell_changes()
        self.touch()
        self.changed()
        return value

    # -- telling

    def _page_came(self) -> None:
        self._told = {}
        self._came(self)
        self.tell_changes()
        self._tell_edits()
        self.painter.drawn()
        self.show_whole_curve()

    def tell_changes(self) -> None:
        """Tell what is not as it was told last."""
        world, course = self.course.world, self.course
        if self._told.get("material") is not world.material:
            self._told["material"] = world.material
            self.tell(telling.table_shown(world))
            self.tell(telling.targets_shown(world))
        if self._told.get("world") is not world:
            self._told["world"] = world
            self.tell(telling.network_shown(world))
        for shown in (telling.method_shown(course), telling.branches_shown(course)):
            if self._told.get(shown.event) != shown:
                self._told[shown.event] = shown
                self.tell(shown)
        self.tell_status()

    def tell_status(self) -> None:
        """Tell whether it runs."""
        now, course = time.perf_counter(), self.course
        spent = now - self._status_at
        if spent > 0.9 * STATUS_SECONDS:
            done = course.epoch - self._status_epoch
            self._rate = max(0.0, done / spent) if self.running else 0.0
            self._status_at, self._status_epoch = now, course.epoch
        state = "ended" if course.ended else "running" if self.running else "paused"
        past = None if self.past is None else list(self.past)
        self.tell(
            Status(
                state,
                str(course.training.reason) if course.ended else None,
                course.branch.number,
                course.epoch,
                course.step,
                self.speed,
                round(self._rate, 1),
                past,
                course.branch.start,
            )
        )

    # -- painting

    def _feed(self, now: float) -> None:
        if self._version != self._painted and self.painter.wants(now):
            self._painted = self._version
            self.painter.feed(self.snapshot())

    def snapshot(self) -> Snapshot:
        """Return a copy of the moment that is shown."""
        course = self.course
        flags = (0 if self.running else PAUSED) | (ENDED if course.ended else 0)
        curve, whole = self._curve()
        branch, epoch, step = course.branch, course.epoch, course.step
        weights = course.training.weights
        if self.past is not None:
            branch = course.timeline[self.past[0]].holding(self.past[1])
            found = branch.weights.nearest(self.past[1])
            if found is not None:
                (epoch, weights), step = found, 0
                flags |= PAST
        before = branch.weights.before(epoch - 1 if step == 0 else epoch)
        return Snapshot(
            world=branch.world,
            branch=branch.number,
            epoch=epoch,
            step=step,
            live=course.epoch,
            flags=flags,
            weights=weights.copy(),
            before=None if before is None else before[1],
            curve=curve,
            whole=whole,
            l2=course.method.l2,
        )

    def _curve(self) -> tuple[Any, bool]:
        """Return new rows of the present's curve, or all, and whether it is all."""
        branch = self.course.branch
        whole = self._curve_of != branch.number or self._curve_sent > SENT
        rows = branch.curve.whole() if whole else branch.curve.since(self._curve_until)
        self._curve_sent = 0 if whole else self._curve_sent + len(rows)
        self._curve_of = branch.number
        if len(rows):
            self._curve_until = int(rows[-1, 0])
        elif whole:
            self._curve_until = 0
        return rows, whole
