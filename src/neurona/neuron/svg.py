"""A small canvas for drawings of networks: nodes, weighted lines, arrows, text."""

from __future__ import annotations

import math
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from neurona.neuron.truth_table import number

POSITIVE, NEGATIVE, INK, ON, OFF = "#0072B2", "#D55E00", "#222222", "#F0E442", "#FFFFFF"
STYLE = (
    "text{font-family:Helvetica,Arial,sans-serif;font-size:15px;fill:#222222}"
    ".small{font-size:13px}.italic{font-style:italic}"
    ".halo{paint-order:stroke;stroke:#ffffff;stroke-width:5px;stroke-linejoin:round}"
)


class Node(NamedTuple):
    """A circle with a label in it."""

    x: float
    y: float
    label: str
    radius: float


class Canvas:
    """Collects the parts of a drawing; lines lie below nodes, nodes below text."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._lines: list[str] = []
        self._nodes: list[str] = []
        self._texts: list[str] = []

    def node(self, node: Node, on: bool) -> None:
        """Draw a node; one that is on is filled and has a thick border."""
        fill, width = (ON, 3.5) if on else (OFF, 1.5)
        self._nodes.append(
            f'<circle cx="{node.x:g}" cy="{node.y:g}" r="{node.radius:g}" fill="{fill}" '
            f'stroke="{INK}" stroke-width="{width}"/>'
        )
        self.text(node.x, node.y + 5, node.label, "middle")

    def edge(self, start: Node, end: Node, weight: Any, largest: float, at: float) -> None:
        """Draw a weighted line, with the weight at a share of its length."""
        (x1, y1), (x2, y2) = _between(start, end)
        size = float(weight)
        color = POSITIVE if size > 0 else NEGATIVE if size < 0 else "#999999"
        dash = ' stroke-dasharray="8 5"' if size < 0 else ""
        width = 1.0 + 4.0 * abs(size) / largest
        self._lines.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" '
            f'stroke-width="{width:.1f}"{dash}/>'
        )
        self._texts.append(
            f'<text class="halo" x="{x1 + at * (x2 - x1):.1f}" y="{y1 + at * (y2 - y1) + 5:.1f}" '
            f'text-anchor="middle">{escape(number(weight))}</text>'
        )

    def arrow(self, start: Node, end: Node) -> None:
        """Draw an arrow between two nodes."""
        (x1, y1), (x2, y2) = _between(start, end)
        self._lines.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2 - 8:.1f}" y2="{y2:.1f}" stroke="{INK}" '
            'stroke-width="2"/>'
            f'<path d="M{x2:.1f} {y2:.1f} l-11 -5.5 v11 z" fill="{INK}"/>'
        )

    def text(
        self, x: float, y: float, text: str, anchor: str, small: bool = False, italic: bool = False
    ) -> None:
        """Write text at its baseline."""
        words = " ".join(["halo", *["small"] * small, *["italic"] * italic])
        if text:
            self._texts.append(
                f'<text class="{words}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">'
                f"{escape(text)}</text>"
            )

    def finish(self, label: str) -> str:
        """Return the drawing as a whole SVG document; `label` is for screen readers."""
        size = f'width="{self.width:g}" height="{self.height:g}"'
        box = f'viewBox="0 0 {self.width:g} {self.height:g}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="img">',
                f"<title>{escape(label)}</title>",
                f"<style>{STYLE}</style>",
                f'<rect {size} fill="#ffffff"/>',
                *self._lines,
                *self._nodes,
                *self._texts,
                "</svg>",
            ]
        )


def _between(start: Node, end: Node) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the points where the line between two nodes leaves the one and meets the other."""
    dx, dy = end.x - start.x, end.y - start.y
    length = math.hypot(dx, dy)
    ux, uy = dx / length, dy / length
    return (
        (start.x + ux * start.radius, start.y + uy * start.radius),
        (end.x - ux * end.radius, end.y - uy * end.radius),
    )
