"""A comparison as text in columns, and as HTML without scripts."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurona.progress.numbers import TITLES, count, several, short
from neurona.progress.surface import printable

if TYPE_CHECKING:
    from neurona.runs.comparing.comparison import Comparison, Paired

MOST, EPOCHS = 40, 8
Section = tuple[str, list[list[str]]]
"""A title, and rows of cells, of which the first are the heads."""


def text_of(found: Comparison) -> str:
    """Return a comparison as text."""
    notes = [f"note    {printable(note)}" for note in found.notes]
    return "\n".join([columns_of(found), *([""] if notes else []), *notes])


def columns_of(found: Comparison) -> str:
    """Return a comparison without its notes: titles, and columns under them."""
    lines: list[str] = []
    for title, rows in _sections(found):
        lines += ([""] if lines else []) + [title, *_columns(rows)]
    return "\n".join(lines)


def html_of(found: Comparison) -> str:
    """Return a comparison as HTML; whatever stands in tables and settings is escaped."""
    parts = []
    for title, rows in _sections(found):
        body = ""
        for number, row in enumerate(rows):
            tag = "td" if number else "th"
            cells = "".join(f"<{tag}>{html.escape(cell)}</{tag}>" for cell in row)
            body += f"<tr>{cells}</tr>"
        parts.append(f"<table><caption>{html.escape(title)}</caption>{body}</table>")
    parts += [f"<p>{html.escape(note)}</p>" for note in found.notes]
    return f"<div>{''.join(parts)}</div>"


def _sections(found: Comparison) -> list[Section]:
    heads = ["", *found.names]
    settings = [[key, *map(_cell, values)] for key, values in found.settings.items()]
    same = [["the settings are the same", *[""] * len(found.names)]]
    out: list[Section] = [("settings that differ", [heads, *(settings or same)])]
    facts = [[name, *map(_cell, values)] for name, values in found.facts.items()]
    out.append(("what came of them", [heads, *facts]))
    scores = [[_title(name), *map(_cell, values)] for name, values in found.scores.items()]
    out.append(("scores", [heads, *scores]))
    if found.paired:
        rows = [_pair(one) for one in found.paired]
        head = ["run", "score", "difference", "95 % interval", "over", "it is"]
        out.append((f"differences from {found.names[0]}, paired", [head, *rows]))
    curves = _curves(found)
    if len(curves) > 1:
        out.append(("loss by epoch: validation rows, or training rows where none are", curves))
    return out


def _pair(one: Paired) -> list[str]:
    difference = one.difference
    reach = f"{_signed(difference.low)} to {_signed(difference.high)}"
    if not math.isfinite(difference.low):
        reach = "not known: too few"
    score = TITLES.get(one.score, one.score) + (f" of {one.target}" if one.target else "")
    over = f"{difference.over:,} {one.on}"
    over += f" in {count(difference.groups, 'group')}" if difference.groups else ""
    return [one.run, score, _signed(difference.value), reach, over, one.verdict]


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + short(value)


def _curves(found: Comparison) -> list[list[str]]:
    """Return losses at a few epochs, closer at the beginning: rows of a table."""
    curves = []
    for history in found.histories.values():
        chosen = "val_loss" if any(v is not None for v in history["val_loss"]) else "loss"
        epochs = [int(epoch or 0) for epoch in history["epoch"]]
        curves.append(dict(zip(epochs, history[chosen], strict=True)))
    last = max((max(curve, default=0) for curve in curves), default=0)
    if last < 1:
        return []
    ends = {max(curve) for curve in curves if curve}
    marks = {max(1, round(last ** (k / (EPOCHS - 1)))) for k in range(EPOCHS)} | ends
    rows = [["epoch", *found.names]]
    for mark in sorted(marks):
        rows.append([f"{mark:,}", *(short(c[mark]) if mark in c else "" for c in curves)])
    return rows


def _title(name: str) -> str:
    part, _, score = name.partition(" ")
    return f"{part} {TITLES.get(score, score)}"


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        numbers = all(isinstance(one, float) for one in value)
        return several(value) if numbers and value else ",".join(map(str, value)) or "none"
    return short(value) if isinstance(value, float) else str(value)


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines whose cells stand under each other."""
    cells = [[_cut(printable(cell)) for cell in row] for row in rows]
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _cut(text: str) -> str:
    return text if len(text) <= MOST else text[: MOST - 3] + "..."
