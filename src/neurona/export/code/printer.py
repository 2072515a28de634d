"""What printers share: a walk over the form, with a method for each thing that languages say
differently.
"""

from __future__ import annotations

import math
import re

import numpy as np

from neurona.export.code.form import (
    At,
    Call,
    Compare,
    Count,
    Counted,
    Counter,
    CountOf,
    Fixed,
    Let,
    Literal,
    Loop,
    Name,
    Negative,
    NotANumber,
    Number,
    Operation,
    Pick,
    Program,
    Put,
    Statement,
)
from neurona.export.code.special import Special
from neurona.network import Vector

WIDTH = 96


def number_text(value: float, single: bool) -> str:
    """Return the shortest decimal that reads back to the same bits, with a point or an exponent."""
    text = str(np.float32(value)) if single else repr(float(value))
    return text if any(mark in text for mark in ".en") else f"{text}.0"


def checked_finite(value: float) -> float:
    """Return a number; ValueError if source text cannot hold it."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number for source text")
    return value


class Printer:
    """Prints a program; what is here suits the languages of C's kin."""

    indent = "    "
    end = ";"
    not_a_number = "(0.0 / 0.0)"
    base = 0
    """The place of an array's first element."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.again: set[str] = set()

    def literal(self, value: float) -> str:
        """Return a number; a negative one in brackets."""
        text = number_text(checked_finite(value), self.program.single)
        return f"({text})" if text.startswith("-") else text

    def number(self, value: Number) -> str:
        """Return an expression."""
        if isinstance(value, Literal):
            return self.literal(value.value)
        if isinstance(value, Name):
            return self.name(value.name)
        if isinstance(value, Operation):
            return f"({self.number(value.left)} {value.symbol} {self.number(value.right)})"
        if isinstance(value, Negative):
            return f"(-{self.number(value.value)})"
        if isinstance(value, Call):
            return f"{self.routine(value.routine)}({self.bare(value.argument)})"
        if isinstance(value, Pick):
            return self.pick(
                self.compare(value.condition), self.number(value.yes), self.number(value.no)
            )
        if isinstance(value, Counted):
            return self.counted(value.count)
        if isinstance(value, NotANumber):
            return self.not_a_number
        assert isinstance(value, At)
        return self.at(value)

    def bare(self, value: Number) -> str:
        """Return an expression without brackets around it."""
        text = self.number(value)
        return text[1:-1] if isinstance(value, Operation | Negative) else text

    def count(self, value: Count) -> str:
        """Return a whole number."""
        if isinstance(value, Fixed):
            return self.whole(value.value)
        if isinstance(value, Counter):
            return self.name(value.name)
        assert isinstance(value, CountOf)
        return f"({self.count(value.left)} {value.symbol} {self.count(value.right)})"

    def bare_count(self, value: Count) -> str:
        """Return a whole number without brackets around it."""
        text = self.count(value)
        return text[1:-1] if isinstance(value, CountOf) else text

    def whole(self, value: int) -> str:
        """Return a whole number that is known."""
        return str(value)

    def name(self, name: str) -> str:
        """Return a local name."""
        return name

    def routine(self, name: str) -> str:
        """Return the name of a routine."""
        return f"{self.program.name}_{name}"

    def pick(self, condition: str, yes: str, no: str) -> str:
        """Return a choice."""
        return f"({condition} ? {yes} : {no})"

    def compare(self, value: Compare) -> str:
        """Return a comparison."""
        return f"({self.number(value.left)} {value.symbol} {self.number(value.right)})"

    def counted(self, value: Count) -> str:
        """Return a whole number as one with a point."""
        return self.count(value)

    def is_table(self, array: str) -> bool:
        """Whether an array is one of constants: work arrays have names that tables do not."""
        return array not in ("x", "y") and array not in self.program.work

    def at(self, value: At) -> str:
        """Return an element of an array."""
        if isinstance(value.place, Number):
            return self.element(value.array, self.converted(self.number(value.place)))
        return self.element(value.array, self.bare_count(value.place))

    def element(self, array: str, place: str) -> str:
        """Return an element of an array at a place."""
        return f"{self.name(array)}[{place}]"

    def converted(self, place: str) -> str:
        """Return a number that is whole as a place in an array."""
        return place

    def statements(self, body: list[Statement] | tuple[Statement, ...], depth: int) -> list[str]:
        """Return statements, a line each."""
        lines: list[str] = []
        for one in body:
            lines += self.statement(one, depth)
        return lines

    def statement(self, one: Statement, depth: int) -> list[str]:
        """Return a statement."""
        space = self.indent * depth
        if isinstance(one, Let):
            value = self.bare(one.value)
            return [f"{space}{self.let(one.name, value, one.again)}{self.end}"]
        if isinstance(one, Put):
            target = self.put(one.array, self.bare_count(one.place), self.bare(one.value))
            return [f"{space}{target}{self.end}"]
        if isinstance(one, Special):
            return self.special(one, space)
        head, foot = self.loop(one)
        inside = self.statements(one.body, depth + 1)
        return [f"{space}{head}", *inside, *([f"{space}{foot}"] if foot else [])]

    def special(self, one: Special, space: str) -> list[str]:
        """Return a statement that only some languages have."""
        raise NotImplementedError

    def let(self, name: str, value: str, again: bool) -> str:
        """Return a statement that a name is a number."""
        return f"{self.name(name)} = {value}"

    def put(self, array: str, place: str, value: str) -> str:
        """Return a statement that an element is a number."""
        return f"{self.element(array, place)} = {value}"

    def loop(self, loop: Loop) -> tuple[str, str]:
        """Return the lines around the statements of a loop."""
        raise NotImplementedError

    def values(self, values: Vector, depth: int) -> list[str]:
        """Return a table's numbers in lines, comma-separated."""
        space = self.indent * depth
        single = self.program.single
        texts = [self.constant(number_text(checked_finite(v), single)) for v in values.tolist()]
        return wrapped(texts, space)

    def constant(self, text: str) -> str:
        """Return a number of a table."""
        return text


def wrapped(texts: list[str], space: str) -> list[str]:
    """Return texts in lines, with commas between."""
    lines, line = [], space
    for k, text in enumerate(texts):
        piece = text if k == len(texts) - 1 else f"{text},"
        if len(line) + len(piece) > WIDTH and line.strip():
            lines.append(line.rstrip())
            line = space
        line += f"{piece} "
    return [*lines, line.rstrip()]


def again_names(body: list[Statement] | tuple[Statement, ...]) -> set[str]:
    """Return the names that statements change."""
    found: set[str] = set()
    for one in body:
        if isinstance(one, Let) and one.again:
            found.add(one.name)
        elif isinstance(one, Loop):
            found |= again_names(one.body)
    return found


def plain(text: object, most: int = 60) -> str:
    """Return a text for a comment: printable ASCII without what ends comments or starts escapes."""
    found = str(text).encode("ascii", "backslashreplace").decode()
    safe = "".join(c if c.isalnum() or c in " _-.,:;=+()[]<>%#&!'^~|/" else "_" for c in found)
    # a comment begins at two strokes, a script ends at "</", wherever they stand
    safe = re.sub("/+", "/", safe).replace("</", "< /")
    return safe if len(safe) <= most else f"{safe[: most - 3]}..."
