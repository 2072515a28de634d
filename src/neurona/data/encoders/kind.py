"""Kinds of columns: what each is asked, and the registry that knows them all.

A kind is one class. It recognizes its columns (`recognize`); a kind that a model learns from is an
`Encoder` besides, a frozen dataclass whose fields are its whole state: `fit` learns it from a
column, `encode` writes numbers, `features` names them, `decode` is the way back. What a model file
holds of it (`to_state`, `from_state`), what `inspect` says (`described`, `in_words`) and what an
exporter asks (`typical`, `choices`) follow from the fields unless a kind says it better.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

import numpy as np

from neurona.data.gather import ColumnType
from neurona.data.table import Column, Table


class Seen(NamedTuple):
    """A column while its kind is sought: its cells, those that are not missing, the different ones
    among these in ascending order, and how many cells are missing.
    """

    column: Column
    present: Column
    values: Any
    missing: int


class Kind(ABC):
    """What a column is to a model; `kind` is the name that people type and files hold."""

    __slots__ = ()
    kind: ClassVar[str]

    @classmethod
    @abstractmethod
    def recognize(cls, seen: Seen) -> str | None:
        """Return in words why a column is of this kind, None if it is not."""


class Encoder(Kind):
    """A kind that becomes columns of numbers; always finite ones, whatever comes.

    `name` is the table's column.
    """

    __slots__ = ()
    name: str
    when_missing: ClassVar[str]
    """What happens to missing cells, in words."""

    @classmethod
    @abstractmethod
    def fit(cls, table: Table, name: str, missing: bool, max_levels: int) -> Self:
        """Learn the state from a column; `missing` says whether cells are missing in it, and
        `max_levels` how many columns of numbers it may become at most.
        """

    @abstractmethod
    def features(self) -> list[str]:
        """Return the names of the columns this becomes."""

    @abstractmethod
    def encode(self, table: Table, out: Column) -> int:
        """Write the columns into `out`; returns how many cells were missing."""

    @abstractmethod
    def decode(self, numbers: Column) -> Column:
        """Return the cells of the table's column; `numbers` has a column for each feature.

        A cell is missing where its mark is above 1/2. What encoding left out (rare levels, digits
        beyond +-limit spreads) does not come back.
        """

    def as_it_stands(self) -> Encoder:
        """Return what does not scale; this one, if it is of no numbers."""
        return self

    def in_pieces(self, table: Table, bins: int) -> Encoder:
        """Return what also says where a number lies between so many quantiles, if these are
        numbers.
        """
        return self

    def whole(self) -> Encoder:
        """Return what cuts no numbers into pieces; this one, if it does not."""
        return self

    def reads_as(self) -> ColumnType:
        """Return how a file's column is to be read for this."""
        return "text"

    def notes(self, distinct: int, reason: str) -> list[str]:
        """Return what a person should know of the column: it has so many different values, and
        was recognized for that reason.
        """
        return []

    def unseen(self, table: Table) -> list[str]:
        """Return the texts that training had not and that no column of numbers stands for."""
        return []

    def newly_missing(self, table: Table) -> int:
        """Return how many cells are missing where training had none, and a middle value stands
        in.
        """
        return 0

    def numbers(self, table: Table) -> Column | None:
        """Return the cells as numbers along a line, nan where missing; None if they are not on
        one.
        """
        return None

    def bound(self, number: float) -> Any:
        """Return a number of `numbers` as a report keeps the least and the greatest."""
        return number

    def number_of(self, bound: Any) -> float | None:
        """Return the number that `bound` kept, None if it is none."""
        return float(bound) if type(bound) in (int, float) else None

    def cell_text(self, number: float) -> str:
        """Return a number of `numbers` as a person writes it."""
        return f"{number:,.6g}"

    def stands_in(self) -> str:
        """Return in words what stands in for a column that is missing as a whole."""
        return self.when_missing

    def to_state(self) -> dict[str, Any]:
        """Return all of it as plain data."""
        return {"kind": self.kind, **self._plain()}

    @classmethod
    def from_state(cls, values: Mapping[str, Any]) -> Self:
        """Return the encoder of plain data without its kind; anything else is a ValueError."""
        if set(values) != {one.name for one in fields(cls)}:  # type: ignore[arg-type]
            raise ValueError(f"values of {cls.kind}")
        return cls(**cls.checked(dict(values)))

    @classmethod
    def checked(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Return stored values as the fields hold them; ValueError if one cannot be: a field of
        str needs a text, one of bool a truth value, one of float a finite number.
        """
        for one in fields(cls):  # type: ignore[arg-type]
            wanted = one.type if isinstance(one.type, str) else getattr(one.type, "__name__", "")
            value = values[one.name]
            if wanted == "str":
                checked_text(value)
            if wanted == "bool" and not isinstance(value, bool):
                raise ValueError(one.name)
            if wanted == "float" and not (type(value) in (int, float) and np.isfinite(value)):
                raise ValueError(one.name)
        return values

    def described(self) -> dict[str, Any]:
        """Return what was learned of the column, as plain data for a person."""
        return {name: value for name, value in self._plain().items() if name != "name"}

    @staticmethod
    def in_words(described: Mapping[str, Any]) -> str:
        """Return a few words that say what `described` says."""
        skipped = ("name", "kind", "features")
        return ", ".join(f"{k}: {v}" for k, v in described.items() if k not in skipped)

    def typical(self) -> Any:
        """Return a cell that is nothing unusual, None if that is a missing one."""
        return None

    def choices(self) -> tuple[str, ...]:
        """Return the words that a cell may be, none if it may be much else."""
        return ()

    def pair(self) -> tuple[Any, Any] | None:
        """Return the two cells that there are, None if there are others."""
        return None

    def line(self) -> tuple[float, float] | None:
        """Return middle and spread of numbers along a line, None for anything else."""
        return None

    def _plain(self) -> dict[str, Any]:
        values = asdict(self)  # type: ignore[call-overload]
        return {k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}


def checked_text(value: Any) -> str:
    """Return a text; ValueError if it is something else."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text")
    return value


