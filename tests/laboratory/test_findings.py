"""What is wrong is said while it happens, and what is offered does something about it."""

from typing import Any

import pytest

from neurona.laboratory.events import Event, FindingShown
from neurona.laboratory.protocol import command_of
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.findings import REMEDIES, Findings
from neurona.laboratory.session.mailbox import Mailbox
from neurona.laboratory.session.painter import Painter
from neurona.laboratory.session.spec import DataSpec, MethodSpec, NetSpec, State
from neurona.laboratory.session.trainer import Trainer
from tests.laboratory.test_course import bits

NET = NetSpec((6,), ("tanh",))


class Watched:
    """A trainer that is looked at, and what it told."""

    def __init__(self, source: str = "moons", **method: Any) -> None:
        state = State(
            DataSpec(source, rows=60, noise=0.4), NET, MethodSpec(**{"batch": 8, **method})
        )
        self.course = Course(state)
        self.told: list[Event] = []
        painter = Painter(lambda _: None, lambda _: (None, None, 0.0))
        self.trainer = Trainer(
            self.course, Mailbox(), painter, self.told.append, lambda *_: None, {}
        )
        self.findings = Findings()

    def train(self, epochs: int) -> None:
        for _ in range(epochs):
            if self.course.ended:
                return
            record = None
            while record is None and not self.course.ended:
                record = self.course.go_on()
            self.findings.see(self.trainer, record)

    @property
    def found(self) -> list[FindingShown]:
        return [one for one in self.told if isinstance(one, FindingShown)]

    def take(self, place: int = 0) -> None:
        for command in self.found[-1].remedies[place].commands:
            fields = dict(command)
            self.trainer.edit(command_of(fields.pop("do"), fields))


def test_a_rate_that_is_too_small_is_said_once_and_raised() -> None:
    watched = Watched(solver="sgd", rate=1e-6)
    watched.train(60)
    assert [one.name for one in watched.found] == ["rate_too_small"]
    assert "too small" in watched.found[0].text and watched.found[0].epoch < 30
    watched.take()
    assert watched.course.method.rate == pytest.approx(1e-5)
    epoch = watched.course.epoch
    watched.train(40)
    again = watched.found[1:]
    assert [one.name for one in again] == ["rate_too_small"] and again[0].epoch >= epoch + 11


def test_a_training_that_diverged_goes_back_with_a_tenth_of_the_rate() -> None:
    watched = Watched("sinc", solver="sgd", rate=1e4)
    watched.train(200)
    found = watched.found[-1]
    assert watched.course.ended and found.name == "diverged" and "10000" in found.text
    watched.take()
    assert not watched.course.ended and watched.course.method.rate == 1e3


def test_what_is_offered_can_be_done() -> None:
    for name, remedies in REMEDIES.items():
        for place in range(3):
            watched = Watched()
            watched.train(6)
            offered = remedies(watched.course)
            assert offered, name
            if place >= len(offered):
                continue
            for command in offered[place].commands:
                fields = dict(command)
                watched.trainer.edit(command_of(fields.pop("do"), fields))
            assert watched.course.edits


def test_overfitting_goes_back_to_the_best_epoch() -> None:
    watched = Watched(rate=0.1)
    watched.train(200)
    shown = next(one for one in watched.found if one.name == "overfitting")
    held = watched.course.branch.curve.whole()[: shown.epoch, 2]
    assert shown.remedies[0].commands[0]["epoch"] == 1 + int(held.argmin())
    watched.take()
    assert watched.course.epoch == 1 + int(held.argmin())


def test_looking_changes_nothing() -> None:
    watched = Watched(solver="sgd", rate=0.5)
    watched.train(30)
    plain = Course(watched.course.first)
    plain.go_to(30)
    assert bits(plain) == bits(watched.course)
