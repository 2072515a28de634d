"""Compiling without what is compiled for nothing.

To Numba a building block is a function of its own: it is optimised, turned into machine code that
nobody calls, and then its code is linked into the entry, where all is optimised again, and the
block once more in every place where it is called. Here a block is only linked, and stays one
function, which its entry calls. Optimised is what has an address that somebody asks for: an entry,
a member.

This takes Numba's code libraries apart, so it is done with versions of Numba that were looked at;
with others everything is compiled in Numba's own way, which gives the same bits.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numba
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target

KNOWN = ("0.68.",)
"""Beginnings of the versions of Numba whose code libraries are as this module takes them."""


def is_known() -> bool:
    """Whether this Numba can be taken apart."""
    return bool(numba.__version__.startswith(KNOWN))


def _no_call() -> int:
    """Return the address of what Python calls instead of a block: it raises TypeError."""
    return ctypes.cast(ctypes.pythonapi.PyErr_BadArgument, ctypes.c_void_p).value or 0


class _Lean(JITCodeLibrary):  # type: ignore[misc]
    """A code library that is optimised only if Python asks for an address in it.

    What is always inlined is optimised as Numba does, alone and first: its sums may be reordered,
    and so its bits depend on what has been done to it before.
    """

    _is_asked_for = False
    _is_inlined = False

    def _optimize_functions(self, module: Any) -> None:
        own = [function for function in module.functions if not function.is_declaration]
        self._is_inlined = self._is_inlined or any(map(_is_always_inlined, own))
        if self._is_inlined:
            super()._optimize_functions(module)
            return
        module.data_layout = self._codegen._data_layout
        for function in own:
            function.add_function_attribute("noinline")

    def get_pointer_to_function(self, name: str) -> Any:
        """Return the address of a function that is defined here; else what refuses to be called."""
        if not self._finalized:
            try:
                self._final_module.get_function(name)
            except NameError:
                return _no_call()
            self._is_asked_for = True
        return super().get_pointer_to_function(name)

    @property
    def has_dynamic_globals(self) -> Any:
        """Asked before something is kept on the disk: an entry or a member."""
        self._is_asked_for = True
        return super().has_dynamic_globals

    def finalize(self) -> None:
        """Optimise and assemble, or, if this is a block, only link what it calls."""
        if self._is_asked_for:
            super().finalize()
            return
        self._raise_if_finalized()
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)
        if self._is_inlined:
            self._optimize_final_module()
        self._finalized = True


def _is_always_inlined(function: Any) -> bool:
    return any(b"alwaysinline" in line.split() for line in function.attributes)


@contextmanager
def lean() -> Iterator[None]:
    """Compile in the block without what is compiled for nothing, if Numba is known."""
    if not is_known():
        yield
        return
    with global_compiler_lock:
        codegen = cpu_target.target_context.codegen()

        def set_env(name: str, environment: Any) -> None:
            # a block has none, as it has none when its entry is loaded from the disk
            if codegen._engine.get_global_value_address(name):
                type(codegen).set_env(codegen, name, environment)

        codegen._library_class, codegen.set_env = _Lean, set_env
        try:
            yield
        finally:
            del codegen._library_class, codegen.set_env
