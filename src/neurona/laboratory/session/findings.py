"""Findings: what the losses tell while training runs, and buttons that do something about it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np

from neurona.diagnosis.notes import Notes
from neurona.laboratory.events import FindingShown, RemedyShown, Said
from neurona.laboratory.session.course import Course
from neurona.laboratory.session.trainer import Trainer
from neurona.training.history import EpochRecord

Remedies = Callable[[Course], list[RemedyShown]]
PENALTY = 0.01


def _rate(text: str, factor: float) -> Remedies:
    return lambda course: [RemedyShown(text, [_set(rate=_round(course.method.rate * factor))])]


def _round(value: float) -> float:
    return float(f"{value:.3g}")


def _set(**fields: Any) -> dict[str, Any]:
    return {"do": "method.set", **fields}


def _best_epoch(course: Course, column: int) -> int:
    """Return the epoch with the least value of a column of the curve; the first if none has one."""
    rows = course.branch.curve.whole()
    values = rows[:, column] if len(rows) else np.zeros(0)
    known = np.isfinite(values)
    if not known.any():
        return course.branch.start
    return int(rows[known][int(values[known].argmin()), 0])


def _back(course: Course, epoch: int) -> dict[str, Any]:
    return {"do": "time.fork", "branch": course.branch.number, "epoch": epoch}


def _too_large(course: Course) -> list[RemedyShown]:
    epoch, rate = _best_epoch(course, 1), _round(course.method.rate / 10)
    return [
        RemedyShown(f"Back to epoch {epoch}, with a tenth of the rate",
                    [_back(course, epoch), _set(rate=rate)]),
        RemedyShown("Go on with a tenth of the rate", [_set(rate=rate)]),
    ]  # fmt: skip


def _overfitting(course: Course) -> list[RemedyShown]:
    epoch = _best_epoch(course, 2)
    penalty = PENALTY if course.method.l2 == 0 else _round(10 * course.method.l2)
    return [
        RemedyShown(f"Back to epoch {epoch}", [_back(course, epoch)]),
        RemedyShown(f"Back to it, with L2 {penalty:g}",
                    [_back(course, epoch), _set(l2=penalty)]),
    ]  # fmt: skip


def _collapsed(course: Course) -> list[RemedyShown]:
    seed = course.state.net.seed + 1
    return [RemedyShown("Begin with other first weights", [{"do": "weights.draw", "seed": seed}])]


REMEDIES: dict[str, Remedies] = {
    "rate_too_large": _too_large,
    "diverged": _too_large,
    "oscillation": _rate("A third of the rate", 1 / 3),
    "rate_too_small": _rate("Ten times the rate", 10.0),
    "collapsed": _collapsed,
    "overfitting": _overfitting,
}
"""What is offered for a finding, by its name; for one that is not here nothing is."""


class _Since:
    """A history from an epoch on: what was before the last change says nothing of it."""

    def __init__(self, history: Any, first: int) -> None:
        self._history, self._first = history, first

    def column(self, name: str) -> list[Any]:
        return list(self._history.column(name))[self._first :]

    def __getitem__(self, place: int) -> Any:
        return self._history[self._first + place]


class Findings:
    """Looks at a trainer's course after each epoch; the page is told of a finding once, and again
    only after something was changed.
    """

    def __init__(self) -> None:
        self.shown: FindingShown | None = None
        self._of: tuple[Any, ...] = ()
        self._first = 0
        self._notes = Notes(lambda *_: None)
        self._found: list[tuple[str, str]] = []

    def see(self, trainer: Trainer, record: EpochRecord | None) -> None:
        """Look at what an epoch, or the end, came to."""
        course = trainer.course
        key = id(course), course.branch.number, len(course.edits)
        if key != self._of:
            self._of, self.shown = key, None
            self._first = max(0, len(course.training.history) - (record is not None))
            self._notes = Notes(lambda text, name: self._found.append((name, text)))
        training = course.training
        if course.ended and training.diverged:
            rate = course.method.rate
            self._found.append(("diverged", f"the loss left all bounds, with the rate {rate:g}"))
        elif record is not None:
            seen: Any = SimpleNamespace(
                about=training.about,
                start=training.start,
                history=_Since(training.history, self._first),
                solving=training.solving,
                plan=training.plan,
                learning_rate=training.learning_rate,
                problem=training.problem,
            )
            # counted from the change, as a training that begins there
            self._notes.on_epoch(seen, record._replace(epoch=record.epoch - self._first))
        for name, text in self._found:
            self._tell(trainer, name, text)
        self._found.clear()

    def _tell(self, trainer: Trainer, name: str, text: str) -> None:
        course = trainer.course
        offered = REMEDIES[name](course) if name in REMEDIES else []
        sentence = f"{text[0].upper()}{text[1:]}."
        self.shown = FindingShown(name, sentence, course.branch.number, course.epoch, offered)
        trainer.tell(self.shown)
        trainer.tell(Said(sentence))
