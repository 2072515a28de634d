"""A document as one HTML file: no scripts, nothing that is fetched, pictures within."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from itertools import groupby

from neurona.reports.page import document as blocks
from neurona.reports.page.document import Block, Document
from neurona.reports.page.fragments import escaped, facts, shown, table
from neurona.reports.page.style import STYLE

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What a browser is told: whatever else should stand in the page, it is not run or fetched."""


def as_html(document: Document) -> str:
    """Return a document as HTML."""
    body = "\n".join(_grouped(document.blocks))
    foot = f"<footer>{shown(document.foot)}</footer>" if document.foot else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escaped(document.title)}</title>
<style>
{STYLE}
</style>
</head>
<body>
<header><h1>{shown(document.title)}</h1><p>{shown(document.subtitle)}</p></header>
<main>
{body}
</main>
{foot}
</body>
</html>
"""


def _grouped(found: Sequence[Block]) -> Iterator[str]:
    for pictures, some in groupby(found, lambda one: isinstance(one, blocks.Picture)):
        drawn = [_block(one) for one in some]
        if pictures:
            yield f'<div class="pictures">{"".join(drawn)}</div>'
        else:
            yield from drawn


def _block(one: Block) -> str:
    if isinstance(one, blocks.Heading):
        return f"<h2>{shown(one.text)}</h2>"
    if isinstance(one, blocks.Text):
        small = ' class="small"' if one.small else ""
        return f"<p{small}>{shown(one.text)}</p>"
    if isinstance(one, blocks.Facts):
        return facts(one.rows)
    if isinstance(one, blocks.Grid):
        return table(one.head, one.rows, one.numbers, one.main)
    if isinstance(one, blocks.Code):
        return f"<pre><code>{escaped(one.text)}</code></pre>"
    if isinstance(one, blocks.Picture):
        return _picture(one)
    return _item(one)


def _picture(one: blocks.Picture) -> str:
    data = base64.b64encode(one.svg).decode("ascii")
    wide = ' class="wide"' if one.wide else ""
    return (
        f'<figure{wide}><h3>{shown(one.title)}</h3><img alt="{escaped(one.caption)}" '
        f'style="width:{one.width:.0f}pt" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption>{shown(one.caption)}</figcaption></figure>"
    )


def _item(one: blocks.Item) -> str:
    text = "".join(f"<p>{shown(paragraph)}</p>" for paragraph in one.paragraphs if paragraph)
    code = f"<pre><code>{escaped(one.code)}</code></pre>" if one.code else ""
    small = f'<p class="small">{shown(one.small)}</p>' if one.small else ""
    return (
        f'<section class="item l{one.level}"><h3>{shown(one.title)} '
        f'<span class="word">{shown(one.word)}</span></h3>{text}{code}{small}</section>'
    )
