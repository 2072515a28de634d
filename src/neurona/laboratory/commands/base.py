"""What a command is, and the limits that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from neurona.laboratory.fields import Either, Flag, Number, Text, Whole

VIEWS = ("curve", "weights", "field", "units", "layers", "points")

COMMANDS: dict[str, type[Command]] = {}
Form = TypeVar("Form", bound="type[Command]")


@dataclass(frozen=True)
class Command:
    """What the page asks for; `do` is its word in the protocol.

    A command that `edits` changes what is trained: it is numbered, and done again in a replay.
    """

    do: ClassVar[str]
    edits: ClassVar[bool] = False


def command(word: str, edits: bool = False) -> Callable[[Form], Form]:
    """Class decorator: make a form known under its word."""

    def add(form: Form) -> Form:
        form.do, form.edits = word, edits
        COMMANDS[word] = form
        return form

    return add


RATE = Number(0.0, 1e6)
NAME = Text(100)
OPTION = Either((Number(), Flag(), Text(100)))
LAYER, UNIT, BRANCH = Whole(0, 100), Whole(0, 100_000), Whole(0, 65_535)
EPOCH = Whole(0, 2**32 - 1)
ROW = Whole(0, 10_000_000)
