"""Code that stands once in a kernel and is called, however often the kernel uses it.

What LLVM inlines it optimises and assembles again at every place. A product out of tiles is long,
is used up to eight times in a kernel, and takes pointers and numbers only: its call costs nothing
that can be measured, and its copies were a third of a kernel's compile time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils


def call_outlined(
    builder: Any, name: str, arguments: list[Any], emit: Callable[[Any, list[Any]], None]
) -> None:
    """Emit the call of a function of a module, which `emit` writes where it is not there yet.

    The name says all that the code depends on: functions of the same name are taken for the same.
    """
    kind = ir.FunctionType(ir.VoidType(), [value.type for value in arguments])
    function = cgutils.get_or_insert_function(builder.module, kind, name)
    if function.is_declaration:
        function.linkage = "linkonce_odr"
        for attribute in ("noinline", "nounwind"):
            function.attributes.add(attribute)
        inner = ir.IRBuilder(function.append_basic_block("entry"))
        emit(inner, list(function.args))
        inner.ret_void()
    builder.call(function, arguments)
