"""The two sweeps over a graph: cotangents from the end to the beginning, tangents the other way.

Both go through the nodes in the order of their serial numbers, without recursion, so depth costs
no stack. On plain values they compute arrays; `differentiable=True` lets them compute with the
nodes themselves, which makes a graph of the derivative.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from neurona.autodiff.node import Node

BUNDLE_BYTES = 2**26
"""A bundle of tangents of one node takes about this much memory at most."""


def ancestors(roots: Iterable[Node], after: int = -1) -> list[Node]:
    """Return the nodes that lead to the roots, in order; only those with a serial above `after`."""
    found: dict[int, Node] = {}
    stack = [root for root in roots if root.serial > after]
    while stack:
        node = stack.pop()
        if node.serial not in found:
            found[node.serial] = node
            stack.extend(
                argument
                for argument in node.arguments
                if isinstance(argument, Node) and argument.serial > after
            )
    return [found[serial] for serial in sorted(found)]


def between(start: Node, roots: Iterable[Node]) -> tuple[list[Node], bool]:
    """Return the nodes that carry derivatives from `start` to the roots, `start` not among them.

    Also returns whether they depend on variables older than `start`: then somebody outside may
    want to differentiate again.
    """
    active, on_path, outside = [], {start.serial}, False
    for node in ancestors(roots, start.serial):
        operation = node.operation
        if operation is None:
            continue
        carries = False
        for argument in node.arguments:
            if isinstance(argument, Node):
                carries = carries or argument.serial in on_path
                outside = outside or argument.serial < start.serial
        if carries and not operation.constant:
            on_path.add(node.serial)
            active.append(node)
    return active, outside


def _inputs(node: Node, differentiable: bool) -> tuple[Any, tuple[Any, ...]]:
    if differentiable:
        return node, node.arguments
    return node.value, tuple(
        argument.value if isinstance(argument, Node) else argument for argument in node.arguments
    )


def pull_back(
    active: list[Node], wanted: set[int], root: Node, cotangent: Any, differentiable: bool
) -> dict[int, Any]:
    """Carry a cotangent of the root back over the active nodes; returns those of `wanted` serials.

    What is wanted may be anything on the way.
    """
    cotangents = {root.serial: cotangent}
    on_path = {node.serial for node in active} | wanted
    kept = {}
    for node in reversed(active):
        g = cotangents.pop(node.serial, None)
        if g is None:
            continue
        if node.serial in wanted:
            kept[node.serial] = g
        out, arguments = _inputs(node, differentiable)
        for k, argument in enumerate(node.arguments):
            if not isinstance(argument, Node) or argument.serial not in on_path:
                continue
            part = node.operation.pull(g, k, out, arguments, node.options)  # type: ignore[union-attr]
            if part is not None:
                before = cotangents.get(argument.serial)
                cotangents[argument.serial] = part if before is None else before + part
    return kept | {serial: g for serial, g in cotangents.items() if serial in wanted}


def push_forward(
    active: list[Node], start: Node, tangents: Any, root: Node, differentiable: bool
) -> Any:
    """Carry a bundle of tangents of `start` over the active nodes; returns the root's, or None.

    A node's tangents are dropped when the last one that needs them has them.
    """
    bundles = {start.serial: tangents}
    uses = Counter(
        argument.serial
        for node in active
        for argument in node.arguments
        if isinstance(argument, Node)
    )
    uses[root.serial] += 1
    for node in active:
        given = [
            bundles.get(argument.serial) if isinstance(argument, Node) else None
            for argument in node.arguments
        ]
        if any(one is not None for one in given):
            out, arguments = _inputs(node, differentiable)
            bundle = node.operation.push(given, out, arguments, node.options)  # type: ignore[union-attr]
            if bundle is not None:
                bundles[node.serial] = bundle
        for argument in node.arguments:
            if isinstance(argument, Node):
                uses[argument.serial] -= 1
                if uses[argument.serial] == 0:
                    bundles.pop(argument.serial, None)
    return bundles.get(root.serial)


def directions_at_once(active: list[Node], start: Node, directions: int) -> int:
    """Return how many tangents to carry in one bundle."""
    largest: int = max((node.value.nbytes for node in active), default=0)
    smallest_bundle = max(largest, int(start.value.nbytes), 1)
    return max(1, min(directions, BUNDLE_BYTES // smallest_bundle))
