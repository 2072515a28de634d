"""Lessons: plain files with a title, paragraphs, a state to begin with, and checks; no code.

A file `NN-name.toml` is the lesson `name`; a teacher's folder adds lessons, or replaces those of
the same name.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neurona.laboratory.fields import (
    Anything,
    ByName,
    Many,
    Number,
    OneOf,
    Part,
    Refused,
    Text,
    Whole,
    filled,
    of,
)  # fmt: skip

HOME = Path(__file__).parent / "lessons"
SCREENS = ("training", "data", "network", "neuron", "optimizers", "compare", "export")
LARGEST = 64_000

_VALUE = Anything()


@dataclass(frozen=True)
class Check:
    """What is asked for: a sentence, the name of a predicate, and what it is given."""

    text: str = of(Text(400))
    is_: str = of(Text(40))
    given: dict[str, Any] = of(ByName(_VALUE, 12))


@dataclass(frozen=True)
class Racing:
    """The race that a lesson on surfaces begins with."""

    surface: str = of(Text(40))
    options: dict[str, Any] | None = of(ByName(_VALUE, 12), None)
    start: tuple[float, ...] | None = of(Many(Number(), 2, 2), None)
    methods: tuple[Any, ...] = of(Many(ByName(_VALUE, 8), 12), ())
    steps: int = of(Whole(1, 2000), 100)


@dataclass(frozen=True)
class Lesson:
    """A lesson. `solution` are commands that meet its checks, `answers` what they say in words."""

    id: str = of(Text(60))
    title: str = of(Text(120))
    row: str = of(Text(200))
    text: tuple[str, ...] = of(Many(Text(1200), 12, 1))
    task: str = of(Text(800))
    checks: tuple[Check, ...] = of(Many(Part(Check), 12, 1))
    solution: tuple[dict[str, Any], ...] = of(Many(ByName(_VALUE, 12), 40))
    answers: dict[str, str] | None = of(ByName(Text(200), 12), None)
    screen: str = of(OneOf(SCREENS), "training")
    hints: tuple[str, ...] = of(Many(Text(600), 8), ())
    questions: tuple[str, ...] = of(Many(Text(400), 8), ())
    state: dict[str, Any] | None = of(ByName(ByName(_VALUE, 30), 4), None)
    race: Racing | None = of(Part(Racing), None)
    epochs: int = of(Whole(0, 1_000_000), 0)


def read_lesson(path: Path) -> Lesson:
    """Return the lesson in a file; Refused, saying what is wrong with it, if it is none."""
    try:
        if path.stat().st_size > LARGEST:
            raise Refused(f"it is larger than {LARGEST} bytes.")
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        checks = [_check(one) for one in document.pop("checks", [])]
        name = path.stem.partition("-")[2] if path.stem[:1].isdigit() else path.stem
        lesson: Lesson = filled(Lesson, {**document, "id": name, "checks": checks})
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Refused(f"The lesson {path.name}: {error}") from None
    return lesson


def _check(given: dict[str, Any]) -> dict[str, Any]:
    more = {name: value for name, value in given.items() if name not in ("text", "is")}
    return {"text": given.get("text", ""), "is_": given.get("is", ""), "given": more}


def read_lessons(folder: str | None = None, alone: bool = False) -> dict[str, Lesson]:
    """Return all lessons by name, in the order of their files, and those of a teacher's folder;
    with `alone` those of the folder only.
    """
    found: dict[str, Lesson] = {}
    own = [Path(folder)] if folder else []
    for place in own if alone and own else [HOME, *own]:
        for path in sorted(place.glob("*.toml")):
            lesson = read_lesson(path)
            found[lesson.id] = lesson
    return found
