"""Building blocks that are linked into their callers only.

Numba optimises every function by itself, assembles it for Python to call, and then links the
optimised form into its callers, where all is optimised and assembled again. Nobody calls a building
block but kernels: it is handed on as it was written, and a first training compiles a third less.

This is done with Numba's own classes: `compiler.py` says with which versions.
"""

from __future__ import annotations

import ctypes
from typing import Any

from numba import _dynfunc
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_machinery import register_pass

from neurona.compiled.items import ItemLowering

_NOT_FOR_PYTHON = ctypes.cast(ctypes.pythonapi.PyErr_NoMemory, ctypes.c_void_p).value
"""What Python would call: a function that raises, whatever it is given."""


class _Unassembled(JITCodeLibrary):  # type: ignore[misc]
    """Code as it was written, to be linked into other code."""

    def _optimize_functions(self, ll_module: Any) -> None:
        """Do what Numba does for each function, with one manager, and only for what is written."""
        ll_module.data_layout = self._codegen._data_layout
        manager, builder = self._codegen._function_pass_manager()
        for function in ll_module.functions:
            if not function.is_declaration:
                manager.run(function, builder)

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class LinkedLowering(ItemLowering):
    """Lowers a function to code that is not assembled."""

    _name = "linked_lowering"

    def run_pass(self, state: Any) -> bool:
        """Lower one function."""
        state.library = _Unassembled(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags.no_compile = True
        super().run_pass(state)
        lowered = state["cr"]
        described = lowered.fndesc
        # what Numba knows an overload by
        name = _dynfunc.make_function(
            described.lookup_module(), described.qualname, "linked", _NOT_FOR_PYTHON, lowered.env,
            (state.library,),
        )  # fmt: skip
        state.targetctx.insert_user_function(name, described, [state.library])
        state.reload_init.extend(state.library._reload_init)
        state["cr"] = lowered._replace(cfunc=name)
        return True
