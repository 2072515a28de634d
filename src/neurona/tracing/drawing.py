"""A trace as an SVG picture: the network with the numbers of each phase on it.

Signs are told twice, by color (blue above 0, vermilion below, of M. Okabe and K. Ito's palette,
which color-blind people can tell apart) and by line (dashed below 0); sizes by the width of a line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from neurona.tracing.parts import Change, Trace
from neurona.tracing.text import short, shown

BLUE, VERMILION, INK, FAINT = "#0072B2", "#D55E00", "#222222", "#8a8a8a"
RADIUS, SPACE, LINE = 27.0, 124.0, 13.0
LABEL_ROOM, MARGIN, TOP = 122.0, 74.0, 84.0
PHASES = ("forward", "backward", "update")
TITLES = {
    "forward": "Forward: each unit sums its weighted inputs (z) and activates the sum (a)",
    "backward": "Backward: each unit's error, from the loss back through the weights",
    "update": "Update: each weight, old and new",
}


class Spot(NamedTuple):
    """Where a unit is drawn, and which it is; `unit` None stands for those left out."""

    x: float
    y: float
    unit: int | None


def picture(trace: Trace, phase: str, row: int, units: int) -> str:
    """Return the SVG; see `Trace.svg`."""
    if phase != "all" and phase not in PHASES:
        raise ValueError(f"phase must be 'all' or one of {', '.join(PHASES)}. Got {phase!r}.")
    if not 0 <= row < trace.rows:
        raise ValueError(f"row must be from 0 to {trace.rows - 1}. Got {row}.")
    layers, width, height = _places(trace, units)
    phases = PHASES if phase == "all" else (phase,)
    body = []
    for k, one in enumerate(phases):
        body.append(f'<g transform="translate(0 {k * height:g})">')
        body += _panel(trace, one, row, layers, width)
        body.append("</g>")
    total = height * len(phases)
    says = escape(f"One training step of a network of {'-'.join(map(str, trace.sizes))} units")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {total:g}" '
        f'width="{width:g}" height="{total:g}" role="img" '
        'font-family="DejaVu Sans, Verdana, sans-serif" font-size="11">'
        f'<title>{says}</title><rect width="100%" height="100%" fill="#ffffff"/>'
        + "\n".join(body)
        + "</svg>"
    )


def _places(trace: Trace, units: int) -> tuple[list[list[Spot]], float, float]:
    """Return the spots of every layer, and the size of a panel."""
    seen = [shown(trace.unit_names(k), units) for k in range(len(trace.sizes))]
    slots = [
        [*which, *([] if len(which) == size else [None])]
        for which, size in zip(seen, trace.sizes, strict=True)
    ]
    tallest = max(map(len, slots))
    height = TOP + tallest * SPACE
    layers, x = [], MARGIN
    for k, units_of in enumerate(slots):
        top = TOP + (tallest - len(units_of)) * SPACE / 2 + SPACE / 2 - 14
        layers.append([Spot(x, top + i * SPACE, unit) for i, unit in enumerate(units_of)])
        if k + 1 < len(slots):
            x += max(260.0, (RADIUS + LABEL_ROOM / 2 + 6) / _where(len(slots[k + 1])))
    return layers, max(x + MARGIN + 20, 640.0), height


def _where(targets: int) -> float:
    """Return how far along the lines their labels stand: there lines to so many units are evenly
    apart, whatever unit they come from.
    """
    return 1.0 / (targets + 1)


def _panel(trace: Trace, phase: str, row: int, layers: list[list[Spot]], width: float) -> list[str]:
    drawn = [
        f'<line x1="24" x2="{width - 24:g}" y1="44" y2="44" stroke="#dddddd"/>',
        _text(24, 24, TITLES[phase], size=14, anchor="start", bold=True),
        _text(24, 38, _subtitle(trace, phase, row), anchor="start", fill="#555555"),
    ]
    for k in range(len(layers) - 1):
        drawn += _lines(trace, phase, k, layers[k], layers[k + 1])
    for k, spots in enumerate(layers):
        last = k == len(layers) - 1
        name = "inputs" if k == 0 else "output" if last else f"layer {k}"
        name += f": {trace.forward[k - 1].activation}" if k else ""
        drawn.append(_text(spots[0].x, 64, name, fill="#555555", size=12))
        for spot in spots:
            drawn += _unit(trace, phase, row, k, spot)
    return drawn


def _subtitle(trace: Trace, phase: str, row: int) -> str:
    which = "" if trace.rows == 1 else f"row {row + 1} of {trace.rows}; "
    if phase == "forward":
        loss = trace.row_losses[row]
        return f"{which}in each circle its activation a; {trace.loss_function.name} {number(loss)}"
    if phase == "backward":
        return f"{which}in each circle its error dE/dz = dE/da x g'(z); weights carry errors back"
    if trace.optimizer is None:
        return trace.note
    rows = "1 row" if trace.rows == 1 else f"{trace.rows} rows"
    return (
        f"step {trace.step} of {trace.optimizer.name}, rate {number(trace.rate)}, on {rows}; "
        "in each circle its activation a; b: bias, g: its gradient"
    )


def number(value: float) -> str:
    """Return a number as short as a picture needs."""
    return f"{float(value) + 0.0:.3g}"


def _lines(
    trace: Trace, phase: str, k: int, sources: Sequence[Spot], targets: Sequence[Spot]
) -> list[str]:
    """Return the weights from layer k to the next: lines first, then their numbers."""
    change = trace.update[k].weights
    matrix = change.old
    largest = float(np.abs(matrix[np.isfinite(matrix)]).max(initial=0.0)) or 1.0
    lines, labels = [], []
    along = _where(len(targets))
    for target in targets:
        for source in sources:
            if target.unit is None or source.unit is None:
                continue
            at = source.unit, target.unit
            weight = float(matrix[at])
            lines.append(_line(source, target, weight, largest))
            x = source.x + along * (target.x - source.x)
            y = source.y + along * (target.y - source.y)
            labels.append(_label(x, y, _weight_text(phase, change, at), weight))
    return lines + labels


def _weight_text(phase: str, change: Change, at: tuple[int, int]) -> str:
    if phase != "update":
        return number(change.old[at])
    if change.new is None:
        return f"{number(change.old[at])}, g {number(change.gradient[at])}"
    return moved(change.old[at], change.new[at])


def moved(old: float, new: float) -> str:
    """Return both numbers of an update."""
    return f"{float(old) + 0.0:.4g} \u2192 {float(new) + 0.0:.4g}"


def _line(source: Spot, target: Spot, weight: float, largest: float) -> str:
    size = min(abs(weight) / largest, 1.0) if weight == weight else 1.0
    dash = ' stroke-dasharray="6 4"' if weight < 0 else ""
    color = BLUE if weight >= 0 else VERMILION
    return (
        f'<line x1="{source.x + RADIUS:g}" y1="{source.y:g}" x2="{target.x - RADIUS:g}" '
        f'y2="{target.y:g}" stroke="{color}" stroke-width="{0.8 + 2.6 * size:.2f}" '
        f'stroke-opacity="0.55"{dash}/>'
    )


def _label(x: float, y: float, text: str, weight: float) -> str:
    """Return a number on a line, before a patch that keeps it readable where lines cross."""
    return _text(x, y + 4, text, fill=BLUE if weight >= 0 else VERMILION, patch=True)


def _unit(trace: Trace, phase: str, row: int, k: int, spot: Spot) -> list[str]:
    if spot.unit is None:
        return [
            _text(spot.x, spot.y + 4, "\u22ee", size=22, fill=FAINT),
            _text(spot.x, spot.y + 24, f"{trace.sizes[k]} units", fill=FAINT),
        ]
    name = short(trace.unit_names(k)[spot.unit], 18)
    inside, below = UNIT_TEXTS[phase](trace, row, k, spot.unit)
    drawn = [
        f'<circle cx="{spot.x:g}" cy="{spot.y:g}" r="{RADIUS:g}" fill="#f4f4f4" stroke="{INK}" '
        'stroke-width="1.3"/>',
        _text(spot.x, spot.y - RADIUS - 6, name, fill=INK, bold=True, patch=True),
        _text(spot.x, spot.y + 4, inside, fill=INK, size=12),
    ]
    drawn += [
        _text(spot.x, spot.y + RADIUS + LINE * (n + 1), line, fill="#444444", patch=True)
        for n, line in enumerate(below)
    ]
    return drawn


def _forward_texts(trace: Trace, row: int, k: int, unit: int) -> tuple[str, list[str]]:
    if k == 0:
        return number(trace.inputs[row, unit]), []
    layer, bias = trace.forward[k - 1], trace.update[k - 1].biases.old[unit]
    below = [f"z {number(layer.sums[row, unit])}", f"b {number(bias)}"]
    if k == len(trace.forward):
        below.append(f"target {number(trace.targets[row, unit])}")
    return number(layer.values[row, unit]), below


def _backward_texts(trace: Trace, row: int, k: int, unit: int) -> tuple[str, list[str]]:
    if k == 0:
        return number(trace.inputs[row, unit]), []
    layer = trace.backward[k - 1]
    below = []
    if layer.arriving is not None and layer.slopes is not None:
        below.append(f"dE/da {number(layer.arriving[row, unit])}")
        below.append(f"g'(z) {number(layer.slopes[row, unit])}")
    return number(layer.errors[row, unit]), below


def _update_texts(trace: Trace, row: int, k: int, unit: int) -> tuple[str, list[str]]:
    if k == 0:
        return number(trace.inputs[row, unit]), []
    change = trace.update[k - 1].biases
    moves = [] if change.new is None else [f"\u2192 {change.new[unit] + 0.0:.4g}"]
    below = [f"b {change.old[unit] + 0.0:.4g}", *moves, f"g {number(change.gradient[unit])}"]
    return number(trace.forward[k - 1].values[row, unit]), below


UNIT_TEXTS: dict[str, Callable[[Trace, int, int, int], tuple[str, list[str]]]] = {
    "forward": _forward_texts,
    "backward": _backward_texts,
    "update": _update_texts,
}


def _text(
    x: float, y: float, text: str, fill: str = INK, size: int = 11, anchor: str = "middle",
    bold: bool = False, patch: bool = False,
) -> str:  # fmt: skip
    weight = ' font-weight="bold"' if bold else ""
    behind = ""
    if patch:
        room = 0.64 * size * len(text)
        behind = (
            f'<rect x="{x - room / 2:g}" y="{y - 0.84 * size:g}" width="{room:g}" '
            f'height="{1.06 * size:g}" rx="3" fill="#ffffff" fill-opacity="0.88"/>'
        )
    return (
        f'{behind}<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}"{weight}>{escape(text)}</text>'
    )
