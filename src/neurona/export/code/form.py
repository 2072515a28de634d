"""The form between a model and a language: tables of constants, and scalar statements in order.

There are numbers (`Number`: literals, names, sums, ...) and whole numbers that count loops and
find places in arrays (`Count`). A choice is `pick`, both sides of which are computed; there is no
branch, so how long a routine takes does not depend on its data. Python's operators build
expressions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurona.export.code.special import Special
from neurona.network import Vector


class Count:
    """A whole number: of a loop, or a place in an array."""

    def __add__(self, other: int | Count) -> Count:
        return CountOf("+", self, counted(other))

    def __mul__(self, other: int | Count) -> Count:
        return CountOf("*", self, counted(other))


@dataclass(frozen=True)
class Fixed(Count):
    """A whole number that is known."""

    value: int


@dataclass(frozen=True)
class Counter(Count):
    """The counter of a loop."""

    name: str


@dataclass(frozen=True)
class CountOf(Count):
    """A sum, a product, or a quotient (`/`, without a rest) of whole numbers."""

    symbol: str
    left: Count
    right: Count


def counted(value: int | Count) -> Count:
    """Return a whole number as the form has it."""
    return value if isinstance(value, Count) else Fixed(value)


def halved(value: Count) -> Count:
    """Return half of an even whole number."""
    return CountOf("/", value, Fixed(2))


class Number:
    """An expression whose value is a floating-point number."""

    def __add__(self, other: float | Number) -> Number:
        return Operation("+", self, number(other))

    def __radd__(self, other: float) -> Number:
        return Operation("+", number(other), self)

    def __sub__(self, other: float | Number) -> Number:
        return Operation("-", self, number(other))

    def __rsub__(self, other: float) -> Number:
        return Operation("-", number(other), self)

    def __mul__(self, other: float | Number) -> Number:
        return Operation("*", self, number(other))

    def __rmul__(self, other: float) -> Number:
        return Operation("*", number(other), self)

    def __truediv__(self, other: float | Number) -> Number:
        return Operation("/", self, number(other))

    def __rtruediv__(self, other: float) -> Number:
        return Operation("/", number(other), self)

    def __neg__(self) -> Number:
        return Negative(self)


@dataclass(frozen=True)
class Literal(Number):
    """A number that is known."""

    value: float


@dataclass(frozen=True)
class NotANumber(Number):
    """What stands for a missing cell."""


@dataclass(frozen=True)
class Name(Number):
    """What a statement has let a name be."""

    name: str


@dataclass(frozen=True)
class At(Number):
    """An element of an array: a table of constants, or a work array."""

    array: str
    place: Count | Number


@dataclass(frozen=True)
class Operation(Number):
    """A sum, difference, product or quotient: `symbol` is one of + - * /."""

    symbol: str
    left: Number
    right: Number


@dataclass(frozen=True)
class Negative(Number):
    """A number with its sign turned."""

    value: Number


@dataclass(frozen=True)
class Counted(Number):
    """A whole number as a floating-point one."""

    count: Count


@dataclass(frozen=True)
class Compare:
    """A comparison: `symbol` is one of < > == !=, where not-a-number is as IEEE 754 has it."""

    symbol: str
    left: Number
    right: Number


@dataclass(frozen=True)
class Pick(Number):
    """One of two numbers."""

    condition: Compare
    yes: Number
    no: Number


@dataclass(frozen=True)
class Call(Number):
    """What a routine makes of a number."""

    routine: str
    argument: Number


@dataclass(frozen=True)
class Let:
    """A statement: a name is a number, for the first time in its block unless `again`."""

    name: str
    value: Number
    again: bool = False


@dataclass(frozen=True)
class Put:
    """A statement: an element of a work array is a number."""

    array: str
    place: Count
    value: Number


@dataclass(frozen=True)
class Loop:
    """Statements that are repeated with a counter from 0 to below `count`."""

    counter: str
    count: int | Count
    body: tuple[Statement, ...]


Statement = Let | Put | Loop | Special


@dataclass(frozen=True, eq=False)
class Routine:
    """A function of one number `z`: tables, statements, and its result."""

    name: str
    tables: dict[str, Vector]
    body: tuple[Statement, ...]
    result: Number
    uses: tuple[Routine, ...] = ()


@dataclass(frozen=True)
class Input:
    """A column of a row: how it is called, and what its numbers are.

    `words` are texts by their code, None among them a missing cell; `missing` tells whether
    not-a-number is allowed. `usual` and `spread` tell where numbers lie, `limit` how many spreads
    away they are cut off, `seen` the least and the greatest of training, if that is known; `unit`
    is what its numbers are told in, if somebody said so.
    """

    name: str
    kind: str
    words: tuple[str | None, ...] = ()
    missing: bool = False
    usual: float = 0.0
    spread: float = 1.0
    limit: float | None = None
    seen: tuple[float, float] | None = None
    unit: str = ""


@dataclass(frozen=True)
class Output:
    """A number of an answer: `kind` is quantity, probability, class, label, column, score,
    deviation, lower or upper; `spread` is the unit that differences are told in, `words` the
    classes by their code; `of` is the target that an error bar is of, `said` what else is to say.
    """

    name: str
    kind: str
    spread: float = 1.0
    words: tuple[str, ...] = ()
    unit: str = ""
    said: str = ""
    of: str = ""


@dataclass(eq=False)
class Program:
    """All of a model: `x` are a row's numbers, `y` its answers, and `body` makes them.

    `single` tells whether numbers have 32 bits, `pairs` whether sums have two terms then, `whole`
    whether they are whole numbers where that can be, of features within +-`bound`; `work` are the
    work arrays by name; `status` is above 0 where the row cannot be answered (None: every
    row can); `coverage` is the share that its intervals hold, if it has any.
    """

    name: str
    title: str
    single: bool
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    checksum: str = ""
    tables: dict[str, Vector] = field(default_factory=dict)
    work: dict[str, int] = field(default_factory=dict)
    body: list[Statement] = field(default_factory=list)
    routines: dict[str, Routine] = field(default_factory=dict)
    status: Number | None = None
    pairs: bool = False
    coverage: float | None = None
    whole: bool = False
    bound: float | None = None

    @property
    def specials(self) -> list[Special]:
        """The statements that only some languages have."""
        return [one for one in self.body if isinstance(one, Special)]

    def call(self, routine: Routine, argument: Number) -> Number:
        """Return a call of a routine, which the program then has."""
        self.need(routine)
        return Call(routine.name, argument)

    def need(self, routine: Routine) -> None:
        """Add a routine behind those that it uses."""
        for used in routine.uses:
            self.need(used)
        self.routines.setdefault(routine.name, routine)

    def let(self, name: str, value: float | Number, again: bool = False) -> Number:
        """Add a statement that a name is a number; returns the name."""
        self.body.append(Let(name, number(value), again))
        return Name(name)

    def put(self, array: str, place: int | Count, value: float | Number) -> None:
        """Add a statement that an element of a work array is a number."""
        self.body.append(Put(array, counted(place), number(value)))

    def table(self, name: str, values: Any) -> str:
        """Add a table of constants; returns its name."""
        self.tables[name] = np.asarray(values, np.float64).ravel()
        return name

    def array(self, name: str, size: int) -> str:
        """Make room for a work array of at least this size; returns its name."""
        self.work[name] = max(size, self.work.get(name, 0))
        return name


def number(value: float | Number) -> Number:
    """Return a number as the form has it."""
    return value if isinstance(value, Number) else Literal(float(value))


def place(array: str, index: int | Count | Number) -> Number:
    """Return an element of an array; a floating-point place must be whole."""
    return At(array, index if isinstance(index, Number) else counted(index))


def pick(condition: Compare, yes: float | Number, no: float | Number) -> Number:
    """Return one of two numbers."""
    return Pick(condition, number(yes), number(no))


def less(left: float | Number, right: float | Number) -> Compare:
    """Return whether a number is less than another."""
    return Compare("<", number(left), number(right))


def same(left: float | Number, right: float | Number) -> Compare:
    """Return whether two numbers are equal; not-a-number equals nothing."""
    return Compare("==", number(left), number(right))


def polynomial(z: Number, *coefficients: float) -> Number:
    """Return a polynomial by Horner's rule, its highest coefficient last."""
    found = number(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        found = found * z + coefficient
    return found


def names_in(body: tuple[Statement, ...] | list[Statement]) -> Iterator[str]:
    """Yield the names that statements let be numbers, those in loops too."""
    for one in body:
        if isinstance(one, Let):
            yield one.name
        elif isinstance(one, Loop):
            yield from names_in(one.body)


def counters_in(body: tuple[Statement, ...] | list[Statement]) -> Iterator[str]:
    """Yield the counters of loops."""
    for one in body:
        if isinstance(one, Loop):
            yield one.counter
            yield from counters_in(one.body)


def parts_of(value: Any) -> Iterator[Any]:
    """Yield an expression and all inside it."""
    yield value
    if isinstance(value, Number | Count | Compare):
        for one in vars(value).values():
            yield from parts_of(one)


def pruned(body: tuple[Statement, ...], result: Number) -> tuple[Statement, ...]:
    """Return the statements without those whose name nothing uses."""
    used = {one.name for one in parts_of(result) if isinstance(one, Name)}
    kept: list[Statement] = []
    for one in reversed(body):
        if isinstance(one, Let) and one.name not in used:
            continue
        kept.insert(0, one)
        if isinstance(one, Let):
            used |= {inner.name for inner in parts_of(one.value) if isinstance(inner, Name)}
    return tuple(kept)
