"""A function of numbers, run over whole arrays that have no numbers yet.

A formula says `z if z > 0 else slope * z`, and an array being traced cannot say whether it is above
0. So the function runs once for every way that it can take: a `Traced` that is asked for its truth
answers as the way says and notes the question, and the outcomes are put together by `where`. A
formula with k questions in a row has k + 1 ways, one with nested ones 2^k at most.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

MOST_WAYS = 1024
"""A function with more ways through it is not taken."""


class TooManyWaysError(ValueError):
    """A function asks so many questions that its ways cannot all be followed."""


@dataclass
class _Way:
    """One way through a function: the answers given beforehand, and the questions met."""

    answers: list[bool]
    questions: list[Any] = field(default_factory=list)

    def answer(self, question: Any) -> bool:
        """Note a question, and answer it; yes where nothing is said."""
        self.questions.append(question)
        asked = len(self.questions)
        return self.answers[asked - 1] if asked <= len(self.answers) else True


_way: ContextVar[_Way | None] = ContextVar("way", default=None)


def bare(value: Any) -> Any:
    """Return the array inside a `Traced`; anything else is itself."""
    return value.array if isinstance(value, Traced) else value


class Traced:
    """An array that stands for a number: arithmetic works, its truth is the way's to say."""

    __slots__ = ("array",)
    __array_priority__ = 1000

    def __init__(self, array: Any) -> None:
        self.array = array

    def __bool__(self) -> bool:
        way = _way.get()
        if way is None:
            raise TypeError("a traced number has no truth outside of `over_all_ways`")
        return way.answer(self.array)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        twin = getattr(jnp, ufunc.__name__, None)
        if method != "__call__" or options or twin is None:
            return NotImplemented
        return Traced(twin(*map(bare, inputs)))


def _binary(name: str, function: Callable[[Any, Any], Any]) -> None:
    def forward(self: Traced, other: Any) -> Traced:
        return Traced(function(self.array, bare(other)))

    def backward(self: Traced, other: Any) -> Traced:
        return Traced(function(bare(other), self.array))

    setattr(Traced, f"__{name}__", forward)
    setattr(Traced, f"__r{name}__", backward)


for _name in ("add", "sub", "mul", "truediv", "pow", "mod", "floordiv"):
    _binary(_name, getattr(operator, _name))
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    _binary(_name, getattr(operator, _name))
Traced.__hash__ = None  # type: ignore[assignment]


def _unary(name: str, function: Callable[[Any], Any]) -> None:
    setattr(Traced, f"__{name}__", lambda self: Traced(function(self.array)))


for _name in ("neg", "pos", "abs"):
    _unary(_name, getattr(operator, _name))


def _chosen(question: Any, yes: Any, no: Any) -> Any:
    return yes if yes is no else jnp.where(question, yes, no)


def over_all_ways(function: Callable[[], Any]) -> Any:
    """Run a function in every way, and return its outcome (a pytree of arrays) by `where`.

    The function must begin anew each time. TooManyWaysError for one that asks too much.
    """
    left = MOST_WAYS

    def outcome(answers: list[bool]) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooManyWaysError
        way = _Way(answers)
        token = _way.set(way)
        try:
            found = jax.tree.map(bare, function(), is_leaf=lambda one: isinstance(one, Traced))
        finally:
            _way.reset(token)
        for asked in reversed(range(len(answers), len(way.questions))):
            yes = [True] * (asked - len(answers))
            other = outcome([*answers, *yes, False])
            question = way.questions[asked]
            found = jax.tree.map(partial(_chosen, question), found, other)
        return found

    return outcome([])
