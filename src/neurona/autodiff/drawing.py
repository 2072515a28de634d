"""A computation graph as an SVG drawing: no program or library besides this one is needed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from neurona.autodiff.describe import gradients, labels, short
from neurona.autodiff.layout import Layers
from neurona.autodiff.node import PROTOCOLS, Node
from neurona.autodiff.sweeps import ancestors

MOST_NODES = 300
MARGIN, GAP, CHANNEL, LINE = 16.0, 16.0, 46.0, 16.0
CHARACTER = {"name": 7.4, "text": 6.7}
"""Widths of letters, a little too large."""
SYMBOLS = {
    "add": "+", "subtract": "\N{MINUS SIGN}", "multiply": "\N{MULTIPLICATION SIGN}", "divide": "/",
    "power": "^", "matmul": "@", "sum": "\N{GREEK CAPITAL LETTER SIGMA}",
}  # fmt: skip
STYLE = """
text { font: 12px ui-sans-serif, system-ui, 'Segoe UI', Arial, sans-serif; fill: #1c2430 }
.name { font-weight: 600 }
.operation { fill: #5b6675 }
.value, .gradient { font: 11px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace }
.gradient { fill: #b3400f }
.box { fill: #ffffff; stroke: #8a96a6 }
.box-variable { fill: #e8f1fc; stroke: #4f86c6 }
.box-result { fill: #e9f7ec; stroke: #4a9a5b }
.paper { fill: #fbfcfd }
.edge { fill: none; stroke: #9aa5b4; stroke-width: 1.3 }
.tip { fill: #9aa5b4 }
"""
"""What the parts look like; rules hold inside the drawing only, which may stand in a page."""


def draw(root: Node, shown: Sequence[Node] | None = None) -> str:
    """Return a graph as SVG text: every node with name, operation, value and gradient.

    Parameters
    ----------
    root : Node
        The result. Gradients are drawn if it is one number.
    shown : sequence of Node, optional
        Draw these nodes only, and the paths between them. Default: all that lead to the root.

    Raises
    ------
    ValueError
        More than 300 nodes would be drawn.

    Examples
    --------
    >>> from neurona.autodiff import variable
    >>> x = variable(2.0, "x")
    >>> draw(x * x)[:4]
    '<svg'
    """
    nodes = ancestors([root])
    slopes = gradients(root) if root.size == 1 else {}
    wanted = {node.serial for node in (nodes if shown is None else shown)}
    visible = [node for node in nodes if node.serial in wanted]
    if len(visible) > MOST_NODES:
        raise ValueError(
            f"A drawing of {len(visible)} nodes cannot be read; at most {MOST_NODES} are drawn. "
            "Use describe, or draw fewer with shown=."
        )
    called = labels(nodes)
    texts = [_texts(node, called, slopes.get(node) if slopes else None) for node in visible]
    heights = [LINE * len(lines) + 12 for lines in texts]
    widths = [
        max(len(text) * CHARACTER["name" if k == "name" else "text"] for k, text in lines) + 20
        for lines in texts
    ]
    layers = Layers(heights, _edges(nodes, visible), GAP, 4.0)
    left, width = _columns(layers, widths)
    height = max(place.y + place.height / 2 for place in layers.places) + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="neurona-graph" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} '
        f'{height:.0f}" role="img">',
        f"<title>{_safe(f'computation graph of {called[root.serial]}')}</title>",
        f"<style>{_scoped(STYLE)}</style>",
        '<defs><marker id="neurona-graph-tip" viewBox="0 0 8 8" refX="7" refY="4" '
        'markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="tip" d="M0,0.5 L8,4 L0,7.5 z"/></marker></defs>',
        f'<rect class="paper" width="{width:.0f}" height="{height:.0f}"/>',
    ]
    parts += [_curve(path, layers, left, widths) for path in layers.paths.values()]
    for k, (node, lines) in enumerate(zip(visible, texts, strict=True)):
        kind = "-result" if node is root else "" if node.operation else "-variable"
        parts.append(_box(layers, k, left, widths[k], lines, kind))
    return "\n".join([*parts, "</svg>"])


def picture(root: Node, shown: Sequence[Node] | None = None) -> str | None:
    """Return the drawing for a notebook, None (then the notebook shows text) if it is too large."""
    try:
        return draw(root, shown)
    except ValueError:
        return None


PROTOCOLS["picture"] = picture


def _texts(node: Node, called: dict[int, str], slope: object) -> list[tuple[str, str]]:
    operation = "variable" if node.operation is None else node.operation.name
    constants = ["" if isinstance(one, Node) else short(one, 12) for one in node.arguments]
    said = " ".join([operation, *filter(None, constants)])
    if operation in SYMBOLS:
        # a constant stands on its own side: 1 - x, x - 1
        before, after = constants[:1] if len(constants) == 2 else [], constants[1:]
        said = " ".join(filter(None, [*before, SYMBOLS[operation], *after]))
    lines = [("name", node.name or said)]
    if node.operation is not None and node.name:
        lines.append(("operation", said))
    lines.append(("value", short(node.value, 26)))
    if slope is not None:
        lines.append(("gradient", f"\N{PARTIAL DIFFERENTIAL} {short(slope, 24)}"))
    return lines


def _edges(nodes: list[Node], visible: list[Node]) -> list[tuple[int, int]]:
    """Return the paths between visible nodes, each once."""
    number = {node.serial: k for k, node in enumerate(visible)}
    sources: dict[int, dict[int, None]] = {}
    edges: dict[tuple[int, int], None] = {}
    for node in nodes:
        found: dict[int, None] = {}
        for argument in node.arguments:
            if isinstance(argument, Node):
                if argument.serial in number:
                    found[number[argument.serial]] = None
                else:
                    found |= sources[argument.serial]
        sources[node.serial] = found
        if node.serial in number:
            edges |= {(start, number[node.serial]): None for start in found}
    return list(edges)


def _columns(layers: Layers, widths: list[float]) -> tuple[list[float], float]:
    """Return the left edge of every layer, and the width of the drawing."""
    left, x = [], MARGIN
    for layer in layers.layers:
        left.append(x)
        x += max((widths[k] for k in layer if k < len(widths)), default=0.0) + CHANNEL
    return left, x - CHANNEL + MARGIN


def _curve(path: list[int], layers: Layers, left: list[float], widths: list[float]) -> str:
    first, last = layers.places[path[0]], layers.places[path[-1]]
    x, y = left[first.layer] + widths[path[0]], first.y + MARGIN
    commands = [f"M{x:.1f},{y:.1f}"]
    for k in path[1:]:
        place = layers.places[k]
        to_x, to_y = left[place.layer], place.y + MARGIN
        middle = (x + to_x) / 2
        commands.append(f"C{middle:.1f},{y:.1f} {middle:.1f},{to_y:.1f} {to_x:.1f},{to_y:.1f}")
        x, y = to_x, to_y
        if place is not last:
            x = left[place.layer + 1] - CHANNEL
            commands.append(f"L{x:.1f},{y:.1f}")
    return f'<path class="edge" d="{" ".join(commands)}" marker-end="url(#neurona-graph-tip)"/>'


def _box(
    layers: Layers,
    k: int,
    left: list[float],
    width: float,
    lines: list[tuple[str, str]],
    kind: str,
) -> str:
    place = layers.places[k]
    x, y = left[place.layer], place.y - place.height / 2 + MARGIN
    parts = [
        f'<rect class="box{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" '
        f'height="{place.height:.1f}" rx="6"/>'
    ]
    for number, (what, text) in enumerate(lines):
        parts.append(
            f'<text class="{what}" x="{x + 10:.1f}" y="{y + LINE * number + 18:.1f}">'
            f"{_safe(text)}</text>"
        )
    return "\n".join(parts)


def _scoped(style: str) -> str:
    lines = [line.partition("{") for line in style.strip().splitlines()]
    return "".join(
        ", ".join(f".neurona-graph {one.strip()}" for one in selectors.split(",")) + f"{{{rules}\n"
        for selectors, _, rules in lines
    )


def _safe(text: str) -> str:
    """Return text as XML takes it: escaped, without the characters that it forbids."""
    return escape(re.sub(r"[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", text))
