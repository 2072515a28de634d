"""A training as one picture without a script: its network, its losses, and what it came to."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import numpy as np

from neurona.laboratory.session.course import Course
from neurona.laboratory.session.telling import branches_shown, method_shown, table_shown

WIDTH, HEIGHT = 720, 320
NETWORK, CURVE = (40.0, 64.0, 320.0, 212.0), (440.0, 64.0, 260.0, 196.0)
"""Left, top, width and height of each part."""
POSITIVE, NEGATIVE, INK, MUTED, LINE = "#0072B2", "#D55E00", "#17202a", "#56616c", "#d5dbe0"
MOST_UNITS = 12
LEAST = 1e-12


def picture_of(course: Course) -> str:
    """Return an SVG of where a course stands; of a large layer the first units are drawn."""
    parts = [*_words(course), *_network(course), *_curve(course)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" font-family="system-ui, Helvetica, sans-serif" '
        f'font-size="12">\n<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="#ffffff" '
        f'stroke="{LINE}"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _text(x: float, y: float, text: str, more: str = f'fill="{MUTED}"') -> str:
    return f'<text x="{x:g}" y="{y:g}" {more}>{escape(text)}</text>'


def _words(course: Course) -> Iterator[str]:
    table, how = table_shown(course.world), method_shown(course)
    sizes = "-".join(map(str, course.training.network.sizes))
    yield f"<title>{escape(table.name)}, {sizes}, epoch {course.epoch}</title>"
    yield _text(24, 32, f"{table.name}, {sizes}", f'fill="{INK}" font-size="16" font-weight="600"')
    history = course.training.history
    said = [f"epoch {course.epoch:,}"]
    if len(history):
        last = history[-1]
        said.append(f"loss {last.loss:.4g}")
        if last.val_loss is not None:
            said.append(f"held out {last.val_loss:.4g}")
        if last.score is not None:
            said.append(f"{table.score_name} {last.score:.4g}")
    said.append(f"{how.solver}, batch {how.batch}")
    changes = branches_shown(course).edits
    said += [f"{changes} changes"] if changes else []
    yield _text(24, HEIGHT - 16, " · ".join(said))


def _network(course: Course) -> Iterator[str]:
    """Yield lines, as wide as the sizes of their weights, and units over them."""
    network = course.training.network
    matrices, _ = network.views(course.training.weights)
    left, top, width, height = NETWORK
    counts = [min(size, MOST_UNITS) for size in network.sizes]
    gap = height / max(counts)
    across = width / (len(counts) - 1)
    places = [
        [(left + across * k, top + height / 2 + gap * (i - (n - 1) / 2)) for i in range(n)]
        for k, n in enumerate(counts)
    ]
    for k, matrix in enumerate(matrices):
        shown = matrix[: counts[k], : counts[k + 1]]
        largest = float(np.abs(shown).max()) or 1.0
        for (i, j), weight in np.ndenumerate(shown):
            yield _edge(places[k][i], places[k + 1][j], float(weight), largest)
    radius = min(9.0, 0.4 * gap)
    for k, layer in enumerate(places):
        for x, y in layer:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#fff" stroke="{INK}"/>'
        if network.sizes[k] > counts[k]:
            more = f"+{network.sizes[k] - counts[k]}"
            yield _text(
                layer[0][0], top + height + 14, more, f'fill="{MUTED}" text-anchor="middle"'
            )


def _edge(start: Any, end: Any, weight: float, largest: float) -> str:
    color, dash = (POSITIVE, "") if weight >= 0 else (NEGATIVE, ' stroke-dasharray="5 3"')
    share = min(1.0, abs(weight) / largest) if math.isfinite(weight) else 0.0
    return (
        f'<line x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'stroke="{color}" stroke-width="{0.3 + 3.2 * share:.2f}" '
        f'stroke-opacity="{0.25 + 0.6 * share:.2f}"{dash}/>'
    )


def _curve(course: Course) -> Iterator[str]:
    """Yield the losses over the epochs, on a logarithmic scale."""
    rows = np.asarray(course.branch.curve.whole(), np.float64)
    left, top, width, height = CURVE
    bottom = top + height
    yield f'<path d="M{left:g} {top:g}V{bottom:g}H{left + width:g}" fill="none" stroke="{LINE}"/>'
    losses = rows[:, 1:3]
    drawn = losses[np.isfinite(losses) & (losses > 0)]
    if not drawn.size:
        yield _text(left + 12, top + height / 2, "nothing is trained yet")
        return
    low, high = max(LEAST, float(drawn.min())), max(LEAST, float(drawn.max()))
    decades = math.log(high / low) or 1.0
    last = max(1.0, float(rows[-1, 0]))
    for k, (name, color, dash) in enumerate(
        [("training", POSITIVE, ""), ("held out", NEGATIVE, ' stroke-dasharray="5 3"')]
    ):
        known = np.isfinite(losses[:, k]) & (losses[:, k] > 0)
        if not known.any():
            continue
        x = left + width * rows[known, 0] / last
        y = bottom - height * np.log(np.maximum(losses[known, k], low) / low) / decades
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        stroke = f'fill="none" stroke="{color}" stroke-width="1.8"{dash}'
        yield f'<polyline points="{points}" {stroke}/>'
        yield f'<path d="M{left + 96 * k:g} {top - 16:g}h22" {stroke}/>'
        yield _text(left + 96 * k + 28, top - 12, name)
    end = f'fill="{MUTED}" text-anchor="end"'
    yield _text(left - 6, top + 10, f"{high:.2g}", end)
    yield _text(left - 6, bottom, f"{low:.2g}", end)
    yield _text(left + width, bottom + 16, f"epoch {last:,.0f}", end)
