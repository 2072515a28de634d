"""Items and slices of arrays, read and written where they stand.

Python counts negative places from the end. Numba makes sure of that at every item, in code that is
written, optimised and run, and asks for the types of every item again while it writes it. No
function of the package names a place from the end: an item is a pointer and an offset, a slice
begins inside its array. What has other types or a literal place from the end is left to Numba.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core.compiler_machinery import register_pass
from numba.core.lowering import Lower
from numba.core.typed_passes import NativeLowering

from neurona.compiled.arrays import field, numbers_of, position
from neurona.compiled.wrapper import EntryWrapper, is_given, is_taken

INDEX = ir.IntType(64)
PACKAGE = f"{__name__.partition('.')[0]}."


def is_ours(function: Any) -> bool:
    """Whether a function is one of the package."""
    return (function.__module__ or "").startswith(PACKAGE)


def _are_places(kind: Any, axes: int) -> bool:
    """Whether a type is that of a place on each axis, none of them a literal from the end."""
    places = kind.types if isinstance(kind, types.BaseTuple) else (kind,)
    return len(places) == axes and all(
        isinstance(place, types.Integer) and getattr(place, "literal_value", 0) >= 0
        for place in places
    )


class ItemLower(Lower):  # type: ignore[misc]
    """Numba's writer of LLVM code, less its care for places from the end."""

    def _is_plain(self, kind: Any) -> bool:
        """Whether a type is an array of numbers in a row, and its places are ours to read."""
        return (
            is_ours(self.func_ir.func_id.func)
            and isinstance(kind, types.Array)
            and kind.layout == "C"
            and kind.aligned
            and isinstance(kind.dtype, types.Number)
        )

    def create_cpython_wrapper(self, release_gil: bool = False) -> None:
        """Write what Python calls; ours where it can take the arguments."""
        described = self.fndesc
        ours = all(is_taken(kind) for kind in described.argtypes) and is_given(described.restype)
        if not ours or not release_gil:
            super().create_cpython_wrapper(release_gil)
            return
        module = self.context.create_module("wrapper")
        kind = self.context.call_conv.get_function_type(described.restype, described.argtypes)
        called = ir.Function(module, kind, described.llvm_func_name)
        EntryWrapper(
            self.context, module, called, described, self.env, self.call_helper, release_gil
        ).build()
        self.library.add_ir_module(module)

    def lower_expr(self, resty: Any, expr: Any) -> Any:
        """Write an expression; an item at a literal place is asked for as any other."""
        if expr.op == "static_getitem" and expr.index_var is not None:
            kind = self.typeof(expr.value.name)
            if self._is_plain(kind) and _are_places(self.typeof(expr.index_var.name), kind.ndim):
                signature = self.fndesc.calltypes[expr]
                return self.lower_getitem(resty, expr, expr.value, expr.index_var, signature)
        return super().lower_expr(resty, expr)

    def lower_getitem(self, resty: Any, expr: Any, value: Any, index: Any, signature: Any) -> Any:
        """Write the reading of an item or a slice."""
        kind, places = self.typeof(value.name), self.typeof(index.name)
        if self._is_plain(kind):
            if _are_places(places, kind.ndim):
                number = self.context.unpack_value(
                    self.builder, kind.dtype, self._pointer(value, index)
                )
                return self.context.cast(self.builder, number, kind.dtype, resty)
            if kind.ndim == 1 and places == types.slice2_type and resty == kind:
                return self._slice(kind, self.loadvar(value.name), self.loadvar(index.name))
        return super().lower_getitem(resty, expr, value, index, signature)

    def lower_setitem(self, target: Any, index: Any, value: Any, signature: Any) -> Any:
        """Write the writing of an item."""
        kind, places = self.typeof(target.name), self.typeof(index.name)
        given = self.typeof(value.name)
        is_item = self._is_plain(kind) and _are_places(places, kind.ndim)
        if is_item and isinstance(given, types.Number):
            number = self.context.cast(self.builder, self.loadvar(value.name), given, kind.dtype)
            pointer = self._pointer(target, index)
            return self.context.pack_value(self.builder, kind.dtype, number, pointer)
        return super().lower_setitem(target, index, value, signature)

    def _pointer(self, array: Any, index: Any) -> Any:
        """Return the pointer to an item."""
        kind, given = self.typeof(array.name), self.typeof(index.name)
        value, places = self.loadvar(array.name), self.loadvar(index.name)
        builder = self.builder
        if isinstance(given, types.BaseTuple):
            kinds = given.types
            places = [builder.extract_value(places, axis) for axis in range(kind.ndim)]
        else:
            kinds, places = (given,), [places]
        places = [
            self.context.cast(builder, place, one, types.intp)
            for place, one in zip(places, kinds, strict=True)
        ]
        offset = places[0]
        for axis in range(1, kind.ndim):
            shape = field(self.context, builder, kind, value, "shape")
            long = builder.extract_value(shape, axis)
            offset = builder.add(builder.mul(offset, long), places[axis])
        return builder.gep(numbers_of(self.context, builder, kind, value), [offset])

    def _slice(self, kind: Any, value: Any, given: Any) -> Any:
        """Return the array between two places, the second at most the array's end."""
        context, builder = self.context, self.builder
        first, last = (builder.extract_value(given, k) for k in range(2))
        size = builder.extract_value(field(context, builder, kind, value, "shape"), 0)
        last = builder.select(builder.icmp_signed("<", last, size), last, size)
        count = builder.sub(last, first)
        count = builder.select(builder.icmp_signed(">", count, INDEX(0)), count, INDEX(0))
        data = builder.gep(numbers_of(context, builder, kind, value), [first])
        value = builder.insert_value(value, data, position(context, kind, "data"))
        value = builder.insert_value(value, count, position(context, kind, "nitems"))
        return builder.insert_value(value, count, [position(context, kind, "shape"), 0])


@register_pass(mutates_CFG=True, analysis_only=False)
class ItemLowering(NativeLowering):  # type: ignore[misc]
    """Lowers a function of the package with items where they stand."""

    _name = "item_lowering"

    @property
    def lowering_class(self) -> Any:
        """Return what writes the code."""
        return ItemLower
