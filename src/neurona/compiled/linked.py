"""Building blocks that are linked into their callers only.

Numba optimises every function by itself, assembles it for Python to call, and then links the
optimised form into its callers, where all is optimised and assembled again. Nobody calls a building
block but kernels: it is handed on as it was written, and a first training compiles a third less.

This is done with Numba's own classes, and so for the versions it was tried with; with others blocks
are compiled as Numba does, for the same results.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numba
from numba import _dynfunc
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering

TRIED = ((0, 65), (0, 68))
"""The first and the last version of Numba that this was tried with."""

_NOT_FOR_PYTHON = ctypes.cast(ctypes.pythonapi.PyErr_NoMemory, ctypes.c_void_p).value
"""What Python would call: a function that raises, whatever it is given."""


class _Unassembled(JITCodeLibrary):  # type: ignore[misc]
    """Code as it was written, to be linked into other code."""

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class _Lowering(NativeLowering):  # type: ignore[misc]
    """Lowers a function to code that is not assembled."""

    _name = "linked_lowering"

    def run_pass(self, state: Any) -> bool:
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


class LinkedCompiler(Compiler):  # type: ignore[misc]
    """Numba's compiler with that lowering."""

    def define_pipelines(self) -> Any:
        """Return Numba's passes, of which one is ours."""
        pipelines = super().define_pipelines()
        for pipeline in pipelines:
            pipeline.passes = [
                (_Lowering if one is NativeLowering else one, text) for one, text in pipeline.passes
            ]
            pipeline.finalize()
        return pipelines


def block_options() -> dict[str, Any]:
    """Return what `numba.njit` is told of a building block."""
    version = tuple(int(part) for part in numba.__version__.split(".")[:2])
    if not TRIED[0] <= version <= TRIED[1]:
        return {}
    return {
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
        "pipeline_class": LinkedCompiler,
    }
