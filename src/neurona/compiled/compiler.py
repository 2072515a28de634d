"""Numba's compiler as kernels need it: less work for the same code.

Two thirds of a first training's compile time were Python's: Numba looked for what no function of
ours has, and typed and compared the same things thousands of times (`remembered.py`). Building
blocks are handed on as they were written (`linked.py`).

All this is done with Numba's own classes, and so for the versions it was tried with; with others
everything is compiled as Numba does, for the same results.
"""

from __future__ import annotations

from typing import Any

import numba
from numba.core.compiler import Compiler
from numba.core.typed_passes import (
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.untyped_passes import (
    FixupArgs,
    GenericRewrites,
    IRProcessing,
    ReconstructSSA,
    TranslateByteCode,
)

from neurona.compiled.items import ItemLowering, is_ours
from neurona.compiled.linked import LinkedLowering
from neurona.compiled.remembered import QuickFlags, remembering

TRIED = ((0, 65), (0, 68))
"""The first and the last version of Numba that this was tried with."""

NEEDED = {
    TranslateByteCode, FixupArgs, IRProcessing, GenericRewrites, ReconstructSSA,
    NopythonTypeInference, PreLowerStripPhis, IRLegalization, NativeLowering, NoPythonBackend,
}  # fmt: skip
"""The passes that do something to a function of ours. The others look for what none of them has:
functions inside functions, `with`, literals, branches on a type, arithmetic of whole arrays.
"""


class KernelCompiler(Compiler):  # type: ignore[misc]
    """Numba's compiler, that remembers what calls come to, less what our functions do not need."""

    def __init__(
        self, typingctx: Any, targetctx: Any, library: Any, args: Any, result: Any, flags: Any,
        locals: Any,
    ) -> None:  # fmt: skip
        context = remembering(typingctx, flags)
        super().__init__(context, targetctx, library, args, result, QuickFlags(flags), locals)

    def define_pipelines(self) -> Any:
        """Return Numba's passes, less some."""
        ours = is_ours(self.state.func_id.func)
        pipelines = super().define_pipelines()
        for pipeline in pipelines:
            pipeline.passes = [
                (self.in_place_of(one), text)
                for one, text in pipeline.passes
                if one in NEEDED or not ours
            ]
        return pipelines

    def in_place_of(self, one: Any) -> Any:
        """Return what is done instead of one of Numba's passes."""
        return ItemLowering if one is NativeLowering else one


class LinkedCompiler(KernelCompiler):
    """The same for building blocks, which are not assembled."""

    def in_place_of(self, one: Any) -> Any:
        """Return our lowering for Numba's."""
        return LinkedLowering if one is NativeLowering else one


def is_tried() -> bool:
    """Whether this version of Numba is one of `TRIED`, or between them."""
    version = tuple(int(part) for part in numba.__version__.split(".")[:2])
    return TRIED[0] <= version <= TRIED[1]


def block_options() -> dict[str, Any]:
    """Return what `numba.njit` is told of a building block."""
    if not is_tried():
        return {}
    return {
        "no_cpython_wrapper": True,
        "no_cfunc_wrapper": True,
        "pipeline_class": LinkedCompiler,
    }


def entry_options() -> dict[str, Any]:
    """Return what `numba.njit` is told of a function that Python calls."""
    return {"no_cfunc_wrapper": True, "pipeline_class": KernelCompiler} if is_tried() else {}


def member_compiler() -> Any:
    """Return the compiler of a function that is called by its address."""
    return KernelCompiler if is_tried() else Compiler
