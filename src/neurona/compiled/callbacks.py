"""A member whose body is Python: a C function that takes the interpreter's lock and calls back.

Kernels run without that lock and know nothing of exceptions. So the body keeps what is raised in
it, answers nan (which ends the kernel at that step), and whoever called the kernel asks for it
with `reraise`. Such a member costs some ten thousand times what a compiled one costs by call, and
calls of several threads wait for each other.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

_LOSS = ctypes.CFUNCTYPE(
    None, *[ctypes.c_void_p] * 4, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p
)
"""A loss, as `members.LOSS` says."""


class PythonLoss:
    """A loss member that calls `compute(targets, outputs) -> (penalties, slopes)`.

    All four are arrays of shape (rows, outputs), in the type of the training. It must live as long
    as its address is used.
    """

    def __init__(self, compute: Callable[[Array, Array], tuple[Array, Array]]) -> None:
        self._compute = compute
        self._functions: dict[np.dtype[Any], Any] = {}
        self._raised: list[BaseException] = []
        self._lock = threading.Lock()

    def address(self, dtype: np.dtype[Any]) -> int:
        """Return the address of the C function for arrays of a type."""
        with self._lock:
            if dtype not in self._functions:
                self._functions[dtype] = _LOSS(self._with_pointers(dtype))
        return int(ctypes.cast(self._functions[dtype], ctypes.c_void_p).value or 0)

    def _with_pointers(self, dtype: np.dtype[Any]) -> Callable[..., None]:
        def body(
            x: int,
            targets: int,
            penalties: int,
            scratch: int,
            rows: int,
            columns: int,
            options: int,
        ) -> None:
            size = rows * columns
            self(
                _at(x, size, dtype), _at(targets, size, dtype), _at(penalties, size, dtype), None,
                rows, columns, None,
            )  # fmt: skip

        return body

    def __call__(
        self, x: Array, targets: Array, penalties: Array, scratch: Any, rows: int, columns: int,
        options: Any,
    ) -> None:  # fmt: skip
        """Do what a compiled loss does, on arrays."""
        size, shape = rows * columns, (rows, columns)
        try:
            if self._raised:
                penalties[:size] = np.nan
                return
            # a view of the kernel's memory must not outlive this call
            got, slopes = self._compute(
                targets[:size].reshape(shape).copy(), x[:size].reshape(shape).copy()
            )
            penalties[:size] = np.broadcast_to(got, shape).reshape(-1)
            x[:size] = np.broadcast_to(slopes, shape).reshape(-1)
        except BaseException as raised:
            # Ctrl-C, too: there is nobody below who could take it
            self._raised.append(raised)
            penalties[:size] = np.nan

    def reraise(self) -> None:
        """Raise what the function raised since the last time, the first of it."""
        if self._raised:
            raised, self._raised[:] = self._raised[0], []
            raise raised


def _at(address: int, size: int, dtype: np.dtype[Any]) -> Array:
    """Return the memory at an address as an array."""
    buffer: Any = (ctypes.c_char * (size * dtype.itemsize)).from_address(address)
    array: Array = np.frombuffer(buffer, dtype)
    return array


def reraise(member: Any) -> None:
    """Raise what a member's Python body kept; compiled members keep nothing."""
    if isinstance(member, PythonLoss):
        member.reraise()
