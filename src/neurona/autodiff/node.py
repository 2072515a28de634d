"""Node: a value, and the operation and nodes it came from.

A node looks like an array to NumPy: operators, ufuncs (`np.exp(node)`) and functions
(`np.sum(node)`) make new nodes. Nothing is recorded anywhere else: a graph is the nodes that the
last one refers to, and is freed with it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from neurona.autodiff.operation import OPERATIONS, Operation
from neurona.errors import OperationError

PROTOCOLS: dict[str, Callable[..., Any]] = {}
"""What nodes leave to modules that know nodes, which enter it here: `dispatch` where NumPy's calls
and the methods of arrays end ("ufunc", "function", "method", "methods"), `describe` the "text" and
`drawing` the "picture" of a graph.
"""

_SERIAL = itertools.count()


def _binary(name: str, swapped: bool = False) -> Any:
    def operator(self: Node, other: Any) -> Any:
        return apply(OPERATIONS[name], (other, self) if swapped else (self, other))

    return operator


def _unary(name: str) -> Any:
    def operator(self: Node) -> Any:
        return apply(OPERATIONS[name], (self,))

    return operator


def _compare(ufunc: Any) -> Any:
    """A comparison is piecewise constant: a plain array, not a node."""

    def operator(self: Node, other: Any) -> Any:
        return ufunc(self.value, other.value if isinstance(other, Node) else other)

    return operator


class Node:
    """A value in a computation graph. Do not call it: see `variable`, and the derivatives.

    Attributes
    ----------
    value : array
        What was computed; float64, or float32 where that was given.
    operation : Operation or None
        What computed it; None for a variable.
    arguments : tuple
        What it was computed from: nodes, and constants as they were.
    options : tuple
        What is not differentiated: axes, shapes, indices.
    name : str
        For people; "" if nobody gave one.
    serial : int
        Grows along every path: sorting by it puts arguments before what uses them.
    """

    __slots__ = ("__weakref__", "arguments", "name", "operation", "options", "serial", "value")

    value: Any
    operation: Operation | None
    arguments: tuple[Any, ...]
    options: tuple[Any, ...]
    name: str
    serial: int

    def __init__(
        self,
        value: Any,
        operation: Operation | None = None,
        arguments: tuple[Any, ...] = (),
        options: tuple[Any, ...] = (),
        name: str = "",
    ) -> None:
        _set_value(self, value)
        _set_operation(self, operation)
        _set_arguments(self, arguments)
        _set_options(self, options)
        _set_name(self, name)
        _set_serial(self, next(_SERIAL))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"A node is immutable: {name!r} cannot be set. Make a new node.")

    def named(self, name: str) -> Node:
        """Return the same node with a name."""
        return Node(self.value, self.operation, self.arguments, self.options, name)

    @property
    def shape(self) -> tuple[int, ...]:
        """The value's shape."""
        shape: tuple[int, ...] = self.value.shape
        return shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The value's type."""
        dtype: np.dtype[Any] = self.value.dtype
        return dtype

    @property
    def ndim(self) -> int:
        """The value's number of axes."""
        return len(self.value.shape)

    @property
    def size(self) -> int:
        """The value's number of elements."""
        return int(self.value.size)

    @property
    def T(self) -> Any:  # noqa: N802
        """The transpose."""
        return np.transpose(self)  # type: ignore[call-overload]

    __add__, __radd__ = _binary("add"), _binary("add", swapped=True)
    __sub__, __rsub__ = _binary("subtract"), _binary("subtract", swapped=True)
    __mul__, __rmul__ = _binary("multiply"), _binary("multiply", swapped=True)
    __truediv__, __rtruediv__ = _binary("divide"), _binary("divide", swapped=True)
    __pow__, __rpow__ = _binary("power"), _binary("power", swapped=True)
    __mod__, __rmod__ = _binary("remainder"), _binary("remainder", swapped=True)
    __floordiv__ = _binary("floor_divide")
    __rfloordiv__ = _binary("floor_divide", swapped=True)
    __neg__, __pos__, __abs__ = _unary("negative"), _unary("positive"), _unary("absolute")
    __lt__, __le__ = _compare(np.less), _compare(np.less_equal)
    __gt__, __ge__ = _compare(np.greater), _compare(np.greater_equal)
    __eq__, __ne__ = _compare(np.equal), _compare(np.not_equal)
    __hash__ = object.__hash__

    def __matmul__(self, other: Any) -> Any:
        return np.matmul(self, other)  # type: ignore[call-overload]

    def __rmatmul__(self, other: Any) -> Any:
        return np.matmul(other, self)  # type: ignore[call-overload]

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("A node of a single number has no length.")
        return self.shape[0]

    def __iter__(self) -> Iterator[Any]:
        return (self[k] for k in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self.value)

    def __getitem__(self, index: Any) -> Any:
        return apply(OPERATIONS["getitem"], (self,), (index,))

    def __setitem__(self, index: Any, value: Any) -> None:
        raise TypeError(
            "A node is immutable: its elements cannot be set. Build the array with np.where, "
            "np.concatenate or np.stack instead."
        )

    def __float__(self) -> float:
        raise TypeError(
            "A node is not a float: functions of the module math cut the graph. Use NumPy's "
            "(np.exp(x)), or x.value where no derivative is wanted."
        )

    def __array__(self, *arguments: Any, **options: Any) -> Any:
        raise TypeError(
            "A node cannot be made an array without losing its derivative. Use np.stack([...]) "
            "where you wrote np.array([...]), or node.value where no derivative is wanted."
        )

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        return PROTOCOLS["ufunc"](ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        return PROTOCOLS["function"](function, arguments, options)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return PROTOCOLS["method"](self, name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *PROTOCOLS["methods"]()]

    def __repr__(self) -> str:
        name = f"{self.name!r}, " if self.name else ""
        operation = self.operation.name if self.operation else "variable"
        return f"Node({name}{operation}, {self.value!r})"

    def __str__(self) -> str:
        text: str = PROTOCOLS["text"](self)
        return text

    def _repr_svg_(self) -> str | None:
        picture: str | None = PROTOCOLS["picture"](self)
        return picture


# past __setattr__, for the constructor alone
_slots: Any = vars(Node)
_set_value, _set_operation = _slots["value"].__set__, _slots["operation"].__set__
_set_arguments, _set_options = _slots["arguments"].__set__, _slots["options"].__set__
_set_name, _set_serial = _slots["name"].__set__, _slots["serial"].__set__


def apply(operation: Operation, arguments: Sequence[Any], options: tuple[Any, ...] = ()) -> Any:
    """Compute an operation: a node if an argument is one, else a plain array.

    Arguments are nodes, arrays and numbers; whatever else is made an array.
    """
    values, graph, known = [], False, True
    for argument in arguments:
        if argument.__class__ is Node:
            values.append(argument.value)
            graph = True
        elif isinstance(argument, _PLAIN):
            values.append(argument)
        else:
            values.append(np.asarray(argument))
            known = False
    value = operation.compute(*values, *options)
    if not graph:
        return value
    if not known:
        arguments = [
            argument if isinstance(argument, Node) else value
            for argument, value in zip(arguments, values, strict=True)
        ]
    return Node(value, operation, tuple(arguments), options)


_PLAIN = (float, np.ndarray, int, np.generic)


def variable(value: Any, name: str = "") -> Node:
    """Return a node to begin a graph with. float32 is kept, everything else becomes float64.

    >>> x = variable([1.0, 2.0], name="x")
    >>> (x * x).value
    array([1., 4.])
    """
    return Node(as_floats(value), name=name)


def as_floats(value: Any) -> Any:
    """Return a copy of a value as float64 (float32 is kept); refuse what is no number."""
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "biuf":
            raise TypeError(f"numbers of type {array.dtype}")
    except (TypeError, ValueError) as problem:
        raise OperationError(
            f"A variable must be an array of real numbers. Got {type(value).__name__} ({problem})."
        ) from None
    return array.astype(np.float32 if array.dtype == np.float32 else np.float64)
