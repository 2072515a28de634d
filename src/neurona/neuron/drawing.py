"""What units and two-layer networks look like: in text, and as SVG.

Colours are of M. Okabe and K. Ito (2008), told apart by the colour-blind; positive weights are
solid, negative ones dashed, and the width goes with the size, so a copy in grey says the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neurona.neuron.svg import Canvas, Node
from neurona.neuron.truth_table import number

if TYPE_CHECKING:
    from neurona.neuron.network import TwoLayerNetwork
    from neurona.neuron.units import Unit

GAP = 74
"""Pixels between the centers of two units of a layer."""


def formula(unit: Unit, total: Any | None = None) -> str:
    """Return what is done with the sum: step(sum - 1.5), or step(sum) in the bias form."""
    shown = "sum" if total is None else number(total)
    theta = unit.theta
    if has_bias(unit) or theta == 0:
        return f"{unit.activation.name}({shown})"
    sign = "-" if theta > 0 else "+"
    return f"{unit.activation.name}({shown} {sign} {number(abs(theta))})"


def has_bias(unit: Unit) -> bool:
    """Whether the unit is in bias form."""
    return hasattr(unit, "bias")


def unit_text(unit: Unit, inputs: tuple[Any, ...] | None, output: str = "y") -> str:
    """Draw a unit in text: a line per input, the sum and the output in the middle."""
    rows = list(zip(unit.names, unit.weights, inputs or [None] * len(unit.names), strict=True))
    named = [name if value is None else f"{name} = {number(value)}" for name, _, value in rows]
    weights = [number(weight) for weight in unit.weights]
    if has_bias(unit):
        named, weights = ["1", *named], [number(-unit.theta), *weights]
    wide, deep = max(map(len, named)), max(map(len, weights))
    left = [
        f"{name.ljust(wide)} ──[ {weight.rjust(deep)} ]──"
        for name, weight in zip(named, weights, strict=True)
    ]
    if inputs is None:
        right = f" sum ── {formula(unit)} ──▶ {output}"
    else:
        total = unit.sum(*inputs)
        name = "" if output == "y" else f"{output} = "
        right = (
            f" sum = {number(total)} ── {formula(unit, total)} ──▶ {name}{number(unit(*inputs))}"
        )
    if len(left) == 1:
        return left[0] + "──" + right
    lines = [line + corner for line, corner in zip(left, _corners(len(left)), strict=True)]
    if len(lines) % 2:
        lines[len(lines) // 2] = lines[len(lines) // 2][:-1] + "┼──" + right
    else:
        lines.insert(len(lines) // 2, " " * len(left[0]) + "├──" + right)
    return "\n".join(lines)


def _corners(size: int) -> list[str]:
    return ["┐", *["┤"] * (size - 2), "┘"]


def unit_svg(unit: Unit, inputs: tuple[Any, ...] | None) -> str:
    """Draw a unit as SVG."""
    biased = has_bias(unit)
    count = len(unit.weights) + biased
    height = max(count, 2) * GAP + 36
    middle = height / 2
    canvas = Canvas(560, height)
    values = [None] * len(unit.names) if inputs is None else list(inputs)
    shown: list[tuple[str, Any, Any, Any]] = [
        (name, value, weight, value)
        for name, value, weight in zip(unit.names, values, unit.weights, strict=True)
    ]
    if biased:
        shown.insert(0, ("1", None, -unit.theta, 1))
    total = None if inputs is None else unit.sum(*inputs)
    body = Node(300, middle, "Σ" if total is None else number(total), 34)
    largest = max(abs(float(weight)) for _, _, weight, _ in shown) or 1.0
    for k, (name, value, weight, on) in enumerate(shown):
        y = middle + (k - (count - 1) / 2) * GAP
        node = Node(70, y, name if value is None else number(value), 20)
        canvas.edge(node, body, weight, largest, 0.45)
        canvas.node(node, bool(inputs is not None and on))
        if value is not None:
            canvas.text(36, y + 5, name, "end", italic=True)
    end = _end(510, middle, "y" if inputs is None else number(unit(*inputs)))
    canvas.arrow(body, end)
    fires = inputs is not None and unit.fires(*inputs)
    canvas.node(body, fires)
    canvas.node(end, fires)
    theta = "" if biased else f"θ = {number(unit.theta)}"
    canvas.text(300, middle + 54, theta, "middle")
    canvas.text(407, middle - 12, formula(unit, total), "middle", small=True)
    label = "A neuron: " + formula(unit, total)
    return canvas.finish(label)


def network_text(network: TwoLayerNetwork, inputs: tuple[Any, ...] | None) -> str:
    """Draw a network in text: the hidden units one below the other, then the output unit."""
    hidden = network.hidden_values(*inputs) if inputs is not None else None
    parts = [unit_text(unit, inputs, f"h{k}") for k, unit in enumerate(network.hidden, 1)]
    return "\n".join([*parts, unit_text(network.output, hidden)])


def network_svg(network: TwoLayerNetwork, inputs: tuple[Any, ...] | None) -> str:
    """Draw a network of two layers as SVG, with the live sums if there are inputs."""
    names = network.hidden[0].names
    rows = max(len(names), len(network.hidden), 2)
    height = rows * (GAP + 16) + 40
    canvas = Canvas(700, height)
    middle = height / 2
    hidden_values = network.hidden_values(*inputs) if inputs is not None else None
    weights = [w for unit in (*network.hidden, network.output) for w in unit.weights]
    largest = max(abs(float(weight)) for weight in weights) or 1.0
    left = [
        Node(70, _place(k, len(names), middle), number(inputs[k]) if inputs else name, 20)
        for k, name in enumerate(names)
    ]
    center = [
        Node(
            330,
            _place(k, len(network.hidden), middle),
            number(unit.sum(*inputs)) if inputs else f"h{k + 1}",
            26,
        )
        for k, unit in enumerate(network.hidden)
    ]
    total = None if hidden_values is None else network.output.sum(*hidden_values)
    out = Node(560, middle, "Σ" if total is None else number(total), 30)
    end = _end(655, middle, "y" if inputs is None else number(network(*inputs)))
    for k, unit in enumerate(network.hidden):
        for j, weight in enumerate(unit.weights):
            # near the hidden unit the lines that come in do not cross
            canvas.edge(left[j], center[k], weight, largest, 0.83)
        canvas.edge(center[k], out, network.output.weights[k], largest, 0.5)
    canvas.arrow(out, end)
    for k, node in enumerate(left):
        canvas.node(node, bool(inputs and inputs[k]))
        if inputs:
            canvas.text(36, node.y + 5, names[k], "end", italic=True)
    for k, node in enumerate(center):
        canvas.node(node, bool(hidden_values and hidden_values[k]))
        canvas.text(330, node.y + 44, f"θ = {number(network.hidden[k].theta)}", "middle", True)
    fires = bool(hidden_values is not None and network.output.fires(*hidden_values))
    canvas.node(out, fires)
    canvas.node(end, fires)
    canvas.text(560, middle + 50, f"θ = {number(network.output.theta)}", "middle", True)
    return canvas.finish(f"A network of {len(network.hidden)} hidden units")


def _end(x: float, y: float, label: str) -> Node:
    return Node(x, y, label, max(20.0, 5.0 * len(label) + 6.0))


def _place(k: int, count: int, middle: float) -> float:
    return middle + (k - (count - 1) / 2) * (GAP + 16)
