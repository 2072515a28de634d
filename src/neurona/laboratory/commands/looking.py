"""Commands that look closer, take something out, or belong to a lesson."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from neurona.laboratory.commands.base import (
    LAYER,
    NAME,
    OPTION,
    RATE,
    ROW,
    UNIT,
    Command,
    command,
)  # fmt: skip
from neurona.laboratory.fields import ByName, Either, Many, Number, OneOf, Part, Text, Whole, of


@command("neuron.zoom")
@dataclass(frozen=True)
class NeuronZoom(Command):
    """Answers a unit's inside with numbers, for one row: inputs, weights, sum, value, slope."""

    layer: int = of(LAYER)
    unit: int = of(UNIT)
    row: int = of(ROW, 0)


@command("trace.step")
@dataclass(frozen=True)
class TraceStep(Command):
    """Answers the next step on some rows in the open, as `neurona trace` writes it."""

    rows: tuple[int, ...] = of(Many(ROW, 32, 1), (0,))


@command("trace.answer")
@dataclass(frozen=True)
class TraceAnswer(Command):
    """A number that the person worked out for a trace: right, or what is likely wrong with it."""

    layer: int = of(LAYER)
    unit: int = of(UNIT)
    quantity: str = of(OneOf(("delta", "weight")))
    value: float = of(Number())
    source: int | str = of(Either((UNIT, OneOf(("bias",)))), "bias")
    row: int = of(ROW, 0)


@dataclass(frozen=True)
class Racer:
    """A method in a race."""

    name: str = of(NAME)
    rate: float | None = of(RATE, None)
    options: dict[str, Any] | None = of(ByName(OPTION, 20), None)


@command("surface.field")
@dataclass(frozen=True)
class SurfaceField(Command):
    """Answers a closed-form surface on a grid: heights, minima, the window, the largest rate."""

    surface: str = of(NAME)
    options: dict[str, Any] | None = of(ByName(OPTION, 20), None)
    grid: int = of(Whole(8, 128), 64)


@command("surface.race")
@dataclass(frozen=True)
class SurfaceRace(Command):
    """Answers the paths of methods on a closed-form surface, all from one start."""

    surface: str = of(NAME)
    methods: tuple[Racer, ...] = of(Many(Part(Racer), 12, 1))
    options: dict[str, Any] | None = of(ByName(OPTION, 20), None)
    start: tuple[float, ...] | None = of(Many(Number(-1e6, 1e6), 2, 2), None)
    steps: int = of(Whole(1, 2000), 200)


@command("surface.slice")
@dataclass(frozen=True)
class SurfaceSlice(Command):
    """Answers the error of one's own network over two weights, two random directions, or the plane
    that holds most of the path; with that path, and the share of it that the plane holds.
    """

    kind: str = of(OneOf(("weights", "directions", "path")), "path")
    places: tuple[int, ...] | None = of(Many(ROW, 2, 2), None)
    grid: int = of(Whole(5, 81), 21)


@command("race.net")
@dataclass(frozen=True)
class RaceNet(Command):
    """Answers the curves of methods on one's own network: same weights, same batches."""

    methods: tuple[Racer, ...] = of(Many(Part(Racer), 12, 1))
    steps: int = of(Whole(1, 1000), 100)


TEXTS = ("command", "script", "settings", "link", "edits", "picture")
FILES = (
    "model", "workbook", "c", "python", "javascript", "matlab", "st", "onnx", "fmu", "report",
)  # fmt: skip


@command("export")
@dataclass(frozen=True)
class Export(Command):
    """Answers a text or a file: the way to have this training outside of the Lab."""

    what: str = of(OneOf((*TEXTS, *FILES)))


@command("lesson.open")
@dataclass(frozen=True)
class LessonOpen(Command):
    """Open a lesson: its state is set up, its text and checks are sent."""

    lesson: str = of(Text(60))


@command("lesson.check")
@dataclass(frozen=True)
class LessonCheck(Command):
    """Which checks of the open lesson are met; `answers` is what the person wrote, by place."""

    answers: dict[str, str] | None = of(ByName(Text(200), 20), None)
