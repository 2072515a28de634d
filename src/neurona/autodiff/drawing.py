"""A computation graph as a drawing."""

from __future__ import annotations

from neurona.autodiff.node import Node


def draw(root: Node) -> str:
    """Return the graph as SVG."""
    raise NotImplementedError
