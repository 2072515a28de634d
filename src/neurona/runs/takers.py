"""How settings take what is said: TOML's types or text become a value, or are refused.

A taker returns a value or raises ValueError with the words that follow "must be"; it raises
`Refused` where a sentence of its own says more.
"""

from __future__ import annotations

import importlib
import math
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from neurona import value_text
from neurona.errors import UnknownNameError
from neurona.nearest import nearest as nearest_name
from neurona.registry import Registry

Taker = Callable[[Any], Any]
AUTO = "auto"


class Refused(ValueError):  # noqa: N818 - what is said of a value, not a defect
    """A value that is not taken; the message is a sentence that stands by itself."""


def nearest(word: object, names: Iterable[str], elsewhere: Mapping[str, str] | None = None) -> str:
    """Return "; did you mean 'NAME'?" for the nearest name, "." if none is near."""
    near = nearest_name(word, names, elsewhere)
    return f"; did you mean {near!r}?" if near else "."


def whole(least: int, *words: str) -> Taker:
    """Take whole numbers of `least` or more, and these words."""
    says = f"a whole number of {least} or more" + "".join(f", or {word!r}" for word in words)

    def take(value: Any) -> Any:
        if isinstance(value, str) and value.strip() in words:
            return value.strip()
        try:
            number = int(value.strip().replace("_", "")) if isinstance(value, str) else value
        except ValueError:
            raise ValueError(says) from None
        if isinstance(number, bool) or not isinstance(number, int) or number < least:
            raise ValueError(says)
        return number

    return take


def number(says: str, fits: Callable[[float], bool], *words: str) -> Taker:
    """Take numbers that fit, and these words."""
    says += "".join(f", or {word!r}" for word in words)

    def take(value: Any) -> Any:
        if isinstance(value, str) and value.strip() in words:
            return value.strip()
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ValueError(says)
        try:
            found = float(value)
        except (ValueError, OverflowError):
            raise ValueError(says) from None
        if not fits(found):
            raise ValueError(says)
        return found

    return take


def duration(value: Any) -> float:
    """Take a length of time in seconds: a number, or a text like "90s", "10m", "1.5h"."""
    return value_text.seconds_of(value)


def duration_or_auto(value: Any) -> Any:
    """Take a length of time, or "auto"."""
    return AUTO if value == AUTO else duration(value)


def choice(*names: str) -> Taker:
    """Take one of these words."""

    def take(value: Any) -> str:
        if isinstance(value, str) and value.strip() in names:
            return value.strip()
        raise ValueError(f"one of {', '.join(names)}{nearest(value, names)}")

    return take


share = number("a share of 0 or more, and below 1", lambda x: 0 <= x < 1)
positive = number("a number above 0", lambda x: 0 < x < math.inf, AUTO)


def text(value: Any) -> str:
    """Take any text."""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError("a text")
    return value


def mark(value: Any) -> str:
    """Take a character that separates; a tab may be written \\t."""
    if value in ("\\t", "tab"):
        return "\t"
    if not isinstance(value, str) or len(value) != 1 or value in '"\r\n':
        raise ValueError("one character, like ';'")
    return value


def mark_or_auto(value: Any) -> str:
    """Take a character that separates, or "auto"."""
    return AUTO if value == AUTO else mark(value)


def yes_or_no(value: Any) -> Any:
    """Take true or false, or "auto"."""
    words = {"true": True, "yes": True, "false": False, "no": False, AUTO: AUTO}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip() in words:
        return words[value.strip()]
    raise ValueError("true, false or auto")


def columns(value: Any) -> list[str]:
    """Take names of columns: a list, or a text that may have several between commas.

    Which it is only the table can say (`columns.chosen`): its column may be called "a,b".
    """
    if isinstance(value, str):
        value = _listed(value) if value.lstrip().startswith("[") else [value] * bool(value.strip())
    if isinstance(value, tuple):
        value = list(value)
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValueError("a list of names")
    return value