def shown(value: Any) -> str:
    """Return a cell as a sentence shows it."""
    if isinstance(value, str):
        return repr(value if len(value) <= 40 else value[:40] + "...")
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


Registered = TypeVar("Registered", bound=type[Kind])


class Kinds:
    """The kinds by name, and the order in which a column is asked whether it is one.

    A project's `Registry` is for values that a name makes; a kind is learned from a column, and
    its place among the others matters.
    """

    def __init__(self) -> None:
        self._classes: dict[str, type[Kind]] = {}
        self._asked: list[str] = []

    def register(self, name: str, before: str | None = None) -> Callable[[Registered], Registered]:
        """Class decorator: make the class the kind `name`, asked before the kind `before`.

        Without `before` it is asked last: constant, boolean, date and id-like come first, then
        numeric takes all other numbers, and category all other texts.
        """
        if before is not None and before not in self._classes:
            raise ValueError(f"there is no kind of column {before!r} to come before")

        def add(cls: Registered) -> Registered:
            if not (isinstance(cls, type) and issubclass(cls, Kind)):
                raise TypeError(f"{cls!r} is no kind of column: derive it from Kind or Encoder")
            known = self._classes.get(name)
            if known is not None and known.__module__ != cls.__module__:
                raise ValueError(f"the kind of column {name!r} is registered already, by {known!r}")
            cls.kind = name
            self._classes[name] = cls
            if known is None:
                at = len(self._asked) if before is None else self._asked.index(before)
                self._asked.insert(at, name)
            return cls

        return add

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name in self._classes

    def __getitem__(self, name: str) -> type[Kind]:
        """Return the class of a name; KeyError if no kind has it."""
        return self._classes[name]

    def encoder(self, name: str) -> type[Encoder] | None:
        """Return the class of a kind that models learn from, None if they leave it out."""
        cls = self._classes[name]
        return cls if issubclass(cls, Encoder) else None

    def recognize(self, seen: Seen) -> tuple[str, str] | None:
        """Return the name of a column's kind and the reason, None if no kind takes it."""
        for name in self._asked:
            reason = self._classes[name].recognize(seen)
            if reason is not None:
                return name, reason
        return None


KINDS = Kinds()
