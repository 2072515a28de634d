"""A document as Markdown, its pictures as files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from neurona.reports.page import document as blocks
from neurona.reports.page.document import Block, Document
from neurona.reports.page.isolated import isolated

MARKS = "\\`*_{}[]<>#|~$!&"


def as_markdown(document: Document, folder: str) -> tuple[str, dict[str, bytes]]:
    """Return a document as Markdown, and the pictures by their path: files in `folder`."""
    pictures: dict[str, bytes] = {}
    parts = [f"# {plain(document.title)}", plain(document.subtitle)]
    for one in document.blocks:
        if isinstance(one, blocks.Picture):
            path = f"{folder}/{one.name}.png"
            pictures[path] = one.png
            parts += [f"### {plain(one.title)}", f"![{plain(one.caption)}]({quote(path)})",
                      plain(one.caption)]  # fmt: skip
        else:
            parts.append(_block(one))
    if document.foot:
        parts += ["---", plain(document.foot)]
    return "\n\n".join(part for part in parts if part) + "\n", pictures


def plain(text: str) -> str:
    """Return a text as Markdown shows it as it is.

    >>> plain("<b> a_b | c")
    '\\\\<b\\\\> a\\\\_b \\\\| c'
    """
    flat = isolated(" ".join(text.split()))
    return "".join("\\" + one if one in MARKS else one for one in flat)


def _block(one: Block) -> str:
    if isinstance(one, blocks.Heading):
        return f"## {plain(one.text)}"
    if isinstance(one, blocks.Text):
        return plain(one.text)
    if isinstance(one, blocks.Facts):
        return "\n".join(f"- {plain(name)}: {plain(text)}" for name, text in one.rows)
    if isinstance(one, blocks.Grid):
        return _table(one)
    if isinstance(one, blocks.Code):
        return _code(one.text, one.language)
    assert isinstance(one, blocks.Item)
    parts = [f"### {plain(one.title)} ({plain(one.word)})", *map(plain, one.paragraphs)]
    parts += [_code(one.code, "") if one.code else "", plain(one.small)]
    return "\n\n".join(part for part in parts if part)


def _table(one: blocks.Grid) -> str:
    def row(cells: Sequence[str]) -> str:
        return f"| {' | '.join(map(plain, cells))} |"

    rule = ["---:" if k in one.numbers else "---" for k in range(len(one.head))]
    lines = [row(one.head), f"| {' | '.join(rule)} |"]
    for k, cells in enumerate(one.rows):
        if k != one.main:
            lines.append(row(cells))
            continue
        bold = [f"**{plain(cell)}**" if cell else "" for cell in cells]
        lines.append(f"| {' | '.join(bold)} |")
    return "\n".join(lines)


def _code(text: str, language: str) -> str:
    longest = max((len(run) for run in _runs(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _runs(text: str) -> list[str]:
    return [run for run in "".join(one if one == "`" else " " for one in text).split() if run]