def _listed(given: str) -> Any:
    """Return the list that a text says: TOML's, or words between commas."""
    if given.lstrip().startswith("["):
        try:
            return tomllib.loads(f"value = {given}")["value"]
        except tomllib.TOMLDecodeError:
            return None
    return [part.strip() for part in given.split(",") if part.strip()]


def sizes(value: Any) -> Any:
    """Take sizes of hidden layers."""
    says = "sizes of hidden layers like 32,32 (or 'none', or 'auto')"
    if isinstance(value, str):
        if value.strip() in (AUTO, "none", ""):
            return AUTO if value.strip() == AUTO else []
        value = _listed(value)
        try:
            value = [int(one) if isinstance(one, str) else one for one in value or [0]]
        except ValueError:
            raise ValueError(says) from None
    if isinstance(value, int):
        value = [value]
    fits = isinstance(value, list) and all(type(one) is int and one > 0 for one in value)
    if not fits or len(value) > 100:
        raise ValueError(says)
    return value


def split(value: Any) -> str:
    """Take a way of holding rows out."""
    from neurona.data.split import SPLITTERS

    of_column = {word: splitter.of_column for word, splitter in SPLITTERS.items()}
    *first, last = (f"{word}:COLUMN" if needs else word for word, needs in of_column.items())
    says = f"{', '.join(first)} or {last}"
    if not isinstance(value, str):
        raise ValueError(says)
    word, colon, column = value.partition(":")
    if word in of_column and (column if of_column[word] else not colon):
        return value
    raise ValueError(says + nearest(word, tuple(of_column)))


@dataclass(frozen=True)
class Named:
    """Takes a registered name as it is, and a name with options, or a value, as the value.

    `homes` are the registries, as "module:NAME". They are imported when the first name is taken,
    which takes a while: so names are taken after everything else.
    """

    what: str
    homes: tuple[str, ...]

    def __call__(self, value: Any) -> Any:
        """Return a name, "auto", or a value."""
        if isinstance(value, str) and value.strip() == AUTO:
            return AUTO
        if isinstance(value, str):
            return self._said(value.strip())
        if isinstance(value, bool | int | float | list | dict | None):
            raise ValueError(f"the name of {self._one()}, or a name with options")
        registries = self.registries()
        if not any(type(value) in registry.classes() for registry in registries):
            raise ValueError(f"the name of {self._one()}, or a value of one of its classes")
        try:
            # what a config file cannot say could not be trained again
            value_text.parse(value_text.write(value), *registries)
        except ValueError as error:
            raise Refused(str(error)) from None
        return value

    def registries(self) -> list[Registry]:
        """Import the registries."""
        places = (home.partition(":") for home in self.homes)
        return [getattr(importlib.import_module(module), name) for module, _, name in places]

    def _said(self, given: str) -> Any:
        called = value_text.taken_apart(given)
        registries = self.registries()
        try:
            found = value_text.parse(given, *registries, what=self.what)
        except UnknownNameError as error:
            known = sorted({AUTO, *(name for registry in registries for name in registry)})
            if called.name in known:  # an option's value is unknown
                raise Refused(str(error)) from None
            words = {word: of for one in registries for word, of in one.elsewhere.items()}
            hint = nearest(called.name, known, words)
            listed = f"; known are {', '.join(known)}" if hint == "." else hint
            raise ValueError(f"the name of {self._one()}{listed}") from None
        except ValueError as error:
            raise Refused(str(error)) from None
        return found if "(" in given else given

    def _one(self) -> str:
        """Return what it is, with its article."""
        return f"{'an' if self.what[0] in 'aeiou' else 'a'} {self.what}"


class NamedList(Named):
    """Takes several such names or values, in a list, or one, as texts."""

    def __call__(self, value: Any) -> Any:
        """Return a list of texts."""
        if isinstance(value, str):
            value = _listed(value) if value.lstrip().startswith("[") else [value]
        if not isinstance(value, list | tuple):
            raise ValueError(f"a list of names of {self.what}s")
        taken = [super(NamedList, self).__call__(one) for one in value]
        return [one if isinstance(one, str) else value_text.write(one) for one in taken]
