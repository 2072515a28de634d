"""A graph while it is made: nodes and constants, whose names get in nobody's way."""

from __future__ import annotations

from typing import Any

import numpy as np


def package() -> Any:
    """Return the package onnx; ImportError says how to get it."""
    try:
        import onnx
        import onnx.helper
        import onnx.numpy_helper
    except ImportError as error:
        raise ImportError("ONNX needs the package onnx: pip install 'neurona[onnx]'.") from error
    return onnx


class Graph:
    """Nodes in order; every method returns the name of a tensor. `dtype` is that of numbers."""

    def __init__(self, single: bool, taken: list[str]) -> None:
        self.dtype: Any = np.float32 if single else np.float64
        self.onnx = package()
        self.element = self.onnx.TensorProto.FLOAT if single else self.onnx.TensorProto.DOUBLE
        self.single = single
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.taken = set(taken)

    def fresh(self, name: str) -> str:
        """Return a name like this that is not taken, and take it."""
        found, count = name, 1
        while found in self.taken:
            count += 1
            found = f"{name}_{count}"
        self.taken.add(found)
        return found

    def node(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add a node; operators of ai.onnx.ml are told by `domain`."""
        name = output or self.fresh(operator.lower())
        domain = attributes.pop("domain", "")
        made = self.onnx.helper.make_node(
            operator, list(inputs), [name], domain=domain, **attributes
        )
        self.nodes.append(made)
        return name

    def constant(self, value: Any, dtype: Any = None) -> str:
        """Add a constant."""
        name = self.fresh("constant")
        array = np.asarray(value, dtype or self.dtype)
        self.constants.append(self.onnx.numpy_helper.from_array(array, name))
        return name

    def texts(self, values: list[str]) -> str:
        """Add a constant of texts."""
        name = self.fresh("texts")
        encoded = [one.encode("utf-8") for one in values]
        kind = self.onnx.TensorProto.STRING
        self.constants.append(self.onnx.helper.make_tensor(name, kind, [len(values)], encoded))
        return name

    def add(self, a: str, b: str) -> str:
        """Return a + b."""
        return self.node("Add", a, b)

    def subtract(self, a: str, b: str) -> str:
        """Return a - b."""
        return self.node("Sub", a, b)

    def multiply(self, a: str, b: str) -> str:
        """Return a b."""
        return self.node("Mul", a, b)

    def divide(self, a: str, b: str) -> str:
        """Return a / b."""
        return self.node("Div", a, b)

    def pick(self, condition: str, a: str, b: str) -> str:
        """Return a where the condition holds, else b."""
        return self.node("Where", condition, a, b)

    def numbers(self, a: str) -> str:
        """Return truth values or whole numbers as numbers."""
        return self.node("Cast", a, to=self.element)

    def greater(self, a: str, value: float) -> str:
        """Return whether numbers are greater than one."""
        return self.node("Greater", a, self.constant(value))

    def cut(self, a: str, limit: float) -> str:
        """Return numbers within +-limit."""
        return self.node("Clip", a, self.constant(-limit), self.constant(limit))
