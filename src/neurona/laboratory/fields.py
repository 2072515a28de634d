"""What a field of a command may hold: checked when it comes in, and written as TypeScript."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from neurona.nearest import unknown


class Refused(ValueError):  # noqa: N818 - what the page is told, not a defect
    """A command that is not done, why in a sentence, and the field that is to blame."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class Kind(Protocol):
    """What a field may hold."""

    def check(self, value: Any, name: str) -> Any:
        """Return the value as the program uses it; Refused if it may not stand here."""

    @property
    def typescript(self) -> str:
        """The type in the page's language."""


@dataclass(frozen=True)
class Number:
    """A finite number between two bounds."""

    typescript: ClassVar[str] = "number"

    low: float = -1e300
    high: float = 1e300

    def check(self, value: Any, name: str) -> float:
        """Return it as a float."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Refused(f"{name} must be a number. Got {_short(value)}.", name)
        if not math.isfinite(value) or not self.low <= value <= self.high:
            raise Refused(
                f"{name} must be from {self.low:g} to {self.high:g}. Got {_short(value)}.", name
            )
        return float(value)


@dataclass(frozen=True)
class Whole:
    """A whole number between two bounds."""

    typescript: ClassVar[str] = "number"

    low: int = 0
    high: int = 2**31 - 1

    def check(self, value: Any, name: str) -> int:
        """Return it as an int."""
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole:
            raise Refused(f"{name} must be a whole number. Got {_short(value)}.", name)
        if not self.low <= value <= self.high:
            raise Refused(
                f"{name} must be from {self.low} to {self.high}. Got {_short(value)}.", name
            )
        return int(value)


@dataclass(frozen=True)
class Text:
    """Text of limited length."""

    typescript: ClassVar[str] = "string"

    longest: int = 200

    def check(self, value: Any, name: str) -> str:
        """Return it."""
        if not isinstance(value, str):
            raise Refused(f"{name} must be text. Got {_short(value)}.", name)
        if len(value) > self.longest:
            raise Refused(f"{name} has {len(value)} letters; {self.longest} is the most.", name)
        return value


@dataclass(frozen=True)
class Flag:
    """True or false."""

    typescript: ClassVar[str] = "boolean"

    def check(self, value: Any, name: str) -> bool:
        """Return it."""
        if not isinstance(value, bool):
            raise Refused(f"{name} must be true or false. Got {_short(value)}.", name)
        return value


@dataclass(frozen=True)
class OneOf:
    """One of some words."""

    words: tuple[str, ...]

    def check(self, value: Any, name: str) -> str:
        """Return it; the nearest word is offered for another one."""
        if value not in self.words:
            raise Refused(unknown(name, value, self.words), name)
        return str(value)

    @property
    def typescript(self) -> str:
        """The type in the page's language."""
        return " | ".join(f'"{word}"' for word in self.words)


@dataclass(frozen=True)
class Many:
    """A list of limited length."""

    kind: Kind
    most: int
    least: int = 0

    def check(self, value: Any, name: str) -> tuple[Any, ...]:
        """Return it as a tuple."""
        if not isinstance(value, list | tuple):
            raise Refused(f"{name} must be a list. Got {_short(value)}.", name)
        if not self.least <= len(value) <= self.most:
            raise Refused(
                f"{name} must have {self.least} to {self.most} entries. Got {len(value)}.", name
            )
        return tuple(self.kind.check(one, name) for one in value)

    @property
    def typescript(self) -> str:
        """The type in the page's language."""
        inner = self.kind.typescript
        return f"({inner})[]" if " " in inner else f"{inner}[]"


@dataclass(frozen=True)
class ByName:
    """A mapping of names to values of one kind."""

    kind: Kind
    most: int
    names: tuple[str, ...] | None = None

    def check(self, value: Any, name: str) -> dict[str, Any]:
        """Return it as a dict; a name that is not known is refused with the nearest."""
        if not isinstance(value, Mapping):
            raise Refused(f"{name} must be an object. Got {_short(value)}.", name)
        if len(value) > self.most:
            raise Refused(f"{name} must have at most {self.most} entries.", name)
        for key in value:
            if self.names is not None and key not in self.names:
                raise Refused(unknown(name, key, self.names), name)
            if not isinstance(key, str) or len(key) > 200:
                raise Refused(f"{name} has a name that is too long.", name)
        return {key: self.kind.check(one, f"{name}.{key}") for key, one in value.items()}

    @property
    def typescript(self) -> str:
        """The type in the page's language."""
        if self.names is None:
            return f"Record<string, {self.kind.typescript}>"
        names = " | ".join(f'"{name}"' for name in self.names)
        return f"Partial<Record<{names}, {self.kind.typescript}>>"


@dataclass(frozen=True)
class Either:
    """One kind or the other, whichever takes the value first."""

    kinds: tuple[Kind, ...]

    def check(self, value: Any, name: str) -> Any:
        """Return what the first kind makes of it that takes it."""
        refusal: Refused | None = None
        for kind in self.kinds:
            try:
                return kind.check(value, name)
            except Refused as refused:
                refusal = refused
        assert refusal is not None
        raise refusal

    @property
    def typescript(self) -> str:
        """The type in the page's language."""
        return " | ".join(kind.typescript for kind in self.kinds)


@dataclass(frozen=True)
class Anything:
    """A value of a file that is checked where it is used."""

    typescript: ClassVar[str] = "unknown"

    def check(self, value: Any, name: str) -> Any:
        """Return it."""
        return value


@dataclass(frozen=True)
class Part:
    """An object with the fields of a dataclass that `of` describes."""

    form: type

    def check(self, value: Any, name: str) -> Any:
        """Return an instance."""
        if not isinstance(value, Mapping):
            raise Refused(f"{name} must be an object. Got {_short(value)}.", name)
        return filled(self.form, value, name)

    @property
    def typescript(self) -> str:
        """The type in the page's language."""
        return self.form.__name__


def of(kind: Kind, *default: Any) -> Any:
    """Return the field of a dataclass that holds a kind; with a default it may be left out."""
    if not default:
        return dataclasses.field(metadata={"kind": kind})
    return dataclasses.field(default=default[0], metadata={"kind": kind})


def kind_of(field: dataclasses.Field[Any]) -> Kind:
    """Return what a field may hold."""
    kind: Kind = field.metadata["kind"]
    return kind


def filled(form: type, values: Mapping[Any, Any], within: str = "") -> Any:
    """Return an instance of a form; Refused for unknown, missing and wrong fields."""
    fields = {field.name: field for field in dataclasses.fields(form)}
    for name in values:
        if name not in fields:
            raise Refused(unknown("field", _short(name), fields or ["none"]), within or None)
    given = {}
    for name, field in fields.items():
        path = f"{within}.{name}" if within else name
        optional = field.default is not dataclasses.MISSING
        if name not in values:
            if not optional:
                raise Refused(f"{path} is missing.", path)
            continue
        value = values[name]
        if value is None and field.default is None:
            continue
        given[name] = kind_of(field).check(value, path)
    return form(**given)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
