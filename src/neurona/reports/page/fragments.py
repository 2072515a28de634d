"""Pieces of HTML without scripts, for pages and notebooks: all that is text is escaped."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Collection, Sequence
from html import escape as _escape

from neurona.reports.page.isolated import isolated

LINE, DASHED = "#0072B2", "#D55E00"


def escaped(text: object) -> str:
    """Return a text as HTML shows it, in an element or an attribute.

    >>> escaped('<img src=x onerror="f()">')
    '&lt;img src=x onerror=&quot;f()&quot;&gt;'
    """
    flat = "".join(one if _has_shape(one) else "\N{REPLACEMENT CHARACTER}" for one in str(text))
    return _escape(flat, quote=True)


def _has_shape(letter: str) -> bool:
    return letter.isprintable() or letter in "\n\t" or unicodedata.category(letter) == "Zs"


def shown(text: object) -> str:
    """Return a text as an element shows it, words from right to left kept apart."""
    return isolated(escaped(text), "<bdi>", "</bdi>")


def facts(rows: Sequence[tuple[str, str]]) -> str:
    """Return names beside what is to be said of them."""
    cells = "".join(f"<dt>{shown(name)}</dt><dd>{shown(text)}</dd>" for name, text in rows)
    return f"<dl>{cells}</dl>"


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int] = (),
    main: int | None = None,
) -> str:  # fmt: skip
    """Return a table of texts; columns of `numbers` are right-aligned, the row `main` is bold."""

    right = {k: ' class="n"' for k in numbers}

    def cells(tag: str, texts: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{right.get(k, '')}>{shown(text)}</{tag}>" for k, text in enumerate(texts)
        )

    marks = {main: ' class="main"'}
    body = "".join(f"<tr{marks.get(k, '')}>{cells('td', row)}</tr>" for k, row in enumerate(rows))
    top = f"<thead><tr>{cells('th', head)}</tr></thead>" if any(head) else ""
    return f'<div class="table"><table>{top}<tbody>{body}</tbody></table></div>'


def notebook(body: str) -> str:
    """Return a piece as a notebook shows it, in the notebook's own colors."""
    return (
        '<div class="neurona" style="max-width:56em;line-height:1.4;overflow-wrap:anywhere">'
        f"{body}</div>"
    )


def notebook_table(
    head: Sequence[str], rows: Sequence[Sequence[str]], numbers: Collection[int] = ()
) -> str:
    """Return a table whose look is in it, for a notebook, which has no style sheet of ours."""

    def cells(tag: str, texts: Sequence[str]) -> str:
        return "".join(
            f'<{tag} style="text-align:{"right" if k in numbers else "left"};'
            f'vertical-align:top;overflow-wrap:{"anywhere" if k else "normal"}">'
            f"{shown(text)}</{tag}>"
            for k, text in enumerate(texts)
        )

    top = f"<thead><tr>{cells('th', head)}</tr></thead>" if any(head) else ""
    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table>{top}<tbody>{body}</tbody></table>"


def curves(lines: Sequence[tuple[str, Sequence[float | None]]], width: int = 360) -> str:
    """Return small curves over each other as an inline SVG, on a logarithmic scale if they fall
    far; nothing if there are no two numbers.
    """
    numbers = [v for _, line in lines for v in line if v is not None and math.isfinite(v)]
    if len(numbers) < 2:
        return ""
    far = min(numbers) > 0 and max(numbers) > 20 * min(numbers)
    low, high = (math.log(v) if far else v for v in (min(numbers), max(numbers)))
    height, room, most = 90, 6, 200
    parts = []
    for k, (name, line) in enumerate(lines):
        step = max(1, len(line) // most)
        points = []
        for place in range(0, len(line), step):
            value = line[place]
            if value is None or not math.isfinite(value):
                continue
            x = room + (width - 2 * room) * place / max(1, len(line) - 1)
            share = ((math.log(value) if far else value) - low) / ((high - low) or 1)
            points.append(f"{x:.1f},{room + (height - 2 * room) * (1 - share):.1f}")
        dash = f'stroke="{DASHED}" stroke-dasharray="5 3"' if k else f'stroke="{LINE}"'
        parts.append(
            f'<polyline fill="none" stroke-width="1.6" {dash} points="{" ".join(points)}">'
            f"<title>{escaped(name)}</title></polyline>"
        )
    said = ", ".join(f"{escaped(name)}" for name, _ in lines)
    return (
        f'<svg role="img" aria-label="{said}" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" style="max-width:100%">{"".join(parts)}</svg>'
    )
