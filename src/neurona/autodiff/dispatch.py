"""Where NumPy calls on a node end: at an operation, at a function, or in a sentence."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from typing import Any

import numpy as np

from neurona.autodiff import algebra, arranging, products, structural  # noqa: F401  (fill the tables)
from neurona.autodiff.functions import FUNCTIONS
from neurona.autodiff.node import PROTOCOLS, Node, apply
from neurona.autodiff.operation import OPERATIONS
from neurona.errors import OperationError

SAME = {
    "conjugate": "positive", "expit": "logistic", "fabs": "absolute", "float_power": "power",
    "true_divide": "divide", "fmod": "remainder", "mod": "remainder",
}  # fmt: skip
"""Ufuncs that are an operation of the table under another name."""
ON_VALUES = frozenset((
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isnan", "isinf",
    "isfinite", "signbit", "logical_and", "logical_or", "logical_not", "logical_xor",
    "argmax", "argmin", "argsort", "all", "any", "shape", "ndim", "size", "allclose",
    "isclose", "array_equal", "nonzero", "count_nonzero", "iscomplexobj", "isrealobj",
    "result_type", "array_repr", "array_str", "array2string", "searchsorted", "lexsort",
    "digitize", "may_share_memory",
))  # fmt: skip
"""What gives facts about numbers, not numbers to differentiate: computed on the values."""
METHODS = frozenset((
    "sum", "mean", "max", "min", "prod", "std", "var", "cumsum", "reshape", "ravel",
    "transpose", "swapaxes", "squeeze", "dot", "clip", "repeat", "take", "trace", "diagonal",
    "copy", "argmax", "argmin", "argsort", "all", "any",
))  # fmt: skip
"""Methods of arrays that nodes have, too."""


def call_ufunc(ufunc: Any, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Compute a ufunc on nodes."""
    name = SAME.get(ufunc.__name__, ufunc.__name__)
    if method == "__call__" and not options and name in OPERATIONS and name not in FUNCTIONS:
        return apply(OPERATIONS[name], inputs)
    if method == "reduce" and name in _REDUCTIONS:
        axis = options.pop("axis", 0)
        return call_function(_REDUCTIONS[name], inputs, {"axis": axis, **options})
    if method != "__call__":
        raise OperationError(f"np.{name}.{method} is no operation of the computation graph.")
    if options:
        raise OperationError(
            f"np.{name} on nodes takes no {', '.join(map(repr, options))}: a node is immutable "
            "and keeps its type. Write x = np.add(x, y) for np.add(x, y, out=x) or x += y."
        )
    if name in ON_VALUES:
        return ufunc(*(_value(one) for one in inputs))
    if name not in FUNCTIONS:
        raise OperationError(_unknown(name))
    return FUNCTIONS[name](*inputs)


_REDUCTIONS = {"add": np.sum, "maximum": np.max, "minimum": np.min, "multiply": np.prod}


def call_function(function: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Compute a NumPy function on nodes."""
    name = function.__name__
    if name in ON_VALUES:
        return function(*(_value(one) for one in arguments), **options)
    if name not in FUNCTIONS:
        raise OperationError(_unknown(name))
    try:
        return FUNCTIONS[name](*arguments, **options)
    except TypeError as problem:
        if isinstance(problem, OperationError) or "argument" not in str(problem):
            raise
        raise OperationError(
            f"np.{name} on nodes does not take these arguments ({problem})."
        ) from None


def method(node: Node, name: str) -> Callable[..., Any]:
    """Return an array method of a node."""
    if name == "astype":
        return lambda kind: apply(OPERATIONS["astype"], (node,), (np.dtype(kind),))
    if name == "flatten":
        name = "ravel"
    if name not in METHODS:
        near = difflib.get_close_matches(name, [*METHODS, "value", "shape"], 3)
        hint = f" Near: {', '.join(near)}." if near else ""
        raise AttributeError(
            f"A node has no attribute {name!r}.{hint} Use node.value for the plain array."
        )
    if name in ON_VALUES:
        return getattr(node.value, name)  # type: ignore[no-any-return]

    def call(*arguments: Any, **options: Any) -> Any:
        if name in ("reshape", "transpose") and len(arguments) > 1:
            arguments = (arguments,)
        return FUNCTIONS[name](node, *arguments, **options)

    return call


def _value(one: Any) -> Any:
    return one.value if isinstance(one, Node) else one


def _unknown(name: str) -> str:
    known = sorted({*OPERATIONS, *FUNCTIONS})
    near = difflib.get_close_matches(name, known, 4, 0.5) or [
        one for one in known if name[:3] in one
    ]
    hint = f"near: {', '.join(near)}" if near else "neurona.autodiff.operations() lists them"
    return f"np.{name} is no operation of the computation graph ({hint})."


def operations() -> list[str]:
    """Return the names of all NumPy functions that work on nodes, and of neurona's own.

    >>> [name for name in operations() if name.startswith("log")]
    ['log', 'log10', 'log1p', 'log2', 'logaddexp', 'logistic']
    """
    return sorted({*OPERATIONS, *FUNCTIONS} - {"scatter"})


def methods() -> list[str]:
    """Return the names of the methods of arrays that nodes have, too."""
    return sorted(METHODS)


PROTOCOLS |= {
    "ufunc": call_ufunc, "function": call_function, "method": method, "methods": methods,
}  # fmt: skip
