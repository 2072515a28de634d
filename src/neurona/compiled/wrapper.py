"""What Python calls of an entry: its arguments are taken out of their objects, all in one go.

Numba's wrapper looks after each argument's failure at its own place and unwinds those before it:
2,200 lines of LLVM's for the forty arrays that training takes. Here what failed is added up and
told once, and an array is read by one function for all: 750 lines.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.callwrapper import PyCallWrapper

BYTE_POINTER, BIT, INDEX = ir.IntType(8).as_pointer(), ir.IntType(1), ir.IntType(64)
ITEM_SIZE = 3
"""Which of the words that Numba reads an array into is the size of its items."""


def is_taken(kind: Any) -> bool:
    """Whether arguments of a type can be taken out of their objects here."""
    if isinstance(kind, types.NamedTuple):
        return all(is_taken(one) for one in kind.types)
    return isinstance(kind, types.Array) or kind in (types.int64, types.float64, types.boolean)


def is_given(kind: Any) -> bool:
    """Whether a result of a type can be made an object here."""
    return kind in (types.none, types.int64)


class EntryWrapper(PyCallWrapper):  # type: ignore[misc]
    """Numba's wrapper with arguments taken as described above."""

    def build_wrapper(self, api: Any, builder: Any, closure: Any, args: Any, kws: Any) -> None:
        """Write the body of the wrapper."""
        self._api, self._builder = api, builder
        kinds = self.fndesc.argtypes
        right = builder.icmp_signed("==", api.tuple_size(args), INDEX(len(kinds)))
        with builder.if_then(builder.not_(right), likely=False):
            self._fail()
        self._failed = ir.Constant(BIT, 0)
        values = [self._value(kind, api.tuple_getitem(args, k)) for k, kind in enumerate(kinds)]
        wrong = builder.or_(self._failed, cgutils.is_not_null(builder, api.err_occurred()))
        with builder.if_then(wrong, likely=False):
            self._fail()
        state = api.save_thread()
        status, result = self.context.call_conv.call_function(
            builder, self.func, self.fndesc.restype, kinds, values, attrs=("noinline",)
        )
        api.restore_thread(state)
        with builder.if_then(status.is_error, likely=False):
            self._fail()
        if self.fndesc.restype == types.none:
            api.return_none()
        else:
            builder.ret(api.long_from_longlong(result))

    def _fail(self) -> None:
        """Write the end of a call that something was wrong with."""
        api, builder = self._api, self._builder
        with builder.if_then(cgutils.is_null(builder, api.err_occurred())):
            api.err_set_string("PyExc_TypeError", "A kernel got arguments of other types.")
        builder.ret(api.get_null_object())

    def _value(self, kind: Any, given: Any) -> Any:
        """Return an argument's value; failing is noted."""
        api, builder, context = self._api, self._builder, self.context
        if isinstance(kind, types.NamedTuple):
            fields = [
                self._value(one, api.tuple_getitem(given, k)) for k, one in enumerate(kind.types)
            ]
            return context.make_tuple(builder, kind, fields)
        if kind == types.float64:
            return api.float_as_double(given)
        if kind == types.boolean:
            return builder.icmp_signed("!=", api.long_as_longlong(given), INDEX(0))
        if kind == types.int64:
            return api.long_as_longlong(given)
        place = cgutils.alloca_once(builder, context.get_value_type(kind))
        size = INDEX(context.get_abi_sizeof(context.get_data_type(kind.dtype)))
        words = builder.bitcast(place, BYTE_POINTER)
        wrong = builder.call(self._reader(), [given, words, size])
        self._failed = builder.or_(self._failed, wrong)
        return builder.load(place)

    def _reader(self) -> Any:
        """Return the function that reads an array into words; it says whether that failed."""
        kind = ir.FunctionType(BIT, [BYTE_POINTER, BYTE_POINTER, INDEX])
        function = cgutils.get_or_insert_function(self.module, kind, "neurona.array")
        if not function.is_declaration:
            return function
        function.linkage = "internal"
        function.attributes.add("noinline")
        given, words, size = function.args
        builder = ir.IRBuilder(function.append_basic_block("entry"))
        with builder.if_then(cgutils.is_null(builder, given), likely=False):
            builder.ret(ir.Constant(BIT, 1))
        error = self.context.get_python_api(builder).numba_array_adaptor(given, words)
        numbers = builder.bitcast(words, INDEX.as_pointer())
        found = builder.load(builder.gep(numbers, [INDEX(ITEM_SIZE)]))
        other = builder.icmp_unsigned("!=", found, size)
        builder.ret(builder.or_(cgutils.is_not_null(builder, error), other))
        return function
