"""A call that was typed once is not typed again.

Numba finds the type of `i + 1` anew at every place: it tries some forty meanings of `+` until one
fits. Kernels are built of the same few calls on the same few types thousands of times, and the
answer, which hangs on the types and the options of compiling alone, is kept here.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core.compiler import Flags
from numba.core.registry import cpu_target

_ANSWERS: dict[Any, dict[Any, Any]] = {}
"""For the options that Numba's own functions take over from ours: signature and implementation by
what is called and the types of arguments.
"""


class _Remembering(type(cpu_target.typing_context)):  # type: ignore[misc]
    """Numba's knowledge of types, shared with it, that remembers what a call came to."""

    __slots__ = ("_answers", "_origin")

    def resolve_function_type(self, func: Any, args: Any, kws: Any) -> Any:
        """Return the signature of a call, as Numba does."""
        function = func if isinstance(func, types.Type) else self._lookup_global(func)
        # a function of ours is compiled by its call, and remembers that itself
        if kws or not isinstance(function, types.Function):
            return super().resolve_function_type(func, args, kws)
        call = function, tuple(args)
        known = self._answers.get(call)
        if known is None:
            found = super().resolve_function_type(func, args, kws)
            if found is not None and found.args in function._impl_keys:
                self._answers[call] = found, function._impl_keys[found.args]
            return found
        found, implementation = known
        # the last one asked for is lowered, whatever its options
        function._impl_keys[found.args] = implementation
        return found

    # Numba has tables by context: this one is that which it stands for
    def __hash__(self) -> int:
        return hash(self._origin)

    def __eq__(self, other: object) -> bool:
        return getattr(other, "_origin", other) is self._origin


def remembering(context: Any, flags: Any) -> Any:
    """Return a context of types that remembers; `flags` are the options of compiling."""
    made = object.__new__(_Remembering)
    made.__dict__ = context.__dict__  # type: ignore[misc]
    made._origin = context
    options = flags.nrt, flags.error_model, flags.forceinline, frozenset(flags.fastmath.flags)
    made._answers = _ANSWERS.setdefault(options, {})
    return made


class QuickFlags(Flags):  # type: ignore[misc]
    """Options of compiling that are compared as they stand, as Numba does at every call: not one by
    one, each with its default.
    """

    def __hash__(self) -> int:
        return hash(frozenset(self._values))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QuickFlags) and self._values == other._values
