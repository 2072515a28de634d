"""Findings as HTML for a notebook: no scripts, and what comes of tables is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from neurona.reports.page.fragments import shown

if TYPE_CHECKING:
    from neurona.diagnosis.finding import Finding

COLORS = {"serious": "#b3261e", "worth mending": "#8a5a00", "worth a look": "#3c5a78"}


def page(findings: Sequence[Finding], notes: Sequence[str], looked_for: int) -> str:
    """Return findings, worst first, each with its evidence."""
    parts = [_block(number, one) for number, one in enumerate(findings, 1)]
    if not parts:
        parts = [f"<p>Nothing found ({looked_for} things were looked for).</p>"]
    parts += [f"<p><small>{shown(text)}</small></p>" for text in notes]
    return f'<div style="max-width: 60em; line-height: 1.4">{"".join(parts)}</div>'


def _block(number: int, one: Finding) -> str:
    color = COLORS[one.word]
    numbers = ", ".join(f"{shown(name)} {_number(v)}" for name, v in one.evidence.items())
    remedy = f"<br><b>Remedy</b>: <code>{shown(str(one.remedy))}</code>" if one.remedy else ""
    return (
        f'<div style="border-left: 4px solid {color}; padding: 0 0 0 .8em; margin: 0 0 1em 0">'
        f"<b>{number}. {shown(one.name.replace('_', ' '))}</b> "
        f'<span style="color: {color}">{one.word}</span><br>'
        f"{shown(one.what)} {shown(one.why)}<br>{shown(one.advice)}{remedy}"
        f"<br><small>{numbers}</small></div>"
    )


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else shown(str(value))
