"""Values as text: `lm(damping=0.1)` on a command line or in a config file, read and written.

A text is a name that a registry knows, then options in parentheses: by their names, or in the order
of the value's fields. An option is a number, true, false, none or, where a value takes a value,
such a text again. It is taken apart here and never evaluated.

>>> from neurona.optimizers import OPTIMIZERS, SOLVERS
>>> parse("adam(beta1=0.8)", OPTIMIZERS, SOLVERS).beta1
0.8
>>> write(parse("bfgs(search=strong-wolfe(curvature=0.5))", OPTIMIZERS, SOLVERS))
'bfgs(search=strong-wolfe(curvature=0.5))'
"""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from numbers import Integral, Real
from typing import Any, NamedTuple

from neurona.errors import UnknownNameError
from neurona.nearest import nearest
from neurona.registry import Registry

LONGEST = 500
"""Characters of a text."""
DEEPEST = 4
"""Values in values."""
WORDS: dict[str, Any] = {"true": True, "false": False, "none": None, "inf": float("inf")}

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|inf\b))"
    r"|(?P<word>[A-Za-z_]\w*(?:-\w+)*)|(?P<mark>[(),=]))"
)


class Called(NamedTuple):
    """A name and its options, each with its own name or None."""

    name: str
    options: list[tuple[str | None, Any]]


def parse(text: str, *registries: Registry, what: str = "") -> Any:
    """Return the value that a text stands for, of the first registry that has its name.

    Parameters
    ----------
    text : str
        A name, like "lm", or a name with options, like "lm(damping=0.1)" or "quantile(0.9)".
    *registries : Registry
        Where the name is looked up.
    what : str, default=the first registry's concept
        What messages call it.

    Raises
    ------
    UnknownNameError
        No registry has the name; the sentence says the nearest.
    ValueError
        The text is none, an option is unknown, or its number is not right; a sentence.
    """
    return _made(taken_apart(text), registries, what or registries[0].concept)


def write(value: Any) -> str:
    """Return a value as the text that `parse` reads; options with their defaults are left out.

    ValueError if text cannot say the value: it has no name, or holds a function.
    """
    make: Any = type(value)
    name = getattr(make, "name", None)
    if not isinstance(name, str) or not dataclasses.is_dataclass(value):
        raise ValueError(f"{value!r} has no name, so that text cannot say it.")
    try:
        usual = make()
    except TypeError:
        raise ValueError(f"{name} has an option that text cannot say.") from None
    said = [
        f"{field.name}={_written(getattr(value, field.name))}"
        for field in dataclasses.fields(value)
        if field.init and getattr(value, field.name) != getattr(usual, field.name)
    ]
    return f"{name}({', '.join(said)})"


def _written(option: Any) -> str:
    if option is None or isinstance(option, bool):
        return str(option).lower()
    if isinstance(option, Integral):
        return str(int(option))
    if isinstance(option, Real):
        return repr(float(option)).removesuffix(".0")
    return write(option)


def taken_apart(text: str) -> Called:
    """Return the name and the options of a text; ValueError if it is not written like a value."""
    if len(text) > LONGEST:
        raise ValueError(f"a text of at most {LONGEST} characters")
    tokens: list[tuple[str, str]] = []
    place = 0
    while place < len(text.rstrip()):
        found = _TOKEN.match(text, place)
        if found is None:
            raise ValueError(_form())
        tokens.append((str(found.lastgroup), found[str(found.lastgroup)]))
        place = found.end()
    reader = _Reader(tokens)
    called = reader.called(1)
    if reader.next != ("", ""):
        raise ValueError(_form())
    return called


def _form() -> str:
    return "a name, or a name with options like adam(beta1=0.8)"


