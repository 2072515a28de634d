"""A document: blocks of plain values, without a trace of how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Heading(NamedTuple):
    """The head of a section."""

    text: str


class Text(NamedTuple):
    """A paragraph; one that is `small` is a remark."""

    text: str
    small: bool = False


class Facts(NamedTuple):
    """Names and what is to be said of them."""

    rows: Sequence[tuple[str, str]]


class Grid(NamedTuple):
    """A table of texts: its head, rows, the columns that are numbers, and the row that counts."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()
    main: int | None = None


class Picture(NamedTuple):
    """A drawing: its name, what it shows, its content as SVG and as PNG, and its width in points.

    Two that are not wide stand side by side where there is room.
    """

    name: str
    title: str
    caption: str
    svg: bytes
    png: bytes
    width: float
    wide: bool = False


class Code(NamedTuple):
    """Code, or a command, to be copied."""

    text: str
    language: str = ""


class Item(NamedTuple):
    """A thing to be looked at: a title, a word on how bad it is (`level` 0 to 2, 2 is the worst),
    paragraphs, code, and small print.
    """

    title: str
    word: str
    level: int
    paragraphs: Sequence[str]
    code: str = ""
    small: str = ""


Block = Heading | Text | Facts | Grid | Picture | Code | Item


@dataclass(frozen=True)
class Document:
    """A title, a line below it, blocks, and a line at the foot."""

    title: str
    subtitle: str
    blocks: list[Block] = field(default_factory=list)
    foot: str = ""
