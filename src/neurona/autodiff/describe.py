"""A computation graph as text, and the gradient at each of its nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from neurona.autodiff.node import PROTOCOLS, Node
from neurona.autodiff.sweeps import ancestors, pull_back
from neurona.errors import OperationError

MOST_LINES = 200
WIDTH = 30


def gradients(root: Node) -> dict[Node, Any]:
    """Return the derivative of a graph's result, one number, by each of its nodes.

    >>> from neurona.autodiff import variable
    >>> x = variable(3.0, "x")
    >>> square = x * x
    >>> result = gradients(np.sin(square) * 2.0)
    >>> bool(np.isclose(result[x], 2.0 * np.cos(9.0) * 6.0))
    True
    """
    if root.size != 1:
        raise OperationError(
            f"Gradients are those of one number, but this node has the shape {root.shape}. Sum "
            "it up first."
        )
    nodes = ancestors([root])
    active = [node for node in nodes if node.operation and not node.operation.constant]
    wanted = {node.serial for node in nodes}
    by_serial = pull_back(active, wanted, root, np.ones(root.shape, root.dtype), False)
    return {node: by_serial.get(node.serial, np.zeros(node.shape, node.dtype)) for node in nodes}


def labels(nodes: list[Node]) -> dict[int, str]:
    """Return what to call each node: its name, or its number."""
    return {node.serial: node.name or f"#{k + 1}" for k, node in enumerate(nodes)}


def formula(node: Node, called: dict[int, str]) -> str:
    """Return what a node was computed from: `multiply(x, 2)`."""
    if node.operation is None:
        return "variable"
    parts = [
        called[argument.serial] if isinstance(argument, Node) else short(argument)
        for argument in node.arguments
    ]
    parts += [_option(option) for option in node.options if not isinstance(option, bool)]
    return f"{node.operation.name}({', '.join(parts)})"


def _option(option: Any) -> str:
    if isinstance(option, slice):
        parts = ("" if part is None else str(part) for part in (option.start, option.stop))
        return ":".join(parts) + ("" if option.step is None else f":{option.step}")
    if isinstance(option, tuple):
        return "(" + ", ".join(map(_option, option)) + ")"
    if isinstance(option, np.ndarray | list):
        return short(np.asarray(option))
    return "..." if option is Ellipsis else str(option)


def short(value: Any, width: int = WIDTH) -> str:
    """Return an array in a few characters: its numbers, or the range they lie in."""
    array = np.asarray(value)
    if array.ndim == 0:
        return f"{array[()]:.6g}" if array.dtype.kind == "f" else str(array[()])
    if array.size == 0:
        return "empty"
    if array.size <= 8:
        numbers = np.array2string(
            array, precision=4, separator=" ", suppress_small=False, max_line_width=1000,
            formatter={"float_kind": lambda number: f"{number:.4g}"},
        )  # fmt: skip
        text = " ".join(numbers.split()).replace("[ ", "[").replace("] [", "][")
        if len(text) <= width:
            return text
    if array.dtype.kind not in "fiu":
        return f"{array.dtype} array"
    low, high = f"{np.min(array):.4g}", f"{np.max(array):.4g}"
    return f"all {low}" if low == high else f"{low} .. {high}"


def describe(root: Node) -> str:
    """Return a graph as a table: name, operation, shape, value and, if the result is one number,
    gradient.

    >>> from neurona.autodiff import variable
    >>> x, w = variable([1.0, 2.0], "x"), variable([0.5, -1.0], "w")
    >>> print(describe(np.sum(x * w).named("y")))
    name  operation             shape  value       gradient
    x     variable              (2,)   [1 2]       [0.5 -1]
    w     variable              (2,)   [0.5 -1]    [1 2]
    #3    multiply(x, w)        (2,)   [0.5 -2]    [1 1]
    y     sum(#3, (0))          ()     -1.5        1
    """
    nodes = ancestors([root])
    called = labels(nodes)
    slopes = gradients(root) if root.size == 1 else {}
    rows = [["name", "operation", "shape", "value", *(["gradient"] if slopes else [])]]
    skipped = max(0, len(nodes) - MOST_LINES)
    for node in nodes[skipped:]:
        row = [called[node.serial], formula(node, called), str(node.shape), short(node.value)]
        rows.append([*row, short(slopes[node])] if slopes else row)
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    if skipped:
        lines.insert(1, f"... {skipped} nodes before these")
    return "\n".join(lines)


PROTOCOLS["text"] = describe