class _Reader:
    """Goes through the words, numbers and marks of a text."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._place = [*tokens, ("", "")], 0

    @property
    def next(self) -> tuple[str, str]:
        """The kind and the text of what comes next; both empty at the end."""
        return self._tokens[self._place]

    def take(self, kind: str, text: str | None = None) -> str:
        """Return what comes next, which must be of this kind."""
        found, said = self.next
        if found != kind or (text is not None and said != text):
            raise ValueError(_form())
        self._place += 1
        return said

    def called(self, depth: int) -> Called:
        """Take a name with or without options."""
        if depth > DEEPEST:
            raise ValueError(f"a value with at most {DEEPEST - 1} values in one another")
        name = self.take("word")
        options: list[tuple[str | None, Any]] = []
        if self.next == ("mark", "("):
            self.take("mark", "(")
            while self.next != ("mark", ")"):
                options.append(self._option(depth))
                if self.next != ("mark", ")"):
                    self.take("mark", ",")
            self.take("mark", ")")
        return Called(name, options)

    def _option(self, depth: int) -> tuple[str | None, Any]:
        name = None
        if self.next[0] == "word" and self._tokens[self._place + 1] == ("mark", "="):
            name = self.take("word")
            self.take("mark", "=")
        kind, text = self.next
        if kind == "number":
            return name, _number(self.take("number"))
        if kind == "word" and text.lower() in WORDS:
            return name, WORDS[self.take("word").lower()]
        return name, self.called(depth + 1)


def _number(text: str) -> float | int:
    return int(text) if re.fullmatch(r"[+-]?[0-9]{1,100}", text) else float(text)


def _made(called: Called, registries: tuple[Registry, ...], what: str) -> Any:
    """Return the value, its options checked one by one and then by itself."""
    registry = next((one for one in registries if called.name in one), None)
    if registry is None:
        raise UnknownNameError(_unknown(called.name, registries, what))
    usual = registry.find(called.name)
    names = [field.name for field in dataclasses.fields(usual) if field.init]
    given: dict[str, Any] = {}
    for place, (name, option) in enumerate(called.options):
        if name is None:
            if place >= len(names):
                raise ValueError(f"{called.name} has {_count(names)}, not {len(called.options)}.")
            name = names[place]
        if name not in names:
            raise ValueError(f"{called.name} has no option {name!r}{_nearest_option(name, names)}")
        if name in given:
            raise ValueError(f"{called.name} is given {name!r} twice.")
        given[name] = _option_of(type(usual), name, option)
    return dataclasses.replace(usual, **given)


def _unknown(name: str, registries: tuple[Registry, ...], what: str) -> str:
    known = sorted({one for registry in registries for one in registry})
    words = {word: of for registry in registries for word, of in registry.elsewhere.items()}
    near = nearest(name, known, words)
    hint = f"did you mean {near!r}?" if near else f"known are {', '.join(known)}."
    return f"There is no {what} {name!r}; {hint}"


def _count(names: list[str]) -> str:
    if not names:
        return "no options"
    return f"{len(names)} option{'' if len(names) == 1 else 's'} ({', '.join(names)})"


def _nearest_option(name: str, names: list[str]) -> str:
    near = nearest(name, names, alike=0.5)
    if near:
        return f"; did you mean {near!r}?"
    return f"; it has {_count(names)}."


def _option_of(cls: type, name: str, option: Any) -> Any:
    """Return an option as the field of a class takes it; ValueError if it is of another kind."""
    kinds = _kinds(cls, name)
    if isinstance(option, Called):
        for kind in kinds:
            registry = Registry.holding(kind)
            if registry is not None:
                return _made(option, (registry,), registry.concept)
    elif option is None or isinstance(option, bool):
        if type(option) in kinds:
            return option
    elif float in kinds:
        return float(option)
    elif int in kinds and isinstance(option, int):
        return option
    said = option.name if isinstance(option, Called) else option
    raise ValueError(
        f"The {name!r} parameter of {cls.__name__} must be {_says(kinds)}. Got {said!r} instead."
    )


def _kinds(cls: type, name: str) -> tuple[type, ...]:
    """Return the types that a field says it takes; that of its default, if it cannot be told."""
    try:
        hint = typing.get_type_hints(cls)[name]
    except NameError:  # of a class inside a function
        return (type(getattr(cls(), name)),)
    several = typing.get_origin(hint) in (typing.Union, types.UnionType)
    kinds = typing.get_args(hint) if several else (hint,)
    return tuple(kind for kind in kinds if isinstance(kind, type))


def _says(kinds: tuple[type, ...]) -> str:
    words = {bool: "true or false", int: "a whole number", float: "a number", type(None): "none"}
    said = []
    for kind in kinds:
        registry = Registry.holding(kind)
        listed = "" if registry is None else f"a {registry.concept} ({', '.join(sorted(registry))})"
        said.append(words.get(kind) or listed or "of its own kind")
    return " or ".join(said) or "what text cannot say"


def seconds_of(value: Any) -> float:
    """Return a length of time in seconds: of a number, or of a text like "90s", "10m", "1.5h".

    ValueError, with the words that follow "must be", for anything else.

    >>> [seconds_of(one) for one in ("90", "90s", "10m", "1.5h", 20)]
    [90.0, 90.0, 600.0, 5400.0, 20.0]
    """
    says = "a length of time, like 90s, 10m or 1.5h"
    if isinstance(value, bool) or not isinstance(value, Real | str):
        raise ValueError(says)
    text = str(value).strip()
    units = {"s": 1, "m": 60, "min": 60, "h": 3600}
    unit = next((one for one in ("min", "s", "m", "h") if text.endswith(one)), "")
    try:
        seconds = float(text.removesuffix(unit)) * units.get(unit, 1)
    except ValueError:
        raise ValueError(says) from None
    if not 0 < seconds < float("inf"):
        raise ValueError(says)
    return seconds
