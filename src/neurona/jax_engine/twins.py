"""The twin of a compiled function: its own source, run over JAX's arrays.

Activations, losses and optimizers are formulas of numbers that Numba compiles. Nothing of them is
written a second time: the same function runs here with other words for the few it calls, `exp` of
JAX for that of `numerics.elementary`, and so on. What a formula may say to Numba and not to an
array (a loop over rows, a call into a library) is found out when the twin is made.
"""

from __future__ import annotations

import builtins
import math
import types
from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from neurona.compiled import scalars
from neurona.jax_engine.branches import Traced, bare
from neurona.numerics import elementary


def _over(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of arrays take and return traced numbers."""

    def called(*given: Any) -> Any:
        found = function(*map(bare, given))
        return tuple(map(Traced, found)) if isinstance(found, tuple) else Traced(found)

    return called


def dtype_of(like: Any) -> Any:
    """Return the type of a number, of an array or of cells of them."""
    if isinstance(like, Cells):
        return like.dtype
    like = bare(like)
    return like.dtype if hasattr(like, "dtype") else jnp.result_type(like)


def _cast(value: Any, like: Any) -> Traced:
    value, dtype = bare(value), dtype_of(like)
    if isinstance(value, jax.Array):
        return Traced(value.astype(dtype))
    # a constant stays one: what is traced is arithmetic on arrays only
    with np.errstate(all="ignore"):
        return Traced(np.asarray(value).astype(dtype)[()])


def _view(cells: Any, size: int) -> Any:
    return cells[:size]


def _polynomial(coefficients: tuple[Any, Any]) -> Callable[[Any], Any]:
    single, double = coefficients

    def horner(x: Any) -> Traced:
        x = jnp.asarray(bare(x))
        chosen = [jnp.asarray(c, x.dtype) for c in (single, double)[x.dtype == jnp.float64]]
        result = chosen[-1]
        for coefficient in chosen[-2::-1]:
            result = result * x + coefficient
        return Traced(result)

    return horner


class _Mathematics:
    """The standard library's `math` for traced numbers: JAX's functions of the same names."""

    def __getattr__(self, name: str) -> Any:
        plain = getattr(math, name)
        if not callable(plain):
            return plain
        traced = {"lgamma": jax.lax.lgamma, "erf": jax.lax.erf, "erfc": jax.lax.erfc}
        twin = traced.get(name) or getattr(jnp, name, None)

        def called(*given: Any) -> Any:
            if any(isinstance(one, Traced) for one in given):
                if twin is None:
                    raise TypeError(f"math.{name} has no twin")
                return _over(twin)(*given)
            return plain(*given)

        return called


def _least(*given: Any) -> Any:
    return _of_both(min, jnp.minimum, given)


def _most(*given: Any) -> Any:
    return _of_both(max, jnp.maximum, given)


def _of_both(plain: Callable[..., Any], twin: Any, given: tuple[Any, ...]) -> Any:
    if len(given) == 2 and any(isinstance(one, Traced) for one in given):
        return _over(twin)(*given)
    return plain(*given)


_WORDS: dict[int, Any] = {
    id(one): twin
    for one, twin in (
        (scalars.cast, _cast),
        (scalars.view, _view),
        (scalars.fma, _over(lambda a, b, c: a * b + c)),
        (elementary.exp, _over(jnp.exp)),
        (elementary.exp_and_expm1, _over(lambda x: (jnp.exp(x), jnp.expm1(x)))),
        (elementary.log1p, _over(jnp.log1p)),
        (elementary.log, _over(jnp.log)),
        (math, _Mathematics()),
        (min, _least),
        (max, _most),
    )
}
"""What a formula calls, by identity, and what it calls here instead."""
_made: dict[int, tuple[Any, Any]] = {}
"""Twins of functions by the functions' identity, with the functions, which so stay alive."""


def twin(function: Any) -> Callable[..., Any]:
    """Return a function with JAX's words in the place of the compiled ones."""
    plain = getattr(function, "py_func", function)
    key = id(plain)
    if key not in _made:
        words = {**vars(builtins), **plain.__globals__}
        globals_here: dict[str, Any] = {}
        made = types.FunctionType(
            plain.__code__,
            globals_here,
            plain.__name__,
            plain.__defaults__,
            None
            if plain.__closure__ is None
            else tuple(types.CellType(_word(cell.cell_contents)) for cell in plain.__closure__),
        )
        made.__kwdefaults__ = plain.__kwdefaults__
        _made[key] = (plain, made)  # before its words: a function may call itself
        globals_here["__builtins__"] = builtins
        for name in _names(plain.__code__):
            if name in words:
                globals_here[name] = _word(words[name])
    return _made[key][1]  # type: ignore[no-any-return]


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def _word(value: Any) -> Any:
    """Return what a name stands for here."""
    if id(value) in _WORDS:
        return _WORDS[id(value)]
    if isinstance(value, types.BuiltinFunctionType) and value.__module__ == "math":
        return getattr(_WORDS[id(math)], value.__name__)
    coefficients = getattr(getattr(value, "plain", value), "coefficients", None)
    if isinstance(coefficients, tuple):
        return _polynomial(coefficients)
    if hasattr(value, "py_func") or isinstance(value, types.FunctionType):
        return twin(value)
    return value


class Cells:
    """A piece of memory as a formula sees it, where one cell is a whole vector.

    A loop `for i in range(size)` over numbers that know nothing of each other runs once, with size
    1, over cells.
    """

    def __init__(self, values: list[Any], dtype: Any, start: int = 0, stop: int | None = None):
        self._values, self.dtype = values, jnp.dtype(dtype)
        self._start = start
        self._stop = len(values) if stop is None else min(stop, len(values))

    @property
    def size(self) -> int:
        """How many cells there are."""
        return self._stop - self._start

    def __len__(self) -> int:
        return self.size

    def _place(self, at: int) -> int:
        place = self._start + int(at)
        if not self._start <= place < self._stop:
            raise IndexError(f"a formula reaches for number {at} of {self.size}")
        return place

    def _slice(self, at: slice) -> tuple[int, int]:
        first, last, step = at.indices(self.size)
        if step != 1:
            raise TypeError("a formula takes every other number")
        return self._start + first, self._start + max(first, last)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return Cells(self._values, self.dtype, *self._slice(at))
        return Traced(self._values[self._place(at)])

    def __setitem__(self, at: Any, value: Any) -> None:
        places = range(*self._slice(at)) if isinstance(at, slice) else [self._place(at)]
        for place in places:
            old = jnp.asarray(self._values[place])
            new = jnp.asarray(bare(value)).astype(self.dtype)
            self._values[place] = jnp.broadcast_to(new, jnp.broadcast_shapes(old.shape, new.shape))
